"""Text as it is set: inline Markdown shaped into words, words wrapped into lines, lines measured and drawn.

Lengths are in pixels. Shaping asks the fonts for the width of every piece, so what was measured is what is drawn.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from PIL import ImageFont

from videogen.scenes import bidi, fonts
from videogen.scenes.pen import Pen
from videogen.scenes.theme import Colour, Theme
from videogen.script import inline

Align = Literal["left", "center", "right"]

MOST_MARKS = 4
PROSE_FEATURES = ("kern", "liga", "calt")
CODE_FEATURES = ("-liga", "-calt")
CODE_SCALE = 0.92
CHIP_PAD = 0.22
BREAK_AFTER = frozenset("/._-?&=:,;+|\\")
NO_BREAK_BEFORE = frozenset("、。，．・：；？！ー々〻’”）〕］｝〉》」』】ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ…")
NO_BREAK_AFTER = frozenset("‘“（〔［｛〈《「『【")


@dataclass(frozen=True)
class Type:
    """How a text is set: size in pixels, weight, colours of plain, strong and code text, and the line height in sizes."""

    size: float
    theme: Theme
    colour: Colour
    weight: int = 400
    leading: float = 1.42
    strong: Colour | None = None
    slanted: bool = False

    def at(self, size: float) -> Type:
        return replace(self, size=size)


@dataclass(frozen=True)
class Piece:
    """Characters of one style, one face and one direction. `lead` and `trail` are the padding of a code chip's ends."""

    clusters: tuple[str, ...]
    face: fonts.Face
    size: float
    weight: int
    slanted: bool
    colour: Colour
    level: int
    chip: int = 0
    underlined: bool = False
    struck: bool = False
    lead: float = 0.0
    trail: float = 0.0

    @property
    def text(self) -> str:
        return "".join(self.clusters)

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        return fonts.font(self.face, self.size, self.weight, self.slanted)

    @property
    def features(self) -> tuple[str, ...]:
        return CODE_FEATURES if self.chip else PROSE_FEATURES

    @property
    def width(self) -> float:
        return self.lead + _advance(self.text, self.face, self.size, self.weight, self.slanted, self.level % 2, self.features) + self.trail

    def part(self, start: int, end: int) -> Piece:
        """Some of its clusters; a chip's padding stays at the ends that it had."""
        last = end >= len(self.clusters)
        return replace(self, clusters=self.clusters[start:end], lead=0 if start else self.lead, trail=self.trail if last else 0)

    def no_wider_than(self, width: float) -> Piece:
        """The same, made smaller where it would be wider: only a single character is ever that wide."""
        if self.width <= width:
            return self
        return replace(self, size=max(1.0, self.size * width / self.width * 0.96), lead=0.0, trail=0.0)


@dataclass(frozen=True)
class Word:
    """What is not broken, and the space before it: None where a line may break without one, as between Han characters.

    `on_new_line` tells that the writer asked for a line break before it.
    """

    pieces: tuple[Piece, ...]
    space: Piece | None
    on_new_line: bool = False

    @property
    def width(self) -> float:
        return sum(piece.width for piece in self.pieces)


@dataclass(frozen=True)
class Line:
    """Pieces from left to right, each with its distance from the line's left end."""

    pieces: tuple[tuple[float, Piece], ...]
    width: float


