"""One attempt at a film: gives the request, writes down what the renderer reports, keeps the lease, and ends what hangs."""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from models import asset, attempt, task
from models.attempt import Fact
from models.database import Store
from models.errors import DiskFull, StaleAttempt, StoreBusy, TaskGone, TaskNotFound, VideogenError
from models.event import EventType
from models.files import walk
from models.stage_times import drawing_seconds_a_scene
from models.task import Task
from videogen.config import MIB, Settings
from videogen.errors.rendering import OutOfMemory, RendererLost, StageFailed, StageSilent, StageTooLong
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.report import Report
from videogen.pipeline.stages import STAGE
from videogen.processes.renderer_client import Done, Ended, Failed, RendererClient
from videogen.processes.report_batcher import Progress, Stage
from videogen.processes.wakeup import Wakeup
from videogen.render.cache import Cache

TICK_S = 0.5
MEASURE_S = 1.0


def work_directory(data: Path, claimed: Task) -> Path:
    """Where an attempt keeps its files until they are published; it goes with the attempt.

    The worker is in the name, since a restored store may count the same attempt once more while the old one is still being stopped.
    """
    worker = (claimed.worker_id or "").rpartition("-")[2]
    return data.resolve() / "work" / f"{claimed.id}-{claimed.attempt}-{worker}"


def clear_away(store: Store) -> None:
    """Removes the work directories whose attempt is over: their workers were killed."""
    for directory in walk.entries(store.data / "work"):
        if directory.name.count("-") < 2:  # then it is not an attempt's
            continue
        with store.reading() as read:
            owner = task.look_up(read, directory.name.rsplit("-", 2)[0])
        if owner is None or owner.status != "running" or work_directory(store.data, owner).name != directory.name:
            shutil.rmtree(directory, ignore_errors=True)


