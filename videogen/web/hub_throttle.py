"""Throttle work that keeps the gevent hub busy, so that many requests of one kind do not delay the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

BURST_S = 0.01
"""How long blocks run one after the other before the hub gets a pause."""
PAUSE_S = 0.001
"""Longer than 0: after a sleep of 0 s gevent resumes the greenlet before it polls for new requests."""


class HubThrottle:
    """Runs one block at a time and pauses between bursts of them.

    Without it, 200 submissions whose scripts have just been read write to the store in one go, and a page waits behind all of them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used_s = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Run the block when no other one runs, and pause the hub after each burst. Does not nest."""
        with self._lock:
            began = time.monotonic()
            try:
                yield
            finally:
                self._used_s += time.monotonic() - began
                if self._used_s >= BURST_S:
                    self._used_s = 0.0
                    time.sleep(PAUSE_S)
