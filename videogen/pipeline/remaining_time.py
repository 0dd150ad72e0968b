"""Estimate the remaining time from the speed of this video and of earlier ones."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

FINISHING_S = 1.0  # joining; the thumbnail is made beside the drawing
FINISHING_PER_VIDEO_S = 0.005
# The first frames wait for processes that start, and a rate of a second is no rate.
MEASURED_FROM = 0.08
MEASURED_FROM_S = 1.5
AT_ONCE = 0.2
"""A first measurement over this share of the video is enough, whenever it was begun."""
HISTORY_WEIGHT = 0.08
"""Earlier measurements count as much as this share of the video."""
CALM_S = 2.0
"""Time constant, in seconds, with which the estimate follows a new rate."""


class RemainingTime:
    """Measures seconds of video per second of time. Scenes from the cache say nothing about the speed.

    `history_s` is how long drawing the whole video would take by earlier ones; None if there are none. The estimate is smoothed: the
    predicted end moves towards the measured one and never jumps there.
    """

    def __init__(self, video_s: float, clock: Callable[[], float] = time.monotonic, history_s: float | None = None) -> None:
        self._video_s = video_s
        self._left_s = video_s
        self._made_s = 0.0
        self._reused_s = 0.0
        self._clock = clock
        self._since = clock()
        self._first: tuple[float, float] | None = None  # when frames first came, and how much that was
        self._history_rate = history_s / video_s if history_s and video_s > 0 else None
        self._last_estimate: tuple[float, float] | None = None  # its time, and its value

    def known(self, estimate_s: float, video_s: float) -> None:
        """Replace the estimated length of a scene by its real one."""
        self._video_s += video_s - estimate_s
        self._left_s += video_s - estimate_s

    def made(self, video_s: float) -> None:
        """Count seconds of video that were rendered."""
        self._made_s += video_s
        self._left_s -= video_s
        if self._first is None and video_s > 0:
            self._first = self._clock(), video_s

    def reused(self, video_s: float) -> None:
        """Count seconds of video that came from the cache."""
        self._reused_s += video_s
        self._left_s -= video_s

    @property
    def fraction(self) -> float:
        return 1.0 - max(0.0, self._left_s) / self._video_s if self._video_s > 0 else 1.0

    @property
    def remaining_s(self) -> float | None:
        """Return the seconds until the video is finished; None until there are enough measurements."""
        rate = self._rate()
        if rate is None:
            return None
        now = self._clock()
        left = max(0.0, self._left_s) * rate + FINISHING_S + FINISHING_PER_VIDEO_S * self._video_s
        if self._last_estimate is not None:
            passed = now - self._last_estimate[0]
            expected = max(0.0, self._last_estimate[1] - passed)
            left = expected + (left - expected) * (1.0 - math.exp(-passed / CALM_S))
        self._last_estimate = now, left
        return round(left, 1)

    def _rate(self) -> float | None:
        """Return the seconds that a second of video takes; None until enough is measured, which is sooner with a history."""
        if self._first is None:
            return None
        now, (first_at, first_s) = self._clock(), self._first
        to_make_s = max(self._video_s - self._reused_s, 0.001)
        passed_s, made_s = now - first_at, self._made_s - first_s
        if passed_s < MEASURED_FROM_S or made_s < MEASURED_FROM * to_make_s:
            passed_s, made_s = (now - self._since, self._made_s) if self._made_s >= AT_ONCE * to_make_s else (0.0, 0.0)
        if self._history_rate is not None:
            weight_s = HISTORY_WEIGHT * to_make_s
            return (passed_s + self._history_rate * weight_s) / (made_s + weight_s)
        return passed_s / made_s if made_s > 0 else None
