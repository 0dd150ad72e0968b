"""A number as large as the picture allows, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from videogen.scenes import backdrop
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.surface import Patch, Surface, even, mix, surface
from videogen.scenes.kinds import text
from videogen.scenes.layout import ENTRANCE_FRAMES, AnimatedLayer, Area, Head, Layer, Layout, build_head, largest, placed
from videogen.scenes.reveal_timing import starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.counting import counted, counts
from videogen.scenes.text.text_block import TextBlock, runs_block
from videogen.script import inline, spoken_text
from videogen.script.models import BigNumberScene, Scene, TextScene

NUMBER_SIZES = (620, 560, 505, 465, 430, 390, 350, 315, 280, 250, 220, 195, 170, 150, 130, 110, 96)
TEXT_SIZES = (120, 110, 100, 92, 84, 76, 70, 64, 58, 52, 48, 44, 40, 37)
TEXT_LINES = 4
TEXT_SHARE = 0.9
COUNTS_S, COUNTED_A_SECOND = 1.1, 15
"""How long a number counts up, and how many pictures of that are shown a second."""

FADES, FULL = 4, 128
"""Such a part of the counting it fades in. Opacity is counted in 128ths."""


@dataclass(frozen=True)
class NumberLayout:
    """The number and the words below it, as set under a head."""

    head: Head
    number: TextBlock
    words: TextBlock | None
    gap: float

    @property
    def height(self) -> float:
        return self.number.height + (self.gap + self.words.height if self.words else 0.0)


def _fit(scene: BigNumberScene, layout: Layout) -> NumberLayout | None:
    """Return the number in one line at the largest size at which it fits with its words; None when it fits at none."""
    head = build_head(layout, scene)
    body = head.body
    for of in NUMBER_SIZES:
        number = largest(layout, scene.number, (of,), body.width, lines=1, weight=760, leading=1.08, colour=layout.theme.accent)
        if number is None:
            continue
        words = None
        if scene.text.strip():
            sizes = layout.body_sizes([size for size in TEXT_SIZES if size <= max(of * 0.5, TEXT_SIZES[-1])], head)
            words = largest(
                layout, scene.text, sizes, body.width * TEXT_SHARE, lines=layout.lines(TEXT_LINES), leading=1.3, whole_words=False
            )
            if words is None:
                return None
        fitted = NumberLayout(head, number, words, layout.px(28))
        if fitted.height <= body.height:
            return fitted
    return None


def split(scene: BigNumberScene, layout: Layout) -> tuple[Scene, ...]:
    """Return the number, or prose when its texts are too long to stand large."""
    if _fit(scene, layout):
        return (scene,)
    bold = inline.markup([replace(run, bold=True) for run in inline.runs(scene.number)])
    paragraphs = tuple(part for part in (bold, scene.text) if part.strip())
    return text.split(TextScene(kind="text", heading=scene.heading, paragraphs=paragraphs, footnotes=scene.footnotes), layout)


def layers(scene: BigNumberScene, layout: Layout, timing: SceneTiming) -> tuple[Layer | AnimatedLayer, ...]:
    fitted = _fit(scene, layout)
    if fitted is None:
        return ()
    body, align = fitted.head.body, layout.align
    top = placed(body, fitted.height)

    def number(canvas: Canvas) -> None:
        fitted.number.draw(canvas, body.left, top, body.width, align)

    def words(canvas: Canvas) -> None:
        if fitted.words:
            fitted.words.draw(canvas, body.left, top + fitted.number.height + fitted.gap, body.width, align)

    units = [spoken_text.phrase(scene.number), spoken_text.phrase(scene.text)]
    start, then = starts(scene, units, layout, timing)
    below = Layer(words, then, ENTRANCE_FRAMES - 3, layout.px(14))
    runs = inline.runs(scene.number)
    if layout.settings.motion and len(runs) == 1 and len(fitted.number.lines) == 1 and counts(runs[0].text):
        counting = CountingNumber(layout, fitted.number, runs[0], Area(body.left, top, body.width, fitted.number.height), max(start, 6))
        return (fitted.head.layer(), below, counting.layer())
    return (fitted.head.layer(), Layer(number, min(start, 6), ENTRANCE_FRAMES, layout.px(14)), below)


class CountingNumber:
    """A number that counts up from a frame on: in its place, and filled up from the right."""

    def __init__(self, layout: Layout, block: TextBlock, run: inline.Run, area: Area, start: int) -> None:
        self.layout, self.block, self.run, self.area, self.start = layout, block, run, area, start

    @property
    def frames(self) -> int:
        return max(1, round(COUNTS_S * self.layout.settings.fps))

    @cached_property
    def box(self) -> Patch:
        area, settings, out = self.area, self.layout.settings, self.layout.px(12)
        left, right = area.left - out, area.left + area.width + out
        return even((int(left), int(area.top), int(right), int(area.bottom)), (0, 0, settings.width, settings.height))

    def layer(self) -> AnimatedLayer:
        return AnimatedLayer(self.box, ((self.start, self.start + self.frames),), self.draw, appears=0, same=self.same)

    def same(self, number: int) -> int:
        """Return the first frame with the same picture: there are at most COUNTED_A_SECOND of them."""
        if number < self.start:
            return -1
        if number >= self.start + self.frames - 1:
            return self.start + self.frames - 1
        every = max(1, round(self.layout.settings.fps / COUNTED_A_SECOND))
        return number - (number - self.start) % every

    def draw(self, part: Surface, number: int, opacity: int) -> None:
        """Draw the number as it is in a frame; it fades in while it begins to count."""
        done = (number - self.start + 1) / self.frames
        if done <= 0:
            return
        text = counted(self.run.text, 1 - (1 - min(1.0, done)) ** 3)
        block = runs_block((replace(self.run, text=text),), self.block.text_style, self.area.width)
        align, (left, top) = self.layout.align, self.box[:2]
        behind = 0.0 if block.right_to_left or align == "center" else max(0.0, self.block.width - block.width)  # 0.8 is wider than 3.1
        settings = self.layout.settings
        picture = backdrop.picture(self.layout.theme, settings.width, settings.height).crop(self.box)
        block.draw(Canvas(picture), self.area.left - left + behind, self.area.top - top, self.area.width, align)
        seen = surface(np.asarray(picture), yuv=part.yuv)
        for plane, shown in zip(part.planes, seen.planes, strict=True):
            mix(plane, shown, np.int16(FULL * min(1.0, done * FADES)))
