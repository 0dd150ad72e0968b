"""A camera over a picture: which part of it is seen, frame by frame. It sets out and comes to rest slowly, and stays there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Move = Literal["none", "zoom in", "zoom out", "pan left", "pan right", "pan up", "pan down"]
Crop = tuple[float, float, float, float]

ZOOM_A_SECOND = 0.024
MOST_ZOOM = 1.26
PAN_A_SECOND = 0.11
"""Of the picture that is seen: fast enough to be seen to move, slow enough to look at."""
PAN_SPACE = 0.9
"""How much of its width or height is seen at once where the whole of it would leave no room for a pan."""


@dataclass(frozen=True)
class Camera:
    """What is seen at the start and at the end of `frames`: (left, top, right, bottom), in shares of the picture."""

    start: Crop
    end: Crop
    frames: int

    def at(self, number: int) -> Crop:
        """Return what is seen in a frame. It is always within the picture, whatever the number."""
        done = smooth(min(1.0, max(0.0, number / self.frames))) if self.frames else 1.0
        left, top, right, bottom = (a * (1 - done) + b * done for a, b in zip(self.start, self.end, strict=True))
        return left, top, right, bottom

    @property
    def seen(self) -> Crop:
        """The least part of the picture that holds all that is ever seen."""
        lefts, tops, rights, bottoms = zip(self.start, self.end, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    @property
    def closest(self) -> tuple[float, float]:
        """Width and height of what is seen at the closest."""
        left, top, right, bottom = min(self.start, self.end, key=lambda crop: crop[2] - crop[0])
        return right - left, bottom - top


def camera(move: Move, whole: tuple[float, float], focus: tuple[float, float], seconds: float, fps: float) -> Camera:
    """Return the way of a camera that sees `whole` (width and height, as shares of the picture) around `focus` when it stands still."""
    still = _around(focus, *whole)
    frames = max(1, round(seconds * fps))
    if move in ("zoom in", "zoom out"):
        zoom = min(MOST_ZOOM, 1 + ZOOM_A_SECOND * seconds)
        near = _around(focus, whole[0] / zoom, whole[1] / zoom)
        return Camera(still, near, frames) if move == "zoom in" else Camera(near, still, frames)
    if move != "none":
        across = move in ("pan left", "pan right")
        size = whole[0] if across else whole[1]
        shrink = min(1.0, PAN_SPACE / size)
        width, height = whole[0] * shrink, whole[1] * shrink
        reach = min(1 - size * shrink, PAN_A_SECOND * size * shrink * seconds)
        middle = focus[0] if across else focus[1]
        first, last = _within(middle - reach / 2, reach, size * shrink)
        if move in ("pan left", "pan up"):
            first, last = last, first
        along = ((first, focus[1]), (last, focus[1])) if across else ((focus[0], first), (focus[0], last))
        start, end = (_around(point, width, height) for point in along)
        return Camera(start, end, frames)
    return Camera(still, still, 0)


def _around(point: tuple[float, float], width: float, height: float) -> Crop:
    """Return a part of that size, its middle as near to a point as the picture's edges let it be."""
    width, height = min(1.0, width), min(1.0, height)
    left = min(max(0.0, point[0] - width / 2), 1 - width)
    top = min(max(0.0, point[1] - height / 2), 1 - height)
    return left, top, left + width, top + height


def _within(first: float, reach: float, size: float) -> tuple[float, float]:
    """Return the middles at both ends of a way, moved so that the whole of it is inside the picture."""
    first = min(max(size / 2, first), 1 - size / 2 - reach)
    return first, first + reach


def smooth(share: float) -> float:
    """Ease in and out: the integral of a parabola, whose speed is at most half as much again as the mean."""
    return share * share * (3 - 2 * share)
