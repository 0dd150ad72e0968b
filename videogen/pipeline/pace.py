"""How long the making still takes, from how long it has taken so far."""

from __future__ import annotations

import time
from collections.abc import Callable

FINISHING_S = 3.0  # the thumbnail's process, nearly all of it
FINISHING_PER_FILM_S = 0.005


class Pace:
    """Counts seconds of film that were made against seconds that passed. What was found ready says nothing about the pace."""

    def __init__(self, film_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._film_s = film_s
        self._left_s = film_s
        self._made_s = 0.0
        self._clock = clock
        self._since = clock()

    def known(self, estimate_s: float, film_s: float) -> None:
        """A scene that was estimated turned out to last `film_s`."""
        self._film_s += film_s - estimate_s
        self._left_s += film_s - estimate_s

    def made(self, film_s: float) -> None:
        """So many more seconds of film are finished."""
        self._made_s += film_s
        self._left_s -= film_s

    def reused(self, film_s: float) -> None:
        """So many seconds of film were ready."""
        self._left_s -= film_s

    @property
    def fraction(self) -> float:
        return 1.0 - max(0.0, self._left_s) / self._film_s if self._film_s > 0 else 1.0

    @property
    def remaining_s(self) -> float | None:
        """Seconds until the film is finished; None until something has been made, or while there is nothing left to go by."""
        if self._made_s <= 0:
            return None
        rate = (self._clock() - self._since) / self._made_s
        return round(max(0.0, self._left_s) * rate + FINISHING_S + FINISHING_PER_FILM_S * self._film_s, 1)
