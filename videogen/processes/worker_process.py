"""The worker process: claims tasks and runs each attempt in its renderer. It stays light: the renderer does the heavy work."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import time
from collections.abc import Sequence

from models import attempt, dependency, disk_hold, kind_hold, worker
from models.attempt import ClaimRequest
from models.errors import DiskFull, StoreBusy, VideogenError
from models.migrate import migrate
from models.signals import event_appended
from videogen.config import Settings, settings
from videogen.errors.rendering import RendererLost
from videogen.files import confine, disk_space
from videogen.files.privacy import keep_private
from videogen.files.storage import open_storage
from videogen.kinds import registry
from videogen.processes import logs, process_group
from videogen.processes.attempt_runner import AttemptRunner
from videogen.processes.liveness import Heartbeat
from videogen.processes.renderer_client import JOBS_ONLY, RENDERER_COMMAND, Ended, Ready, RendererClient
from videogen.processes.start_limit import StartLimit
from videogen.processes.task_batch import TaskBatch
from videogen.processes.wakeup import Wakeup
from videogen.streams import listener

log = logging.getLogger(__name__)

POLL_INTERVAL_S = 1.0
QUICK = "--quick"
"""The argument of a worker that takes only tasks of quick kinds."""


class WorkerProcess:
    """Claims tasks, and runs one at a time. `command` starts its renderer, which is warm before a task comes.

    A `quick` worker takes only tasks of quick kinds. Its renderer imports no more than it needs to run their handlers.
    """

    def __init__(self, settings: Settings, command: Sequence[str] | None = None, *, quick: bool = False) -> None:
        self.settings = settings
        self.command = command or ((*RENDERER_COMMAND, JOBS_ONLY) if quick else (*RENDERER_COMMAND, settings.voice))
        self.wakeup = Wakeup()
        self.heartbeat = Heartbeat()
        self.thread = threading.get_ident()
        self.task_id: str | None = None
        self.heartbeat_at = 0.0
        self.start_limit: StartLimit | None = None
        self.disk_low_logged = False
        self.disk_was_low = True  # an earlier worker may have set a disk hold
        self.known_kinds = registry.limits(settings.limits_of_kinds)
        self.kinds = {name: limit for name, limit in self.known_kinds.items() if not quick or registry.find(name).quick}

    def run(self) -> None:
        """Run until asked to stop. Raises RendererLost if a renderer does not start: the supervisor logs it and tries again."""
        self.wakeup.handle_signals()
        with contextlib.ExitStack() as stack:
            stack.callback(self.wakeup.close)
            self.store = listener.open_store(self.settings.data, open_storage(self.settings), self.settings.server)
            stack.callback(self.store.close)
            stack.enter_context(event_appended.connected_to(self._on_event))
            stack.enter_context(listener.Listener(self.store, poll_interval_s=self.settings.floor_s))
            self.id = worker.register(self.store)
            stack.callback(self._unregister)
            batches = {name: batch for name in self.kinds if (batch := registry.find(name).batch) > 1}
            self.batch = TaskBatch(self.store, ClaimRequest(self.id, self.settings.lease_s, self.kinds, batches), self._may_claim)
            stack.callback(self._close_batch)
            with contextlib.suppress(StoreBusy, DiskFull):
                kind_hold.release_known(self.store, self.known_kinds)
            self._start_renderer()
            stack.callback(lambda: self.renderer.kill())
            while not self.wakeup.stop_asked:
                self.heartbeat.beat()
                if not self._run_next_task():
                    self._wait()

    def _run_next_task(self) -> bool:
        """Run the next task that was claimed, or claim one; return False if there is none or the renderer is not ready."""
        if not self.renderer.ready:
            return False
        try:
            self.batch.claim()
            claimed = self.batch.next_task()
            if claimed is None:
                kind_hold.hold_unknown(self.store, self.known_kinds)
        except (StoreBusy, DiskFull):
            return False
        if claimed is None:
            return False
        self.task_id = claimed.id
        try:
            kind = registry.find(claimed.kind)
            AttemptRunner(self.store, self.settings, claimed, kind, self.renderer, self.wakeup, self.heartbeat, self.batch).run()
        finally:
            self.task_id = None
        if self.renderer.closed:
            self._empty_batch()
        now = time.monotonic()
        if now >= self.heartbeat_at or not self.batch.waiting:
            self._send_heartbeat(now)
        if self.renderer.closed and not self.wakeup.stop_asked:
            self._start_renderer()
        return True

    def _may_claim(self) -> bool:
        """Return whether another task can be taken now. Sets or releases the disk hold of the next one."""
        with contextlib.suppress(StoreBusy, DiskFull):
            return not self.wakeup.stop_asked and self.renderer.ready and not self.renderer.closed and self._has_disk_space()
        return False

    def _empty_batch(self) -> None:
        """Record what is done, and put back what was claimed besides: a new renderer takes seconds to start."""
        with contextlib.suppress(StoreBusy, DiskFull):
            self.batch.record()
            self.batch.put_back("The renderer of its worker has ended")

    def _has_disk_space(self) -> bool:
        """Return whether the disk has space for another video, and set or release the disk hold of the next task.

        Where files are in a bucket the disk is for work alone, and holds nobody's tasks.
        """
        shortage = disk_space.shortage(self.settings)
        if shortage and not self.store.files.is_local:
            # The disk is this machine's alone, and the task another's, too: no hold.
            if not self.disk_low_logged:
                log.warning("no video is started here: %s %s", shortage.detail, shortage.hint, extra={"event": "disk.low"})
        elif shortage:
            disk_hold.hold_next(self.store, shortage, self.kinds)
        elif self.disk_was_low:
            disk_hold.release(self.store)
        self.disk_low_logged = self.disk_was_low = shortage is not None
        return not self.disk_was_low

    def _wait(self) -> None:
        """Wait for a notification, for the renderer, or for the next poll: a postponed task becomes due without a notification."""
        for message in self.renderer.receive(POLL_INTERVAL_S, self.wakeup.fileno()):
            match message:
                case Ready():
                    self.start_limit = None
                case Ended():
                    if not self.renderer.ready:
                        raise RendererLost(f"The renderer ended with exit code {message.exit_code} before it was ready.")
                    self._start_renderer()
        self.wakeup.clear()
        now = time.monotonic()
        if self.start_limit and self.start_limit.is_exceeded(now):
            raise RendererLost("The renderer did not become ready.")
        if now >= self.heartbeat_at:
            self._send_heartbeat(now)

    def _start_renderer(self) -> None:
        confine.prepare(self.settings.data)
        self.renderer = RendererClient(self.command, env=confine.environment(self.settings.data))
        self.start_limit = StartLimit(self.renderer.cpu_s, time.monotonic())

    def _send_heartbeat(self, now: float) -> None:
        """Record that this worker is alive, and release the tasks of workers that are not."""
        self.heartbeat_at = now + self.settings.lease_s / 3
        with contextlib.suppress(StoreBusy, DiskFull):
            worker.see(self.store, self.id)
            attempt.sweep(self.store)
            dependency.settle_all(self.store)

    def _on_event(self, task_id: str | None) -> None:
        """Wake up for other processes' events, not for those that this thread appended. The listener's thread calls this."""
        if threading.get_ident() != self.thread and self.task_id in (None, task_id):
            self.wakeup.wake()

    def _close_batch(self) -> None:
        with contextlib.suppress(StoreBusy, DiskFull):
            self.batch.close()

    def _unregister(self) -> None:
        with contextlib.suppress(StoreBusy, DiskFull):
            worker.unregister(self.store, self.id)


def run(settings: Settings, command: Sequence[str] | None = None, *, quick: bool = False) -> None:
    """Run a worker in this process until SIGTERM or SIGINT."""
    keep_private(settings.data)
    migrate(settings.data, settings.server)
    WorkerProcess(settings, command, quick=quick).run()


def main(command: Sequence[str] | None = None) -> None:
    process_group.die_with_owner()
    try:
        logs.configure("worker", settings().log_format)
        run(settings(), command, quick=QUICK in sys.argv[1:])
    except VideogenError as error:
        sys.exit(f"videogen worker: {error} {error.hint}")


if __name__ == "__main__":
    main()
