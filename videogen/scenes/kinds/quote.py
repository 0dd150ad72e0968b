"""Someone's words."""

from __future__ import annotations

from dataclasses import dataclass

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Layout, head, placed
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, divided
from videogen.scenes.text.text_block import Block, block, plain_block
from videogen.script.inline import Run, markup
from videogen.script.models import QuoteScene, Scene

SIZES_BY_LINES = ((96, 2), (84, 3), (74, 4), (66, 5), (60, 6), (54, 8), (48, 99))
CARRIED_SIZE = 52
MEASURE = 30
BY_SIZE = 36
BY_SHARE = 0.5


@dataclass(frozen=True)
class Quote:
    """The words and who said them, as set beside a bar of accent."""

    head: Head
    words: Block
    by: Block | None

    @property
    def gap(self) -> float:
        return round(self.words.text_style.size * 0.7) if self.by else 0.0

    @property
    def height(self) -> float:
        return self.words.height + self.gap + (self.by.height if self.by else 0.0)


def _at(scene: QuoteScene, layout: Layout, over: Head, of: float) -> Quote:
    size = layout.size(of)
    width = min(over.body.width - _inset(layout), size * MEASURE)
    words = block(scene.text, layout.text_style(size, weight=450, leading=1.36), width, balance=0.7)
    by = None
    if scene.by.strip():
        quiet = layout.text_style(max(layout.size(BY_SIZE), size * BY_SHARE), layout.theme.soft, 500)
        by = plain_block(f"— {scene.by}", quiet, over.body.width - _inset(layout), balance=0.7)
    return Quote(over, words, by)


def _inset(layout: Layout) -> int:
    return layout.px(56 * layout.narrow)


def _set(scene: QuoteScene, layout: Layout, over: Head) -> Quote | None:
    """The quote at the largest size at which it fits; None when it fits at none. Carried-on pages have one size."""
    for of, most in ((CARRIED_SIZE, 99),) if scene.pages > 1 else SIZES_BY_LINES:
        quote = _at(scene, layout, over, of)
        if quote.height <= over.body.height and len(quote.words.lines) <= layout.lines(most) and (not quote.by or len(quote.by.lines) <= 3):
            return quote
    return None


def split(scene: QuoteScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut at sentence ends; each part says whose words they are. A very long name is set with the words."""
    over = head(layout, scene, carried=True)
    if len(scene.text) <= MOST_CHARACTERS and _set(scene, layout, head(layout, scene)):
        return (scene,)
    by = _at(scene, layout, over, CARRIED_SIZE).by
    if by and len(by.lines) > 3:
        return split(scene.model_copy(update={"text": f"{scene.text} — {markup([Run(scene.by)])}", "by": ""}), layout)

    def fits(part: str) -> bool:
        return _set(scene.model_copy(update={"text": part, "pages": 2}), layout, over) is not None

    return tuple(scene.model_copy(update={"text": stretch.text}) for stretch in divided(scene.text, fits))


def layers(scene: QuoteScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    over = head(layout, scene)
    quote = _set(scene, layout, over)
    if quote is None:
        return ()

    def paint(canvas: Canvas) -> None:
        body = over.body
        y = placed(body, quote.height)
        bar = layout.px(8)
        x = body.right - bar if quote.words.right_to_left else body.left
        canvas.rounded((x, y, x + bar, y + quote.height), bar / 2, layout.theme.accent)
        left, width = body.left, body.width - _inset(layout)
        if not quote.words.right_to_left:
            left += _inset(layout)
        quote.words.draw(canvas, left, y, width)
        if quote.by:
            quote.by.draw(canvas, left, y + quote.words.height + quote.gap, width)

    return (over.layer(), Layer(paint, 3, ENTRANCE_FRAMES - 3, layout.px(18)))
