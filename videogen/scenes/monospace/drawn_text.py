"""A drawing of characters that draws itself, part by part, as it is spoken of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.surface import Surface
from videogen.scenes.layout import Layout
from videogen.scenes.monospace.cell_grid import Cell, CellGrid
from videogen.scenes.monospace.drawing_order import DrawnPart, Place
from videogen.scenes.monospace.revealed_text import RevealedText

PART_S, LEAST_PART_S = 0.45, 0.12
"""How long a part is drawn, and the least where there are many."""

MOST_S, MOST_SHARE = 5.0, 0.5
"""All is drawn within that time, and that share of the scene, if the narration does not tell when."""

REST_S = 0.4
"""Before the end of the scene all is drawn."""

SHORTEST_NAME = 3
"""Letters of the words of a part that is recognised in what is said."""

DRAWN_A_SECOND = 15
"""Pictures a second."""

SpokenSentence = tuple[str, float, float]
"""A sentence, its start and its end in seconds."""


def times_of(parts: Sequence[DrawnPart], start: float, duration: float, spoken: Sequence[SpokenSentence]) -> list[tuple[float, float]]:
    """Return from when to when each part is drawn, in seconds.

    A part whose words are in a sentence is drawn as they are spoken, what stands before it in the order with it or after the one before,
    and a line before the last of the boxes that it joins. Where fewer than two are named, all is drawn in order from `start` on.
    """
    named = named_times(parts, spoken)
    end = max(start + 0.1, duration - REST_S)
    if len(set(named.values())) < 2:
        whole = min(MOST_S, max(0.1, duration * MOST_SHARE), PART_S * len(parts), end - start)
        part_s = max(whole / max(1, len(parts)), min(LEAST_PART_S, whole))
        evenly = [start + n * (whole - part_s) / max(1, len(parts) - 1) for n in range(len(parts))]
        return [(at, at + part_s) for at in evenly]
    starts = {n: at for n, at in named.items() if not parts[n].joins}
    latest = start
    for n, part in enumerate(parts):
        if not part.joins and n not in starts:
            # With the next one that is named, or after the last one.
            following = next((starts[later] for later in range(n + 1, len(parts)) if later in named and later in starts), None)
            starts[n] = latest + PART_S if following is None else max(latest, following - PART_S)
        latest = starts.get(n, latest)
    for n, part in enumerate(parts):
        if part.joins:
            starts[n] = max(start, max(starts[box] for box in part.joins) - PART_S * 0.6)
    last = max(starts.values()) + PART_S
    shrink = min(1.0, (end - start) / max(1e-6, last - start))
    begins = (start + (max(start, starts[n]) - start) * shrink for n in range(len(parts)))
    return [(at, at + PART_S * shrink) for at in begins]


def named_times(parts: Sequence[DrawnPart], spoken: Sequence[SpokenSentence]) -> dict[int, float]:
    """Return when parts are named, by their numbers: the first time that their words are spoken."""
    named: dict[int, float] = {}
    sentences = [(_plain(text), start, end) for text, start, end in spoken]
    for n, part in enumerate(parts):
        words = _plain(part.words)
        if len(words.strip()) < SHORTEST_NAME:
            continue
        for text, start, end in sentences:
            if (at := text.find(words)) >= 0:
                named[n] = start + (end - start) * at / max(1, len(text))
                break
    return named


def _plain(text: str) -> str:
    """Return the words of a text between single spaces, in small letters."""
    return " " + " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split()) + " "


class DrawnText(RevealedText):
    """Rows on a grid whose cells are seen from a time on; `paint` draws all of them, with what they stand on."""

    def __init__(
        self,
        layout: Layout,
        grid: CellGrid,
        origin: tuple[int, int],
        rows: Sequence[Sequence[Cell]],
        parts: Sequence[DrawnPart],
        times: Sequence[tuple[float, float]],
        paint: Callable[[Canvas], None],
    ) -> None:
        fps = layout.settings.fps
        every = max(1, round(fps / DRAWN_A_SECOND))
        seen: dict[Place, int] = {}
        for part, (start, end) in zip(parts, times, strict=True):
            for place, along in part.cells:
                frame = round((start + (end - start) * along) * fps / every) * every
                seen[place] = min(frame, seen.get(place, frame))
        self.rows, self.seen = rows, seen
        columns = max((sum(cell.columns for cell in row) for row in rows), default=0)
        super().__init__(layout, grid, origin, (columns, len(rows)), sorted(set(seen.values())), paint)

    @cached_property
    def _from(self) -> NDArray[np.int32]:
        """The frame from which on each column of each row is seen."""
        grid = np.full((len(self.rows), self.size[0]), np.iinfo(np.int32).max, np.int32)
        for (row, column), frame in self.seen.items():
            grid[row, column] = frame
        for row, cells in enumerate(self.rows):
            column = 0
            for cell in cells:
                grid[row, column + 1 : column + cell.columns] = grid[row, column]
                column += cell.columns
        return grid

    def draw_partly(self, part: Surface, whole: Surface, number: int) -> None:
        """Draw the cells that are to be seen in a frame."""
        self.show_cells(part, whole, number, self.grid, (self.origin[0] - self.box[0], self.origin[1] - self.box[1]))

    def show_cells(self, part: Surface, whole: Surface, number: int, grid: CellGrid, origin: tuple[int, int]) -> None:
        """Copy the cells that are to be seen in a frame from a whole whose grid begins at `origin`."""
        left, top = origin
        for n, row in enumerate(self._from <= number):
            edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False]))))
            y = top + n * grid.height
            for start, end in edges.reshape(-1, 2):
                part.show(whole, (left + int(start) * grid.width, y, left + int(end) * grid.width, y + grid.height))
