"""Points of a list as set and drawn: number, tick box or dot, and the text beside it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import LEAST_BODY, Layout
from videogen.scenes.text import bidi
from videogen.scenes.text.text_block import TextBlock, block, plain_block
from videogen.script.models import ListItem

Mark = Literal["dot", "target", "box"]
"""What stands before a point of the first level that has neither a number nor a box of its own."""

CLOSE = 0.55
"""The least room before a point of the first level, in its size."""

RIGHT_TO_LEFT_MARK = "\u200f"
NUMBER_GAP = 0.55
WIDEST_GUTTER = 0.4
"""Share of the width that marks may take at most."""

DEEPER = 0.92
"""Size of the points below the first level, as a share."""


@dataclass(frozen=True)
class Bullet:
    """One item as set: its mark stands left of `indent` (right of it in text written to the left)."""

    item: ListItem
    block: TextBlock
    number: TextBlock | None
    indent: float
    gap: float
    mark: Mark = "dot"


def lay_out_bullets(
    layout: Layout, items: Sequence[ListItem], size: float, width: float, apart: float = CLOSE, mark: Mark = "dot"
) -> tuple[Bullet, ...]:
    """Lay out points in a width in pixels, with a gap of `apart` sizes before each but the first."""
    gutter = min(_gutter(layout, items, size), width * WIDEST_GUTTER)
    deepest = max((item.level for item in items), default=0)
    step = min(size * 1.25, width * 0.35 / max(1, deepest))
    is_right_to_left = any(bidi.is_right_to_left(item.text) for item in items)
    turned = [item.model_copy(update={"text": _turned(item.text)}) if is_right_to_left else item for item in items]
    return tuple(_point(layout, item, size, gutter, step, width, 0.0 if n == 0 else apart, mark) for n, item in enumerate(turned))


def _turned(text: str) -> str:
    """Let a point without letters, such as a number, begin at the right, as its neighbours do."""
    has_letters = any(unicodedata.bidirectional(character) in ("L", "R", "AL") for character in text)
    return text if has_letters else f"{RIGHT_TO_LEFT_MARK}{text}"


def paint_bullet(canvas: Canvas, layout: Layout, point: Bullet, left: float, width: float, y: float) -> None:
    """Draw a point in a width, its first line's top at y."""
    rtl = point.block.right_to_left
    start = left if rtl else left + point.indent
    above = point.block.lines[0].above if point.block.lines else 0.0
    _mark(layout, canvas, point, left + width - point.indent if rtl else start, y + above)
    point.block.draw(canvas, start, y, width - point.indent)


def _gutter(layout: Layout, items: Sequence[ListItem], size: float) -> float:
    """Return the width of the marks: that of the widest number."""
    numbers = [_number(layout, item.number, size).width for item in items if item.number is not None]
    return max([size * 0.95, *(width + size * NUMBER_GAP for width in numbers)])


def _number(layout: Layout, number: int, size: float, width: float = math.inf) -> TextBlock:
    """Return a number, in a smaller size if it is wider than `width`."""
    block = plain_block(f"{number}.", layout.text_style(size, layout.theme.accent, 600), size * 20)
    return block if block.width <= width else _number(layout, number, size * width / block.width * 0.98)


def _point(layout: Layout, item: ListItem, size: float, gutter: float, step: float, width: float, apart: float, mark: Mark) -> Bullet:
    own = size if item.level == 0 else max(layout.size(LEAST_BODY), size * DEEPER)
    indent = gutter + step * item.level
    colour = layout.theme.muted if item.checked and mark != "box" else layout.theme.text if item.level == 0 else layout.theme.soft
    text_style = replace(layout.text_style(own, colour, leading=1.34), strong=layout.theme.text)
    set_ = block(item.text, text_style, width - indent, balance=0.8)
    number = _number(layout, item.number, own, max(1.0, gutter - own * NUMBER_GAP)) if item.number is not None else None
    gap = round(size * apart * (1.0 if item.level == 0 else 0.55))
    return Bullet(item, set_, number, indent, gap, mark)


def _mark(layout: Layout, canvas: Canvas, point: Bullet, edge: float, y: float) -> None:
    """Draw a number, tick box or dot beside the first line. `edge` is where the text begins."""
    size, item, theme = point.block.text_style.size, point.item, layout.theme
    to_the_left = -1 if not point.block.right_to_left else 1
    middle = y + point.block.line_height / 2 + size * 0.02
    is_plain = item.checked is None and point.number is None and item.level == 0
    if item.checked is not None or (is_plain and point.mark == "box"):
        side = size * 0.62
        centre = edge + to_the_left * size * 0.68
        box = (centre - side / 2, middle - side / 2, centre + side / 2, middle + side / 2)
        if not item.checked:
            canvas.rounded(box, side * 0.22, theme.panel, theme.muted, max(1.0, size / 18))
        else:
            canvas.rounded(box, side * 0.22, theme.accent)
            shape = ((-0.24, 0.02), (-0.06, 0.2), (0.26, -0.18))
            canvas.line([(centre + x * side, middle + down * side) for x, down in shape], side * 0.13, theme.background)
    elif point.number is not None:
        gap = size * NUMBER_GAP
        x = edge - gap - point.number.width if to_the_left < 0 else edge + gap
        offset = (point.block.line_height - point.number.line_height) / 2
        point.number.draw(canvas, x, y + offset)
    elif is_plain and point.mark == "target":
        centre = edge + to_the_left * size * 0.62
        canvas.circle((centre, middle), size * 0.3, theme.accent, max(1.5, size * 0.07))
        canvas.circle((centre, middle), size * 0.12, theme.accent)
    else:
        centre = edge + to_the_left * size * 0.62
        ring = size * 0.055 if item.level % 2 else None
        canvas.circle((centre, middle), size * (0.11 if item.level else 0.13), theme.muted if item.level else theme.accent, ring)