@dataclass(frozen=True)
class Block:
    """Lines of one text. `broken` tells that a word had to be broken inside."""

    lines: tuple[Line, ...]
    type: Type
    line_height: float
    broken: bool
    right_to_left: bool

    @property
    def width(self) -> float:
        return max((line.width for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        return len(self.lines) * self.line_height

    def draw(self, pen: Pen, x: float, y: float, width: float | None = None, align: Align = "left") -> None:
        """Draws the lines from the top at y; with a width they stand in it as `align` says, and text written to the left mirrored."""
        room = self.width if width is None else width
        if self.right_to_left:
            align = {"left": "right", "right": "left"}.get(align, align)  # type: ignore[assignment]
        for n, line in enumerate(self.lines):
            free = room - line.width
            left = x + (0.0 if align == "left" else free if align == "right" else free / 2)
            self._draw_line(pen, line, left, y + n * self.line_height)

    def _draw_line(self, pen: Pen, line: Line, left: float, top: float) -> None:
        size, theme = self.type.size, self.type.theme
        ascent, descent = 0.96875 * size, 0.2412 * size
        baseline = round(top + (self.line_height - ascent - descent) / 2 + ascent)
        for start, end in _chips(line):
            pen.rounded((left + start, baseline - 0.92 * size, left + end, baseline + 0.32 * size), 0.2 * size, theme.panel, theme.edge)
        thick = max(1, round(size / 22))
        for x, piece in line.pieces:
            if piece.underlined:
                below = baseline + max(2, round(0.12 * size))
                pen.rectangle((left + x, below, left + x + piece.width, below + thick), theme.accent)
        for x, piece in line.pieces:
            if piece.text.strip():
                pen.text((left + x + piece.lead, baseline), piece.text, piece.font, piece.colour, bool(piece.level % 2), piece.features)
            if piece.struck:
                middle = baseline - round(0.28 * size)
                pen.rectangle((left + x, middle, left + x + piece.width, middle + thick), piece.colour)


def clean(text: str) -> str:
    """The text without what cannot be seen: controls, direction marks, soft hyphens; no cluster with more than a few marks."""
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category.startswith("M") and not "\ufe00" <= character <= "\ufe0f":
            marks += 1
            if marks > MOST_MARKS:
                continue
        else:
            marks = 0
        if character == "\n":
            kept.append(character)
        elif character in "\t\r\v\f\x1c\x1d\x1e\x1f\x85" or category in ("Zl", "Zp"):
            kept.append(" ")
        elif category == "Cs":
            kept.append("\ufffd")
        elif not _is_invisible(character, category):
            kept.append(character)
    return "".join(kept)


def _is_invisible(character: str, category: str) -> bool:
    """Controls and format characters, but for the joiners that shape words and the format characters of Arabic that are seen."""
    if category == "Cf":
        return character not in "\u200b\u200c\u200d" and unicodedata.bidirectional(character) not in ("AN", "AL")
    return category == "Cc" or "\U000e0100" <= character <= "\U000e01ef"


def missing(text: str, family: fonts.Family = "text") -> set[str]:
    """Characters of a text that would be seen and that none of the fonts has."""
    cleaned = clean(text)
    han = fonts.han_face(cleaned)
    lacking = {cluster for cluster in fonts.clusters(cleaned) if not cluster.isspace() and fonts.face_for(cluster, family, han) is None}
    return {character for cluster in lacking for character in cluster if fonts.face_for(character, family, han) is None}


def block(text: str, type: Type, width: float, *, balance: float = 0.0) -> Block:
    """Inline Markdown set in a width. `balance` makes the lines alike in length, down to that share of the width."""
    return _block(inline.runs(text), type, width, balance)


def plain_block(text: str, type: Type, width: float, *, balance: float = 0.0) -> Block:
    """As `block`, for text that is no Markdown."""
    return _block((inline.Run(text, bold=False, italic=False, code=False, link=None),), type, width, balance)


def _block(runs: Sequence[inline.Run], type: Type, width: float, balance: float) -> Block:
    words = shape(tuple(runs), type)
    lines, broken = wrap(words, width)
    if balance and len(lines) > 1:
        low, high = width * balance, width
        while high - low > type.size / 2:
            middle = (low + high) / 2
            narrower, breaks = wrap(words, middle)
            if len(narrower) == len(lines) and breaks == broken:
                high, lines = middle, narrower
            else:
                low = middle
    leading = max([type.leading, *(piece.face.leading for word in words for piece in word.pieces)])
    rtl = bidi.is_right_to_left("".join(run.text for run in runs))
    return Block(tuple(lines), type, round(leading * type.size), broken, rtl)


@lru_cache(maxsize=4096)
def shape(runs: tuple[inline.Run, ...], type: Type) -> tuple[Word, ...]:
    """Runs of inline text as words of measured pieces."""
    parts = [(clean(run.text), run) for run in runs]
    whole = "".join(text for text, _ in parts)
    level_of = bidi.levels(whole)
    han = fonts.han_face(whole)
    words: list[Word] = []
    pieces: list[Piece] = []
    space: Piece | None = None
    at = 0
    before = ""
    new_line = False

    def finish() -> None:
        nonlocal space, new_line
        if pieces:
            words.append(Word(tuple(pieces), space, new_line))
            pieces.clear()
            space, new_line = None, False

    for number, (text, run) in enumerate(parts, start=1):
        style = _style(run, type, number)
        found = fonts.clusters(text)
        for position, cluster in enumerate(found):
            level = level_of[at]
            at += len(cluster)
            if cluster == "\u200b":
                finish()
                continue
            if cluster.isspace() and cluster not in ("\u00a0", "\u202f"):
                finish()
                new_line = new_line or cluster == "\n"
                if space is None:
                    space = replace(style, clusters=(" ",), level=level)
                before = " "
                continue
            if pieces and _may_break(before, cluster):
                finish()
            face = fonts.face_for(cluster, "mono" if run.code else "text", han)
            shown = cluster if face else fonts.REPLACEMENT
            piece = replace(style, clusters=(shown,), face=face or style.face, level=level)
            if run.code:
                piece = replace(
                    piece,
                    lead=CHIP_PAD * type.size if position == 0 else 0.0,
                    trail=CHIP_PAD * type.size if position == len(found) - 1 else 0.0,
                )
            _append(pieces, piece)
            before = cluster
    finish()
    return tuple(words)


def wrap(words: Sequence[Word], width: float) -> tuple[list[Line], bool]:
    """Words in lines no wider than width, as many in each as it takes; and whether a word had to be broken inside."""
    lines: list[Line] = []
    current: list[Piece] = []
    used = 0.0
    broken = False
    for word in words:
        gap = word.space.width if current and word.space else 0.0
        if current and (word.on_new_line or used + gap + word.width > width):
            lines.append(_line(current))
            current, used, gap = [], 0.0, 0.0
        if gap and word.space:
            current.append(word.space)
            used += gap
        if word.width <= width:
            current.extend(word.pieces)
            used += word.width
            continue
        broken = True
        for row in _broken(word.pieces, width):
            if current:
                lines.append(_line(current))
            current, used = list(row), sum(piece.width for piece in row)
    if current:
        lines.append(_line(current))
    return lines, broken


def _style(run: inline.Run, type: Type, number: int) -> Piece:
    colour = type.colour
    if run.code:
        colour = type.theme.code
    elif run.bold:
        colour = type.strong or type.colour
    elif run.link:
        colour = type.theme.text
    return Piece(
        clusters=(),
        face=fonts.JETBRAINS if run.code else fonts.INTER,
        size=type.size * CODE_SCALE if run.code else type.size,
        weight=min(800, max(type.weight + 250, 650)) if run.bold else type.weight,
        slanted=run.italic or type.slanted,
        colour=colour,
        level=0,
        chip=number if run.code else 0,
        underlined=run.link is not None and not run.code,
        struck=run.struck,
    )


def _append(pieces: list[Piece], piece: Piece) -> None:
    """Adds a piece, joined to the last one when it is of the same kind."""
    if pieces and pieces[-1].trail == 0 and piece.lead == 0:
        last = pieces[-1]
        if replace(last, clusters=(), lead=0.0) == replace(piece, clusters=(), trail=0.0):
            pieces[-1] = replace(last, clusters=last.clusters + piece.clusters, trail=piece.trail)
            return
    pieces.append(piece)


def _may_break(before: str, after: str) -> bool:
    """Whether a line may break between two clusters that no space parts: beside Han and kana, and after a hyphen or a dash in a word."""
    if not before or before in NO_BREAK_AFTER or after in NO_BREAK_BEFORE:
        return False
    if before in ("—", "–") or (before == "-" and after.isalpha()):
        return True
    return _is_wide(before) or _is_wide(after)


def _is_wide(cluster: str) -> bool:
    first = cluster[0]
    return unicodedata.east_asian_width(first) in ("W", "F") and not "\uac00" <= first <= "\ud7a3"


def _broken(pieces: Sequence[Piece], width: float) -> Iterator[list[Piece]]:
    """The rows of a word that is wider than a line: broken after a mark of punctuation where one is near, else anywhere."""
    row: list[Piece] = []
    used = 0.0
    waiting = list(pieces)
    while waiting:
        piece = waiting.pop(0)
        if used + piece.width <= width:
            row.append(piece)
            used += piece.width
            continue
        count = _fitting(piece, width - used)
        if count == 0 and row:
            yield row
            row, used = [], 0.0
            waiting.insert(0, piece)
            continue
        count = max(1, count)
        yield [*row, piece.part(0, count).no_wider_than(width - used)]
        row, used = [], 0.0
        if count < len(piece.clusters):
            waiting.insert(0, piece.part(count, len(piece.clusters)))
    if row:
        yield row


def _fitting(piece: Piece, width: float) -> int:
    """How many clusters of a piece to put in a width that is less than its own."""
    low, high = 0, len(piece.clusters) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if piece.part(0, middle).width <= width:
            low = middle
        else:
            high = middle - 1
    if low and piece.part(0, low).width > width:
        return 0
    for count in range(low, low * 2 // 3, -1):
        if piece.clusters[count - 1] in BREAK_AFTER:
            return count
    return low


def _line(pieces: Sequence[Piece]) -> Line:
    placed: list[tuple[float, Piece]] = []
    x = 0.0
    for position in bidi.visual_order([piece.level for piece in pieces]):
        placed.append((x, pieces[position]))
        x += pieces[position].width
    return Line(tuple(placed), x)


def _chips(line: Line) -> Iterator[tuple[float, float]]:
    """Where the code chips of a line begin and end."""
    start = end = 0.0
    chip = 0
    for x, piece in line.pieces:
        if chip and piece.chip != chip:
            yield start, end
        if piece.chip and piece.chip != chip:
            start = x
        chip, end = piece.chip, x + piece.width
    if chip:
        yield start, end


@lru_cache(maxsize=262144)
def _advance(text: str, face: fonts.Face, size: float, weight: int, slanted: bool, right_to_left: int, features: tuple[str, ...]) -> float:
    direction = "rtl" if right_to_left else "ltr"
    return fonts.font(face, size, weight, slanted).getlength(text, direction=direction, features=list(features))
