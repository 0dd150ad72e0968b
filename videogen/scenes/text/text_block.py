"""Blocks of text: inline Markdown set in a width, measured, and drawn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.text import bidi
from videogen.scenes.text.shaping import CODE_SCALE, TextRun, TextStyle, shape
from videogen.scenes.text.wrapping import balanced, wrapped
from videogen.scenes.theme import mixed
from videogen.script import inline

__all__ = ["CODE_SCALE", "Align", "TextBlock", "TextLine", "TextStyle", "block", "plain_block", "runs_block"]

MARKED = 0.3
"""Share of the accent in the ground of what is marked."""

FORMULA_GAP = 0.06
"""Room above and below a formula that is higher than its line, in sizes."""

_BEFORE_UNIT = re.compile(
    r"(?<=\d) (?=(?:°[CFK]?|%|‰|[€$£¥]|[kMGT]i?B|[kcmµn]?m|m?g|kg|km/h|m/s|[kMG]?Hz|k?Wh?|[kmM]?V|m?l|min|[mµ]?s|h|px|pt|dB)(?![\w/°%]))"
)
"""The space between a number and a unit."""

_RIGHT_TO_LEFT_MARK = "\u200f"

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class TextLine:
    """Pieces from left to right, each with its distance from the line's left end.

    `above` and `below` are what a high formula needs more than other lines, in pixels.
    """

    text_runs: tuple[tuple[float, TextRun], ...]
    width: float
    above: float = 0.0
    below: float = 0.0


@dataclass(frozen=True)
class TextBlock:
    """Lines of one text. `broken` tells that a word had to be broken inside."""

    lines: tuple[TextLine, ...]
    text_style: TextStyle
    line_height: float
    broken: bool
    right_to_left: bool

    @property
    def width(self) -> float:
        return max((line.width for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        return sum(self.line_height + line.above + line.below for line in self.lines)

    @property
    def baseline(self) -> float:
        """Where the first line stands, from the top. Scripts with high letters have higher lines."""
        above = self.lines[0].above if self.lines else 0.0
        return above + _baseline(self.line_height, self.text_style.size)

    def draw(self, canvas: Canvas, x: float, y: float, width: float | None = None, align: Align = "left") -> None:
        """Draw the lines from the top at y.

        With a width, align them in it, mirrored for text written from right to left.
        """
        available = self.width if width is None else width
        if self.right_to_left and align != "center":
            align = "right" if align == "left" else "left"
        for line in self.lines:
            free = available - line.width
            left = x + (0.0 if align == "left" else free if align == "right" else free / 2)
            self._draw_line(canvas, line, left, y + line.above)
            y += self.line_height + line.above + line.below

    def _draw_line(self, canvas: Canvas, line: TextLine, left: float, top: float) -> None:
        size, theme = self.text_style.size, self.text_style.theme
        baseline = round(top + _baseline(self.line_height, size))
        thick = max(1, round(size / 22))
        for x, text_run in line.text_runs:
            if text_run.style.marked:
                ground = mixed(theme.background, theme.accent, MARKED)
                canvas.rectangle((left + x, baseline - 0.9 * size, left + x + text_run.width, baseline + 0.28 * size), ground)
        for start, end in _chips(line):
            canvas.rounded((left + start, baseline - 0.92 * size, left + end, baseline + 0.32 * size), 0.2 * size, theme.panel, theme.edge)
        for x, text_run in line.text_runs:
            if text_run.style.underlined:
                below = baseline + max(2, round(0.12 * size))
                canvas.rectangle((left + x, below, left + x + text_run.width, below + thick), theme.accent)
        for x, text_run in line.text_runs:
            style = text_run.style
            if style.inserted and not style.underlined:
                below = baseline + max(2, round(0.12 * size))
                canvas.rectangle((left + x, below, left + x + text_run.width, below + max(1, thick // 2)), style.colour)
            if formula := text_run.formula:
                canvas.mask((round(left + x) + formula.left, baseline - formula.rise), formula.mask, style.colour)
            elif text_run.text.strip():
                canvas.text((left + x + text_run.lead, baseline - style.raised), text_run.glyph_run, style.colour)
            if style.struck:
                middle = baseline - round(0.28 * size + style.raised)
                canvas.rectangle((left + x, middle, left + x + text_run.width, middle + thick), style.colour)


def block(text: str, text_style: TextStyle, width: float, *, balance: float = 0.0) -> TextBlock:
    """Set inline Markdown in a width. `balance` evens the lines, down to that share of the width."""
    return _block(inline.runs(text), text_style, width, balance)


def plain_block(text: str, text_style: TextStyle, width: float, *, balance: float = 0.0) -> TextBlock:
    """Set plain text, as `block` sets Markdown."""
    return _block((inline.Run(text),), text_style, width, balance)


def runs_block(runs: tuple[inline.Run, ...], text_style: TextStyle, width: float) -> TextBlock:
    """Set runs of inline text in a width."""
    return _block(runs, text_style, width, 0.0)


@lru_cache(maxsize=1024)
def _block(runs: tuple[inline.Run, ...], text_style: TextStyle, width: float, balance: float) -> TextBlock:
    runs = _turned(_with_units(runs))
    words = shape(runs, text_style)
    lines = balanced(words, width, width * balance, text_style.size / 2) if balance else wrapped(words, width)
    leading = max([text_style.leading, *(text_run.face.leading for word in words for text_run in word.text_runs)])
    right_to_left = bidi.is_right_to_left("".join(run.text for run in runs))
    height = round(leading * text_style.size)
    return TextBlock(tuple(_line(row, height, text_style.size) for row in lines.rows), text_style, height, lines.broken, right_to_left)


def _with_units(runs: tuple[inline.Run, ...]) -> tuple[inline.Run, ...]:
    """Return runs in which no line ends between a number and its unit."""
    return tuple(
        replace(run, text=_BEFORE_UNIT.sub("\u00a0", run.text)) if not (run.whole or run.code) and _BEFORE_UNIT.search(run.text) else run
        for run in runs
    )


def _turned(runs: tuple[inline.Run, ...]) -> tuple[inline.Run, ...]:
    """Return runs that begin with a mark of direction where a text is mostly right to left but begins with a word that is not.

    That is a higher-level protocol (UAX 9, HL1): by its first character such a text would stand at the left among others at the right.
    """
    text = "".join(run.text for run in runs if not (run.code or run.math))
    if text.isascii() or bidi.is_right_to_left(text):
        return runs
    kinds = [unicodedata.bidirectional(character) for character in text]
    backward = kinds.count("R") + kinds.count("AL")
    return (inline.Run(_RIGHT_TO_LEFT_MARK), *runs) if backward > kinds.count("L") else runs


def _baseline(line_height: float, size: float) -> float:
    """Return where the baseline is, from the top of a line."""
    ascent, descent = 0.96875 * size, 0.2412 * size
    return (line_height - ascent - descent) / 2 + ascent


def _line(text_runs: Sequence[TextRun], height: float, size: float) -> TextLine:
    placed: list[tuple[float, TextRun]] = []
    x = 0.0
    for position in bidi.visual_order([text_run.level for text_run in text_runs]):
        placed.append((x, text_runs[position]))
        x += text_runs[position].width
    formulas = [formula for text_run in text_runs if (formula := text_run.formula)]
    baseline, gap = _baseline(height, size), FORMULA_GAP * size
    above = max([0.0, *(formula.rise + gap - baseline for formula in formulas)])
    below = max([0.0, *(formula.depth + gap - (height - baseline) for formula in formulas)])
    return TextLine(tuple(placed), x, above, below)


def _chips(line: TextLine) -> Iterator[tuple[float, float]]:
    """Yield where the code chips of a line begin and end."""
    start = end = 0.0
    chip = 0
    for x, text_run in line.text_runs:
        if chip and text_run.style.chip != chip:
            yield start, end
        if text_run.style.chip and text_run.style.chip != chip:
            start = x
        chip, end = text_run.style.chip, x + text_run.width
    if chip:
        yield start, end
