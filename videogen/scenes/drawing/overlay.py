"""What is laid over a picture and covers it more or less: words on a photo, the marks of a chart, a caption's plate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.surface import Frame, Patch, Surface, even, in_plane, inside, rows, slices, surface

Weights = NDArray[np.uint16]
BLACK = (16, 128, 128)
"""In YUV."""


class Overlay:
    """Its colours as they are on black, of (height, width, 3), and its cover of 0..255; both sides even."""

    def __init__(self, on_black: Frame, cover: NDArray[np.uint8]) -> None:
        box = Image.fromarray(cover).getbbox() or (0, 0, 0, 0)
        self.box = even(box, (0, 0, cover.shape[1], cover.shape[0]))
        """Where it is more than nothing."""
        where = slices(self.box, 0)
        self._on_black, self._cover = on_black[where], cover[where]
        self._made: dict[bool, list[tuple[Weights, Weights]]] = {}

    def lay(self, on: Surface, left: int = 0, top: int = 0, patch: Patch | None = None) -> None:
        """Blend the overlay into a surface, its corner at an even position, as far as it lies in the patch."""
        left, top, right, bottom = left + self.box[0], top + self.box[1], left + self.box[2], top + self.box[3]
        seen = inside((left, top, right, bottom), patch or on.whole)
        if seen[0] >= seen[2] or seen[1] >= seen[3]:
            return
        for n, (plane, (weight, added)) in enumerate(zip(on.planes, self._planes(on.yuv), strict=True)):
            part = plane[slices(seen, n)]
            own = slices((seen[0] - left, seen[1] - top, seen[2] - left, seen[3] - top), n)
            weight, added = weight[own], added[own]
            for some in rows(len(part)):
                sum_ = part[some] * weight[some]
                sum_ += added[some]
                sum_ >>= 8
                part[some] = sum_

    def _planes(self, yuv: bool) -> list[tuple[Weights, Weights]]:
        """Return for each plane the weight of the picture in 256ths, and what is added, in 256ths with a half for rounding."""
        if yuv not in self._made:
            self._made[yuv] = []
            for n, plane in enumerate(surface(self._on_black, yuv=yuv).planes):
                weights = (255 - in_plane(self._cover, n).astype(np.int32)) * 256 // 255
                weights = weights if yuv else weights[..., None]
                added = (plane.astype(np.int32) << 8) - (BLACK[n] if yuv else 0) * weights + 128
                self._made[yuv].append((weights.astype(np.uint16), np.clip(added, 0, 65535 - 255 * weights).astype(np.uint16)))
        return self._made[yuv]


def painted(size: tuple[int, int], paint: Callable[[Canvas], None]) -> Overlay:
    """Record a painting on a transparent overlay, by painting it on black and on white and comparing both."""
    black, white = (Image.new("RGB", size, ground) for ground in ("black", "white"))
    for ground in (black, white):
        paint(Canvas(ground))
    on_black = np.asarray(black)
    return Overlay(on_black, (255 - (np.asarray(white, np.int16) - on_black).max(axis=2)).astype(np.uint8))
