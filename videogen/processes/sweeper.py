"""Sweeps the queue periodically: takes tasks back from workers that are lost, settles dependencies, and fires schedules.

In a thread of its own: a database that does not answer must keep nobody from watching processes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from models import attempt, dependency, schedule
from models.database import Store
from models.errors import StoreBusy, VideogenError
from videogen.config import Settings
from videogen.processes.attempt_runner import remove_stale_work_directories

log = logging.getLogger(__name__)

INTERVAL_S = 5.0
TICK_S = 1.0
STOP_TIMEOUT_S = 1.0
REPEATED_ERROR_S = 60.0
_logged_at: dict[str, float] = {}


class Sweeper:
    """Sweeps in a thread of its own. Use it as a context manager."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._leases_to_release = False
        self._stopping = False
        self._wakeup = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping = True
        self._wakeup.set()
        self._thread.join(STOP_TIMEOUT_S)  # one that waits for the database ends with the process

    def release_soon(self) -> None:
        """Have dead workers' leases released at once: a process has just ended. Never waits."""
        self._leases_to_release = True
        self._wakeup.set()

    def release_leases(self, wait_s: float | None = None) -> None:
        """Release dead workers' leases, so that no task waits for one to expire. Tries again later if the database is busy."""
        self._leases_to_release = True
        with logged_errors(), suppress(StoreBusy):
            attempt.release_dead(self.store, wait_s=wait_s)
            remove_stale_work_directories(self.store)
            self._leases_to_release = False

    def _run(self) -> None:
        sweep_at = time.monotonic()
        while not self._stopping:
            if self._leases_to_release:
                self.release_leases(wait_s=0)
            if time.monotonic() >= sweep_at:
                sweep_at = time.monotonic() + INTERVAL_S
                with logged_errors():
                    attempt.sweep(self.store)
                    dependency.settle_all(self.store)
            with logged_errors():
                schedule.fire_due(self.store, max_queued=self.settings.max_queued)
            self._wakeup.wait(TICK_S)
            self._wakeup.clear()


@contextmanager
def logged_errors() -> Iterator[None]:
    """Log errors instead of raising them. The caller tries again later; pages are served meanwhile.

    The same error is logged once in REPEATED_ERROR_S: a disk that is dead for a night does not fill the log.
    """
    try:
        yield
    except VideogenError as error:
        text = f"{error} {error.hint}"
        now = time.monotonic()
        if now - _logged_at.get(text, -REPEATED_ERROR_S) >= REPEATED_ERROR_S:
            _logged_at[text] = now
            log.error("%s", text)
    except Exception:
        log.exception("Sweeping failed")  # nothing may end the thread: lost workers' tasks would run for ever
