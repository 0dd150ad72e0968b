"""A text that stands in two scenes, one after the other, and glides from its place in the first to that in the second."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import ceil, floor

import numpy as np
from PIL import Image

from videogen.scenes.drawing.canvas import Box, Canvas
from videogen.scenes.drawing.overlay import Overlay
from videogen.scenes.drawing.surface import Patch, Surface, even, inside
from videogen.scenes.layout import Layer, SharedText

PAD = 0.35
"""Around the lines of a text, in the height of one: letters reach beyond."""
MARGIN = 8
"""So many pixels more are drawn, as rounding may ask for."""
FARTHEST = 0.75
"""Of the picture's height: a text that stands farther away would fly, and fades instead."""


class Glide:
    """The way of one text; it is drawn once, at the larger of its sizes."""

    def __init__(self, before: SharedText, now: SharedText, whole: Patch) -> None:
        self.before, self.now, self.whole = before, now, whole

    def patch(self, done: float) -> Patch:
        """Return the even rectangle that the text touches."""
        left, top, right, bottom = self._box(done)
        pad = PAD * (bottom - top) / max(1, len(self.now.lines))
        box = (floor(left - pad), floor(top - pad), ceil(right + pad), ceil(bottom + pad))
        return even(inside(box, self.whole), self.whole)

    def lay(self, on: Surface, done: float) -> None:
        """Draw the text on its way, `done` from 0 to 1, by fractions of pixels."""
        patch = self.patch(done)
        size = patch[2] - patch[0], patch[3] - patch[1]
        if min(size) <= 0:
            return
        left, top, right, _ = self._box(done)
        origin, black, cover = self._drawn
        source = self._larger.box
        scale = (source[2] - source[0]) / (right - left)
        across = (patch[0] - left) * scale + source[0] - origin[0]
        down = (patch[1] - top) * scale + source[1] - origin[1]
        box = (
            max(0.0, across),
            max(0.0, down),
            min(black.width, across + size[0] * scale),
            min(black.height, down + size[1] * scale),
        )
        moved = [one.resize(size, Image.Resampling.BILINEAR, box=box) for one in (black, cover)]
        Overlay(*map(np.asarray, moved)).lay(on, patch[0], patch[1])

    @property
    def _larger(self) -> SharedText:
        return max(self.before, self.now, key=lambda text: text.box[2] - text.box[0])

    def _box(self, done: float) -> Box:
        share = done * done * (3 - 2 * done)
        left, top, right, bottom = (a + (b - a) * share for a, b in zip(self.before.box, self.now.box, strict=True))
        return left, top, right, bottom

    @cached_property
    def _drawn(self) -> tuple[tuple[int, int], Image.Image, Image.Image]:
        """The corner of the text at its larger size, its colours as they are on black, and its cover."""
        left, top, right, bottom = self.patch(1.0 if self._larger is self.now else 0.0)
        region = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)  # beyond the picture it is empty
        grounds = [Image.new("RGB", self.whole[2:], ground) for ground in ("black", "white")]
        for ground in grounds:
            self._larger.paint(Canvas(ground))
        black, white = (ground.crop(region) for ground in grounds)
        cover = 255 - (np.asarray(white, np.int16) - np.asarray(black)).max(axis=2)
        return (region[0], region[1]), black, Image.fromarray(cover.astype(np.uint8))


def glides(before: Sequence[object], now: Sequence[object], whole: Patch) -> list[Glide]:
    """Return the ways of the texts that the layers of two scenes share, at different places or in different sizes."""
    shared = {text.key: text for text in _shared(before)}
    ways = []
    for text in _shared(now):
        other = shared.get(text.key)
        if other is None or _is_same_place(other, text):
            continue
        if abs(other.box[1] - text.box[1]) <= FARTHEST * whole[3]:
            ways.append(Glide(other, text, whole))
    return ways


def _shared(layers: Sequence[object]) -> list[SharedText]:
    return [layer.shared for layer in layers if isinstance(layer, Layer) and layer.shared is not None]


def _is_same_place(one: SharedText, other: SharedText) -> bool:
    return all(abs(a - b) < 1 for a, b in zip(one.box, other.box, strict=True))
