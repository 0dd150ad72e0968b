"""A heading and columns on cards: side by side in wide pictures, one below the other in tall ones; each comes in as it is spoken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from videogen.scenes.bullets import Bullet, lay_out_bullets, paint_bullet
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.kinds import list as points
from videogen.scenes.kinds import text
from videogen.scenes.layout import ENTRANCE_FRAMES, REVEAL_FRAMES, Area, Head, Layer, Layout, build_head, lead_block, placed
from videogen.scenes.monospace.listing import paint_card
from videogen.scenes.reveal_timing import starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, checked
from videogen.scenes.text.text_block import TextBlock, block
from videogen.script import inline, spoken_text
from videogen.script.models import Column, ColumnsScene, ListScene, Scene, TextScene

SIZES = (64, 58, 52, 47, 43, 39, 36)
MOST = 4
GAP = 36
HEADING_SHARE = 1.06
STRETCH = 0.4
"""By how much of what is free a card is made higher than its content."""
PARAGRAPH_GAP = 0.7


@dataclass(frozen=True)
class ColumnEntry:
    """A block of a column with the gap above it, and the point whose text it is."""

    block: TextBlock
    gap: float
    point: Bullet | None = None


@dataclass(frozen=True)
class ColumnSet:
    """Columns as set under a head, each with its card's place in the body."""

    head: Head
    columns: tuple[tuple[ColumnEntry, ...], ...]
    cards: tuple[Area, ...]
    pad: float

    @property
    def height(self) -> float:
        return max(card.bottom for card in self.cards)

    @property
    def broken(self) -> bool:
        return any(entry.block.broken for column in self.columns for entry in column)


def _entries(column: Column, layout: Layout, size: float, width: float) -> Iterator[ColumnEntry]:
    gap = 0.0
    if column.heading.strip():
        larger = layout.text_style(size * HEADING_SHARE, layout.theme.accent, 650, 1.22)
        yield ColumnEntry(block(column.heading, larger, width, balance=0.6), 0.0)
        gap = round(size * 0.62)
    for paragraph in column.paragraphs:
        if paragraph.strip():
            yield ColumnEntry(block(paragraph, layout.text_style(size, leading=1.36), width), gap)
            gap = round(size * PARAGRAPH_GAP)
    for n, point in enumerate(lay_out_bullets(layout, column.items, size, width)):
        yield ColumnEntry(point.block, gap if n == 0 else point.gap, point)


def _lay_out(scene: ColumnsScene, layout: Layout, head: Head, of: float) -> ColumnSet:
    size, count, gap = layout.size(of), len(scene.columns), layout.px(GAP)
    stacked = layout.settings.width < layout.settings.height * 1.2
    pad = round(min(layout.px(44), head.body.width * 0.06))
    width = head.body.width if stacked else (head.body.width - gap * (count - 1)) / count
    columns = tuple(tuple(_entries(column, layout, size, width - 2 * pad)) for column in scene.columns)
    heights = [2 * pad + sum(entry.gap + entry.block.height for entry in column) for column in columns]
    cards = []
    y = 0.0
    for n, height in enumerate(heights):
        if stacked:
            cards.append(Area(0.0, y, width, height))
            y += height + gap
        else:
            cards.append(Area(n * (width + gap), 0.0, width, max(heights)))
    if not stacked and (free := head.body.height - max(heights)) > 0:
        cards = [replace(card, height=card.height + free * STRETCH) for card in cards]
    return ColumnSet(head, columns, tuple(cards), pad)


def _fit(scene: ColumnsScene, layout: Layout, head: Head) -> ColumnSet | None:
    """Return the columns at the largest size at which no word is broken, else at the largest at which they fit, or None."""
    written = sum(sum(map(len, column.paragraphs)) + sum(len(item.text) for item in column.items) for column in scene.columns)
    if len(scene.columns) > MOST or written > MOST_CHARACTERS:
        return None
    fitting = [
        columns for of in layout.body_sizes(SIZES, head) if (columns := _lay_out(scene, layout, head, of)).height <= head.body.height
    ]
    return next((columns for columns in fitting if not columns.broken), fitting[0] if fitting else None)


def split(scene: ColumnsScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut between columns; a column that is too long for a page becomes prose and points."""
    if _fit(scene, layout, build_head(layout, scene)):
        return (scene,)

    def make(of: Sequence[Column]) -> ColumnsScene:
        return scene.model_copy(update={"columns": tuple(of), "pages": 2})

    def fits(part: ColumnsScene) -> bool:
        return _fit(part, layout, build_head(layout, part)) is not None

    scenes: list[Scene] = []
    for n, part in enumerate(checked(scene.columns, make, fits)):
        if n:
            part = part.model_copy(update={"lead": ""})
        scenes.extend([part] if fits(part) else _write_out(part, layout))
    return tuple(scenes)


def _write_out(scene: ColumnsScene, layout: Layout) -> Iterator[Scene]:
    """Yield the one column of a scene as prose and points below the scene's heading."""
    (column,) = scene.columns
    title = inline.markup([replace(run, bold=True) for run in inline.runs(column.heading)])
    prose = [part for part in (scene.lead, title, *column.paragraphs) if part.strip()]
    lead = ""
    if column.items and prose == [title] and lead_block(layout, title):
        lead, prose = title, []
    if prose or not column.items:
        written = TextScene(kind="text", heading=scene.heading, paragraphs=tuple(prose), pages=2, footnotes=scene.footnotes)
        yield from text.split(written, layout)
    if column.items:
        listed = ListScene(kind="list", heading=scene.heading, lead=lead, items=column.items, pages=2, footnotes=scene.footnotes)
        for n, part in enumerate(points.split(listed, layout)):
            yield part.model_copy(update={"lead": ""}) if n else part


def layers(scene: ColumnsScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    head = build_head(layout, scene)
    columns = _fit(scene, layout, head)
    if columns is None:
        return ()
    top = placed(head.body, columns.height, carried=scene.pages > 1)
    layers = [head.layer()]
    for n, start in enumerate(starts(scene, [spoken_text.column(column) for column in scene.columns], layout, timing)):
        paint = partial(_paint, layout=layout, columns=columns, n=n, top=top)
        layers.append(Layer(paint, start, max(REVEAL_FRAMES, ENTRANCE_FRAMES - start), layout.px(16)))
    return tuple(layers)


def _paint(canvas: Canvas, *, layout: Layout, columns: ColumnSet, n: int, top: float) -> None:
    column, pad = columns.cards[n], columns.pad
    card = replace(column, left=round(columns.head.body.left + column.left), top=round(top + column.top))
    paint_card(canvas, layout, card)
    y = card.top + pad
    for entry in columns.columns[n]:
        y += entry.gap
        if entry.point:
            paint_bullet(canvas, layout, entry.point, card.left + pad, card.width - 2 * pad, y)
        else:
            entry.block.draw(canvas, card.left + pad, y, card.width - 2 * pad)
        y += entry.block.height