class AttemptRunner:
    """One attempt of a claimed task, in a renderer that is ready. `wakeup` rings when the task may have been cancelled, or to stop."""

    def __init__(self, store: Store, settings: Settings, claimed: Task, renderer: RendererClient, wakeup: Wakeup) -> None:
        self.store, self.settings, self.task, self.renderer, self.wakeup = store, settings, claimed, renderer, wakeup
        self.lease = claimed.lease
        self.work = work_directory(settings.data, claimed)
        now = time.monotonic()
        self.progress = Progress(self.work, now)
        self.unreported: list[Fact] = []
        self.reported_at = now
        self.stalled = False
        self.renew_at = now + settings.lease_s / 3
        self.measure_at = now + MEASURE_S

    def run(self) -> None:
        """Works until the attempt has ended one way or another and the log says so, or until it belongs to somebody else."""
        try:
            try:
                self.renderer.send_request("film", self._request().to_json())
                while not self._turn():
                    pass
            except (VideogenError, OSError) as error:
                self.renderer.kill()
                if isinstance(error, StaleAttempt):
                    raise
                self.unreported.clear()  # what could not be written down is not tried once more
                self._give_up(_meaning(error))
        except StaleAttempt:
            pass  # the task is in other hands: nothing of this attempt may be written any more, and nobody waits for it
        finally:
            shutil.rmtree(self.work, ignore_errors=True)

    def _turn(self) -> bool:
        """Hears what there is, writes down what is due, and looks whether all is well; true when the attempt has ended."""
        wait_s = min(TICK_S, self.progress.due_at() - time.monotonic())
        messages = self.renderer.receive(wait_s, self.wakeup.fileno())
        now = time.monotonic()
        for message in messages:
            match message:
                case Report():
                    self.progress.take(message, now)
                case Done():
                    return self._finish(now, attempt.complete)
                case Failed() | Ended() if self.progress.finished:  # the video is complete: what comes after it is no fault of it
                    return self._finish(now, attempt.complete)
                case Failed(error=RendererLost()):  # one of the renderer's own processes was killed: the script is not to blame
                    return self._finish(now, attempt.lose, message.error)
                case Failed():
                    return self._finish(now, attempt.fail, message.error, message.stage)
                case Ended():
                    return self._finish(now, attempt.lose, message.error(self.progress.last.message if self.progress.last else None))
        self._report(self.progress.due(now))
        if self.wakeup.stop_asked:
            return self._stop(now, attempt.requeue)
        if (self.wakeup.clear() and self._cancel_asked()) or (now >= self.renew_at and self._renew()):
            return self._stop(now, attempt.finish_cancel)
        if trouble := self._trouble(now):
            if self.progress.finished:
                return self._stop(now, attempt.complete)
            return self._stop(now, attempt.fail, trouble, self._stage_name())
        return False

    def _report(self, facts: list[Fact]) -> None:
        """Writes facts down, or keeps them for the next time while the database is busy."""
        self.unreported += facts
        if not self.unreported:
            return
        try:
            attempt.report(self.store, self.lease, self.unreported)
        except StoreBusy:
            return
        self.unreported = []
        self.reported_at, self.stalled = time.monotonic(), False

    def _renew(self) -> bool:
        """Whether a cancel has been asked for. A busy database is no reason to give up: nobody else can take the task either."""
        try:
            cancelled = attempt.renew(self.store, self.lease, self.settings.lease_s)
        except StoreBusy:
            return False
        self.renew_at = time.monotonic() + self.settings.lease_s / 3
        return cancelled

    def _cancel_asked(self) -> bool:
        """The same by a look that writes nothing; raises StaleAttempt when the task is in other hands."""
        try:
            current = task.get(self.store, self.task.id)
        except (TaskGone, TaskNotFound) as gone:
            raise StaleAttempt(gone.detail) from gone
        except StoreBusy:
            return False
        if current.status != "running" or current.lease != self.lease:
            raise StaleAttempt(f"Task {self.task.id} is {current.status} in attempt {current.attempt}.")
        return current.cancel_requested_at is not None

    def _trouble(self, now: float) -> VideogenError | None:
        """What is a reason to end the attempt. On the way, a task of which nothing was heard for a while is said to be stalled."""
        limits = self.settings
        if now - self.progress.heard_at >= limits.stage_silence_s:
            return StageSilent(f"{self._where()} gave no sign of life for {limits.stage_silence_s:g} seconds.")
        for stage in self.progress.running():
            if limits.stage_max_s is not None and stage.started_at is not None and now - stage.started_at >= limits.stage_max_s:
                return StageTooLong(f"{_at(stage)} took longer than {limits.stage_max_s:g} seconds.")
        if now >= self.measure_at:
            self.measure_at = now + MEASURE_S
            used_mb = self.renderer.memory_bytes() // MIB
            if used_mb >= limits.memory_limit_mb:
                return OutOfMemory(f"{self._where()} used {used_mb} MiB of memory; {limits.memory_limit_mb} are allowed.")
        if now - self.reported_at >= limits.stall_s and not self.stalled:
            silent = Fact(EventType.TASK_STALLED, stage=self._stage_name(), data={"silent_s": round(now - self.progress.heard_at, 1)})
            self._report([silent])
            self.stalled = not self.unreported
        return None

    def _stop(self, now: float, verb: Callable[..., None], *evidence: object) -> bool:
        """Only when nothing of the film runs any more may the log say so."""
        self.renderer.kill()
        return self._finish(now, verb, *evidence)

    def _finish(self, now: float, verb: Callable[..., None], *evidence: object) -> bool:
        self.unreported += self.progress.rest(now)
        return self._end(verb, *evidence)

    def _end(self, verb: Callable[..., None], *evidence: object) -> bool:
        """Ends the attempt, after what is left to be told, however long the database is busy; unless asked to stop meanwhile."""
        while True:
            try:
                if self.unreported:
                    attempt.report(self.store, self.lease, self.unreported)
                    self.unreported = []
                verb(self.store, self.lease, *evidence)
                return True
            except StoreBusy:
                if self.wakeup.stop_asked:
                    return True

    def _give_up(self, error: VideogenError) -> None:
        """Fails. On a full disk even that needs room: what the attempt had is given back for it, and what can be made again."""
        shutil.rmtree(self.work, ignore_errors=True)
        while True:
            try:
                self._end(attempt.fail, error, self._stage_name())
                return
            except DiskFull:
                if self.wakeup.stop_asked:
                    return
                Cache(self.settings.data / "cache").evict(self.settings.cache_max_bytes, at_least=MIB)
                self.wakeup.wait(TICK_S)

    def _request(self) -> RenderRequest:
        settings, data = self.settings, self.settings.data.resolve()
        with self.store.reading() as read:
            files = asset.of_task(read, self.task.id)
            scene_s = drawing_seconds_a_scene(read, self.task.options)
        return RenderRequest(
            source=self.task.source,
            format=self.task.format,
            options=self.task.options,
            assets={file.name: data / file.key for file in files},
            work=self.work,
            cache=data / "cache",
            slots=data / "slots",
            scene_s=scene_s,
            **settings.film,
        )

    def _stage_name(self) -> str | None:
        return self.progress.last.name if self.progress.last else None

    def _where(self) -> str:
        return _at(self.progress.last) if self.progress.last else "The renderer, before its first step,"


def _at(stage: Stage) -> str:
    """The stage and what it said last: `The step Drawing ("Drawing scenes")`."""
    return f"The step {STAGE[stage.name].label} (“{stage.message}”)"


def _meaning(error: VideogenError | OSError) -> VideogenError:
    if isinstance(error, VideogenError):
        return error
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"A finished file could not be stored: {error.strerror}.")
    return StageFailed(f"A finished file could not be stored: {error}")
