"""A heading and columns on cards: side by side in wide pictures, one below the other in tall ones; each comes in as it is spoken.

Four and more may stand in two rows. An emoji that a heading begins with is the column's icon. Of a comparison the headings stand in bars.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from videogen.scenes.bullets import Bullet, lay_out_bullets, paint_bullet
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.kinds import plain_list as points
from videogen.scenes.kinds import text
from videogen.scenes.layout import (
    CARD_RADIUS,
    ENTRANCE_FRAMES,
    OPTICAL_MIDDLE,
    REVEAL_FRAMES,
    Area,
    Head,
    Layer,
    Layout,
    build_head,
    largest_that_may_fit,
    lead_block,
    placed,
)
from videogen.scenes.monospace.listing import paint_card
from videogen.scenes.reveal_timing import starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.icons import leading_icon
from videogen.scenes.text.splitting import MOST_CHARACTERS, checked
from videogen.scenes.text.text_block import TextBlock, block, plain_block
from videogen.scenes.theme import Colour, Theme
from videogen.script import inline, spoken_text
from videogen.script.models import Column, ColumnsScene, ListScene, Scene, TextScene

SIZES = (88, 80, 72, 64, 58, 52, 47, 43, 39, 36)
ICON_SHARE = 1.9
"""Size of the icon above a column's heading, in sizes of the type."""
MOST = 6
ROW_MOST = 4
"""Columns that stand in a row at most; from so many on they may stand in two."""
TALL = 1.4
"""Height by width from which a picture is too tall for a pair of columns beside one another."""
LEAST_MEASURE = 8.5
"""Width of a column of such a pair, in sizes of its type."""
GAP = 36
HEADING_SHARE = 1.06
STRETCH = 0.55
"""By how much of what is free a card is made higher than its content."""
PARAGRAPH_GAP = 0.7
BAR_PAD = 16


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
    size: float
    bars: bool = False
    """Whether headings stand in bars over the cards' width, as those of a comparison do."""

    @property
    def height(self) -> float:
        return max(card.bottom for card in self.cards)

    @property
    def broken(self) -> bool:
        return any(entry.block.broken for column in self.columns for entry in column)


def _entries(column: Column, layout: Layout, size: float, width: float, ink: Colour | None = None) -> Iterator[ColumnEntry]:
    """Yield the blocks of a column; its heading in `ink` where it stands in a bar."""
    gap = 0.0
    icon, heading = leading_icon(column.heading)
    if icon:
        yield ColumnEntry(plain_block(icon, layout.text_style(size * ICON_SHARE, leading=1.2), width), 0.0)
        gap = round(size * 0.3)
    if heading.strip():
        larger = layout.text_style(size * HEADING_SHARE, ink or layout.theme.accent, 650, 1.22)
        yield ColumnEntry(block(heading, larger, width, balance=0.6), gap)
        gap = round(size * 0.62) + (layout.px(BAR_PAD) if ink else 0)
    for paragraph in column.paragraphs:
        if paragraph.strip():
            yield ColumnEntry(block(paragraph, layout.text_style(size, leading=1.36), width, balance=0.8), gap)
            gap = round(size * PARAGRAPH_GAP)
    for n, point in enumerate(lay_out_bullets(layout, column.items, size, width)):
        yield ColumnEntry(point.block, gap if n == 0 else point.gap, point)


def _lay_out(scene: ColumnsScene, layout: Layout, head: Head, of: float, in_row: int) -> ColumnSet:
    """Lay out the columns at a size, `in_row` of them side by side.

    Cards of a row are equally high, and grow where they can.
    """
    size, gap = layout.size(of), layout.px(GAP)
    pad = round(min(layout.px(44), head.body.width * 0.06))
    width = (head.body.width - gap * (in_row - 1)) / in_row
    bars = _has_bars(scene)
    inks = [_bar_colours(layout.theme, n)[1] if bars else None for n in range(len(scene.columns))]
    columns = tuple(tuple(_entries(column, layout, size, width - 2 * pad, ink)) for column, ink in zip(scene.columns, inks, strict=True))
    heights = [2 * pad + sum(entry.gap + entry.block.height for entry in column) for column in columns]
    rows = [max(heights[n : n + in_row]) for n in range(0, len(heights), in_row)]
    if (free := head.body.height - sum(rows) - gap * (len(rows) - 1)) > 0 and (in_row > 1 or len(rows) == 1):
        rows = [row + free * STRETCH / len(rows) for row in rows]
    cards = []
    for n in range(len(columns)):
        row, column = divmod(n, in_row)
        cards.append(Area(column * (width + gap), sum(rows[:row]) + gap * row, width, rows[row]))
    return ColumnSet(head, columns, tuple(cards), pad, size, bars)


