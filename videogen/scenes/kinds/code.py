"""A heading and source code on a card: highlighted, its lines numbered, long lines wrapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from videogen.scenes import fonts, grid
from videogen.scenes.clip import Timing
from videogen.scenes.grid import Cell, Grid, Ink
from videogen.scenes.highlight import highlighted
from videogen.scenes.layout import ENTRANCE_FRAMES, Area, Head, Layer, Sheet, head
from videogen.scenes.pen import Pen
from videogen.scenes.splitting import cuts
from videogen.scenes.theme import mixed
from videogen.script.models import CodeScene, Scene

SIZES = ((36, 1.5), (34, 1.5), (32, 1.5), (30, 1.5), (28, 1.5), (27, 1.45), (25, 1.4))
"""Type sizes for 1080 lines, each with its line height in sizes."""

CARRIED_SIZES = ((28, 1.5), (25, 1.4))
CONTINUES = "↳"


@dataclass(frozen=True)
class Row:
    """One row of the card. `number` is None on rows that continue a line; `start` is its first cell's column in the line."""

    cells: tuple[Cell, ...]
    line: int
    number: int | None
    indent: int = 0


@dataclass(frozen=True)
class Listing:
    """Rows as set on a card in the body."""

    sheet: Sheet
    head: Head
    grid: Grid
    rows: tuple[Row, ...]
    digits: int
    wrapped: bool

    @property
    def pad(self) -> tuple[int, int]:
        return self.sheet.px(36 * self.sheet.narrow), self.sheet.px(26)

    @property
    def height(self) -> int:
        return len(self.rows) * self.grid.height + 2 * self.pad[1]

    @property
    def most_rows(self) -> int:
        return max(1, int((self.head.body.height - 2 * self.pad[1]) // self.grid.height))

    @property
    def pages(self) -> int:
        return -(-len(self.rows) // self.most_rows)

    @property
    def gutter(self) -> int:
        """Columns that the line numbers take."""
        return self.digits + 2


def _set(scene: CodeScene, sheet: Sheet, over: Head, of: tuple[float, float]) -> Listing:
    lines = highlighted(scene.code, scene.language, sheet.theme)
    cells = Grid.of_size(sheet.grid_size(of[0]), of[1])
    digits = max(2, len(str(scene.first_line + len(lines) - 1)))
    bare = Listing(sheet, over, cells, (), digits, wrapped=False)
    columns = max(8, int((over.body.width - 2 * bare.pad[0]) // cells.width) - bare.gutter)
    rows = tuple(row for n, line in enumerate(lines) for row in _wrapped(line, n, scene.first_line + n, columns))
    return replace(bare, rows=rows, wrapped=len(rows) > len(lines))


def _wrapped(line: Sequence[Cell], n: int, number: int, columns: int) -> Iterator[Row]:
    """The rows of a line, broken after a space or a mark where one is near, else anywhere; what continues is set in."""
    if grid.columns(line) <= columns:
        yield Row(tuple(line), n, number)
        return
    blank = next((i for i, cell in enumerate(line) if cell.cluster != " "), len(line))
    indent = min(blank + 2, columns // 3)
    shown: int | None = number
    at, room = 0, columns
    while at < len(line):
        end, used = at, 0
        while end < len(line) and used + line[end].columns <= room:
            used += line[end].columns
            end += 1
        end = max(end, at + 1)
        if end < len(line):
            for near in range(end, at + (end - at) * 2 // 3, -1):
                if line[near - 1].cluster in " ,;()[]{}.+-*/=|&":
                    end = near
                    break
        yield Row(tuple(line[at:end]), n, shown, 0 if at == 0 else indent)
        at, room, shown = end, columns - indent, None


def _fitting(scene: CodeScene, sheet: Sheet, over: Head) -> Listing | None:
    """The code at the largest size at which no line is wrapped, else at the largest at which it fits; None when it fits at none."""
    sizes = CARRIED_SIZES if scene.pages > 1 else SIZES
    wrapped: Listing | None = None
    for of in sizes:
        listing = _set(scene, sheet, over, of)
        if len(listing.rows) <= listing.most_rows:
            if not listing.wrapped:
                return listing
            wrapped = wrapped or listing
    return wrapped


def split(scene: CodeScene, sheet: Sheet) -> tuple[Scene, ...]:
    """Pages of whole lines where that is possible, cut where the code itself pauses; each page counts its lines on."""
    if _fitting(scene, sheet, head(sheet, scene)):
        return (scene,)
    over = head(sheet, scene, carried=True)
    larger, smaller = (_set(scene, sheet, over, of) for of in CARRIED_SIZES)
    listing = larger if larger.pages == smaller.pages else smaller
    return tuple(_page(scene, listing.rows[rows]) for rows in cuts(len(listing.rows), listing.most_rows, partial(_pause, listing.rows)))


def _page(scene: CodeScene, rows: Sequence[Row]) -> CodeScene:
    lines: dict[int, str] = {}
    for row in rows:
        lines[row.line] = lines.get(row.line, "") + "".join(cell.cluster for cell in row.cells)
    return scene.model_copy(update={"code": "\n".join(lines.values()), "first_line": scene.first_line + rows[0].line})


def _pause(rows: Sequence[Row], at: int) -> float:
    """How good a place to cut before a row is: best after a blank line that stands outside of everything, worst inside a line."""
    above, below = rows[at - 1], rows[at]
    if below.number is None:
        return -1.0
    before, after = _depth(above), _depth(below)
    if after is None:
        return 0.0
    if before is None:
        return 3.0 if after == 0 else 2.0 if after <= grid.TAB else 1.0
    return 0.5 if after <= before else 0.0


def _depth(row: Row) -> int | None:
    """Blank columns before the first mark of a row; None when there is none."""
    return next((n for n, cell in enumerate(row.cells) if cell.cluster != " "), None)


def layers(scene: CodeScene, sheet: Sheet, timing: Timing) -> tuple[Layer, ...]:
    over = head(sheet, scene)
    listing = _fitting(scene, sheet, over)
    if listing is None:
        return ()
    body = over.body
    offset = 0 if scene.pages > 1 else min((body.height - listing.height) * 0.4, sheet.px(60))
    card = Area(body.left, round(body.top + offset), body.width, listing.height)
    return (over.layer(), Layer(lambda pen: _paint(pen, scene, listing, card), 3, ENTRANCE_FRAMES - 3, sheet.px(18)))


def _paint(pen: Pen, scene: CodeScene, listing: Listing, card: Area) -> None:
    sheet, cells, theme = listing.sheet, listing.grid, listing.sheet.theme
    across, down = listing.pad
    pen.rounded(card.box, sheet.px(18), theme.panel, theme.edge, max(1.0, 1.5 * sheet.unit))
    left, y = round(card.left + across), round(card.top + down)
    han = fonts.han_face(scene.code)
    quiet, loud = Ink(mixed(theme.muted, theme.panel, 0.3)), Ink(theme.accent, 600)
    for row in listing.rows:
        stressed = scene.first_line + row.line in scene.highlight
        if stressed:
            edge = sheet.px(2)
            pen.rectangle((card.left + edge, y, card.right - edge, y + cells.height), mixed(theme.panel, theme.accent, 0.14))
            pen.rectangle((card.left + edge, y, card.left + edge + sheet.px(6), y + cells.height), theme.accent)
        margin = CONTINUES if row.number is None else str(row.number)
        cells.draw(pen, left, y, list(grid.cells(margin.rjust(listing.digits), loud if stressed else quiet)), han)
        cells.draw(pen, left + (listing.gutter + row.indent) * cells.width, y, row.cells, han)
        y += cells.height
