"""Lines of cells on a card: what code, a terminal and a comparison of code are set as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import Area, Layout
from videogen.scenes.monospace import cell_grid
from videogen.scenes.monospace.cell_grid import Cell, CellGrid, CellStyle
from videogen.scenes.theme import Colour, mixed

SIZES = (
    *(
        (104, 1.5),
        (96, 1.5),
        (88, 1.5),
        (81, 1.5),
        (74, 1.5),
        (68, 1.5),
        (62, 1.5),
        (57, 1.5),
        (52, 1.5),
        (49, 1.5),
        (46, 1.5),
        (42, 1.5),
        (39, 1.5),
        (36, 1.5),
        (34, 1.5),
        (32, 1.5),
        (30, 1.5),
        (28, 1.5),
        (27, 1.45),
    ),
    (25, 1.4),
)
"""Type sizes for 1080 lines, each with its line height in sizes."""

CARRIED_SIZES = ((28, 1.5), (25, 1.4))
PAGE_SIZES = tuple(size for size in SIZES if CARRIED_SIZES[0][0] <= size[0] <= 52) + CARRIED_SIZES[1:]
"""Of code on several pages, where these need not be more for it."""
CONTINUES = "↳"
READ_AT_EASE = 60
"""Size of type for 1080 lines at 16:9, from which on lines are not wrapped to make it larger."""
WRAPPED_SHARE, WORTH_WRAPPING = 0.5, 1.25
"""The most rows that may continue a line, and by how much that has to make the type larger."""
MOST_WRAPPED_SHARES = (0.6, 0.7)
"""The most rows that may continue a line where no size leaves all lines whole, one share after the other."""


@dataclass(frozen=True)
class ListingRow:
    """One row of the card: a line, or what continues one (then `begins` is false), set in by `indent` columns."""

    cells: tuple[Cell, ...]
    line: int
    begins: bool = True
    indent: int = 0


def wrapped(lines: Iterable[Sequence[Cell]], columns: int) -> tuple[ListingRow, ...]:
    """Wrap lines after a space or a mark if one is near, else anywhere. Continuations are indented."""
    return tuple(row for n, line in enumerate(lines) for row in _rows(line, n, columns))


class Listing(Protocol):
    """Rows on a grid of cells."""

    @property
    def grid(self) -> CellGrid: ...
    @property
    def rows(self) -> tuple[ListingRow, ...]: ...


AnyListing = TypeVar("AnyListing", bound=Listing)


def choose(layout: Layout, fitting: Sequence[AnyListing]) -> AnyListing | None:
    """Return the listing to be shown of those that fit, which are in order of their size, the largest first.

    It is the largest that wraps no line. Where lines are short, in a square picture or a tall one, it is one that wraps some if that
    makes small type much larger; where all wrap lines it is the largest that wraps few of them, or at least not most, else the smallest.
    """
    whole = next((one for one in fitting if all(row.begins for row in one.rows)), None)
    if whole and (layout.area.width > layout.area.height * 1.1 or whole.grid.size >= layout.grid_size(READ_AT_EASE)):
        return whole
    some = next((one for one in fitting if sum(not row.begins for row in one.rows) <= len(one.rows) * WRAPPED_SHARE), None)
    if whole and some and some.grid.size < whole.grid.size * WORTH_WRAPPING:
        return whole
    if some or whole:
        return some or whole
    for most in MOST_WRAPPED_SHARES:
        if some := next((one for one in fitting if sum(not row.begins for row in one.rows) <= len(one.rows) * most), None):
            return some
    return fitting[-1] if fitting else None


def text_of(rows: Iterable[ListingRow]) -> str:
    """Return the text of rows, with continuations joined."""
    lines: dict[int, str] = {}
    for row in rows:
        lines[row.line] = lines.get(row.line, "") + "".join(cell.cluster for cell in row.cells)
    return "\n".join(lines.values())


def pause(rows: Sequence[ListingRow], at: int) -> float:
    """Return how good a place to cut before a row is: best after a blank line that stands outside of everything, worst inside a line."""
    above, below = rows[at - 1], rows[at]
    if not below.begins:
        return -1.0
    before, after = _depth(above), _depth(below)
    if after is None:
        return 0.0
    if before is None:
        return 3.0 if after == 0 else 2.0 if after <= cell_grid.TAB else 1.0
    return 0.5 if after <= before else 0.0


def pad(layout: Layout) -> tuple[int, int]:
    """Return the padding of a card, across and down."""
    return layout.px(36 * layout.narrow), layout.px(26)


def paint_card(canvas: Canvas, layout: Layout, card: Area) -> None:
    canvas.rounded(card.box, layout.corner(18), layout.theme.panel, layout.theme.edge, max(1.0, 1.5 * layout.unit))


def paint_band(canvas: Canvas, layout: Layout, card: Area, y: float, height: float, colour: Colour, strength: float = 0.14) -> None:
    """Highlight a row of a card: a tinted ground, and a bar at the card's edge."""
    edge = layout.px(2)
    canvas.rectangle((card.left + edge, y, card.right - edge, y + height), mixed(layout.theme.panel, colour, strength))
    canvas.rectangle((card.left + edge, y, card.left + edge + layout.px(6), y + height), colour)


def dimmed(cells: Iterable[Cell], ground: Colour, share: float = 0.62) -> tuple[Cell, ...]:
    """Dim cells towards their background."""
    return tuple(replace(cell, ink=_dim(cell.ink, ground, share)) for cell in cells)


def _dim(ink: CellStyle, ground: Colour, share: float) -> CellStyle:
    return CellStyle(mixed(ink.colour, ground, share), ink.weight, ink.slanted)


def _rows(line: Sequence[Cell], n: int, columns: int) -> Iterator[ListingRow]:
    if cell_grid.columns(line) <= columns:
        yield ListingRow(tuple(line), n)
        return
    blank = next((i for i, cell in enumerate(line) if cell.cluster != " "), len(line))
    indent = min(blank + 2, columns // 3)
    at, width = 0, columns
    while at < len(line):
        end, used = at, 0
        while end < len(line) and used + line[end].columns <= width:
            used += line[end].columns
            end += 1
        end = max(end, at + 1)
        if end < len(line):
            end = _break_position(line, at, end)
        yield ListingRow(tuple(line[at:end]), n, begins=at == 0, indent=0 if at == 0 else indent)
        at, width = end, columns - indent


def _break_position(line: Sequence[Cell], at: int, end: int) -> int:
    """Return where to break cells from one place to another at the latest: after a space in the last half, or a mark in the last third."""
    for marks, least in ((" ", (at + end) // 2), (",;()[]{}.+*/=|&", at + (end - at) * 2 // 3)):
        for near in range(end, least, -1):
            if line[near - 1].cluster in marks and any(cell.cluster != " " for cell in line[at:near]):
                return near
    return end


def _depth(row: ListingRow) -> int | None:
    """Return the number of blank columns before the first mark of a row, None for a blank row."""
    return next((n for n, cell in enumerate(row.cells) if cell.cluster != " "), None)
