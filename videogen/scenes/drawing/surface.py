"""Surfaces that scenes are drawn on: planes of bytes, one of RGB, or three of the video's YUV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from videogen.scenes.theme import Colour

Frame = NDArray[np.uint8]
"""RGB of (height, width, 3)."""
Plane = NDArray[np.uint8]
Patch = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels; the right and bottom edges are outside."""

ROWS_AT_ONCE = 64
"""Few enough for what is in between to stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Surface:
    """RGB: one plane of (height, width, 3). YUV 4:2:0 of BT.709 in limited range: one of (height, width), and two of colour, half as
    high and wide; then patches have to be even (see `even`), so that they are whole in each plane.
    """

    planes: tuple[Plane, ...]

    @property
    def yuv(self) -> bool:
        return len(self.planes) > 1

    @property
    def whole(self) -> Patch:
        return (0, 0, self.planes[0].shape[1], self.planes[0].shape[0])

    def like(self) -> Surface:
        """Return a surface of the same size and kind, with undefined content."""
        return Surface(tuple(np.empty_like(plane) for plane in self.planes))

    def part(self, patch: Patch) -> Surface:
        """Return the part in a patch as a surface to draw on."""
        return Surface(tuple(plane[slices(patch, n)] for n, plane in enumerate(self.planes)))

    def show(self, other: Surface, patch: Patch | None = None) -> None:
        """Copy the patch, or everything, from another surface of the same size and kind."""
        for n, (plane, seen) in enumerate(zip(self.planes, other.planes, strict=True)):
            where = slices(patch or self.whole, n)
            plane[where] = seen[where]


def surface(rgb: Frame, *, yuv: bool) -> Surface:
    """Return a picture as a surface; for YUV both its sides have to be even."""
    if not yuv:
        return Surface((rgb,))
    from videogen.media.yuv import to_yuv  # planning a script needs no codecs

    return Surface(to_yuv(rgb))


def blank(width: int, height: int, colour: Colour, *, yuv: bool) -> Surface:
    """Return a surface of one colour."""
    shapes = ((height, width), (height // 2, width // 2), (height // 2, width // 2)) if yuv else ((height, width, 3),)
    on = Surface(tuple(np.empty(shape, np.uint8) for shape in shapes))
    for plane, tone in zip(on.planes, tones(colour, yuv=yuv), strict=True):
        plane[0] = tone
        plane[1:] = plane[0]  # whole rows: many times as fast as pixel by pixel
    return on


def tones(colour: Colour, *, yuv: bool) -> tuple[Plane, ...]:
    """Return the values of a colour in each plane."""
    return tuple(plane[0, 0] for plane in surface(np.full((16, 16, 3), colour, np.uint8), yuv=yuv).planes)


def even(patch: Patch, within: Patch) -> Patch:
    """Widen a patch to even numbers, within the surface."""
    left, top, right, bottom = patch
    return inside((left // 2 * 2, top // 2 * 2, -(-right // 2) * 2, -(-bottom // 2) * 2), within)


def scaled(patch: Patch, n: int) -> Patch:
    """Return a patch in the measures of the surface's plane number `n`."""
    left, top, right, bottom = patch
    return (left // 2, top // 2, right // 2, bottom // 2) if n else patch


def slices(patch: Patch, n: int) -> tuple[slice, slice]:
    """Return the rows and columns of a patch in the surface's plane number `n`."""
    left, top, right, bottom = scaled(patch, n)
    return slice(top, bottom), slice(left, right)


def rows(height: int) -> Iterator[slice]:
    """Return all rows, a few at a time."""
    return (slice(start, min(height, start + ROWS_AT_ONCE)) for start in range(0, height, ROWS_AT_ONCE))


def in_plane(mask: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    """Convert a mask of the picture for the surface's plane number `n`, where four pixels may share one value: their mean."""
    if not n:
        return mask
    four = mask[0::2, 0::2].astype(np.uint16)
    for down, across in ((0, 1), (1, 0), (1, 1)):
        four += mask[down::2, across::2]
    return (four >> 2).astype(np.uint8)


def mix(part: Plane, other: NDArray[Any], share: NDArray[np.int16] | np.int16) -> None:
    """Blend a plane with another one by a share in 128ths."""
    for some in rows(len(part)):
        weights = share[some] if isinstance(share, np.ndarray) else share
        added = np.subtract(other[some], part[some], dtype=np.int16)
        added *= weights
        added += 64
        added >>= 7
        part[some] += added.astype(np.uint8)  # between the one and the other; modulo 256, as differences go


def inside(one: Patch, other: Patch) -> Patch:
    """Intersect two patches. The result may be empty."""
    return (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))


def united(one: Patch | None, other: Patch | None) -> Patch | None:
    """Return the smallest patch around two."""
    if one is None or other is None:
        return one or other
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))
