"""Ink that can be laid anywhere on a ground of one colour: what glides over a card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.surface import Frame, Surface, inside, scaled, slices, surface, tones
from videogen.scenes.theme import Colour

FULL = 128
"""Opacity is counted in 128ths."""


@dataclass(frozen=True, eq=False)
class LooseInk:
    """A drawing on a ground of one colour, both its sides even, as the difference to that ground."""

    drawn: Frame
    ground: Colour

    @cached_property
    def _rgb(self) -> tuple[NDArray[np.int16], ...]:
        return (np.subtract(self.drawn, np.array(self.ground, np.uint8), dtype=np.int16),)

    @cached_property
    def _yuv(self) -> tuple[NDArray[np.int16], ...]:
        planes = surface(self.drawn, yuv=True).planes
        bare = tones(self.ground, yuv=True)
        return tuple(np.subtract(plane, tone, dtype=np.int16) for plane, tone in zip(planes, bare, strict=True))

    def lay(self, on: Surface, left: int, top: int, opacity: int = FULL) -> None:
        """Add the ink to a surface, its upper left corner at a pixel. What lies outside is cut off."""
        height, width = self.drawn.shape[:2]
        seen = inside((left, top, left + width, top + height), on.whole)
        if not opacity or seen[0] >= seen[2] or seen[1] >= seen[3]:
            return
        for n, (plane, ink) in enumerate(zip(on.planes, self._yuv if on.yuv else self._rgb, strict=True)):
            x, y, _, _ = scaled((left, top, 0, 0), n)
            rows, columns = ink.shape[:2]
            there = inside((x, y, x + columns, y + rows), scaled(on.whole, n))
            part = plane[slices(there, 0)]
            added = ink[slices((there[0] - x, there[1] - y, there[2] - x, there[3] - y), 0)]
            if opacity != FULL:
                added = (added * np.int16(opacity) + np.int16(FULL // 2)) >> 7
            part[...] = np.clip(part + added, 0, 255)


def loose_ink(size: tuple[int, int], ground: Colour, paint: Callable[[Canvas], None]) -> LooseInk:
    """Return what is painted on a canvas of that size, widened to even sides."""
    picture = Image.new("RGB", (-(-size[0] // 2) * 2, -(-size[1] // 2) * 2), ground)
    paint(Canvas(picture))
    return LooseInk(np.asarray(picture), ground)
