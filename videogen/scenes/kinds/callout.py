"""A heading and a card in a colour of its own, with a title, prose and points: a note, a tip, a warning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from videogen.scenes.bullets import Bullet, lay_out_bullets, paint_bullet
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.kinds import list as points
from videogen.scenes.kinds import text
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Layout, build_head, placed
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, checked, divided
from videogen.scenes.text.text_block import TextBlock, block
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
class CalloutEntry:
    """A block with the gap above it, and the point whose text it is."""

    block: TextBlock
    gap: float
    point: Bullet | None = None


@dataclass(frozen=True)
class CalloutCard:
    """A callout as set under a head."""

    head: Head
    entries: tuple[CalloutEntry, ...]
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


def _entries(scene: CalloutScene, layout: Layout, size: float, width: float) -> Iterator[CalloutEntry]:
    gap = 0.0
    if scene.title.strip():
        text_style = layout.text_style(size * TITLE_SHARE, colour_of(scene.tone, layout.theme), 650, 1.24)
        yield CalloutEntry(block(scene.title, text_style, width, balance=0.6), 0.0)
        gap = round(size * 0.55)
    for paragraph in scene.paragraphs:
        if paragraph.strip():
            yield CalloutEntry(block(paragraph, layout.text_style(size, leading=1.36), width, balance=0.85), gap)
            gap = round(size * PARAGRAPH_GAP)
    for n, point in enumerate(lay_out_bullets(layout, scene.items, size, width)):
        yield CalloutEntry(point.block, gap if n == 0 else point.gap, point)


def _lay_out(scene: CalloutScene, layout: Layout, head: Head, of: float) -> CalloutCard:
    size = layout.size(of)
    pad = round(min(layout.px(52), head.body.width * 0.06))
    width = min(head.body.width, size * MEASURE + 2 * pad)
    return CalloutCard(head, tuple(_entries(scene, layout, size, width - 2 * pad - layout.px(BAR))), pad, width)


def _fit(scene: CalloutScene, layout: Layout, head: Head) -> CalloutCard | None:
    """The card at the largest size at which it fits; None when it fits at none. Carried-on pages have one size."""
    if sum(map(len, scene.paragraphs)) + sum(len(item.text) for item in scene.items) > MOST_CHARACTERS:
        return None
    for of in (CARRIED_SIZE,) if scene.pages > 1 else SIZES:
        card = _lay_out(scene, layout, head, of)
        if card.height <= head.body.height:
            return card
    return None


Unit = tuple[str, ListItem | None]


def split(scene: CalloutScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut between paragraphs and points, those at sentence ends; each part has the title. One too long to stand above becomes prose."""
    if _fit(scene, layout, build_head(layout, scene)):
        return (scene,)
    head = build_head(layout, scene, carried=True)
    title = scene.model_copy(update={"paragraphs": (), "items": (), "pages": 2})
    if _lay_out(title, layout, head, CARRIED_SIZE).height > head.body.height * 0.5:
        return tuple(_write_out(scene, layout))

    def fits(part: CalloutScene) -> bool:
        return _fit(part, layout, head) is not None

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
    return tuple(parts) if all(map(fits, parts)) else tuple(_write_out(scene, layout))


def _write_out(scene: CalloutScene, layout: Layout) -> Iterator[Scene]:
    """The callout as prose and points below the scene's heading."""
    title = inline.markup([replace(run, bold=True) for run in inline.runs(scene.title)])
    prose = tuple(part for part in (title, *scene.paragraphs) if part.strip())
    if prose:
        yield from text.split(TextScene(kind="text", heading=scene.heading, paragraphs=prose, pages=2, footnotes=scene.footnotes), layout)
    if scene.items:
        listed = ListScene(kind="list", heading=scene.heading, items=scene.items, pages=2, footnotes=scene.footnotes)
        yield from points.split(listed, layout)


def layers(scene: CalloutScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    head = build_head(layout, scene)
    card = _fit(scene, layout, head)
    if card is None:
        return ()
    return (head.layer(), Layer(partial(_paint, layout=layout, scene=scene, card=card), 3, ENTRANCE_FRAMES - 3, layout.px(18)))


def _paint(canvas: Canvas, *, layout: Layout, scene: CalloutScene, card: CalloutCard) -> None:
    body = card.head.body
    colour = colour_of(scene.tone, layout.theme)
    left, top = round(body.left), round(placed(body, card.height, carried=scene.pages > 1))
    right, bottom = round(left + card.width), round(top + card.height)
    bar = layout.px(BAR)
    right_to_left = bool(card.entries) and card.entries[0].block.right_to_left
    ground = mixed(layout.theme.panel, colour, TINT)
    canvas.rounded((left, top, right, bottom), layout.corner(14), ground, mixed(layout.theme.edge, colour, 0.25))
    side = (right - bar, top, right, bottom) if right_to_left else (left, top, left + bar, bottom)
    canvas.rounded(side, bar / 2, colour)
    x, width = left + card.pad + (0 if right_to_left else bar), card.width - 2 * card.pad - bar
    y = top + card.pad
    for entry in card.entries:
        y += entry.gap
        if entry.point:
            paint_bullet(canvas, layout, entry.point, x, width, y)
        else:
            entry.block.draw(canvas, x, y, width)
        y += entry.block.height
