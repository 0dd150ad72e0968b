"""A heading and its points, each coming in as it is spoken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from videogen.scenes.clip import Timing
from videogen.scenes.layout import ENTRANCE_FRAMES, REVEAL_FRAMES, Head, Layer, Sheet, head, placed
from videogen.scenes.pen import Pen
from videogen.scenes.reveal import said, starts
from videogen.scenes.splitting import MOST_CHARACTERS, checked, divided, pages
from videogen.scenes.text import Block, block, plain_block
from videogen.script.models import ListItem, ListScene, Scene

SIZES_BY_LINES = ((72, 3), (64, 4), (57, 5), (52, 7), (47, 8), (42, 11), (38, 99))
"""Type sizes for 1080 lines, each with the most lines that may be set in it."""

CARRIED_SIZE = 42
MEASURE = 36
CLOSE = 0.55
"""The least room before a point of the first level, in its size."""

APART = (1.0, 0.75)
AIRY_UP_TO = 0.66
"""Points stand further apart, by one of APART, where they then fill no more than this share of the body."""

DEEPER = 0.92
"""Size of the points below the first level, as a share."""


@dataclass(frozen=True)
class Point:
    """One item as set: its mark stands left of `indent` (right of it in text written to the left)."""

    item: ListItem
    block: Block
    number: Block | None
    indent: float
    gap: float


@dataclass(frozen=True)
class Points:
    """Items as set under a head."""

    head: Head
    points: tuple[Point, ...]
    size: float

    @property
    def height(self) -> float:
        return sum(point.gap + point.block.height for point in self.points)


def _at(sheet: Sheet, scene: ListScene, over: Head, of: float, apart: float = CLOSE) -> Points:
    size = sheet.size(of)
    width = min(over.body.width, size * MEASURE)
    gutter = _gutter(sheet, scene.items, size)
    deepest = max((item.level for item in scene.items), default=0)
    step = min(size * 1.25, width * 0.35 / max(1, deepest))
    points = tuple(_point(sheet, item, size, gutter, step, width, 0.0 if n == 0 else apart) for n, item in enumerate(scene.items))
    return Points(over, points, size)


def _gutter(sheet: Sheet, items: Sequence[ListItem], size: float) -> float:
    """Room for the marks: the widest number decides."""
    numbers = [_number(sheet, item.number, size, size * 20).width for item in items if item.number is not None]
    return max([size * 0.95, *(width + size * 0.55 for width in numbers)])


def _number(sheet: Sheet, number: int, size: float, width: float) -> Block:
    return plain_block(f"{number}.", sheet.type(size, sheet.theme.accent, 600), width)


def _point(sheet: Sheet, item: ListItem, size: float, gutter: float, step: float, width: float, apart: float) -> Point:
    own = size if item.level == 0 else max(sheet.size(0), size * DEEPER)
    indent = gutter + step * item.level
    colour = sheet.theme.muted if item.checked else sheet.theme.text if item.level == 0 else sheet.theme.soft
    type_ = replace(sheet.type(own, colour, leading=1.34), strong=sheet.theme.text)
    set_ = block(item.text, type_, width - indent, balance=0.8)
    number = _number(sheet, item.number, own, gutter) if item.number is not None else None
    gap = round(size * apart * (1.0 if item.level == 0 else 0.55))
    return Point(item, set_, number, indent, gap)


def _set(scene: ListScene, sheet: Sheet, over: Head) -> Points | None:
    """The points at the largest size at which they fit; None when they fit at none. Carried-on pages have one size."""
    if scene.pages > 1:
        points = _at(sheet, scene, over, CARRIED_SIZE)
        return points if points.height <= over.body.height else None
    for of, most in SIZES_BY_LINES:
        points = _at(sheet, scene, over, of)
        lines = sum(len(point.block.lines) for point in points.points)
        if points.height <= over.body.height and lines <= most:
            airy = (_at(sheet, scene, over, of, apart) for apart in APART)
            return next((one for one in airy if one.height <= over.body.height * AIRY_UP_TO), points)
    return None


def split(scene: ListScene, sheet: Sheet) -> tuple[Scene, ...]:
    """Cut between items; an item that fills a page by itself at sentence ends."""
    over = head(sheet, scene, carried=True)
    if sum(len(item.text) for item in scene.items) <= MOST_CHARACTERS and _set(scene, sheet, head(sheet, scene)):
        return (scene,)
    room = over.body.height
    whole = _at(sheet, scene, over, CARRIED_SIZE)
    items: list[ListItem] = []
    for item, point in zip(scene.items, whole.points, strict=True):
        items.extend(_parts(sheet, over, item, point, room * 0.55))
    whole = _at(sheet, scene.model_copy(update={"items": tuple(items)}), over, CARRIED_SIZE)
    heights = [point.block.height for point in whole.points]

    def make(of: Sequence[ListItem]) -> ListScene:
        return scene.model_copy(update={"items": tuple(of), "pages": 2})

    found = pages(heights, [round(whole.size * CLOSE)] * len(heights), room)
    return tuple(part for page in found for part in checked(items[page], make, lambda part: _set(part, sheet, over) is not None))


def _parts(sheet: Sheet, over: Head, item: ListItem, point: Point, room: float) -> list[ListItem]:
    """The item, in several when it is higher than the room."""
    if point.block.height <= room:
        return [item]
    width = min(over.body.width, sheet.size(CARRIED_SIZE) * MEASURE) - point.indent
    stretches = divided(item.text, lambda one: block(one, point.block.type, width, balance=0.8).height <= room)
    return [item.model_copy(update={"text": stretch.text}) for stretch in stretches]


def layers(scene: ListScene, sheet: Sheet, timing: Timing) -> tuple[Layer, ...]:
    over = head(sheet, scene)
    points = _set(scene, sheet, over)
    if points is None:
        return ()
    body = over.body
    y = placed(body, points.height, carried=scene.pages > 1)
    found = [over.layer()]
    for point, start in zip(points.points, starts(scene, [_spoken(item) for item in scene.items], sheet, timing), strict=True):
        y += point.gap
        found.append(_layer(sheet, over, point, y, start))
        y += point.block.height
    return tuple(found)


def _spoken(item: ListItem) -> str:
    text = said(item.text)
    return f"{item.number}. {text}" if item.number is not None and text else text


def _layer(sheet: Sheet, over: Head, point: Point, y: float, start: int) -> Layer:
    def paint(pen: Pen) -> None:
        body, rtl = over.body, point.block.right_to_left
        left = body.left if rtl else body.left + point.indent
        _mark(sheet, pen, point, body.right - point.indent if rtl else left, y)
        point.block.draw(pen, left, y, body.width - point.indent)

    return Layer(paint, start, max(REVEAL_FRAMES, ENTRANCE_FRAMES - start), sheet.px(14))


def _mark(sheet: Sheet, pen: Pen, point: Point, edge: float, y: float) -> None:
    """Number, tick box or dot, beside the first line; `edge` is where the text begins."""
    size, item, theme = point.block.type.size, point.item, sheet.theme
    to_the_left = -1 if not point.block.right_to_left else 1
    middle = y + point.block.line_height / 2 + size * 0.02
    if item.checked is not None:
        side = size * 0.62
        centre = edge + to_the_left * size * 0.68
        box = (centre - side / 2, middle - side / 2, centre + side / 2, middle + side / 2)
        if not item.checked:
            pen.rounded(box, side * 0.22, theme.panel, theme.muted, max(1.0, size / 18))
        else:
            pen.rounded(box, side * 0.22, theme.accent)
            shape = ((-0.24, 0.02), (-0.06, 0.2), (0.26, -0.18))
            pen.line([(centre + x * side, middle + down * side) for x, down in shape], side * 0.13, theme.background)
    elif point.number is not None:
        gap = size * 0.55
        x = edge - gap - point.number.width if to_the_left < 0 else edge + gap
        offset = (point.block.line_height - point.number.line_height) / 2
        point.number.draw(pen, x, y + offset)
    else:
        centre = edge + to_the_left * size * 0.62
        ring = size * 0.055 if item.level % 2 else None
        pen.circle((centre, middle), size * (0.11 if item.level else 0.13), theme.muted if item.level else theme.accent, ring)
