"""Code set on a card, and what is to be seen of it from one beat to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import Area, Head, Layout
from videogen.scenes.monospace import cell_grid, listing
from videogen.scenes.monospace.cell_grid import Cell, CellGrid, CellStyle
from videogen.scenes.monospace.listing import ListingRow
from videogen.scenes.text import fonts


@dataclass(frozen=True)
class CodeListing:
    """Rows as set on a card in the body."""

    layout: Layout
    head: Head
    grid: CellGrid
    rows: tuple[ListingRow, ...]
    digits: int

    @property
    def wrapped(self) -> bool:
        return not all(row.begins for row in self.rows)

    @property
    def height(self) -> int:
        return len(self.rows) * self.grid.height + 2 * listing.pad(self.layout)[1]

    @property
    def most_rows(self) -> int:
        return max(1, int((self.head.body.height - 2 * listing.pad(self.layout)[1]) // self.grid.height))

    @property
    def pages(self) -> int:
        return -(-len(self.rows) // self.most_rows)

    @property
    def gutter(self) -> int:
        """Columns that the line numbers take."""
        return self.digits + 2


@dataclass(frozen=True)
class RowOnCard:
    """A row as it stands on its card: its number, and its cells from a column on; `stressed` has a band behind it."""

    margin: tuple[Cell, ...]
    cells: tuple[Cell, ...]
    column: int
    stressed: bool


@dataclass(frozen=True, eq=False)
class CodeStage:
    """A state of the code on its card. In a `step` the lines that do not belong to it are dimmed; else `highlight` is stressed.

    There are `above` pixels more than the padding above its first row.
    """

    code: CodeListing
    card: Area
    first_line: int
    highlight: frozenset[int]
    step: frozenset[int]
    source: str
    above: int = 0

    @cached_property
    def han(self) -> fonts.Face:
        return fonts.han_face(self.source)

    @property
    def origin(self) -> tuple[int, int]:
        """Where the first cell is, in pixels."""
        across, down = listing.pad(self.code.layout)
        return round(self.card.left + across), round(self.card.top + down) + self.above

    @cached_property
    def rows(self) -> tuple[RowOnCard, ...]:
        return tuple(self._rows())

    def _rows(self) -> Iterator[RowOnCard]:
        theme = self.code.layout.theme
        quiet, loud = CellStyle(theme.muted), CellStyle(theme.accent, 600)
        for row in self.code.rows:
            number = self.first_line + row.line
            stressed = number in (self.step or self.highlight)
            margin = str(number) if row.begins else listing.CONTINUES
            cells = row.cells if stressed or not self.step else listing.dimmed(row.cells, theme.panel)
            style = loud if stressed else quiet
            yield RowOnCard(tuple(cell_grid.cells(margin.rjust(self.code.digits), style)), cells, self.code.gutter + row.indent, stressed)

    def paint(self, canvas: Canvas) -> None:
        """Draw the card."""
        layout, cells = self.code.layout, self.code.grid
        listing.paint_card(canvas, layout, self.card)
        left, y = self.origin
        for row in self.rows:
            if row.stressed:
                listing.paint_band(canvas, layout, self.card, y, cells.height, layout.theme.accent)
            cells.draw(canvas, left, y, row.margin, self.han)
            cells.draw(canvas, left + row.column * cells.width, y, row.cells, self.han)
            y += cells.height
