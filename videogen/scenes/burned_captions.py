"""Captions drawn into the picture, in the room that `Layout.area` leaves for them: on a plate, or as letters with an outline.

Subtitles are small and still; karaoke captions, as short videos have them, are large and mark the word that is being spoken.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, cos, pi, sin

import numpy as np

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.overlay import Overlay, painted
from videogen.scenes.drawing.surface import Frame, Patch, Surface, united
from videogen.scenes.layout import CAPTION_LEADING, CAPTION_LINES, Layout
from videogen.scenes.scene_clip import Caption, MotionSpan, RenderSettings, SceneClip, drawing
from videogen.scenes.text.text_block import TextBlock, TextStyle, runs_block
from videogen.script.inline import Run

COLUMN_EM = 0.53
"""Width of a column in ems: that of a letter in running text, a little more than less."""


SUBTITLE_COLUMNS, KARAOKE_COLUMNS = 42, 18
"""The most columns that a line may have."""

OUTLINE = 0.085
"""Width of an outline, in sizes."""

OUTLINE_STEPS = 16

MOST_WEIGHT = 800
"""The weight that bold text has at most: so a marked word is no wider than it was."""


def columns(settings: RenderSettings) -> int:
    """Return how many columns a caption's line may have in a picture of these settings, at most 42."""
    layout = Layout(settings)
    em = COLUMN_EM if settings.captions != "karaoke" else COLUMN_EM * 1.1  # bold letters are wider
    most = KARAOKE_COLUMNS if settings.captions == "karaoke" else SUBTITLE_COLUMNS
    return max(12, min(most, int(layout.caption_width / (em * layout.caption_size))))


class CaptionedClip:
    """A clip with captions over it, each from its first frame to its last."""

    def __init__(self, clip: SceneClip, captions: Sequence[Caption], settings: RenderSettings) -> None:
        self.inner, self.settings = clip, settings
        self._captions = [
            (ceil(caption.start * settings.fps - 1e-3), ceil(caption.end * settings.fps - 1e-3), (caption.text, caption.spoken))
            for caption in captions
        ]
        self._draw = drawing(clip)
        self._under: Surface | None = None
        self._onto: Surface | None = None
        self._on_it: Shown | None = None

    def clip(self) -> SceneClip:
        fps, length = self.settings.fps, self.inner.duration
        changes = sorted({at for start, end, _ in self._captions for at in (start, end) if at < length * fps})
        moves = (*self.inner.moves, *(MotionSpan(at / fps, min((at + 1) / fps, length)) for at in changes))
        return SceneClip(self.frame, length, moves, self.draw, self.inner.size, medium=self.inner.medium)

    def frame(self, t: float) -> Frame:
        """Return the picture at t seconds."""
        frame: Frame = np.array(self.inner.get_frame(t), np.uint8)
        if shown := self._shown(t):
            (left, top, _, _), words = plate(*shown, self.settings)
            words.lay(Surface((frame,)), left, top)
        return frame

    def draw(self, t: float, on: Surface) -> Patch | None:
        """Return the same on a surface that holds the picture drawn last; see `Draw`."""
        if self._under is None or self._under.yuv != on.yuv:
            self._under = on.like()
        patch, shown = self._draw(t, self._under), self._shown(t)
        if self._onto is not on:
            patch = on.whole
        elif shown != self._on_it:
            for one in (self._on_it, shown):
                patch = united(patch, plate(*one, self.settings)[0] if one else None)
        self._onto, self._on_it = on, shown
        if patch is not None:
            on.show(self._under, patch)
            if shown:
                (left, top, _, _), words = plate(*shown, self.settings)
                words.lay(on, left, top, patch)
        return patch

    def _shown(self, t: float) -> Shown | None:
        number = int(t * self.settings.fps + 1e-3)
        return next((shown for start, end, shown in self._captions if start <= number < end), None)


Shown = tuple[str, tuple[int, int]]
"""A caption's text, and the characters of the word that is being spoken."""

Plate = tuple[Patch, Overlay]
"""Where it lies, and what it is."""


@lru_cache(maxsize=4)
def plate(text: str, spoken: tuple[int, int], settings: RenderSettings) -> Plate:
    """Return a caption as it is laid over a picture, in a smaller size if it is too wide for its line."""
    layout = Layout(settings)
    theme = layout.theme
    block = _block(layout, text, spoken)
    across, down = layout.px(26), layout.px(12)
    width, height = _even(block.width) + 2 * across, _even(block.height) + 2 * down
    left, edge = (settings.width - width) // 4 * 2, layout.caption_edge // 2 * 2
    top = edge if layout.captions_at_top else edge - height
    is_outlined = settings.captions == "karaoke" and theme.captions.shape == "outline"

    def paint(canvas: Canvas) -> None:
        if is_outlined:
            ground = _block(layout, text, None)
            radius = OUTLINE * block.text_style.size
            for step in range(OUTLINE_STEPS):
                angle = 2 * pi * step / OUTLINE_STEPS
                ground.draw(canvas, across + radius * cos(angle), down + radius * sin(angle), ceil(block.width), "center")
        else:
            canvas.rounded((0, 0, width, height), layout.px(12), theme.caption_ground)
        block.draw(canvas, across, down, ceil(block.width), "center")

    return (left, top, left + width, top + height), painted((width, height), paint)


def _even(length: float) -> int:
    return ceil(length / 2) * 2


def _block(layout: Layout, text: str, spoken: tuple[int, int] | None) -> TextBlock:
    """Set a caption, with the characters `spoken` in the colour of the word that is being spoken; None: all in the ground's colour."""
    theme, is_karaoke = layout.theme, layout.settings.captions == "karaoke"
    first, upto = spoken or (0, 0)
    parts = ((text[:first], False), (text[first:upto], True), (text[upto:], False))
    runs = tuple(Run(part, bold=is_marked) for part, is_marked in parts if part)
    size = layout.caption_size
    while True:
        text_style = TextStyle(
            size,
            theme,
            theme.caption_ink if spoken else theme.caption_ground,
            MOST_WEIGHT if is_karaoke else 500,
            CAPTION_LEADING,
            strong=theme.caption_spoken,
        )
        block = runs_block(runs, text_style, layout.caption_width)
        if len(block.lines) <= CAPTION_LINES or size < layout.caption_size / 2:
            return block
        size *= 0.92
