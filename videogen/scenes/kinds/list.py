"""A heading and its points, each coming in as it is spoken: a list, the objectives of a lesson, or what to tick off.

Points stand plain, on cards one below the other (`rows`), or on cards side by side (`cards`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial

from videogen.scenes.bullets import Bullet, lay_out_bullets, paint_bullet
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.kinds import columns, plain_list
from videogen.scenes.kinds.plain_list import AnyList
from videogen.scenes.layout import (
    ENTRANCE_FRAMES,
    POSTER_CHARACTERS,
    REVEAL_FRAMES,
    Area,
    Head,
    Layer,
    Layout,
    build_head,
    largest_that_may_fit,
    placed,
)
from videogen.scenes.monospace.listing import paint_card
from videogen.scenes.reveal_timing import starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.icons import leading_icon
from videogen.script import inline, spoken_text
from videogen.script.models import Column, ColumnsScene, Scene

ROW_SIZES = (112, 104, 96, 88, 82, 76, 70, 65, 60, 56, 52, 48, 45, 42, 39, 36)
ROWS_MOST = 7
ROW_LINES = 2
"""Lines that a point on a card may have in a picture of 16:9."""
ROW_GAP, ROW_PAD = 18, 22
ROW_HIGHEST, ROW_TALLER = 3.6, 1.6
"""Height that a card grows to at most, and by how much one of several lines grows, in sizes of its type."""
FEW, FEW_IN_TALL = 4, 5
"""Points that stand on cards by themselves at most, in a wide picture and in a tall one, where each is one short line."""
LARGE_ENOUGH = 70
"""Size for 1080 lines at 16:9 of which a point need not be larger, if it then takes another line."""
FEW_SIZE, FEW_CHARACTERS = 56, 120
"""Least size of their type, for 1080 lines at 16:9."""
GRID_FROM, GRID_MOST = 5, 10
GRID_WIDTH, GRID_SIZE = 0.58, 0.92
"""Share of the width that plain points take at most where they may stand in two columns, and the least share of their size there."""
POSTER_POINTS = 3
CARDS_MOST = 6


@dataclass(frozen=True)
class PointRows:
    """Points as set, each on a card of the body's width."""

    head: Head
    points: tuple[Bullet, ...]
    cards: tuple[Area, ...]
    pad: float

    def paint(self, canvas: Canvas, n: int) -> None:
        card, point, layout = self.cards[n], self.points[n], self.head.layout
        paint_card(canvas, layout, card)
        y = card.top + (card.height - point.block.height) / 2
        paint_bullet(canvas, layout, point, card.left + self.pad, card.width - 2 * self.pad, y)


def _rows(scene: AnyList, layout: Layout, head: Head, lines: int, columns: int = 1) -> PointRows | None:
    """Return points of the first level on cards that fill the body, at the largest size, or None if they are too many or too long.

    A point takes at most so many lines. Points may be larger than a lead, which their cards set them apart from.
    """
    items, body = scene.items, head.body
    if scene.pages > 1 or not 1 <= len(items) <= ROWS_MOST * columns or any(item.level or not item.text.strip() for item in items):
        return None
    gap, across = layout.px(ROW_GAP), layout.px(48 * layout.narrow)
    width = (body.width - gap * (columns - 1)) / columns
    most = math.inf
    for of in layout.body_sizes(ROW_SIZES, replace(head, lead=None)):
        size = layout.size(of)
        if size > most:
            continue
        points = lay_out_bullets(layout, items, size, width - 2 * across, 0.0, plain_list.mark_of(scene))
        if any(point.block.broken or len(point.block.lines) > lines for point in points):
            continue
        own = [point.block.height + 2 * layout.px(ROW_PAD) for point in points]
        heights = [max(own[n : n + columns]) for n in range(0, len(own), columns)]
        most = largest_that_may_fit(size, sum(heights), body.height)
        free = body.height - sum(heights) - gap * (len(heights) - 1)
        if free < 0:
            continue
        heights = [
            max(height, min(height + free / len(heights), max(size * ROW_HIGHEST, height + size * ROW_TALLER))) for height in heights
        ]
        y = placed(body, sum(heights) + gap * (len(heights) - 1))
        cards = []
        for n in range(len(items)):
            row, column = divmod(n, columns)
            at = columns - 1 - column if points[0].block.right_to_left else column
            top = y + sum(heights[:row]) + gap * row
            left, card_width = body.left + at * (width + gap), width
            if n == len(items) - 1 and column == 0:  # alone in its row
                left, card_width = body.left, body.width
            cards.append(Area(round(left), round(top), round(card_width), round(heights[row])))
        return PointRows(head, points, tuple(cards), across)
    return None


