"""What characters on a grid that come in little by little have in common: the whole picture, of which more and more is shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from videogen.scenes import backdrop
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.surface import Patch, Surface, even, surface
from videogen.scenes.layout import AnimatedLayer, Layout
from videogen.scenes.monospace.cell_grid import CellGrid


def painted_surface(layout: Layout, box: Patch, paint: Callable[[Canvas], None], *, yuv: bool) -> Surface:
    """Return a box of the picture with what `paint` draws on the backdrop."""
    settings = layout.settings
    picture = backdrop.picture(layout.theme, settings.width, settings.height).copy()
    paint(Canvas(picture))
    return surface(np.array(picture.crop(box)), yuv=yuv)


class RevealedText(ABC):
    """Rows on a grid that are revealed little by little; `paint` draws all of them, with what they stand on.

    `size` counts the columns and rows that it takes. Each of `frames`, in order, shows more than the one before, the last one all.
    """

    def __init__(
        self,
        layout: Layout,
        grid: CellGrid,
        origin: tuple[int, int],
        size: tuple[int, int],
        frames: Sequence[int],
        paint: Callable[[Canvas], None],
    ) -> None:
        self.layout, self.grid, self.origin, self.size, self.frames, self.paint = layout, grid, origin, size, frames, paint
        self._whole: dict[bool, Surface] = {}

    @abstractmethod
    def draw_partly(self, part: Surface, whole: Surface, number: int) -> None:
        """Draw what has been revealed by a frame, of a whole that has not been."""

    def layer(self) -> AnimatedLayer:
        return AnimatedLayer(self.box, tuple((frame, frame + 1) for frame in self.frames), self.draw, appears=0, same=self.same)

    @cached_property
    def box(self) -> Patch:
        (left, top), (columns, rows) = self.origin, self.size
        right, bottom = left + columns * self.grid.width, top + rows * self.grid.height
        return even((left - 4, top - 2, right + 4, bottom + 2), (0, 0, self.layout.settings.width, self.layout.settings.height))

    def same(self, number: int) -> int:
        """Return the first frame with the same picture as a frame."""
        n = bisect_right(self.frames, number)
        return self.frames[n - 1] if n else -1

    def draw(self, part: Surface, number: int, opacity: int) -> None:
        """Draw what has been revealed by a frame."""
        if not self.frames or number < self.frames[0]:
            return
        if part.yuv not in self._whole:
            self._whole[part.yuv] = painted_surface(self.layout, self.box, self.paint, yuv=part.yuv)
        whole = self._whole[part.yuv]
        if number >= self.frames[-1]:
            part.show(whole)
        else:
            self.draw_partly(part, whole, number)
