"""Limits on how often one client may do something."""

from __future__ import annotations

import time
from collections import defaultdict, deque

from videogen.errors.request import TooManyRequests

WINDOW_S = 60.0
MAX_CLIENTS = 1000
"""With more clients than this, those without an action in the window are forgotten."""


class RateLimiter:
    """Counts the submissions of each client within the last minute."""

    def __init__(self, max_per_minute: int) -> None:
        self.max_per_minute = max_per_minute
        self._times: dict[str, deque[float]] = defaultdict(deque)

    def check(self, client: str) -> None:
        """Count one action of this client. Raises TooManyRequests when it exceeds the limit."""
        now = time.monotonic()
        if len(self._times) > MAX_CLIENTS:
            recent = {known: times for known, times in self._times.items() if times[-1] > now - WINDOW_S}
            self._times = defaultdict(deque, recent)
        times = self._times[client]
        while times and times[0] <= now - WINDOW_S:
            times.popleft()
        if len(times) >= self.max_per_minute:
            raise TooManyRequests(f"Too many submissions ({len(times)} within a minute).")
        times.append(now)
