"""Someone's words."""

from __future__ import annotations

from dataclasses import dataclass

from videogen.scenes.canvas import Pen
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Sheet, head, placed
from videogen.scenes.scene_clip import Timing
from videogen.scenes.splitting import MOST_CHARACTERS, divided
from videogen.scenes.text_block import Block, block, plain_block
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
        return round(self.words.type.size * 0.7) if self.by else 0.0

    @property
    def height(self) -> float:
        return self.words.height + self.gap + (self.by.height if self.by else 0.0)


def _at(scene: QuoteScene, sheet: Sheet, over: Head, of: float) -> Quote:
    size = sheet.size(of)
    width = min(over.body.width - _inset(sheet), size * MEASURE)
    words = block(scene.text, sheet.type(size, weight=450, leading=1.36), width, balance=0.7)
    by = None
    if scene.by.strip():
        quiet = sheet.type(max(sheet.size(BY_SIZE), size * BY_SHARE), sheet.theme.soft, 500)
        by = plain_block(f"— {scene.by}", quiet, over.body.width - _inset(sheet), balance=0.7)
    return Quote(over, words, by)


def _inset(sheet: Sheet) -> int:
    return sheet.px(56 * sheet.narrow)


def _set(scene: QuoteScene, sheet: Sheet, over: Head) -> Quote | None:
    """The quote at the largest size at which it fits; None when it fits at none. Carried-on pages have one size."""
    for of, most in ((CARRIED_SIZE, 99),) if scene.pages > 1 else SIZES_BY_LINES:
        quote = _at(scene, sheet, over, of)
        if quote.height <= over.body.height and len(quote.words.lines) <= sheet.lines(most) and (not quote.by or len(quote.by.lines) <= 3):
            return quote
    return None


def split(scene: QuoteScene, sheet: Sheet) -> tuple[Scene, ...]:
    """Cut at sentence ends; each part says whose words they are. A very long name is set with the words."""
    over = head(sheet, scene, carried=True)
    if len(scene.text) <= MOST_CHARACTERS and _set(scene, sheet, head(sheet, scene)):
        return (scene,)
    by = _at(scene, sheet, over, CARRIED_SIZE).by
    if by and len(by.lines) > 3:
        return split(scene.model_copy(update={"text": f"{scene.text} — {markup([Run(scene.by)])}", "by": ""}), sheet)

    def fits(part: str) -> bool:
        return _set(scene.model_copy(update={"text": part, "pages": 2}), sheet, over) is not None

    return tuple(scene.model_copy(update={"text": stretch.text}) for stretch in divided(scene.text, fits))


def layers(scene: QuoteScene, sheet: Sheet, timing: Timing) -> tuple[Layer, ...]:
    over = head(sheet, scene)
    quote = _set(scene, sheet, over)
    if quote is None:
        return ()

    def paint(pen: Pen) -> None:
        body = over.body
        y = placed(body, quote.height)
        bar = sheet.px(8)
        x = body.right - bar if quote.words.right_to_left else body.left
        pen.rounded((x, y, x + bar, y + quote.height), bar / 2, sheet.theme.accent)
        left, width = body.left, body.width - _inset(sheet)
        if not quote.words.right_to_left:
            left += _inset(sheet)
        quote.words.draw(pen, left, y, width)
        if quote.by:
            quote.by.draw(pen, left, y + quote.words.height + quote.gap, width)

    return (over.layer(), Layer(paint, 3, ENTRANCE_FRAMES - 3, sheet.px(18)))
