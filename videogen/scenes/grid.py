"""Text on a grid of equal cells, for code and for drawings made of characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from videogen.scenes import fonts, strokes
from videogen.scenes.pen import Pen
from videogen.scenes.text import CODE_FEATURES, clean
from videogen.scenes.theme import Colour

ADVANCE = 0.6
TAB = 4


@dataclass(frozen=True)
class Ink:
    """How a stretch of a row looks."""

    colour: Colour
    weight: int = 400
    slanted: bool = False


@dataclass(frozen=True)
class Cell:
    """One grapheme cluster and how many columns it takes: 1, or 2 when it is wide. `space` is a blank."""

    cluster: str
    columns: int
    ink: Ink


@dataclass(frozen=True)
class Grid:
    """Cells of whole pixels. Whole, so that a column is at the same place in every row, and lines join."""

    width: int
    height: int

    @property
    def size(self) -> float:
        """Size of the type: JetBrains Mono is 0.6 of it wide."""
        return self.width / ADVANCE

    @classmethod
    def of_size(cls, size: float, leading: float) -> Grid:
        """The grid whose type is at least that size."""
        width = max(1, -int(-size * ADVANCE // 1))
        return cls(width, round(width / ADVANCE * leading))

    def draw(self, pen: Pen, x: int, y: int, row: Sequence[Cell], han: fonts.Face) -> None:
        """Draws a row with its left upper corner at (x, y)."""
        baseline = round(y + (self.height - 1.32 * self.size) / 2 + 1.02 * self.size)
        column = 0
        for cells in _stretches(row):
            columns = sum(cell.columns for cell in cells)
            self._draw_stretch(pen, x + column * self.width, y, baseline, cells, columns, han)
            column += columns

    def _draw_stretch(self, pen: Pen, x: int, y: int, baseline: int, cells: Sequence[Cell], columns: int, han: fonts.Face) -> None:
        first, text, ink = cells[0].cluster, "".join(cell.cluster for cell in cells), cells[0].ink
        if not text.strip():
            return
        if strokes.is_stroke(first):
            pen.mask((x, y), strokes.mask(first, self.width, self.height, max(1, round(self.size / 14))), ink.colour)
            return
        face = fonts.face_for(first, "mono", han)
        if face is None:
            face, text = fonts.JETBRAINS, fonts.REPLACEMENT * len(cells)
        font = fonts.font(face, self.size, ink.weight, ink.slanted)
        right_to_left = _is_right_to_left(cells[0])
        room = columns * self.width
        if face is not fonts.JETBRAINS:
            direction = "rtl" if right_to_left else "ltr"
            advance = font.getlength(text, direction=direction)
            if advance > room:
                font = fonts.font(face, max(1.0, self.size * room / advance), ink.weight, ink.slanted)
                advance = font.getlength(text, direction=direction)
            pen.text((x + (room - advance) / 2, baseline), text, font, ink.colour, right_to_left)
            return
        pen.text((x, baseline), text, font, ink.colour, right_to_left, CODE_FEATURES)


def cells(text: str, ink: Ink) -> Iterator[Cell]:
    """The cells of one line of text without tabs; what cannot be seen is left out."""
    for cluster in fonts.clusters(clean(text)):
        if cluster != "\u200b" and cluster.strip("\u200c\u200d"):
            yield Cell(cluster if not cluster.isspace() else " ", _columns(cluster), ink)


def columns(row: Iterable[Cell]) -> int:
    return sum(cell.columns for cell in row)


def lines(text: str) -> list[str]:
    """The lines of a text, whatever ends them, with tabs made spaces."""
    return text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(TAB).split("\n")


def _columns(cluster: str) -> int:
    wide = unicodedata.east_asian_width(cluster[0]) in ("W", "F") or fonts.EMOJI_PRESENTATION in cluster
    return 2 if wide else 1


def _is_right_to_left(cell: Cell) -> bool:
    return unicodedata.bidirectional(cell.cluster[0]) in ("R", "AL")


def _is_simple(cell: Cell) -> bool:
    """Whether cells beside one another may be drawn as one text: each a character of the grid's own face, one column wide."""
    character = cell.cluster
    if len(character) > 1 or cell.columns > 1 or strokes.is_stroke(character):
        return False
    return character == " " or ord(character) in fonts.characters(fonts.JETBRAINS)


def _stretches(row: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Cells that are drawn together: simple ones of the same ink, and letters written to the left, which join."""
    stretch: list[Cell] = []
    kind: object = None
    for cell in row:
        of = (cell.ink, "simple") if _is_simple(cell) else (cell.ink, "left") if _is_right_to_left(cell) else None
        if stretch and (of is None or of != kind):
            yield stretch
            stretch = []
        stretch.append(cell)
        kind = of
    if stretch:
        yield stretch
