"""Runs one attempt at a task: sends the request, records the renderer's reports, renews the lease, and stops what hangs."""

from __future__ import annotations

import contextlib
import errno
import logging
import shutil
import time
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path

from models import asset, attempt, task
from models.attempt import Completion, Fact
from models.database import Store
from models.errors import DiskFull, StaleAttempt, StoreBusy, TaskGone, TaskNotFound, VideogenError
from models.event import EventType
from models.files import walk
from models.task import Task
from videogen.config import MIB, Settings
from videogen.errors.rendering import OutOfMemory, RendererLost, StageFailed, StageSilent, StageTooLong, TooMuchWritten
from videogen.errors.system import FilesUnavailable
from videogen.kinds.job import make_job_request
from videogen.kinds.kind import Kind, RendererRequest, RequestContext
from videogen.pipeline.report import Report
from videogen.processes.artifact_uploads import ArtifactUploads
from videogen.processes.liveness import Heartbeat
from videogen.processes.renderer_client import Done, Ended, Failed, RendererClient
from videogen.processes.report_batcher import ReportBatcher, StageState
from videogen.processes.task_batch import TaskBatch
from videogen.processes.wakeup import Wakeup
from videogen.render.cache import Cache

log = logging.getLogger(__name__)

NOT_STORABLE = (ValueError, TypeError, OverflowError, RecursionError)
"""What recording a report raises whose data are nested too deep, for example."""
TICK_S = 0.5
UPLOAD_TICK_S = 0.05
SHORT_TASK_S = 0.1
"""Of a kind whose tasks are claimed in batches, an attempt that is over by then is recorded at its end alone."""
MEMORY_CHECK_INTERVAL_S = 1.0
ENDS = {
    "complete": (logging.INFO, "task.completed", "The task is completed"),
    "fail": (logging.WARNING, "task.failed", "The task has failed"),
    "lose": (logging.WARNING, "attempt.lost", "The attempt is lost"),
    "requeue": (logging.INFO, "task.requeued", "The task was put back into the queue"),
    "finish_cancel": (logging.INFO, "task.cancelled", "The task was cancelled"),
}
"""How an attempt can end, by the store's verb: level, event, words."""


def work_directory(data: Path, claimed: Task) -> Path:
    """Return the directory of an attempt's unpublished files, which is removed with the attempt.

    Its name contains the worker: a restored store can count the same attempt again while the old one is still being stopped.
    """
    worker = (claimed.worker_id or "").rpartition("-")[2]
    return data.resolve() / "work" / f"{claimed.id}-{claimed.attempt}-{worker}"


def remove_stale_work_directories(store: Store) -> None:
    """Remove the work directories of attempts that are over: their workers were killed."""
    for directory in walk.entries(store.data / "work"):
        if directory.name.count("-") < 2:  # not an attempt's
            continue
        with store.reading() as read:
            owner = task.look_up(read, directory.name.rsplit("-", 2)[0])
        if owner is None or owner.status != "running" or work_directory(store.data, owner).name != directory.name:
            shutil.rmtree(directory, ignore_errors=True)


