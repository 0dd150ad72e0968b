"""A heading and a card in a colour of its own, with a title, prose and points: a note, a warning, a problem, its solution, an exercise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from videogen.scenes.bullets import Bullet, lay_out_bullets, paint_bullet
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.kinds import plain_list as points
from videogen.scenes.kinds import text
from videogen.scenes.layout import ENTRANCE_FRAMES, POSTER_CHARACTERS, Head, Layer, Layout, build_head, largest_that_may_fit, placed
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, checked, divided
from videogen.scenes.text.text_block import TextBlock, block, plain_block
from videogen.scenes.theme import Colour, Theme, mixed
from videogen.script import inline
from videogen.script.models import CalloutScene, ExerciseScene, ListItem, ListScene, ProblemScene, Scene, SolutionScene, TextScene

AnyCard = CalloutScene | ProblemScene | SolutionScene | ExerciseScene

SIZES = (120, 111, 103, 96, 90, 83, 76, 70, 65, 60, 56, 52, 48, 44, 40, 36)
CARRIED_SIZE = 40
MEASURE = 36
TITLE_SHARE = 1.06
PARAGRAPH_GAP = 0.65
STRETCH = 0.6
"""Share of what is free by which a card is made higher than what is on it."""
BAR = 10
TINT = 0.1
"""Share of a callout's colour in the ground of its card; the rest is the background, whose colour none of them makes muddy."""


TONES = {"problem": "important", "solution": "tip", "exercise": "note"}
"""The colours of the cards of lessons, which have a sign in their corner."""

SIGN_RADIUS = 0.62


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
    size: float
    room: float = 0.0
    """Above and below what is on the card, beside the padding."""

    @property
    def height(self) -> float:
        return 2 * (self.pad + self.room) + sum(entry.gap + entry.block.height for entry in self.entries)


def tone_of(scene: AnyCard) -> str:
    return scene.tone if isinstance(scene, CalloutScene) else TONES[scene.kind]


def colour_of(tone: str, theme: Theme) -> Colour:
    """Return the colour of a callout's bar and title."""
    syntax = theme.syntax
    return {
        "note": syntax.name,
        "tip": syntax.string,
        "important": syntax.number,
        "warning": theme.accent,
        "danger": syntax.error,
        "example": theme.soft,
    }[tone]


def _entries(scene: AnyCard, layout: Layout, size: float, width: float) -> Iterator[CalloutEntry]:
    gap = 0.0
    if scene.title.strip():
        text_style = layout.text_style(size * TITLE_SHARE, colour_of(tone_of(scene), layout.theme), 650, 1.24)
        beside = 0.0 if isinstance(scene, CalloutScene) else size * SIGN_RADIUS * 2.6
        yield CalloutEntry(block(scene.title, text_style, width - beside, balance=0.6), 0.0)
        gap = round(size * 0.55)
    for paragraph in scene.paragraphs:
        if paragraph.strip():
            yield CalloutEntry(block(paragraph, layout.text_style(size, leading=1.36), width, balance=0.85), gap)
            gap = round(size * PARAGRAPH_GAP)
    for n, point in enumerate(lay_out_bullets(layout, scene.items, size, width)):
        yield CalloutEntry(point.block, gap if n == 0 else point.gap, point)


def _lay_out(scene: AnyCard, layout: Layout, head: Head, of: float) -> CalloutCard:
    size = layout.size(of)
    pad = round(min(layout.px(52), head.body.width * 0.06))
    width = min(head.body.width, size * MEASURE + 2 * pad)
    return CalloutCard(head, tuple(_entries(scene, layout, size, width - 2 * pad - layout.px(BAR))), pad, width, size)


def _fit(scene: AnyCard, layout: Layout, head: Head) -> CalloutCard | None:
    """Return the card at the largest size at which it fits; None when it fits at none.

    Carried-on pages have one size.
    """
    if sum(map(len, scene.paragraphs)) + sum(len(item.text) for item in scene.items) > MOST_CHARACTERS:
        return None
    most = math.inf
    for of in (CARRIED_SIZE,) if scene.pages > 1 else layout.body_sizes(SIZES, head):
        if layout.size(of) > most:
            continue
        card = _lay_out(scene, layout, head, of)
        most = largest_that_may_fit(card.size, card.height, head.body.height)
        if card.height <= head.body.height:
            free = head.body.height - card.height
            return replace(card, room=round(min(free * STRETCH / 2, card.size * 1.2))) if scene.pages == 1 else card
    return None


def _on_page(scene: AnyCard, layout: Layout) -> CalloutCard | None:
    """Return the card under its heading, both larger than usual where it says little, or None."""
    usual = _fit(scene, layout, build_head(layout, scene))
    written = len(scene.title) + sum(map(len, scene.paragraphs)) + sum(len(item.text) for item in scene.items)
    if usual is None or scene.pages > 1 or written > POSTER_CHARACTERS:
        return usual
    larger = _fit(scene, layout, build_head(layout, scene, poster=True))
    return larger if larger and larger.size > usual.size else usual