def _ways(scene: ColumnsScene, layout: Layout) -> tuple[int, ...]:
    """Return how many columns may stand beside one another: one in tall pictures, or two if they are many; also two alone in a square."""
    count = len(scene.columns)
    if layout.area.width < layout.area.height * 1.1:
        is_tall = layout.area.height > layout.area.width * TALL
        return (1, 2) if count >= ROW_MOST or (count == 2 and not is_tall) else (1,)
    two_rows = (-(-count // 2),) if count >= ROW_MOST else ()
    return (count, *two_rows) if count <= ROW_MOST else two_rows


def _has_bars(scene: ColumnsScene) -> bool:
    return scene.layout == "comparison" and all(column.heading.strip() and not leading_icon(column.heading)[0] for column in scene.columns)


def _bar_colours(theme: Theme, n: int) -> tuple[Colour, Colour]:
    """Return the colours of a heading's bar and of the words on it. The last of two compared things stands out."""
    return (theme.accent, theme.background) if n else (theme.edge, theme.text)


def _fit(scene: ColumnsScene, layout: Layout, head: Head) -> ColumnSet | None:
    """Return the columns at the largest size at which no word is broken, else at the largest at which they fit, or None."""
    written = sum(sum(map(len, column.paragraphs)) + sum(len(item.text) for item in column.items) for column in scene.columns)
    if len(scene.columns) > MOST or written > MOST_CHARACTERS:
        return None
    fitting: list[ColumnSet] = []
    for in_row in _ways(scene, layout):
        most = math.inf
        for of in layout.body_sizes(SIZES, head):
            if layout.size(of) > min(most, _most_size(layout, head, in_row, len(scene.columns))):
                continue
            columns = _lay_out(scene, layout, head, of, in_row)
            most = largest_that_may_fit(columns.size, columns.height, head.body.height)
            if columns.height <= head.body.height:
                fitting.append(columns)
                if not columns.broken:
                    break
    return max(fitting, key=lambda columns: (not columns.broken, columns.size), default=None)


def _most_size(layout: Layout, head: Head, in_row: int, count: int) -> float:
    """Return the largest size of type: a pair beside one another in a picture that is not wide has lines of LEAST_MEASURE at least."""
    if layout.area.width >= layout.area.height * 1.1 or (in_row, count) != (2, 2):
        return math.inf
    return head.body.width / 2 / LEAST_MEASURE


def on_one_page(scene: ColumnsScene, layout: Layout) -> bool:
    """Return whether the columns fit on one page as they are."""
    return _fit(scene, layout, build_head(layout, scene)) is not None


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


def layers(scene: ColumnsScene, layout: Layout, timing: SceneTiming, units: Sequence[str] | None = None) -> tuple[Layer, ...]:
    """Return the heading and the columns, each coming in as it is spoken. `units` are what they say, where they are not columns' words."""
    head = build_head(layout, scene)
    columns = _fit(scene, layout, head)
    if columns is None:
        return ()
    top = placed(head.body, columns.height, carried=scene.pages > 1)
    layers = [head.layer()]
    if units is None:
        units = [spoken_text.column(column) for column in scene.columns]
    for n, start in enumerate(starts(scene, units, layout, timing)):
        paint = partial(_paint, layout=layout, columns=columns, n=n, top=top)
        layers.append(Layer(paint, start, max(REVEAL_FRAMES, ENTRANCE_FRAMES - start), layout.px(16)))
    return tuple(layers)


def _paint(canvas: Canvas, *, layout: Layout, columns: ColumnSet, n: int, top: float) -> None:
    column, pad = columns.cards[n], columns.pad
    card = replace(column, left=round(columns.head.body.left + column.left), top=round(top + column.top))
    paint_card(canvas, layout, card)
    y = card.top + pad
    if not columns.bars:  # the headings of cards that stand beside one another are in line
        beside = [entries for entries, other in zip(columns.columns, columns.cards, strict=True) if other.top == column.top]
        highest = max(sum(entry.gap + entry.block.height for entry in entries) for entries in beside)
        y += max(0.0, card.height - 2 * pad - highest) * OPTICAL_MIDDLE
    if columns.bars:
        ground = _bar_colours(layout.theme, n)[0]
        bar = card.top + pad + columns.columns[n][0].block.height + layout.px(BAR_PAD)
        radius = layout.corner(CARD_RADIUS)
        canvas.rounded((card.left, card.top, card.right, min(card.bottom, bar + radius)), radius, ground)
        canvas.rectangle((card.left + layout.px(1), bar, card.right - layout.px(1), min(card.bottom, bar + radius)), layout.theme.panel)
        y -= layout.px(BAR_PAD) / 2
    for entry in columns.columns[n]:
        y += entry.gap
        if entry.point:
            paint_bullet(canvas, layout, entry.point, card.left + pad, card.width - 2 * pad, y)
        else:
            entry.block.draw(canvas, card.left + pad, y, card.width - 2 * pad)
        y += entry.block.height
