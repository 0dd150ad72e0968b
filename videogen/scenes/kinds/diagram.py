"""A drawing made of characters, on a grid of equal cells, whole where it can be read so."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from videogen.scenes import fonts, grid, strokes
from videogen.scenes.clip import Timing
from videogen.scenes.grid import Cell, Grid, Ink
from videogen.scenes.layout import ENTRANCE_FRAMES, LEAST_TYPE, Head, Layer, Sheet, head
from videogen.scenes.pen import Pen
from videogen.scenes.theme import Theme, mixed
from videogen.script.models import DiagramScene, Scene

SIZES = (40, 38, 36, 34, 32, 30, 28, 27, 25, 24)
LEADING = 1.25
WORTH_KEEPING = 0.55


@dataclass(frozen=True)
class Drawing:
    """Rows of cells on a grid in the body."""

    head: Head
    grid: Grid
    rows: Sequence[tuple[Cell, ...]]

    @property
    def columns(self) -> int:
        return max((grid.columns(row) for row in self.rows), default=0)

    @property
    def most_rows(self) -> int:
        return max(1, int(self.head.body.height // self.grid.height))

    @property
    def most_columns(self) -> int:
        return max(2, int(self.head.body.width // self.grid.width))

    @property
    def fits(self) -> bool:
        return self.columns <= self.most_columns and len(self.rows) <= self.most_rows


def _rows(scene: DiagramScene, theme: Theme) -> list[tuple[Cell, ...]]:
    """The drawing's rows without blank ones around it; of a whole drawing the blank columns on the left are left out too."""
    lines = [line.rstrip() for line in grid.lines(scene.text)]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    blank = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
    blank = blank if scene.pages == 1 else 0
    plain = Ink(theme.text)
    return [tuple(_inked(cell, theme) for cell in grid.cells(line[blank:], plain)) for line in lines]


def _inked(cell: Cell, theme: Theme) -> Cell:
    """Lines of the drawing quieter than its words, arrows in the accent."""
    first = cell.cluster[0]
    if strokes.is_stroke(first):
        return Cell(cell.cluster, cell.columns, Ink(mixed(theme.muted, theme.syntax.name, 0.35)))
    if first in "▲▼◄►◀▶△▽◁▷" or (unicodedata.category(first) == "Sm" and "ARROW" in unicodedata.name(first, "")) or "←" <= first <= "⇿":
        return Cell(cell.cluster, cell.columns, Ink(theme.accent))
    return cell


def _set(scene: DiagramScene, sheet: Sheet, over: Head) -> Drawing | None:
    """The drawing at the largest size at which it fits whole; None when it fits at none."""
    rows = _rows(scene, sheet.theme)
    for of in (LEAST_TYPE,) if scene.pages > 1 else SIZES:
        drawing = Drawing(over, Grid.of_size(sheet.size(of), LEADING), rows)
        if drawing.fits:
            return drawing
    return None


def split(scene: DiagramScene, sheet: Sheet) -> tuple[Scene, ...]:
    """Parts from top to bottom, cut where the drawing pauses; a part that is too wide from left to right."""
    if _set(scene, sheet, head(sheet, scene)):
        return (scene,)
    over = head(sheet, scene, carried=True)
    whole = Drawing(over, Grid.of_size(sheet.size(LEAST_TYPE), LEADING), _rows(scene, sheet.theme))
    parts: list[Scene] = []
    for rows in _cuts(whole.rows, whole.most_rows):
        band = whole.rows[rows]
        wide = max(grid.columns(row) for row in band)
        number = -(-wide // (whole.most_columns - 1))
        step = -(-wide // number) if number else 1
        parts.extend(_part(scene, band, n * step, (n + 1) * step) for n in range(max(1, number)))
    return tuple(parts)


def _part(scene: DiagramScene, rows: Sequence[tuple[Cell, ...]], start: int, end: int) -> DiagramScene:
    lines = []
    for row in rows:
        column, kept = 0, ""
        for cell in row:
            if start <= column < end:
                kept += cell.cluster
            column += cell.columns
        lines.append(kept)
    return scene.model_copy(update={"text": "\n".join(lines)})


def _cuts(rows: Sequence[tuple[Cell, ...]], most: int) -> list[slice]:
    """Rows in bands of no more than `most`, of about even height."""
    found: list[slice] = []
    start = 0
    while start < len(rows):
        left = len(rows) - start
        even = -(-left // -(-left // most))
        end = min(len(rows), start + most)
        if end < len(rows):
            least = start + max(1, int(even * WORTH_KEEPING))
            end = max(range(least, end + 1), key=lambda at: (_pause(rows, at), -abs(at - start - even)))
        found.append(slice(start, end))
        start = end
    return found


def _pause(rows: Sequence[tuple[Cell, ...]], at: int) -> float:
    """How good a place to cut before a row is: the fewer marks stand on either side of the cut, the better."""
    before, after = (sum(cell.cluster != " " for cell in row) for row in (rows[at - 1], rows[at]))
    if before == 0:
        return 2.0 if after else 1.0
    return -min(before, after) / 200


def layers(scene: DiagramScene, sheet: Sheet, timing: Timing) -> tuple[Layer, ...]:
    over = head(sheet, scene)
    drawing = _set(scene, sheet, over)
    if drawing is None:
        return ()

    def paint(pen: Pen) -> None:
        body, cells = over.body, drawing.grid
        han = fonts.han_face(scene.text)
        x = round(body.left + (body.width - drawing.columns * cells.width) / 2) if scene.pages == 1 else round(body.left)
        y = round(body.top + (body.height - len(drawing.rows) * cells.height) * 0.45)
        for n, row in enumerate(drawing.rows):
            cells.draw(pen, x, y + n * cells.height, row, han)

    return (over.layer(), Layer(paint, 3, ENTRANCE_FRAMES - 3))
