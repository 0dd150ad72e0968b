"""A heading and code before and after a change: cards side by side, or one above the other, the lines that differ marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from itertools import pairwise

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, REVEAL_FRAMES, Area, Head, Layer, Layout, build_head, placed
from videogen.scenes.monospace import listing
from videogen.scenes.monospace.cell_grid import Cell, CellGrid
from videogen.scenes.monospace.highlight import highlighted
from videogen.scenes.monospace.listing import CARRIED_SIZES, SIZES, ListingRow
from videogen.scenes.reveal_timing import starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text import fonts
from videogen.scenes.text.splitting import cuts
from videogen.scenes.text.text_block import TextBlock, plain_block
from videogen.scenes.theme import Colour
from videogen.script.models import CodeComparisonScene, Scene

LABEL_SIZE, TALL_LABEL_SIZE = 40, 54
LABEL_GAP = 16
GAP = 36
AFTER_FRAMES = 8
COMFORTABLE = 54
"""Larger type than that is no reason to set two texts one above the other."""

WRAPPED_GROWTH, WRAPPED_SHARE = 1.45, 0.34
"""By how much type may grow for which lines are wrapped, and the most rows that then continue a line."""

ABOVE_COUNTS = 0.78
"""One above the other two texts are compared less easily than side by side: as if their type were so much smaller."""


@dataclass(frozen=True)
class ComparedSide:
    """One of the two: its label, its rows, the lines that the other has not, and the colour that marks them."""

    label: TextBlock
    rows: tuple[ListingRow, ...]
    changed: Collection[int]
    colour: Colour


@dataclass(frozen=True)
class ComparedPair:
    """Both sides as set, `above` one another or side by side, in the body."""

    layout: Layout
    head: Head
    grid: CellGrid
    sides: tuple[ComparedSide, ComparedSide]
    above: bool

    @property
    def wrapped(self) -> bool:
        return not all(row.begins for side in self.sides for row in side.rows)

    @property
    def breaks_words(self) -> bool:
        """Whether a line goes on in the next row within a word."""
        texts = [[(row.begins, _text(row.cells)) for row in side.rows] for side in self.sides]
        return any(
            not begins and before[-1:].isalnum() and text.lstrip()[:1].isalnum()
            for rows in texts
            for (_, before), (begins, text) in pairwise(rows)
        )

    @property
    def wrapped_share(self) -> float:
        """Share of the rows that continue a line."""
        rows = [row for side in self.sides for row in side.rows]
        return sum(not row.begins for row in rows) / len(rows)

    @property
    def gap(self) -> int:
        return self.layout.px(GAP)

    @property
    def label(self) -> float:
        """Height of the label above a card."""
        return max(side.label.height for side in self.sides) + self.layout.px(LABEL_GAP)

    @property
    def _heights(self) -> list[int]:
        """Height of each card."""
        return [len(side.rows) * self.grid.height + 2 * listing.pad(self.layout)[1] for side in self.sides]

    @property
    def height(self) -> float:
        return 2 * self.label + self.gap + sum(self._heights) if self.above else self.label + max(self._heights)

    @property
    def most_rows(self) -> int:
        """Rows that a card may have so that both fit."""
        around = self.label + 2 * listing.pad(self.layout)[1]
        height = (self.head.body.height - self.gap) / 2 if self.above else self.head.body.height
        return max(1, int((height - around) // self.grid.height))

    def cards(self, top: float) -> tuple[Area, Area]:
        """Return both cards below their labels; side by side they are of one height."""
        body, (first, second) = self.head.body, self._heights
        top += self.label
        if self.above:
            below = top + first + self.gap + self.label
            return Area(body.left, top, body.width, first), Area(body.left, below, body.width, second)
        width, high = (body.width - self.gap) // 2, max(first, second)
        return Area(body.left, top, width, high), Area(body.left + width + self.gap, top, width, high)


def _lay_out(scene: CodeComparisonScene, layout: Layout, head: Head, of: tuple[float, float], above: bool) -> ComparedPair:
    cells = CellGrid.of_size(layout.grid_size(of[0]), of[1])
    width = head.body.width if above else (head.body.width - layout.px(GAP)) // 2
    columns = max(8, int((width - 2 * listing.pad(layout)[0]) // cells.width))
    before, after = (highlighted(code, scene.language, layout.theme) for code in (scene.before, scene.after))
    removed, new = _changed([_text(line) for line in before], [_text(line) for line in after])
    is_tall = layout.settings.width < layout.settings.height
    quiet = layout.text_style(layout.size(TALL_LABEL_SIZE if is_tall else LABEL_SIZE), layout.theme.soft, 600, 1.3)

    def side(label: str, lines: Sequence[Sequence[Cell]], changed: Collection[int], colour: Colour) -> ComparedSide:
        return ComparedSide(plain_block(label or " ", quiet, width), listing.wrapped(lines, columns), changed, colour)

    syntax = layout.theme.syntax
    sides = side(scene.before_label, before, removed, syntax.error), side(scene.after_label, after, new, syntax.string)
    return ComparedPair(layout, head, cells, sides, above)


def _text(line: Sequence[Cell]) -> str:
    return "".join(cell.cluster for cell in line)


def _changed(before: Sequence[str], after: Sequence[str]) -> tuple[set[int], set[int]]:
    """Return the lines that are only in the one and only in the other; none when nothing is alike, since to mark all is to mark nothing."""
    removed, new = set(range(len(before))), set(range(len(after)))
    for match in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        removed -= set(range(match.a, match.a + match.size))
        new -= set(range(match.b, match.b + match.size))
    alike = any(line.strip() for n, line in enumerate(before) if n not in removed)
    return ({n for n in removed if before[n].strip()}, {n for n in new if after[n].strip()}) if alike else (set(), set())


def _fit(scene: CodeComparisonScene, layout: Layout, head: Head) -> ComparedPair | None:
    """Return both at the largest size at which no line is wrapped, else at the largest at which they fit, or None.

    In tall pictures, whose lines are short, some lines may be wrapped where the type grows by that.
    """
    is_tall = layout.settings.width < layout.settings.height
    directions = (True,) if layout.settings.width < layout.settings.height * 1.2 else (False, True)
    ways = [(of, above) for of in (CARRIED_SIZES if scene.pages > 1 else SIZES) for above in directions]
    ways.sort(key=lambda way: -min(way[0][0], COMFORTABLE) * ABOVE_COUNTS if way[1] else -way[0][0])
    wrapped: list[ComparedPair] = []
    for of, above in ways:
        pair = _lay_out(scene, layout, head, of, above)
        if pair.height <= head.body.height and all(len(side.label.lines) <= 2 for side in pair.sides):
            if not pair.wrapped:
                larger = (one for one in wrapped if one.wrapped_share <= WRAPPED_SHARE and not one.breaks_words)
                best = next((one for one in larger if one.grid.size <= pair.grid.size * WRAPPED_GROWTH), pair)
                return best if is_tall and scene.pages == 1 else pair
            wrapped.append(pair)
    return next(iter(wrapped), None)


def split(scene: CodeComparisonScene, layout: Layout) -> tuple[Scene, ...]:
    """Split into pages with as many lines of each side. Labels that are too long stand above the code on its card."""
    if _fit(scene, layout, build_head(layout, scene)):
        return (scene,)
    head = build_head(layout, scene, carried=True)
    above = layout.settings.width < layout.settings.height * 1.2
    whole = _lay_out(scene, layout, head, CARRIED_SIZES[-1], above)
    if any(len(side.label.lines) > 2 for side in whole.sides):
        moved = {
            "before": f"{scene.before_label}\n\n{scene.before}",
            "after": f"{scene.after_label}\n\n{scene.after}",
            "before_label": "",
            "after_label": "",
        }
        return split(scene.model_copy(update=moved), layout)
    longer = max((side.rows for side in whole.sides), key=len)
    pages = cuts(len(longer), whole.most_rows, partial(listing.pause, longer))
    before, after = (side.rows for side in whole.sides)
    return tuple(
        scene.model_copy(update={"before": listing.text_of(before[page]), "after": listing.text_of(after[page]), "pages": 2})
        for page in pages
    )


def layers(scene: CodeComparisonScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    head = build_head(layout, scene)
    pair = _fit(scene, layout, head)
    if pair is None:
        return ()
    cards = pair.cards(round(placed(head.body, pair.height, carried=scene.pages > 1)))
    frames = starts(scene, [scene.before, scene.after], layout, timing, read_out=False)
    layers = [head.layer()]
    for n, (side, card, code) in enumerate(zip(pair.sides, cards, (scene.before, scene.after), strict=True)):
        start = frames[n] + (AFTER_FRAMES if n and frames[1] - frames[0] < AFTER_FRAMES else 0)
        paint = partial(_paint, pair=pair, side=side, card=card, han=fonts.han_face(code))
        layers.append(Layer(paint, start, max(REVEAL_FRAMES, ENTRANCE_FRAMES - start), layout.px(16)))
    return tuple(layers)


def _paint(canvas: Canvas, *, pair: ComparedPair, side: ComparedSide, card: Area, han: fonts.Face) -> None:
    layout, cells = pair.layout, pair.grid
    across, down = listing.pad(layout)
    dot = layout.size(LABEL_SIZE) * 0.2
    top = card.top - layout.px(LABEL_GAP) - side.label.height
    canvas.circle((card.left + dot + layout.px(4), top + side.label.line_height / 2), dot, side.colour)
    side.label.draw(canvas, card.left + 4 * dot, top, card.width - 4 * dot)
    listing.paint_card(canvas, layout, card)
    y = round(card.top + down)
    for row in side.rows:
        if row.line in side.changed:
            listing.paint_band(canvas, layout, card, y, cells.height, side.colour, 0.13)
        cells.draw(canvas, round(card.left + across) + row.indent * cells.width, y, row.cells, han)
        y += cells.height
