"""Someone's words."""

from __future__ import annotations

from dataclasses import dataclass

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Layout, build_head, placed
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, divided
from videogen.scenes.text.text_block import TextBlock, block, plain_block
from videogen.script.inline import Run, markup
from videogen.script.models import QuoteScene, Scene

SIZES_BY_LINES = ((136, 3), (124, 4), (112, 5), (102, 5), (92, 6), (84, 6), (76, 7), (68, 8), (62, 9), (56, 10), (50, 11), (44, 99))
LINES_AT: dict[float, int] = dict(SIZES_BY_LINES)
CARRIED_SIZE = 44
MEASURE = 30
BY_SIZE = 36
BY_SHARE = 0.45


@dataclass(frozen=True)
class QuoteLayout:
    """The words and who said them, as set beside a bar of accent."""

    head: Head
    words: TextBlock
    by: TextBlock | None

    @property
    def gap(self) -> float:
        return round(self.words.text_style.size * 0.7) if self.by else 0.0

    @property
    def height(self) -> float:
        return self.words.height + self.gap + (self.by.height if self.by else 0.0)


def _lay_out(scene: QuoteScene, layout: Layout, head: Head, of: float) -> QuoteLayout:
    size = layout.size(of)
    width = min(head.body.width - _inset(layout), size * MEASURE)
    words = block(scene.text, layout.text_style(size, weight=450, leading=1.36), width, balance=0.7)
    by = None
    if scene.by.strip():
        quiet = layout.text_style(max(layout.size(BY_SIZE), size * BY_SHARE), layout.theme.soft, 500)
        by = plain_block(f"— {scene.by}", quiet, head.body.width - _inset(layout), balance=0.7)
    return QuoteLayout(head, words, by)


def _inset(layout: Layout) -> int:
    return layout.px(56 * layout.narrow)


def _fit(scene: QuoteScene, layout: Layout, head: Head) -> QuoteLayout | None:
    """Return the quote at the largest size at which it fits; None when it fits at none.

    Carried-on pages have one size.
    """
    for of in (CARRIED_SIZE,) if scene.pages > 1 else layout.body_sizes(tuple(LINES_AT), head):
        quote = _lay_out(scene, layout, head, of)
        fits = quote.height <= head.body.height and not (quote.words.broken and of > CARRIED_SIZE)
        if fits and len(quote.words.lines) <= layout.lines(LINES_AT.get(of, 99)) and (not quote.by or len(quote.by.lines) <= 3):
            return quote
    return None


def split(scene: QuoteScene, layout: Layout) -> tuple[Scene, ...]:
    """Split at sentence ends. Each part names the author; a very long name is set with the words."""
    head = build_head(layout, scene, carried=True)
    if len(scene.text) <= MOST_CHARACTERS and _fit(scene, layout, build_head(layout, scene)):
        return (scene,)
    by = _lay_out(scene, layout, head, CARRIED_SIZE).by
    if by and len(by.lines) > 3:
        return split(scene.model_copy(update={"text": f"{scene.text} — {markup([Run(scene.by)])}", "by": ""}), layout)

    def fits(part: str) -> bool:
        return _fit(scene.model_copy(update={"text": part, "pages": 2}), layout, head) is not None

    return tuple(scene.model_copy(update={"text": stretch.text}) for stretch in divided(scene.text, fits))


def layers(scene: QuoteScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    head = build_head(layout, scene)
    quote = _fit(scene, layout, head)
    if quote is None:
        return ()

    def paint(canvas: Canvas) -> None:
        body = head.body
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

    return (head.layer(), Layer(paint, 3, ENTRANCE_FRAMES - 3, layout.px(18)))
