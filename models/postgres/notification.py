"""LISTEN and NOTIFY: a commit notifies the processes that listen, after it and on a connection of its own.

Within the transaction NOTIFY would make all commits wait for each other. A notification carries nothing: it means "read again".
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg

from models.postgres.engine import connect
from models.postgres.errors import translated

log = logging.getLogger(__name__)

CHANNEL = "videogen"
SLICE_S = 0.5
"""Who waits looks so often whether it is to stop."""
VERSION = "SELECT epoch, floor, head FROM log, log_head"


class Notifier:
    """Notifies the listeners. Threads that notify at the same time share a notification."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._connection: psycopg.Connection[Any] | None = None

    def notify(self) -> None:
        """Notify each listener. It never fails: a commit must not look as if it had failed, and the fallback poll makes up for it."""
        self._wanted.set()
        with self._lock:
            if not self._wanted.is_set():
                return
            self._wanted.clear()
            try:
                if self._connection is None:
                    self._connection = connect(self._url)
                    # The notification is worth no flush to the disk.
                    self._connection.execute("SET synchronous_commit = off")
                self._connection.execute(f"NOTIFY {CHANNEL}")
            except psycopg.Error as error:
                self._disconnect()
                log.warning("No listener was notified: %s", error)

    def close(self) -> None:
        with self._lock:
            self._disconnect()

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None


class Notifications:
    """A connection that listens. Calling it gives a value that changes with each commit that appends."""

    def __init__(self, url: str) -> None:
        with translated():
            self._connection = connect(url)
            # First listen, then read: what commits in between is read twice, and never missed.
            self._connection.execute(f"LISTEN {CHANNEL}")

    def __call__(self) -> object:
        with translated():
            return self._connection.execute(VERSION).fetchone()

    def wait(self, within_s: float | None, stopped: Callable[[], bool]) -> bool:
        """Wait at most `within_s` seconds (None: until `stopped`) for a notification. Return whether one came; several count as one."""
        give_up_at = float("inf") if within_s is None else time.monotonic() + within_s
        with translated():
            while True:
                left_s = min(max(give_up_at - time.monotonic(), 0.0), SLICE_S)
                for _ in self._connection.notifies(timeout=left_s, stop_after=1):
                    return True
                if stopped() or time.monotonic() >= give_up_at:
                    return False

    def close(self) -> None:
        self._connection.close()
