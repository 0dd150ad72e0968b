"""Captions drawn into the picture: a plate at its lower edge, in the room that `Layout.area` leaves for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil

import numpy as np

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.overlay import Overlay, painted
from videogen.scenes.drawing.surface import Frame, Patch, Surface, united
from videogen.scenes.layout import CAPTION_LINES, Layout
from videogen.scenes.scene_clip import Caption, MotionSpan, RenderSettings, SceneClip, drawing
from videogen.scenes.text.text_block import TextBlock, plain_block

COLUMN_EM = 0.53
"""Width of a column in ems: that of a letter in running text, a little more than less."""


def columns(settings: RenderSettings) -> int:
    """Return how many columns a caption's line may have in a picture of this look, at most 42."""
    layout = Layout(settings)
    return max(12, min(42, int(layout.caption_width / (COLUMN_EM * layout.caption_size))))


class CaptionedClip:
    """A clip with captions over it, each from its first frame to its last."""

    def __init__(self, clip: SceneClip, captions: Sequence[Caption], settings: RenderSettings) -> None:
        self.inner, self.settings = clip, settings
        self._captions = [(ceil(start * settings.fps - 1e-3), ceil(end * settings.fps - 1e-3), text) for start, end, text in captions]
        self._draw = drawing(clip)
        self._under: Surface | None = None
        self._onto: Surface | None = None
        self._on_it = ""

    def clip(self) -> SceneClip:
        fps, length = self.settings.fps, self.inner.duration
        changes = sorted({at for start, end, _ in self._captions for at in (start, end) if at < length * fps})
        moves = (*self.inner.moves, *(MotionSpan(at / fps, min((at + 1) / fps, length)) for at in changes))
        return SceneClip(self.frame, length, moves, self.draw, self.inner.size, medium=self.inner.medium)

    def frame(self, t: float) -> Frame:
        """Return the picture at t seconds."""
        frame: Frame = np.array(self.inner.get_frame(t), np.uint8)
        if text := self._text(t):
            (left, top, _, _), words = plate(text, self.settings)
            words.lay(Surface((frame,)), left, top)
        return frame

    def draw(self, t: float, on: Surface) -> Patch | None:
        """Return the same on a surface that holds the picture drawn last; see `Draw`."""
        if self._under is None or self._under.yuv != on.yuv:
            self._under = on.like()
        patch, text = self._draw(t, self._under), self._text(t)
        if self._onto is not on:
            patch = on.whole
        elif text != self._on_it:
            for one in (self._on_it, text):
                patch = united(patch, plate(one, self.settings)[0] if one else None)
        self._onto, self._on_it = on, text
        if patch is not None:
            on.show(self._under, patch)
            if text:
                (left, top, _, _), words = plate(text, self.settings)
                words.lay(on, left, top, patch)
        return patch

    def _text(self, t: float) -> str:
        number = int(t * self.settings.fps + 1e-3)
        return next((text for start, end, text in self._captions if start <= number < end), "")


Plate = tuple[Patch, Overlay]
"""Where it lies, and what it is."""


@lru_cache(maxsize=4)
def plate(text: str, settings: RenderSettings) -> Plate:
    """Return a caption as it is laid over a picture, in a smaller size if it is too wide for its line."""
    layout = Layout(settings)
    block = _block(layout, text)
    across, down = layout.px(26), layout.px(12)
    width, height = _even(block.width) + 2 * across, _even(block.height) + 2 * down
    left, bottom = (settings.width - width) // 4 * 2, layout.caption_bottom // 2 * 2

    def paint(canvas: Canvas) -> None:
        canvas.rounded((0, 0, width, height), layout.px(12), layout.theme.panel)
        block.draw(canvas, across, down, ceil(block.width), "center")

    return (left, bottom - height, left + width, bottom), painted((width, height), paint)


def _even(length: float) -> int:
    return ceil(length / 2) * 2


def _block(layout: Layout, text: str) -> TextBlock:
    size = layout.caption_size
    while True:
        block = plain_block(text, layout.text_style(size, weight=500, leading=1.3), layout.caption_width)
        if len(block.lines) <= CAPTION_LINES or size < layout.caption_size / 2:
            return block
        size *= 0.92
