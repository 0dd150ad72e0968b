"""Limits on how often one client may do something."""

from __future__ import annotations

import time
from collections import defaultdict, deque

from models.errors import VideogenError
from videogen.errors.access import TooManyLogins
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
        """Count one action of this client. Raises TooManyRequests (TooManyLogins) when it exceeds the limit."""
        now = time.monotonic()
        if len(self._times) > MAX_CLIENTS:
            recent = {known: times for known, times in self._times.items() if times[-1] > now - WINDOW_S}
            self._times = defaultdict(deque, recent)
        times = self._times[client]
        while times and times[0] <= now - WINDOW_S:
            times.popleft()
        if len(times) >= self.max_per_minute:
            raise self.refusal(len(times))
        times.append(now)

    def refusal(self, count: int) -> VideogenError:
        """Return the error to raise after `count` actions within a minute."""
        return TooManyRequests(f"Too many submissions ({count} within a minute).")


class LoginLimiter(RateLimiter):
    """Counts the passwords that each client has tried within the last minute."""

    def refusal(self, count: int) -> VideogenError:
        return TooManyLogins(f"Too many passwords were tried ({count} within a minute).")
