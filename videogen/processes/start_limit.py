"""How long a process may take to start. The clock alone does not say: on a busy machine imports take minutes."""

from __future__ import annotations

from collections.abc import Callable

MAX_CPU_S = 120.0
"""Seconds of processor within which a process has to be ready."""
MAX_IDLE_S = 120.0
"""Seconds within which it has to use `PROGRESS_S` more of the processor, or else it hangs."""
PROGRESS_S = 0.5


class StartLimit:
    """Watches a process that began to start at `now`. `used_s` returns the seconds of processor that it has used.

    Where those cannot be measured (0), the limit is `MAX_IDLE_S` after the start.
    """

    def __init__(self, used_s: Callable[[], float], now: float) -> None:
        self._used_s = used_s
        self._last_used_s = 0.0
        self._progress_at = now

    def is_exceeded(self, now: float) -> bool:
        """Return whether to give the process up."""
        used_s = self._used_s()
        if used_s >= self._last_used_s + PROGRESS_S:
            self._last_used_s, self._progress_at = used_s, now
        return used_s >= MAX_CPU_S or now >= self._progress_at + MAX_IDLE_S
