"""A number as large as the picture allows, and what it counts."""

from __future__ import annotations

import re
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
from videogen.scenes.text.text_block import Align, TextBlock, runs_block
from videogen.script import inline, spoken_text
from videogen.script.models import BigNumberScene, Scene, TextScene

NUMBER_SIZES = (620, 560, 505, 465, 430, 390, 350, 315, 280, 250, 220, 195, 170, 150, 130, 110, 96)
TEXT_SIZES = (120, 110, 100, 92, 84, 76, 70, 64, 58, 52, 48, 44, 40, 37)
TEXT_LINES = 4
TEXT_SHARE = 0.9
WORTH_TWO_LINES = 1.25
"""By how much a number is larger in two lines, to stand so."""
NUMBER_AND_WORD = re.compile(r"\S*\d\S* +[^\W\d]{3,}")
ONLY_DIGITS, TIGHT = re.compile(r"[\d.%×x+−–/:° -]+"), 0.9
"""What has nothing below the line on which it stands, and its leading."""
BESIDE_SIZES = (170, 156, 142, 130, *TEXT_SIZES)
BESIDE_GAP, BESIDE_MOST = 72, 0.56
"""Between a number and the words beside it, and the share of the width that such a number has at most."""
LEAST_BESIDE = 64
"""Size of words that stand beside a number, at least, for 1080 lines at 16:9."""
COUNTS_S, COUNTED_A_SECOND = 1.1, 15
"""How long a number counts up, and how many pictures of that are shown a second."""

FADES, FULL = 4, 128
"""Such a part of the counting it fades in. Opacity is counted in 128ths."""


@dataclass(frozen=True)
class NumberLayout:
    """The number and the words, `beside` or below it, as set under a head."""

    head: Head
    number: TextBlock
    words: TextBlock | None
    gap: float
    beside: bool = False

    @property
    def height(self) -> float:
        below = self.words.height if self.words else 0.0
        return max(self.number.height, below) if self.beside else self.number.height + (self.gap + below if self.words else 0.0)

    def areas(self) -> tuple[Area, Area]:
        """Return where the number stands in the body, and its words."""
        body, number, words = self.head.body, self.number, self.words
        top = placed(body, self.height)
        if not self.beside or words is None:
            below = top + number.height + self.gap
            return replace(body, top=top, height=number.height), replace(body, top=below, height=body.bottom - below)
        left = body.left
        if self.head.layout.align == "center":
            left += (body.width - number.width - self.gap - words.width) / 2
        middle = top + self.height / 2
        wide = number.width + self.gap * 0.8
        first = Area(left, middle - number.height / 2, wide, number.height)
        second = Area(left + number.width + self.gap, middle - words.height / 2, words.width, words.height)
        if not words.right_to_left:
            return first, second
        mirror = body.left + body.right
        return replace(first, left=mirror - left - number.width), replace(second, left=mirror - second.right)


def _fit(scene: BigNumberScene, layout: Layout) -> NumberLayout | None:
    """Return the number at the largest size at which it fits with its words below it or beside it; None when it fits at none."""
    below, beside = _above_words(scene, layout), _beside_words(scene, layout)
    return beside if beside and (below is None or beside.number.text_style.size >= below.number.text_style.size) else below


def _above_words(scene: BigNumberScene, layout: Layout) -> NumberLayout | None:
    """Return the number over its words, in one line; a number with a word in two where lines are short, and it is much larger so."""
    is_wide = layout.area.width > layout.area.height * 1.1
    head = build_head(layout, scene, poster=not is_wide)
    in_one = _in_lines(scene, layout, head, 1)
    if is_wide or not NUMBER_AND_WORD.fullmatch(scene.number):
        return in_one
    in_two = _in_lines(scene, layout, head, 2)
    is_larger = in_two and in_one and in_two.number.text_style.size > in_one.number.text_style.size * WORTH_TWO_LINES
    return in_two if is_larger or in_one is None else in_one


