"""Claims tasks and gives each to its renderer. Light: what is heavy happens in the renderer, which is warm before a task comes."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Sequence

from models import attempt, disk_hold, worker
from models.errors import DiskFull, StoreBusy, VideogenError
from models.migrate import migrate
from models.signals import event_appended
from videogen.config import Settings, settings
from videogen.errors.rendering import RendererLost
from videogen.files import confine, disk_space
from videogen.processes import process_group
from videogen.processes.attempt_runner import AttemptRunner
from videogen.processes.renderer_client import RENDERER_COMMAND, Ended, Ready, RendererClient
from videogen.processes.wakeup import Wakeup
from videogen.streams import listener

LOOK_S = 1.0
WARM_UP_S = 120.0


class Worker:
    """One worker process. `command` starts its renderer."""

    def __init__(self, settings: Settings, command: Sequence[str] | None = None) -> None:
        self.settings = settings
        self.command = command or (*RENDERER_COMMAND, settings.voice)
        self.wakeup = Wakeup()
        self.thread = threading.get_ident()
        self.task_id: str | None = None
        self.sign_at = 0.0
        self.holding = True  # whoever was here before may have been

    def run(self) -> None:
        """Run until asked to stop. Raises RendererLost if a renderer does not start: the supervisor logs it and tries again."""
        self.wakeup.handle_signals()
        with contextlib.ExitStack() as leaving:
            leaving.callback(self.wakeup.close)
            self.store = listener.open_store(self.settings.data)
            leaving.callback(self.store.close)
            leaving.enter_context(event_appended.connected_to(self._heard))
            leaving.enter_context(listener.Listener(self.store, poll_interval_s=self.settings.floor_s))
            self.id = worker.register(self.store)
            leaving.callback(self._unregister)
            self._warm()
            leaving.callback(lambda: self.renderer.kill())
            while not self.wakeup.stop_asked:
                if not self._work():
                    self._wait()

    def _work(self) -> bool:
        """Makes the next task, if there is one and the renderer is ready."""
        if not self.renderer.ready:
            return False
        try:
            claimed = attempt.claim(self.store, self.id, self.settings.lease_s) if self._has_room() else None
        except (StoreBusy, DiskFull):
            return False
        if claimed is None:
            return False
        self.task_id = claimed.id
        try:
            AttemptRunner(self.store, self.settings, claimed, self.renderer, self.wakeup).run()
        finally:
            self.task_id = None
        self._sign(time.monotonic())
        if self.renderer.closed and not self.wakeup.stop_asked:
            self._warm()
        return True

    def _has_room(self) -> bool:
        """Whether the disk has room for another film; the task whose turn it is says so when it has not, and when it has again."""
        low = disk_space.shortage(self.settings)
        if low:
            disk_hold.hold_next(self.store, low)
        elif self.holding:
            disk_hold.release(self.store)
        self.holding = low is not None
        return not self.holding

    def _wait(self) -> None:
        """Waits for a ring, for the renderer to become ready, or for the next look: a task that was put off becomes due without a ring."""
        for message in self.renderer.receive(LOOK_S, self.wakeup.fileno()):
            match message:
                case Ready():
                    self.warming_until = float("inf")
                case Ended():
                    if not self.renderer.ready:
                        raise RendererLost(f"The renderer ended with {message.exit_code} before it was ready.")
                    self._warm()
        self.wakeup.clear()
        now = time.monotonic()
        if now >= self.warming_until:
            raise RendererLost(f"The renderer was not ready within {WARM_UP_S:g} seconds.")
        if now >= self.sign_at:
            self._sign(now)

    def _warm(self) -> None:
        confine.prepare(self.settings.data)
        self.renderer = RendererClient(self.command, env=confine.environment(self.settings.data))
        self.warming_until = time.monotonic() + WARM_UP_S

    def _sign(self, now: float) -> None:
        """Says that it is alive, and frees tasks whose worker is not."""
        self.sign_at = now + self.settings.lease_s / 3
        with contextlib.suppress(StoreBusy, DiskFull):
            worker.see(self.store, self.id)
            attempt.sweep(self.store)

    def _heard(self, task_id: str | None) -> None:
        """Rings for news from others; what this thread has written itself is none. Called by the listener's thread."""
        if threading.get_ident() != self.thread and self.task_id in (None, task_id):
            self.wakeup.wake()

    def _unregister(self) -> None:
        with contextlib.suppress(StoreBusy, DiskFull):
            worker.unregister(self.store, self.id)


def run(settings: Settings, command: Sequence[str] | None = None) -> None:
    """A worker in this process, until SIGTERM or SIGINT."""
    migrate(settings.data)
    Worker(settings, command).run()


def main(command: Sequence[str] | None = None) -> None:
    process_group.die_with_owner()
    try:
        run(settings(), command)
    except VideogenError as error:
        sys.exit(f"videogen worker: {error} {error.hint}")


if __name__ == "__main__":
    main()
