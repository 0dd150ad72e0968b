"""Words in lines: as many as fit, or so that the lines are alike in length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from videogen.scenes.text.segmentation import BREAK_AFTER
from videogen.scenes.text.shaping import TextRun, Word

LEAST_FILLED = 0.5
"""Share of a line that words take before a phrase that does not fit goes to the next one whole."""


@dataclass(frozen=True)
class WrappedRows:
    """The pieces of each line, in reading order. `broken` tells that a word had to be broken inside; `parted` counts the phrases that were
    broken between their words."""

    rows: tuple[tuple[TextRun, ...], ...]
    broken: bool
    parted: int = 0


def wrapped(words: Sequence[Word], width: float) -> WrappedRows:
    """Wrap words into lines no wider than `width`."""
    rows: list[tuple[TextRun, ...]] = []
    current: list[TextRun] = []
    used = 0.0
    broken = False
    parted = 0
    waiting = list(reversed(words))
    while waiting:
        word = waiting.pop()
        if word.parts and _is_parted(word, used if current and not word.on_new_line else None, width):
            waiting.extend(reversed(word.parts))
            parted += 1
            continue
        gap = word.space.width if current and word.space else 0.0
        if current and (word.on_new_line or used + gap + word.width > width):
            rows.append(tuple(current))
            current, used, gap = [], 0.0, 0.0
        if gap and word.space:
            current.append(word.space)
        if word.width <= width:
            current.extend(word.text_runs)
            used += gap + word.width
            continue
        broken = True
        for row in _broken(word.text_runs, width):
            if current:
                rows.append(tuple(current))
            current, used = row, sum(text_run.width for text_run in row)
    if current:
        rows.append(tuple(current))
    return WrappedRows(tuple(rows), broken, parted)


def _is_parted(word: Word, used: float | None, width: float) -> bool:
    """Return whether a phrase is broken between its words: it is wider than a line, or would leave most of this one empty."""
    if word.width > width:
        return True
    return used is not None and used < LEAST_FILLED * width and used + word.width + (word.space.width if word.space else 0.0) > width


def balanced(words: Sequence[Word], width: float, least: float, precision: float) -> WrappedRows:
    """Wrap words in the narrowest width, at least `least`, that takes no more lines and breaks no more words."""
    lines = wrapped(words, width)
    low, high = least, width
    while len(lines.rows) > 1 and high - low > precision:
        middle = (low + high) / 2
        narrower = wrapped(words, middle)
        if len(narrower.rows) == len(lines.rows) and narrower.broken == lines.broken and narrower.parted <= lines.parted:
            lines, high = narrower, middle
        else:
            low = middle
    return lines


def _broken(text_runs: Sequence[TextRun], width: float) -> Iterator[list[TextRun]]:
    """Yield the rows of a word that is wider than a line: broken after a mark of punctuation where one is near, else anywhere."""
    row: list[TextRun] = []
    used = 0.0
    waiting = list(reversed(text_runs))
    while waiting:
        text_run = waiting.pop()
        if used + text_run.width <= width:
            row.append(text_run)
            used += text_run.width
            continue
        count = _fitting(row, text_run, width - used)
        if count == 0 and row:
            waiting.append(text_run)
        else:
            count = max(1, count)
            row.append(text_run.part(0, count).no_wider_than(width - used))
            if count < len(text_run.clusters):
                waiting.append(text_run.part(count, len(text_run.clusters)))
        yield row
        row, used = [], 0.0
    if row:
        yield row


def _fitting(row: Sequence[TextRun], text_run: TextRun, width: float) -> int:
    """Return how many clusters of a piece fit a narrower row: up to a mark in the last third, else as many as fit."""
    low, high = 0, len(text_run.clusters) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if text_run.width_of_first(middle) <= width:
            low = middle
        else:
            high = middle - 1
    third = (sum(len(earlier.clusters) for earlier in row) + low) // 3
    before = row[-1].clusters[-1] if row else ""
    for count in range(low, max(-1, low - third), -1):
        if (text_run.clusters[count - 1] if count else before) in BREAK_AFTER:
            return count
    return low