def _in_lines(scene: BigNumberScene, layout: Layout, head: Head, lines: int) -> NumberLayout | None:
    body = head.body
    for of in NUMBER_SIZES:
        number = _number(scene, layout, of, body.width, lines)
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


def _number(scene: BigNumberScene, layout: Layout, of: float, width: float, lines: int) -> TextBlock | None:
    leading = TIGHT if ONLY_DIGITS.fullmatch(scene.number) else 1.08
    return largest(layout, scene.number, (of,), width, lines=lines, weight=760, leading=leading, colour=layout.theme.accent)


def _beside_words(scene: BigNumberScene, layout: Layout) -> NumberLayout | None:
    """Return a short number with its words beside it, in a wide picture, where below it they would leave half of that empty."""
    head = build_head(layout, scene, poster=True)
    body, gap = head.body, layout.px(BESIDE_GAP)
    if body.width < body.height * 1.6 or not scene.text.strip():
        return None
    for of in NUMBER_SIZES:
        number = _number(scene, layout, of, body.width, 1)
        if number is None or number.height > body.height or number.width > body.width * BESIDE_MOST:
            continue
        sizes = layout.body_sizes([size for size in BESIDE_SIZES if size <= of * 0.5], head)
        words = largest(layout, scene.text, sizes, body.width - number.width - gap, lines=TEXT_LINES, leading=1.3)
        if words is None or words.text_style.size < layout.size(LEAST_BESIDE) or words.height > body.height:
            return None
        return NumberLayout(head, number, words, gap, beside=True)
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
    area, below_it = fitted.areas()
    align: Align = "left" if fitted.beside else layout.align

    def number(canvas: Canvas) -> None:
        fitted.number.draw(canvas, area.left, area.top, area.width, align)

    def words(canvas: Canvas) -> None:
        if fitted.words:
            fitted.words.draw(canvas, below_it.left, below_it.top, below_it.width, align)

    units = [spoken_text.phrase(scene.number), spoken_text.phrase(scene.text)]
    start, then = starts(scene, units, layout, timing)
    below = Layer(words, then, ENTRANCE_FRAMES - 3, layout.px(14))
    runs = inline.runs(scene.number)
    if layout.settings.motion and len(runs) == 1 and counts(runs[0].text) and _stays_in_lines(fitted, runs[0], area.width):
        counting = CountingNumber(layout, fitted.number, runs[0], area, max(start, 6), align)
        return (fitted.head.layer(), below, counting.layer())
    return (fitted.head.layer(), Layer(number, min(start, 6), ENTRANCE_FRAMES, layout.px(14)), below)


def _stays_in_lines(fitted: NumberLayout, run: inline.Run, width: float) -> bool:
    """Return whether the number takes as many lines while it counts up as it does at the end."""
    first = runs_block((replace(run, text=counted(run.text, 0.0)),), fitted.number.text_style, width)
    return len(first.lines) == len(fitted.number.lines)


class CountingNumber:
    """A number that counts up from a frame on: in its place, and filled up from the right."""

    def __init__(self, layout: Layout, block: TextBlock, run: inline.Run, area: Area, start: int, align: Align) -> None:
        self.layout, self.block, self.run, self.area, self.start, self.align = layout, block, run, area, start, align

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
        align, (left, top) = self.align, self.box[:2]
        behind = (
            0.0 if block.right_to_left or align == "center" or len(block.lines) > 1 else max(0.0, self.block.width - block.width)
        )  # 0.8 is wider than 3.1
        settings = self.layout.settings
        picture = backdrop.picture(self.layout.theme, settings.width, settings.height).crop(self.box)
        block.draw(Canvas(picture), self.area.left - left + behind, self.area.top - top, self.area.width, align)
        seen = surface(np.asarray(picture), yuv=part.yuv)
        for plane, shown in zip(part.planes, seen.planes, strict=True):
            mix(plane, shown, np.int16(FULL * min(1.0, done * FADES)))
