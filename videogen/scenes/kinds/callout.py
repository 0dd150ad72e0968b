"""A heading and a card in a colour of its own, with a title, prose and points: a note, a tip, a warning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from videogen.scenes.canvas import Pen
from videogen.scenes.kinds import list as points
from videogen.scenes.kinds import text
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Sheet, head, placed
from videogen.scenes.points import Point, paint_point, set_points
from videogen.scenes.scene_clip import Timing
from videogen.scenes.splitting import MOST_CHARACTERS, checked, divided
from videogen.scenes.text_block import Block, block
from videogen.scenes.theme import Colour, Theme, mixed
from videogen.script import inline
from videogen.script.models import CalloutScene, ListItem, ListScene, Scene, TextScene

SIZES = (60, 54, 48, 44, 40, 36, 33)
CARRIED_SIZE = 40
MEASURE = 36
TITLE_SHARE = 1.06
PARAGRAPH_GAP = 0.65
BAR = 10
TINT = 0.1
"""Share of a callout's colour in the ground of its card."""


@dataclass(frozen=True)
class Entry:
    """A block with the gap above it, and the point whose text it is."""

    block: Block
    gap: float
    point: Point | None = None


@dataclass(frozen=True)
class Card:
    """A callout as set under a head."""

    head: Head
    entries: tuple[Entry, ...]
    pad: float
    width: float

    @property
    def height(self) -> float:
        return 2 * self.pad + sum(entry.gap + entry.block.height for entry in self.entries)


def colour_of(tone: str, theme: Theme) -> Colour:
    """The colour of a callout's bar and title."""
    syntax = theme.syntax
    return {
        "note": syntax.name,
        "tip": syntax.string,
        "important": syntax.number,
        "warning": theme.accent,
        "danger": syntax.error,
        "example": theme.soft,
    }[tone]


def _entries(scene: CalloutScene, sheet: Sheet, size: float, width: float) -> Iterator[Entry]:
    gap = 0.0
    if scene.title.strip():
        type_ = sheet.type(size * TITLE_SHARE, colour_of(scene.tone, sheet.theme), 650, 1.24)
        yield Entry(block(scene.title, type_, width, balance=0.6), 0.0)
        gap = round(size * 0.55)
    for paragraph in scene.paragraphs:
        if paragraph.strip():
            yield Entry(block(paragraph, sheet.type(size, leading=1.36), width, balance=0.85), gap)
            gap = round(size * PARAGRAPH_GAP)
    for n, point in enumerate(set_points(sheet, scene.items, size, width)):
        yield Entry(point.block, gap if n == 0 else point.gap, point)


def _at(scene: CalloutScene, sheet: Sheet, over: Head, of: float) -> Card:
    size = sheet.size(of)
    pad = round(min(sheet.px(52), over.body.width * 0.06))
    width = min(over.body.width, size * MEASURE + 2 * pad)
    return Card(over, tuple(_entries(scene, sheet, size, width - 2 * pad - sheet.px(BAR))), pad, width)


def _set(scene: CalloutScene, sheet: Sheet, over: Head) -> Card | None:
    """The card at the largest size at which it fits; None when it fits at none. Carried-on pages have one size."""
    if sum(map(len, scene.paragraphs)) + sum(len(item.text) for item in scene.items) > MOST_CHARACTERS:
        return None
    for of in (CARRIED_SIZE,) if scene.pages > 1 else SIZES:
        card = _at(scene, sheet, over, of)
        if card.height <= over.body.height:
            return card
    return None


Unit = tuple[str, ListItem | None]


def split(scene: CalloutScene, sheet: Sheet) -> tuple[Scene, ...]:
    """Cut between paragraphs and points, those at sentence ends; each part has the title. One too long to stand above becomes prose."""
    if _set(scene, sheet, head(sheet, scene)):
        return (scene,)
    over = head(sheet, scene, carried=True)
    title = scene.model_copy(update={"paragraphs": (), "items": (), "pages": 2})
    if _at(title, sheet, over, CARRIED_SIZE).height > over.body.height * 0.5:
        return tuple(_written_out(scene, sheet))

    def fits(part: CalloutScene) -> bool:
        return _set(part, sheet, over) is not None

    def alone(written: str, item: ListItem | None = None) -> CalloutScene:
        shown = {"items": (item.model_copy(update={"text": written}),)} if item else {"paragraphs": (written,)}
        return title.model_copy(update=shown)

    def fits_as(item: ListItem, written: str) -> bool:
        return fits(alone(written, item))

    units: list[Unit] = []
    for paragraph in scene.paragraphs:
        if paragraph.strip():
            units.extend((part.text, None) for part in divided(paragraph, lambda one: fits(alone(one))))
    for item in scene.items:
        if fits(alone(item.text, item)):
            units.append((item.text, item))
        else:
            units.extend((part.text, item) for part in divided(item.text, partial(fits_as, item)))

    def make(of: Sequence[Unit]) -> CalloutScene:
        items = tuple(item.model_copy(update={"text": written}) for written, item in of if item)
        return title.model_copy(update={"paragraphs": tuple(written for written, item in of if item is None), "items": items})

    parts = list(checked(units, make, fits))
    return tuple(parts) if all(map(fits, parts)) else tuple(_written_out(scene, sheet))


def _written_out(scene: CalloutScene, sheet: Sheet) -> Iterator[Scene]:
    """The callout as prose and points below the scene's heading."""
    title = inline.markup([replace(run, bold=True) for run in inline.runs(scene.title)])
    prose = tuple(part for part in (title, *scene.paragraphs) if part.strip())
    if prose:
        yield from text.split(TextScene(kind="text", heading=scene.heading, paragraphs=prose, pages=2, footnotes=scene.footnotes), sheet)
    if scene.items:
        listed = ListScene(kind="list", heading=scene.heading, items=scene.items, pages=2, footnotes=scene.footnotes)
        yield from points.split(listed, sheet)


def layers(scene: CalloutScene, sheet: Sheet, timing: Timing) -> tuple[Layer, ...]:
    over = head(sheet, scene)
    card = _set(scene, sheet, over)
    if card is None:
        return ()
    return (over.layer(), Layer(partial(_paint, sheet=sheet, scene=scene, card=card), 3, ENTRANCE_FRAMES - 3, sheet.px(18)))


def _paint(pen: Pen, *, sheet: Sheet, scene: CalloutScene, card: Card) -> None:
    body = card.head.body
    colour = colour_of(scene.tone, sheet.theme)
    left, top = round(body.left), round(placed(body, card.height, carried=scene.pages > 1))
    right, bottom = round(left + card.width), round(top + card.height)
    bar = sheet.px(BAR)
    right_to_left = bool(card.entries) and card.entries[0].block.right_to_left
    ground = mixed(sheet.theme.panel, colour, TINT)
    pen.rounded((left, top, right, bottom), sheet.px(14), ground, mixed(sheet.theme.edge, colour, 0.25))
    side = (right - bar, top, right, bottom) if right_to_left else (left, top, left + bar, bottom)
    pen.rounded(side, bar / 2, colour)
    x, width = left + card.pad + (0 if right_to_left else bar), card.width - 2 * card.pad - bar
    y = top + card.pad
    for entry in card.entries:
        y += entry.gap
        if entry.point:
            paint_point(pen, sheet, entry.point, x, width, y)
        else:
            entry.block.draw(pen, x, y, width)
        y += entry.block.height
