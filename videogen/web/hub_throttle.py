"""Turns for work that keeps the hub busy, so that many requests of one kind at once delay no others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

BURST_S = 0.01
"""So long turns follow one another before everything else that is due runs."""
PAUSE_S = 0.001
"""Longer than 0: gevent runs what sleeps for 0 s again before it looks for new requests."""


class Turns:
    """Runs one block at a time and pauses between bursts of them.

    Without it, 200 submissions that their renderers have read all write to the store in one go, and a page waits behind all of them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used_s = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, run the block, and pause before the next turn when enough of them have run. It does not nest."""
        with self._lock:
            began = time.monotonic()
            try:
                yield
            finally:
                self._used_s += time.monotonic() - began
                if self._used_s >= BURST_S:
                    self._used_s = 0.0
                    time.sleep(PAUSE_S)
