"""A terminal at work: commands typed letter by letter behind their prompts, then what they answer, line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.surface import Patch, Surface, slices, tones
from videogen.scenes.layout import ENTRANCE_FRAMES, Layout
from videogen.scenes.monospace.cell_grid import CellGrid
from videogen.scenes.monospace.listing import ListingRow
from videogen.scenes.monospace.revealed_text import RevealedText
from videogen.scenes.theme import mixed

TYPED_A_SECOND = 24.0
"""Columns: twice as fast as people type, and slow enough to be read along."""

MOST_TYPED_S = 1.8
TYPED_SHARE = 0.55
"""Of the time until the next command: the voice is never waited for, and the answer is there before it goes on."""

ANSWER_AFTER_S, LINE_EVERY_S, MOST_ANSWER_S = 0.2, 0.06, 0.6
"""How long a command works, and how far apart the lines of its answer come; all of them take no longer than that."""

UNSPOKEN_SHARE = 0.6
"""Of a scene: by then all is typed when the narration does not tell when."""

BETWEEN_S = 0.35
"""Between an answer and the next command, then."""

LETTERS_AT_ONCE_S = 1 / 15
"""Time between two pictures while somebody types."""


@dataclass(frozen=True)
class TypedRow:
    """A row of a terminal: the number of its command, and how many columns it is set in and takes. `prompt`: columns of the prompt of a
    command, None for what is not typed.
    """

    group: int
    indent: int
    columns: int
    prompt: int | None


@dataclass(frozen=True)
class Reveal:
    """From a frame on so many columns of a row are seen; the cursor stands behind them if `is_typed`."""

    frame: int
    row: int
    columns: int
    is_typed: bool


def type_rows(rows: Sequence[TypedRow], spoken: Sequence[float] | None, duration: float, fps: float) -> list[Reveal]:
    """Return what is revealed when, in order. `spoken`: when each command begins to be spoken of, in seconds; None if that is not known."""
    groups = [[(n, row) for n, row in numbered] for _, numbered in groupby(enumerate(rows), key=lambda pair: pair[1].group)]
    first = ENTRANCE_FRAMES / fps
    if spoken is None:
        lengths = [_typing_s(group) + _answer_s(group) for group in groups]
        whole = sum(lengths) + BETWEEN_S * (len(groups) - 1)
        pace = min(1.0, max(0.0, duration * UNSPOKEN_SHARE - first) / whole) if whole else 1.0
        starts, at = [], first
        for length in lengths:
            starts.append(at)
            at += (length + BETWEEN_S) * pace
        return [one for group, start in zip(groups, starts, strict=True) for one in _typed(group, start, pace, fps)]
    starts = [max(first, start) for start in spoken]
    reveals: list[Reveal] = []
    for group, start, following in zip(groups, starts, [*starts[1:], duration], strict=True):
        needed = _typing_s(group) + _answer_s(group)
        pace = min(1.0, max(0.0, following - start) * TYPED_SHARE / needed) if needed else 1.0
        reveals += _typed(group, start, pace, fps)
    return reveals


def _typing_s(group: Sequence[tuple[int, TypedRow]]) -> float:
    columns = sum(row.columns - row.prompt for _, row in group if row.prompt is not None)
    return min(MOST_TYPED_S, columns / TYPED_A_SECOND)


def _answer_s(group: Sequence[tuple[int, TypedRow]]) -> float:
    lines = sum(row.prompt is None for _, row in group)
    return ANSWER_AFTER_S + min(MOST_ANSWER_S, lines * LINE_EVERY_S) if lines else 0.0


def _typed(group: Sequence[tuple[int, TypedRow]], start: float, pace: float, fps: float) -> list[Reveal]:
    """Return the reveals of a command and its answer from a second on; `pace` shortens all times."""
    columns = sum(row.columns - row.prompt for _, row in group if row.prompt is not None)
    a_column = _typing_s(group) / columns if columns else 0.0
    lines = sum(row.prompt is None for _, row in group)
    a_line = min(LINE_EVERY_S, MOST_ANSWER_S / lines) if lines else 0.0
    reveals: list[Reveal] = []
    at, was_typed = 0.0, False
    for n, row in group:
        if row.prompt is None:
            at += ANSWER_AFTER_S if was_typed else a_line
            was_typed = False
            reveals.append(Reveal(round((start + at * pace) * fps), n, row.columns, False))
            continue
        was_typed = True
        reveals.append(Reveal(round((start + at * pace) * fps), n, row.prompt, True))
        step = max(1, round(LETTERS_AT_ONCE_S / (a_column * pace))) if a_column * pace else row.columns
        for column in range(row.prompt, row.columns, step):
            upto = min(row.columns, column + step)
            at += a_column * (upto - column)
            reveals.append(Reveal(round((start + at * pace) * fps), n, upto, True))
    return reveals


class TypedText(RevealedText):
    """A terminal whose rows are revealed; a cursor stands behind what was typed last."""

    def __init__(
        self,
        layout: Layout,
        grid: CellGrid,
        origin: tuple[int, int],
        rows: Sequence[ListingRow],
        reveals: Sequence[Reveal],
        paint: Callable[[Canvas], None],
    ) -> None:
        self.rows, self.reveals = rows, sorted(reveals, key=lambda one: one.frame)
        frames = sorted({one.frame for one in self.reveals})
        if frames:
            frames.append(frames[-1] + 1)  # and then the cursor goes
        columns = max((row.indent + sum(cell.columns for cell in row.cells) for row in rows), default=0)
        super().__init__(layout, grid, origin, (columns + 1, len(rows)), frames, paint)

    def draw_partly(self, part: Surface, whole: Surface, number: int) -> None:
        """Draw what has been typed and answered by a frame."""
        shown: dict[int, int] = {}
        last = self.reveals[0]
        for one in self.reveals:
            if one.frame > number:
                break
            shown[one.row], last = one.columns, one
        for n, columns in shown.items():
            if columns:
                part.show(whole, self._stretch(n, 0, columns, margin=columns == sum(cell.columns for cell in self.rows[n].cells)))
        if last.is_typed:
            self._cursor(part, last)

    def _stretch(self, n: int, start: int, end: int, *, margin: bool = False) -> Patch:
        """Return the patch of columns of a row in the box, with what stands out of its last letter if nothing follows."""
        left, y = self.origin[0] + self.rows[n].indent * self.grid.width - self.box[0], self.origin[1] + n * self.grid.height - self.box[1]
        first = left + start * self.grid.width - (2 if start == 0 else 0)
        return first, y, min(self.box[2] - self.box[0], left + end * self.grid.width + (4 if margin else 0)), y + self.grid.height

    def _cursor(self, part: Surface, last: Reveal) -> None:
        """Draw a block behind what was typed last."""
        left, top, right, bottom = self._stretch(last.row, last.columns, last.columns + 1)
        inset = max(0, round((self.grid.height - 1.25 * self.grid.size) / 2))
        theme = self.layout.theme
        for n, (plane, tone) in enumerate(zip(part.planes, tones(mixed(theme.panel, theme.text, 0.7), yuv=part.yuv), strict=True)):
            plane[slices((left + 2, top + inset, right, bottom - inset), n)] = tone
