"""A number as large as the picture allows, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.kinds import text
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Layout, build_head, largest, placed
from videogen.scenes.reveal_timing import starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.text_block import TextBlock
from videogen.script import inline, spoken_text
from videogen.script.models import BigNumberScene, Scene, TextScene

NUMBER_SIZES = (430, 390, 350, 315, 280, 250, 220, 195, 170, 150, 130, 110, 96)
TEXT_SIZES = (84, 76, 70, 64, 58, 52, 48, 44, 40, 37)
TEXT_LINES = 4
TEXT_SHARE = 0.9


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


def layers(scene: BigNumberScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
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
    return (
        fitted.head.layer(),
        Layer(number, min(start, 6), ENTRANCE_FRAMES, layout.px(14)),
        Layer(words, then, ENTRANCE_FRAMES - 3, layout.px(14)),
    )