class AttemptRunner:
    """Runs one attempt of a claimed task of a kind in a renderer that is ready.

    `wakeup` is set when the task may have been cancelled, and when this process has to stop. `batch` has the tasks that this process has
    claimed besides.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        claimed: Task,
        kind: Kind,
        renderer: RendererClient,
        wakeup: Wakeup,
        heartbeat: Heartbeat,
        batch: TaskBatch,
    ) -> None:
        self.store, self.settings, self.task, self.renderer, self.wakeup = store, settings, claimed, renderer, wakeup
        self.kind = kind
        self.heartbeat = heartbeat
        self.batch = batch
        self.recorded_later = False
        self.lease = claimed.lease
        self.work = work_directory(settings.data, claimed)
        now = self.began_at = time.monotonic()
        self.reports = ReportBatcher(self.work, now, kind.stages)
        self.unreported: list[Fact] = []
        self.uploads = None if store.files.is_local else ArtifactUploads(store.files, claimed.lease)
        self.reported_at = now
        self.report_from = now + SHORT_TASK_S if kind.batch > 1 else now
        self.stalled = False
        self.renew_at = now + settings.lease_s / 3
        self.check_memory_at = now + MEMORY_CHECK_INTERVAL_S
        self.written_before = renderer.written_bytes()

    def run(self) -> None:
        """Run until the attempt has ended and the log says so, or until the task belongs to another worker."""
        message = f"Attempt {self.task.attempt} at “{self.task.title}” has started."
        log.info("%s", message, extra={"event": "attempt.started", "task": self.task.id, "fields": {"attempt": self.task.attempt}})
        try:
            try:
                if self.kind.batch > 1 and self._cancel_requested():  # it may have waited behind others
                    self._record_end(attempt.finish_cancel)
                else:
                    self._send_request()
                    while not self._step():
                        pass
            except (VideogenError, OSError) as error:
                self.renderer.kill()
                if isinstance(error, StaleAttempt):
                    raise
                self.unreported.clear()  # recording it may be what failed
                if isinstance(error, StoreBusy) and self.wakeup.stop_asked:
                    self._record_end(attempt.requeue)
                elif isinstance(error, FilesUnavailable | StoreBusy):  # the script is not to blame
                    self._record_end(attempt.lose, error)
                else:
                    self._fail(_as_videogen_error(error))
        except StaleAttempt:
            pass  # another worker has the task: this attempt must write nothing more
        finally:
            if self.uploads:
                self.uploads.close()
            if not self.recorded_later:
                shutil.rmtree(self.work, ignore_errors=True)

    @property
    def completion(self) -> Completion:
        """The end of this attempt, for those that are recorded with others."""
        return Completion(self.lease, self.unreported)

    def record_alone(self) -> None:
        """Complete the task by itself, since it could not be recorded with others; or fail it, if it cannot be recorded at all."""
        try:
            self._record_completion()
        except (VideogenError, OSError) as error:
            if not isinstance(error, StaleAttempt):
                self.unreported.clear()
                with contextlib.suppress(StaleAttempt):
                    self._fail(_as_videogen_error(error))
        self.close(recorded=False)

    def close(self, *, recorded: bool) -> None:
        """Tidy up after an end that was recorded with others."""
        if recorded:
            self._log_end("complete")
        shutil.rmtree(self.work, ignore_errors=True)

    def _step(self) -> bool:
        """Receive messages, record what is due and check the limits; return whether the attempt has ended."""
        self.heartbeat.beat()
        now = time.monotonic()
        due_at = self.report_from if now < self.report_from else self.reports.due_at()
        wait_s = min(UPLOAD_TICK_S if self.uploads and self.uploads.pending else TICK_S, due_at - now)
        messages = self.renderer.receive(wait_s, self.wakeup.fileno())
        now = time.monotonic()
        for message in messages:
            match message:
                case Report():
                    self.reports.add(message, now)
                case Done():
                    return self._complete(now)
                case Failed() | Ended() if self.reports.finished:  # the result is complete: a later error does not change that
                    return self._complete(now)
                case Failed(error=RendererLost()):  # one of the renderer's own processes was killed: the script is not to blame
                    return self._finish(now, attempt.lose, message.error)
                case Failed():
                    return self._finish(now, attempt.fail, message.error, message.stage)
                case Ended():
                    last = self.reports.last_stage
                    return self._finish(now, attempt.lose, message.error(last.message if last else None))
        if now >= self.report_from:
            self._report(self.reports.take_due(now))
        self.batch.check(now)
        if self.wakeup.stop_asked:
            return self._kill_and_finish(now, attempt.requeue)
        if (self.wakeup.clear() and self._cancel_requested()) or (now >= self.renew_at and self._renew()):
            return self._kill_and_finish(now, attempt.finish_cancel)
        if error := self._exceeded_limit(now):
            if self.reports.finished:
                self.renderer.kill()
                return self._complete(now)
            return self._kill_and_finish(now, attempt.fail, error, self._stage_name())
        return False

    def _report(self, facts: list[Fact]) -> None:
        """Record facts. While the database is busy, or files of theirs are being uploaded, they wait for the next call."""
        self.unreported += self.uploads.take(facts) if self.uploads else facts
        if not self.unreported:
            return
        try:
            attempt.report(self.store, self.lease, self.unreported)
        except StoreBusy:
            return
        except NOT_STORABLE as error:
            raise StageFailed("The renderer sent a report that cannot be stored.") from error
        self.unreported = []
        self.reported_at, self.stalled = time.monotonic(), False

    def _renew(self) -> bool:
        """Renew the lease; return whether the task is to be cancelled. A busy database lets no other worker take the task either."""
        try:
            cancelled = attempt.renew(self.store, self.lease, self.settings.lease_s)
        except StoreBusy:
            return False
        self.renew_at = time.monotonic() + self.settings.lease_s / 3
        return cancelled

    def _cancel_requested(self) -> bool:
        """Return whether the task is to be cancelled, without a write. Raises StaleAttempt if another worker has the task."""
        try:
            current = task.get(self.store, self.task.id)
        except (TaskGone, TaskNotFound) as gone:
            raise StaleAttempt(gone.detail) from gone
        except StoreBusy:
            return False
        if current.status != "running" or current.lease != self.lease:
            raise StaleAttempt(f"Task {self.task.id} is {current.status} in attempt {current.attempt}.")
        return current.cancel_requested_at is not None

    def _exceeded_limit(self, now: float) -> VideogenError | None:
        """Return an error if the attempt exceeds a limit. A task without reports for `stall_s` is recorded as stalled."""
        limits = self.settings
        if now - self.reports.last_report_at >= limits.stage_silence_s:
            return StageSilent(f"{self._location()} sent no report for {limits.stage_silence_s:g} seconds.")
        for stage in self.reports.running():
            if limits.stage_max_s is not None and stage.started_at is not None and now - stage.started_at >= limits.stage_max_s:
                return StageTooLong(f"{_describe(stage)} took longer than {limits.stage_max_s:g} seconds.")
        if now >= self.check_memory_at:
            self.check_memory_at = now + MEMORY_CHECK_INTERVAL_S
            used_mb = self.renderer.memory_bytes() // MIB
            if used_mb >= limits.memory_limit_mb:
                return OutOfMemory(f"{self._location()} used {used_mb} MiB of memory; the limit is {limits.memory_limit_mb} MiB.")
            written_bytes = self.renderer.written_bytes() - self.written_before
            if written_bytes > limits.renderer_written_max_bytes:
                most_mb = limits.renderer_written_max_bytes // MIB
                return TooMuchWritten(f"{self._location()} wrote {written_bytes // MIB} MiB to the disk; the limit is {most_mb} MiB.")
        if now - self.reported_at >= limits.stall_s and not self.stalled:
            silent_s = round(now - self.reports.last_report_at, 1)
            self._report([Fact(EventType.TASK_STALLED, stage=self._stage_name(), data={"silent_s": silent_s})])
            self.stalled = not self.unreported
        return None

    def _kill_and_finish(self, now: float, verb: Callable[..., None], *evidence: object) -> bool:
        """Kill the renderer first: the log may only say that an attempt ended once none of its processes runs."""
        self.renderer.kill()
        return self._finish(now, verb, *evidence)

    def _finish(self, now: float, verb: Callable[..., None], *evidence: object) -> bool:
        facts = self.reports.take_all(now)
        # An attempt that has no result keeps what was uploaded until now.
        self.unreported += self.uploads.take(facts) if self.uploads else facts
        return self._record_end(verb, *evidence)

    def _complete(self, now: float) -> bool:
        """Complete the task; with others of its kind, if those are claimed in batches."""
        facts = self.reports.take_all(now)
        if self.uploads:
            facts = self.uploads.take(facts)
            while self.uploads.pending:
                self._keep_lease()
                self.uploads.wait(TICK_S)
                facts += self.uploads.take([])
        self.unreported += facts
        if self.kind.batch > 1:
            self.recorded_later = True
            self.batch.add_done(self)
            return True
        return self._record_completion()

    def _record_completion(self) -> bool:
        """Complete the task, and claim the next one in the same transaction. Tries again while the database is busy."""
        while True:
            self.heartbeat.beat()
            try:
                claimed = attempt.complete(self.store, self.lease, self.unreported, self.batch.request_after_end)
            except StoreBusy:
                if self.wakeup.stop_asked:
                    return True
                continue
            except NOT_STORABLE as error:
                raise StageFailed("The renderer sent a report that cannot be stored.") from error
            self.batch.take(claimed)
            self._log_end("complete")
            return True

    def _keep_lease(self) -> None:
        """Renew the lease if it is due, in the middle of something long. Whether the task is to be cancelled is asked later."""
        self.heartbeat.beat()
        if time.monotonic() >= self.renew_at:
            self._renew()

    def _record_end(self, verb: Callable[..., None], *evidence: object) -> bool:
        """Record the remaining facts and the end. Tries again while the database is busy, until this process has to stop."""
        while True:
            self.heartbeat.beat()
            try:
                if self.unreported:
                    attempt.report(self.store, self.lease, self.unreported)
                    self.unreported = []
                verb(self.store, self.lease, *evidence)
                self._log_end(verb.__name__, *evidence)
                return True
            except StoreBusy:
                if self.wakeup.stop_asked:
                    return True

    def _fail(self, error: VideogenError) -> None:
        """Fail the attempt. On a full disk even that needs space, so free the attempt's files first, then some of the cache."""
        shutil.rmtree(self.work, ignore_errors=True)
        while True:
            self.heartbeat.beat()
            try:
                self._record_end(attempt.fail, error, self._stage_name())
                return
            except DiskFull:
                if self.wakeup.stop_asked:
                    return
                Cache(self.settings.data / "cache").evict(self.settings.cache_max_bytes, at_least=MIB)
                self.wakeup.wait(TICK_S)

    def _log_end(self, verb: str, *evidence: object) -> None:
        """Write a line about the end of the attempt to the process's log. The task's own log says more."""
        level, event, words = ENDS[verb]
        fields: dict[str, object] = {"attempt": self.task.attempt, "duration_s": round(time.monotonic() - self.began_at, 1)}
        error = next((value for value in evidence if isinstance(value, VideogenError)), None)
        if error is not None:
            fields |= {"code": error.code, "detail": error.detail}
            words = f"{words}: {error.code}: {error.detail}"
        log.log(level, "%s (%s s)", words, fields["duration_s"], extra={"event": event, "task": self.task.id, "fields": fields})

    def _send_request(self) -> None:
        """Send the request. The renderer's silence counts from here: before, it was this process that waited for a database or files."""
        self.renderer.send_request(*self._fetch_request())
        self.reports.last_report_at = time.monotonic()

    def _fetch_request(self) -> RendererRequest:
        """Return the request for the renderer. Tries again while the database is busy or away, until this process has to stop."""
        while True:
            try:
                return self._fetch_request_once()
            except StoreBusy:
                self._keep_lease()
                if self.wakeup.stop_asked:
                    raise
                self.wakeup.wait(TICK_S)

    def _fetch_request_once(self) -> RendererRequest:
        """Return the request; where files have to be brought to this machine first, keep the lease meanwhile."""
        if self.uploads is None:
            return self._request()
        request = self.uploads.submit(self._request)
        while not request.done():
            self._keep_lease()
            wait([request], TICK_S)
        return request.result()

    def _request(self) -> RendererRequest:
        """Return the request for the renderer. Raises BadPayload or what the kind raises, for a task that cannot be run as it is."""
        with self.store.reading() as read:
            files = asset.of_task(read, self.task.id)
        assets = {file.name: self.store.files.fetch(file.key) for file in files}
        context = RequestContext(self.store, self.settings, self.work, assets)
        if self.kind.make_request:
            return self.kind.make_request(self.task, context)
        return RendererRequest("job", make_job_request(self.kind, self.task.payload, context).to_json())

    def _stage_name(self) -> str | None:
        return self.reports.last_stage.name if self.reports.last_stage else None

    def _location(self) -> str:
        return _describe(self.reports.last_stage) if self.reports.last_stage else "The renderer, before its first step,"


def _describe(stage: StageState) -> str:
    """Return a stage and its last message, for example `The step Drawing (“Drawing scenes”)`."""
    return f"The step {stage.label} (“{stage.message}”)"


def _as_videogen_error(error: VideogenError | OSError) -> VideogenError:
    if isinstance(error, VideogenError):
        return error
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"A finished file could not be stored: {error.strerror}.")
    return StageFailed(f"A finished file could not be stored: {error}")