def _on_rows(scene: AnyList, layout: Layout) -> PointRows | None:
    """Return the points on cards where that was asked for, is how their kind stands, or where they are few and short; else None."""
    if scene.layout == "rows" or (scene.layout is None and scene.kind in ("checkpoint", "learning_objectives")):
        return _fewest_lines(scene, layout, layout.lines(ROW_LINES))
    is_tall = layout.area.width < layout.area.height
    if scene.layout is None and layout.region is None and not is_tall and GRID_FROM <= len(scene.items) <= GRID_MOST:
        return _in_grid(scene, layout)
    if scene.layout is not None or layout.region is not None or len(scene.items) > (FEW_IN_TALL if is_tall else FEW):
        return None
    if any(len(item.text) > FEW_CHARACTERS for item in scene.items):
        return None
    rows = _fewest_lines(scene, layout, layout.lines(1) * (2 if len(scene.items) <= (2 if is_tall else 1) else 1))
    return rows if rows and rows.points[0].block.text_style.size >= layout.size(FEW_SIZE) else None


def _in_grid(scene: AnyList, layout: Layout) -> PointRows | None:
    """Return many short points on cards in two columns, if they are about as large so as plain ones, beside which much is empty."""
    plain = plain_list.on_page(scene, layout)
    if plain is None or max(point.indent + point.block.width for point in plain.points) > plain.head.body.width * GRID_WIDTH:
        return None
    grid = _rows(scene, layout, _head(scene, layout), 1, columns=2)
    return grid if grid and grid.points[0].block.text_style.size >= plain.size * GRID_SIZE else None


def _fewest_lines(scene: AnyList, layout: Layout, most: int) -> PointRows | None:
    """Return the points on cards, each in one line where they are large enough so, else in more, up to so many."""
    head = _head(scene, layout)
    for lines in range(1, most):
        rows = _rows(scene, layout, head, lines)
        if rows and rows.points[0].block.text_style.size >= layout.size(LARGE_ENOUGH):
            return rows
    return _rows(scene, layout, head, most)


def _head(scene: AnyList, layout: Layout) -> Head:
    """Return the head, large over few and short points."""
    is_little = sum(len(item.text) for item in scene.items) + len(scene.lead) <= POSTER_CHARACTERS and len(scene.items) <= POSTER_POINTS
    return build_head(layout, scene, poster=is_little, large_lead=True)


def split(scene: AnyList, layout: Layout) -> tuple[Scene, ...]:
    """Cut between items; an item that fills a page by itself at sentence ends."""
    if not _as_cards(scene, layout) and _on_rows(scene, layout):
        return (scene,)
    if cards := _as_cards(scene, layout):
        return (scene,) if columns.on_one_page(cards, layout) else plain_list.split(scene, layout)
    return plain_list.split(scene, layout)


def _as_cards(scene: AnyList, layout: Layout) -> ColumnsScene | None:
    """Return the points as columns, each on a card under its icon or its bold beginning, or None."""
    items = scene.items
    if scene.pages > 1 or not 2 <= len(items) <= CARDS_MOST or scene.layout not in (None, "cards"):
        return None
    if any(item.level or item.number is not None or item.checked is not None for item in items):
        return None
    if scene.layout is None and not all(leading_icon(item.text)[0] for item in items):
        return None
    shown = {name: getattr(scene, name) for name in ("heading", "lead", "say", "footnotes", "line")}
    return ColumnsScene(kind="columns", columns=tuple(_card(item.text) for item in items), **shown)


def _card(text: str) -> Column:
    """Return a point as a column. Its bold beginning is the heading, with the icon before it."""
    icon, rest = leading_icon(text)
    runs = inline.runs(rest)
    bold = next((n for n, run in enumerate(runs) if not run.bold), len(runs))
    heading = inline.markup([replace(run, bold=False) for run in runs[:bold]]).rstrip(" :.–—-")
    after = inline.markup(list(runs[bold:])).lstrip(" :.,–—-\n")
    heading = " ".join(part for part in (icon, heading) if part)
    return Column(heading=heading, paragraphs=(after,) if after else ())


def layers(scene: AnyList, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    if not _as_cards(scene, layout) and (rows := _on_rows(scene, layout)):
        when = starts(scene, [spoken_text.point(item) for item in scene.items], layout, timing)
        paints = (partial(rows.paint, n=n) for n in range(len(scene.items)))
        timed = zip(paints, when, strict=True)
        return (rows.head.layer(), *(Layer(paint, at, max(REVEAL_FRAMES, ENTRANCE_FRAMES - at), layout.px(14)) for paint, at in timed))
    if (cards := _as_cards(scene, layout)) and columns.on_one_page(cards, layout):
        return columns.layers(cards, layout, timing, [spoken_text.point(item) for item in scene.items])
    return plain_list.layers(scene, layout, timing)