Unit = tuple[str, ListItem | None]


def split(scene: AnyCard, layout: Layout) -> tuple[Scene, ...]:
    """Split between paragraphs and points, and those at sentence ends.

    Each part has the title, which becomes prose if it is too long.
    """
    if _on_page(scene, layout):
        return (scene,)
    head = build_head(layout, scene, carried=True)
    title = scene.model_copy(update={"paragraphs": (), "items": (), "pages": 2})
    if _lay_out(title, layout, head, CARRIED_SIZE).height > head.body.height * 0.5:
        return tuple(_write_out(scene, layout))

    def fits(part: AnyCard) -> bool:
        return _fit(part, layout, head) is not None

    def alone(written: str, item: ListItem | None = None) -> AnyCard:
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

    def make(of: Sequence[Unit]) -> AnyCard:
        items = tuple(item.model_copy(update={"text": written}) for written, item in of if item)
        return title.model_copy(update={"paragraphs": tuple(written for written, item in of if item is None), "items": items})

    parts = list(checked(units, make, fits))
    return tuple(parts) if all(map(fits, parts)) else tuple(_write_out(scene, layout))


def _write_out(scene: AnyCard, layout: Layout) -> Iterator[Scene]:
    """Yield the callout as prose and points below the scene's heading."""
    title = inline.markup([replace(run, bold=True) for run in inline.runs(scene.title)])
    prose = tuple(part for part in (title, *scene.paragraphs) if part.strip())
    if prose:
        yield from text.split(TextScene(kind="text", heading=scene.heading, paragraphs=prose, pages=2, footnotes=scene.footnotes), layout)
    if scene.items:
        listed = ListScene(kind="list", heading=scene.heading, items=scene.items, pages=2, footnotes=scene.footnotes)
        yield from points.split(listed, layout)


def layers(scene: AnyCard, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    card = _on_page(scene, layout)
    if card is None:
        return ()
    return (card.head.layer(), Layer(partial(_paint, layout=layout, scene=scene, card=card), 3, ENTRANCE_FRAMES - 3, layout.px(18)))


def _paint(canvas: Canvas, *, layout: Layout, scene: AnyCard, card: CalloutCard) -> None:
    body = card.head.body
    colour = colour_of(tone_of(scene), layout.theme)
    left, top = round(body.left), round(placed(body, card.height, carried=scene.pages > 1))
    right, bottom = round(left + card.width), round(top + card.height)
    bar = layout.px(BAR)
    right_to_left = bool(card.entries) and card.entries[0].block.right_to_left
    ground = mixed(layout.theme.background, colour, TINT)
    canvas.rounded((left, top, right, bottom), layout.corner(14), ground, mixed(layout.theme.edge, colour, 0.25))
    side = (right - bar, top, right, bottom) if right_to_left else (left, top, left + bar, bottom)
    canvas.rounded(side, bar / 2, colour)
    if not isinstance(scene, CalloutScene) and scene.title.strip():
        radius = card.size * SIGN_RADIUS
        across = left + card.pad + radius if right_to_left else right - card.pad - radius
        _paint_sign(canvas, layout, scene.kind, (across, top + card.pad + card.room + card.size * TITLE_SHARE * 0.62), radius, colour)
    x, width = left + card.pad + (0 if right_to_left else bar), card.width - 2 * card.pad - bar
    y = top + card.pad + card.room
    for entry in card.entries:
        y += entry.gap
        if entry.point:
            paint_bullet(canvas, layout, entry.point, x, width, y)
        else:
            entry.block.draw(canvas, x, y, width)
        y += entry.block.height


def _paint_sign(canvas: Canvas, layout: Layout, kind: str, centre: tuple[float, float], radius: float, colour: Colour) -> None:
    """Draw a disc with a question mark, a tick or a pencil."""
    canvas.circle(centre, radius, colour)
    ink = layout.theme.panel
    if kind == "problem":
        mark = plain_block("?", layout.text_style(radius * 1.35, ink, 800, 1.2), 2 * radius)
        mark.draw(canvas, centre[0] - radius, centre[1] - mark.height / 2, 2 * radius, "center")
        return
    strokes = {
        "solution": (((-0.4, 0.04), (-0.1, 0.34), (0.44, -0.3)),),
        "exercise": (((-0.36, 0.4), (-0.26, 0.1), (0.26, -0.42), (0.46, -0.22), (-0.06, 0.3), (-0.36, 0.4)),),
    }[kind]
    for stroke in strokes:
        canvas.line([(centre[0] + x * radius, centre[1] + y * radius) for x, y in stroke], radius * 0.16, ink)
