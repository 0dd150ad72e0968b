"""Text on a grid of equal cells, for code and for drawings made of characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.monospace import box_drawing
from videogen.scenes.text import fonts, segmentation
from videogen.scenes.text.shaping import CODE_FEATURES, clean
from videogen.scenes.theme import Colour

ADVANCE = 0.6
TAB = 4


@dataclass(frozen=True)
class CellStyle:
    """How a stretch of a row looks."""

    colour: Colour
    weight: int = 400
    slanted: bool = False


_NO_INK = CellStyle(Colour(0, 0, 0))


@dataclass(frozen=True)
class Cell:
    """One grapheme cluster and how many columns it takes: 1, or 2 when it is wide. `space` is a blank."""

    cluster: str
    columns: int
    ink: CellStyle


@dataclass(frozen=True)
class CellGrid:
    """Cells of whole pixels. Whole, so that a column is at the same place in every row, and lines join."""

    width: int
    height: int

    @property
    def size(self) -> float:
        """Size of the type: JetBrains Mono is 0.6 of it wide."""
        return self.width / ADVANCE

    @classmethod
    def of_size(cls, size: float, leading: float) -> CellGrid:
        """Return the grid whose type is at least that size."""
        width = max(1, -int(-size * ADVANCE // 1))
        return cls(width, round(width / ADVANCE * leading))

    def draw(self, canvas: Canvas, x: int, y: int, row: Sequence[Cell], han: fonts.Face) -> None:
        """Draw a row with its upper left corner at (x, y)."""
        baseline = round(y + (self.height - 1.32 * self.size) / 2 + 1.02 * self.size)
        for stretch in _stretches(row, han):
            left, width = x + stretch.column * self.width, stretch.columns * self.width
            if box_drawing.is_stroke(stretch.text):
                mask = box_drawing.mask(stretch.text, self.width, self.height, max(1, round(self.size / 14)))
                canvas.mask((left, y), mask, stretch.ink.colour)
            elif stretch.face in (fonts.JETBRAINS, fonts.JETBRAINS_ITALIC):
                font = fonts.font(stretch.face, self.size, stretch.ink.weight)
                canvas.text((left, baseline), font.run(stretch.text, stretch.to_the_left, CODE_FEATURES), stretch.ink.colour)
            else:
                self._draw_fitted(canvas, left, baseline, width, stretch)

    def _draw_fitted(self, canvas: Canvas, left: int, baseline: int, width: int, stretch: CellRun) -> None:
        """Draw text of another face than the grid's own in the middle of its cells, smaller if it is wider."""
        run = fonts.font(stretch.face, self.size, stretch.ink.weight).run(stretch.text, stretch.to_the_left)
        if run.advance > width:
            size = max(1.0, self.size * width / run.advance)
            run = fonts.font(stretch.face, size, stretch.ink.weight).run(stretch.text, stretch.to_the_left)
        canvas.text((left + (width - run.advance) / 2, baseline), run, stretch.ink.colour)


@dataclass
class CellRun:
    """Cells that are drawn together, from a column of their row on."""

    text: str
    face: fonts.Face
    ink: CellStyle
    column: int
    columns: int
    to_the_left: bool


def cells(text: str, ink: CellStyle) -> Iterator[Cell]:
    """Yield the cells of one line of text without tabs; what cannot be seen is left out."""
    for cluster in segmentation.graphemes(clean(text)):
        if cluster.strip("\u200b\u200c\u200d\u2060"):
            yield Cell(cluster if not cluster.isspace() else " ", max(1, segmentation.columns(cluster)), ink)


def columns(row: Iterable[Cell]) -> int:
    return sum(cell.columns for cell in row)


def width(text: str) -> int:
    """Return how many columns a line of text takes."""
    return columns(cells(text, _NO_INK))


def lines(text: str) -> list[str]:
    """Return the lines of a text, whatever ends them, with tabs expanded."""
    return text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(TAB).split("\n")


def _stretches(row: Sequence[Cell], han: fonts.Face) -> Iterator[CellRun]:
    """Yield runs of cells of one ink and face that are drawn together: letters that join, or characters of the grid's own face."""
    open_: CellRun | None = None
    column = 0
    for cell in row:
        face = fonts.face_for(cell.cluster, "mono", han, cell.ink.weight >= 600, cell.ink.slanted)
        left = unicodedata.bidirectional(cell.cluster[0]) in ("R", "AL")
        own = face in (fonts.JETBRAINS, fonts.JETBRAINS_ITALIC) and len(cell.cluster) == cell.columns == 1
        joins = (own or left) and not box_drawing.is_stroke(cell.cluster)
        same = open_ is not None and (open_.ink, open_.face, open_.to_the_left) == (cell.ink, face, left)
        if open_ is not None and joins and same:
            open_.text += cell.cluster
            open_.columns += cell.columns
        else:
            if open_ is not None and open_.text.strip():
                yield open_
            text = cell.cluster if face else fonts.REPLACEMENT
            open_ = CellRun(text, face or fonts.JETBRAINS, cell.ink, column, cell.columns, left and face is not None)
            if not joins:
                yield open_
                open_ = None
        column += cell.columns
    if open_ is not None and open_.text.strip():
        yield open_
