"""How long the making still takes, from how fast this film is made and how fast others were."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

FINISHING_S = 1.0  # joining; the thumbnail is made beside the drawing
FINISHING_PER_FILM_S = 0.005
# The first frames wait for processes that start, and a rate of a second is no rate.
MEASURED_FROM = 0.08
MEASURED_FROM_S = 1.5
AT_ONCE = 0.2
"""So much of the film made at once is enough to go by, whenever it was begun."""
HISTORY_WEIGHT = 0.08
"""What was measured before counts as much as this part of the film."""
CALM_S = 2.0
"""How slowly a new rate changes what is said: the time constant, in seconds."""


class RemainingTime:
    """Counts seconds of film that were made against seconds that passed. What was found ready says nothing about the pace.

    `history_s` is how long drawing the whole film would take, from films made before; None if there are none to go by. What is said is
    smoothed: the moment of the end moves towards the measured one, and never jumps there.
    """

    def __init__(self, film_s: float, clock: Callable[[], float] = time.monotonic, history_s: float | None = None) -> None:
        self._film_s = film_s
        self._left_s = film_s
        self._made_s = 0.0
        self._reused_s = 0.0
        self._clock = clock
        self._since = clock()
        self._first: tuple[float, float] | None = None  # when frames first came, and how much that was
        self._history_rate = history_s / film_s if history_s and film_s > 0 else None
        self._split_narration: tuple[float, float] | None = None  # when something was last said, and what

    def known(self, estimate_s: float, film_s: float) -> None:
        """A scene that was estimated turned out to last `film_s`."""
        self._film_s += film_s - estimate_s
        self._left_s += film_s - estimate_s

    def made(self, film_s: float) -> None:
        """So many more seconds of film are finished."""
        self._made_s += film_s
        self._left_s -= film_s
        if self._first is None and film_s > 0:
            self._first = self._clock(), film_s

    def reused(self, film_s: float) -> None:
        """So many seconds of film were ready."""
        self._reused_s += film_s
        self._left_s -= film_s

    @property
    def fraction(self) -> float:
        return 1.0 - max(0.0, self._left_s) / self._film_s if self._film_s > 0 else 1.0

    @property
    def remaining_s(self) -> float | None:
        """Seconds until the film is finished; None until there is enough to go by."""
        rate = self._rate()
        if rate is None:
            return None
        now = self._clock()
        left = max(0.0, self._left_s) * rate + FINISHING_S + FINISHING_PER_FILM_S * self._film_s
        if self._split_narration is not None:
            passed = now - self._split_narration[0]
            expected = max(0.0, self._split_narration[1] - passed)
            left = expected + (left - expected) * (1.0 - math.exp(-passed / CALM_S))
        self._split_narration = now, left
        return round(left, 1)

    def _rate(self) -> float | None:
        """Seconds that a second of film takes; None until enough of it was made, with what was measured before sooner."""
        if self._first is None:
            return None
        now, (first_at, first_s) = self._clock(), self._first
        to_make_s = max(self._film_s - self._reused_s, 0.001)
        passed_s, made_s = now - first_at, self._made_s - first_s
        if passed_s < MEASURED_FROM_S or made_s < MEASURED_FROM * to_make_s:
            passed_s, made_s = (now - self._since, self._made_s) if self._made_s >= AT_ONCE * to_make_s else (0.0, 0.0)
        if self._history_rate is not None:
            weight_s = HISTORY_WEIGHT * to_make_s
            return (passed_s + self._history_rate * weight_s) / (made_s + weight_s)
        return passed_s / made_s if made_s > 0 else None
