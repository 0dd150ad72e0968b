"""Inline text shaped: words of pieces, each of one style, one face and one direction, and as wide as its font says.

Lengths are in pixels. What is measured here is what is drawn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from videogen.scenes.text import bidi, fonts, segmentation
from videogen.scenes.text.formula_masks import RenderedFormula, inline_formula
from videogen.scenes.text.glyphs import GlyphRun
from videogen.scenes.theme import Colour, Theme
from videogen.script import inline, tex

MOST_MARKS = 4
PROSE_FEATURES = ("kern", "liga", "calt")
CODE_FEATURES = ("-liga", "-calt")
CODE_SCALE = 0.92
CHIP_PAD = 0.22
HEADING_WEIGHT = 700
"""Weight from which a text is a heading, and set in the font for headings."""

SCRIPT_SCALE = 0.68
RAISED, LOWERED = 0.36, -0.15
"""By how many sizes of the text around it a superscript or a subscript leaves the baseline, upwards."""

FORMULA_SCALE = 1.06
"""Size of a formula within a text, so that its letters are as high as those around it."""

BROKEN_FROM = 9.0
"""Width in sizes from which a formula within a text may be broken before its relations and signs."""

MAX_RUN_CLUSTERS = 64
"""Clusters that are measured together: without a limit the time that a word takes would grow with the square of its length."""

DIRECTIONS = frozenset("\u061c\u200e\u200f\u2066\u2067\u2068\u2069")
"""Marks and isolates (UAX 9), which are not drawn."""

_NOT_DRAWN = DIRECTIONS | {segmentation.WORD_JOINER}

_SPACES = re.compile(r"[^\S\u00a0\u202f]+")


@dataclass(frozen=True)
class TextStyle:
    """How a text is set: size in pixels, weight, line height in sizes, colour; `strong` is the colour of what is bold in it."""

    size: float
    theme: Theme
    colour: Colour
    weight: int = 400
    leading: float = 1.42
    strong: Colour | None = None


@dataclass(frozen=True)
class RunStyle:
    """How a stretch of a text looks. `chip` numbers the stretches of code, which stand on a ground of their own; 0 is no code."""

    size: float
    weight: int
    slanted: bool
    colour: Colour
    chip: int
    underlined: bool
    struck: bool
    raised: float = 0.0
    marked: bool = False
    inserted: bool = False

    @property
    def features(self) -> tuple[str, ...]:
        return CODE_FEATURES if self.chip else PROSE_FEATURES


@dataclass(frozen=True, slots=True)
class TextRun:
    """Clusters of one style, face and embedding level. `lead` and `trail` are the padding at the ends of a chip, in `width` too.

    With `tex` it is a formula, which is a single cluster.
    """

    clusters: tuple[str, ...]
    style: RunStyle
    face: fonts.Face
    level: int
    lead: float
    trail: float
    width: float
    tex: str = ""

    @property
    def formula(self) -> RenderedFormula | None:
        return inline_formula(self.tex, self.style.size) if self.tex else None

    @property
    def text(self) -> str:
        return "".join(self.clusters)

    @property
    def glyph_run(self) -> GlyphRun:
        """The glyphs to draw."""
        return fonts.font(self.face, self.style.size, self.style.weight).run(self.text, self.right_to_left, self.style.features)

    @property
    def right_to_left(self) -> bool:
        return self.level % 2 == 1

    def part(self, start: int, end: int) -> TextRun:
        """Return some of its clusters. A chip's padding stays at its ends."""
        if self.tex:
            return self
        trail = self.trail if end >= len(self.clusters) else 0.0
        return _measure_run(self.clusters[start:end], self.style, self.face, self.level, 0.0 if start else self.lead, trail)

    def width_of_first(self, count: int) -> float:
        """Return how wide its first clusters are, fewer than all."""
        style = self.style
        return self.lead + _advance("".join(self.clusters[:count]), self.face, style.size, style.weight, self.level % 2, style.features)

    def with_clusters(self, clusters: Iterable[str]) -> TextRun:
        """Return other letters in the same style, without the padding of a chip."""
        return _measure_run(tuple(clusters), self.style, self.face, self.level, 0.0, 0.0)

    def no_wider_than(self, width: float) -> TextRun:
        """Return the same, made smaller where it would be wider: only a single cluster is ever that wide."""
        if self.width <= width:
            return self
        style = replace(self.style, size=max(1.0, self.style.size * width / self.width * 0.96))
        if self.tex:
            return replace(self, style=style, width=width)
        return _measure_run(self.clusters, style, self.face, self.level, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Word:
    """What a line is not broken inside of, and the space before it: None where a line may break without one, as between Han characters.

    `on_new_line` tells that the writer asked for a line break before it.
    """

    text_runs: tuple[TextRun, ...]
    width: float
    space: TextRun | None
    on_new_line: bool
    parts: tuple[Word, ...] = ()
    """The words that a phrase of Japanese or Chinese is made of, between which a line too narrow for it is broken."""


def clean(text: str, *, directions: bool = False) -> str:
    """Return the text without what cannot be seen: controls, direction marks, soft hyphens; no cluster with more than a few marks.

    With `directions` the marks and isolates that set the direction of what is around or inside of them stay; overrides never do.
    """
    if text.isascii() and text.isprintable():
        return text
    characters: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" and not "\ufe00" <= character <= "\ufe0f" else 0
        if marks > MOST_MARKS:
            continue
        if character == "\n":
            characters.append(character)
        elif character in "\t\r\v\f\x1c\x1d\x1e\x1f\x85" or category in ("Zl", "Zp"):
            characters.append(" ")
        elif category == "Cs":
            characters.append("\ufffd")
        elif not _is_invisible(character, category) or _is_flag_tag(character, characters) or (directions and character in DIRECTIONS):
            characters.append(character)
    return "".join(characters)


def missing(text: str, family: fonts.Family = "text") -> set[str]:
    """Return the visible characters of a text that none of the fonts has, or marks that no font combines with their letter."""
    cleaned = clean(text)
    han = fonts.han_face(cleaned)
    clusters = (cluster.lstrip() for cluster in segmentation.graphemes(cleaned))  # a mark on a space is set alone: lines part at spaces
    lacking = {cluster for cluster in clusters if cluster and fonts.face_for(cluster, family, han) is None}
    missing_characters: set[str] = set()
    for cluster in lacking:
        missing_characters |= {character for character in cluster if fonts.face_for(character, family, han) is None} or set(cluster[1:])
    return missing_characters


@lru_cache(maxsize=2048)
def shape(runs: tuple[inline.Run, ...], text_style: TextStyle) -> tuple[Word, ...]:
    """Return runs of inline text as words."""
    theme_fonts = text_style.theme.fonts
    own = (theme_fonts.heading or theme_fonts.text) if text_style.weight >= HEADING_WEIGHT else theme_fonts.text
    analysis = _analyse(runs, text_style.weight, own)
    shaper = _Shaper(analysis, fonts.NAMED.get(own, fonts.INTER))
    for number, stretch in enumerate(analysis.stretches, start=1):
        style = _style(stretch.run, text_style, number)
        if not stretch.run.math or not shaper.add_formula(stretch.run.text, stretch.start, style, stretch.level):
            code = replace(stretch.run, code=True, math=False) if stretch.run.math else stretch.run
            shaper.add(stretch.tokens, _style(code, text_style, number))
    shaper.end_word()
    return shaper.phrases()


@dataclass(frozen=True, slots=True)
class _Segment:
    """Clusters of one face and level, from a position of the whole text on. `first` and `last` are those of a stretch.

    With `is_break`, a line may be broken before it.
    """

    clusters: tuple[str, ...]
    face: fonts.Face
    level: int
    start: int
    is_break: bool
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class _Space:
    """A space between words, or a line break that the writer asked for."""

    level: int
    new_line: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One run of inline text, as tokens: None ends a word without a space."""

    run: inline.Run
    start: int
    level: int
    tokens: tuple[_Segment | _Space | None, ...]


@dataclass(frozen=True, slots=True)
class _Analysis:
    """What of a text does not depend on its size: where lines may break, its directions, and the faces that have its characters."""

    stretches: tuple[_Stretch, ...]
    breaks: frozenset[int]
    phrases: frozenset[int]


@lru_cache(maxsize=1024)
def _analyse(runs: tuple[inline.Run, ...], weight: int, own: str) -> _Analysis:
    """Analyse runs of inline text for one weight: layouts try one text at many sizes. `own`: the path of a font of one's own."""
    parts = [(clean(run.text, directions=True), run) for run in runs]
    whole = "".join(text for text, _ in parts)
    levels = bidi.levels("".join(_for_direction(text, run) for text, run in parts))
    without_formulas = "".join("x" * len(text) if run.math else text for text, run in parts)
    breaks = segmentation.line_breaks(without_formulas)
    glue = _no_break_spaces(without_formulas, breaks)
    han = fonts.han_face(whole)
    stretches: list[_Stretch] = []
    at = 0
    for text, run in parts:
        bold = _weight(run, weight) >= 600

        def face_for(
            cluster: str, family: fonts.Family = "mono" if run.code or run.math else "text", bold: bool = bold, slanted: bool = run.italic
        ) -> fonts.Face | None:
            return fonts.face_for(cluster, family, han, bold, slanted, own)

        tokens = tuple(_tokens(text, at, face_for, levels, breaks, glue))
        stretches.append(_Stretch(run, at, levels[at] if text else 0, tokens))
        at += len(text)
    return _Analysis(tuple(stretches), breaks, segmentation.phrase_breaks(without_formulas))


def _tokens(
    text: str,
    at: int,
    face_for: Callable[[str], fonts.Face | None],
    levels: Sequence[int],
    breaks: Collection[int],
    glue: Collection[int],
) -> Iterator[_Segment | _Space | None]:
    """Yield the tokens of one run, which begins at a position of the whole text, with the embedding level of each character."""
    clusters: list[str] = []
    kind: tuple[fonts.Face, int] | None = None
    start, is_break, first = at, False, True

    def segment(*, last: bool = False) -> Iterator[_Segment]:
        nonlocal clusters, kind, first
        if kind is not None and clusters:
            yield _Segment(tuple(clusters), *kind, start, is_break, first, last)
            clusters, first = [], False
        kind = None

    for cluster in _parted(segmentation.graphemes(text)):
        level, position = levels[at], at
        at += len(cluster)
        if cluster == segmentation.ZERO_WIDTH_SPACE:
            yield from segment()
            yield None
        elif cluster not in _NOT_DRAWN and position not in glue and _SPACES.match(cluster):
            yield from segment()
            yield _Space(level, cluster == "\n")
        elif cluster not in _NOT_DRAWN:
            face = face_for(cluster)
            if position in breaks or (face or fonts.INTER, level) != kind or _is_long(clusters):
                yield from segment()
                kind, start, is_break = (face or fonts.INTER, level), position, position in breaks
            clusters.append(cluster if face else fonts.REPLACEMENT)
    yield from segment(last=True)


def _parted(clusters: Iterable[str]) -> Iterator[str]:
    """Yield clusters, a mark that is written on a space as one of its own: spaces end words, and are not drawn."""
    for cluster in clusters:
        if len(cluster) > 1 and cluster[0] == " ":
            yield " "
            cluster = cluster[1:]
        yield cluster


def _is_long(clusters: Sequence[str]) -> bool:
    number = len(clusters)
    return number == MAX_RUN_CLUSTERS or (number >= MAX_RUN_CLUSTERS // 2 and clusters[-1] in segmentation.BREAK_AFTER)


class _Shaper:
    """Gathers measured runs into words; spaces are as wide as in `space_face`."""

    def __init__(self, analysis: _Analysis, space_face: fonts.Face) -> None:
        self._space_face = space_face
        self._breaks = analysis.breaks
        self._phrases = analysis.phrases
        self._starts: list[int] = []
        self.words: list[Word] = []
        self._text_runs: list[TextRun] = []
        self._space: TextRun | None = None
        self._new_line = False
        self._start = 0

    def add(self, tokens: Iterable[_Segment | _Space | None], style: RunStyle) -> None:
        """Add the tokens of one run."""
        pad = CHIP_PAD * style.size if style.chip else 0.0
        for token in tokens:
            if token is None:
                self.end_word()
            elif isinstance(token, _Space):
                self._add_space(style, token)
            else:
                if token.is_break:
                    self.end_word()
                if not self._text_runs:
                    self._start = token.start
                lead, trail = pad if token.first else 0.0, pad if token.last else 0.0
                self._text_runs.append(_measure_run(token.clusters, style, token.face, token.level, lead, trail))

    def add_formula(self, written: str, at: int, style: RunStyle, level: int) -> bool:
        """Add a formula, in parts if it is long. Return False, and add nothing, if it cannot be set."""
        style = replace(style, size=style.size * FORMULA_SCALE)
        whole = inline_formula(written, style.size)
        if whole is None:
            return False
        start, rows = "", tex.rows(written)
        parts = tex.parts(rows[0][0]) if len(rows) == 1 and len(rows[0]) == 1 and whole.width > BROKEN_FROM * style.size else [written]
        if parts[0].startswith(r"\displaystyle") and len(parts) > 1:
            start = r"\displaystyle "
        parts = [(start + "{}" if n else "") + part for n, part in enumerate(parts)]  # after nothing a sign would stand close, as in -x
        drawn = [inline_formula(part, style.size) for part in parts]
        if any(part is None for part in drawn):
            parts, drawn = [written], [whole]
        if at in self._breaks:
            self.end_word()
        if not self._text_runs:
            self._start = at
        for n, (part, one) in enumerate(zip(parts, drawn, strict=True)):
            if n:
                self.end_word()
                self._space = _measure_run((" ",), style, fonts.INTER, level, 0.0, 0.0)
            width = one.width if one else 0.0
            self._text_runs.append(TextRun(("\ufffc",), style, fonts.INTER, level, 0.0, 0.0, width, part))
        return True

    def _add_space(self, style: RunStyle, space: _Space) -> None:
        self.end_word()
        self._new_line = self._new_line or space.new_line
        if self._space is None:
            self._space = _measure_run((" ",), style, fonts.JETBRAINS if style.chip else self._space_face, space.level, 0.0, 0.0)

    def end_word(self) -> None:
        if self._text_runs:
            self.words.append(
                Word(tuple(self._text_runs), sum(text_run.width for text_run in self._text_runs), self._space, self._new_line)
            )
            self._text_runs, self._space, self._new_line = [], None, False
            self._starts.append(self._start)

    def phrases(self) -> tuple[Word, ...]:
        """Return the words, those of one phrase joined."""
        if self._phrases is self._breaks:
            return tuple(self.words)
        groups: list[list[Word]] = []
        for word, start in zip(self.words, self._starts, strict=True):
            if groups and start in self._breaks and start not in self._phrases and not word.on_new_line:
                groups[-1].append(word)
            else:
                groups.append([word])
        return tuple(_joined(group) for group in groups)


def _joined(words: Sequence[Word]) -> Word:
    first, *others = words
    if not others:
        return first
    text_runs = list(first.text_runs)
    for word in others:
        text_runs += [word.space] if word.space else []
        text_runs += word.text_runs
    return Word(tuple(text_runs), sum(text_run.width for text_run in text_runs), first.space, first.on_new_line, tuple(words))


def _measure_run(clusters: tuple[str, ...], style: RunStyle, face: fonts.Face, level: int, lead: float, trail: float) -> TextRun:
    advance = _advance("".join(clusters), face, style.size, style.weight, level % 2, style.features)
    return TextRun(clusters, style, face, level, lead, trail, lead + advance + trail)


@lru_cache(maxsize=262144)
def _advance(text: str, face: fonts.Face, size: float, weight: int, right_to_left: int, features: tuple[str, ...]) -> float:
    return fonts.font(face, size, weight).advance(text, bool(right_to_left), features)


def _style(run: inline.Run, text_style: TextStyle, number: int) -> RunStyle:
    colour = (
        text_style.theme.accent
        if run.note
        else text_style.theme.code
        if run.code
        else (text_style.strong or text_style.colour)
        if run.bold
        else text_style.theme.text
        if run.link
        else text_style.colour
    )
    script = run.above or run.below
    return RunStyle(
        size=text_style.size * (SCRIPT_SCALE if script else 1.0) * (CODE_SCALE if run.code else 1.0),
        weight=_weight(run, text_style.weight),
        slanted=run.italic,
        colour=colour,
        chip=number if run.code else 0,
        underlined=run.link is not None and not run.code,
        struck=run.struck,
        raised=round(text_style.size * (RAISED if run.above else LOWERED)) if script else 0.0,
        marked=run.marked,
        inserted=run.inserted,
    )


def _weight(run: inline.Run, weight: int) -> int:
    return min(800, max(weight + 250, 650)) if run.bold else weight


def _for_direction(text: str, run: inline.Run) -> str:
    """Return the text as it decides on directions.

    Code, with its brackets, is written from left to right in any surrounding.
    """
    if run.math:
        return "a" * len(text)
    return "a" * len(text) if run.code and not any(bidi.is_right_to_left(character) for character in text) else text


def _is_invisible(character: str, category: str) -> bool:
    """Return whether a character is a control or format character that draws nothing and shapes nothing."""
    if category == "Cf":
        return character not in "\u200b\u200c\u200d\u2060" and unicodedata.bidirectional(character) not in ("AN", "AL")
    return category == "Cc" or "\U000e0100" <= character <= "\U000e01ef"


def _is_flag_tag(character: str, before: Sequence[str]) -> bool:
    """Return whether it is a tag that follows a black flag, as in the flag of Scotland, with nothing but tags between them."""
    if not "\U000e0020" <= character <= "\U000e007f" or not before:
        return False
    return before[-1] == "\U0001f3f4" or "\U000e0020" <= before[-1] <= "\U000e007f"


def _no_break_spaces(text: str, breaks: frozenset[int]) -> frozenset[int]:
    """Return where a space stands that a line is not broken at, as that before the `!` of a French sentence."""
    spaces = (match for match in _SPACES.finditer(text) if match.start() and match.end() < len(text) and "\n" not in match[0])
    return frozenset(match.end() - 1 for match in spaces if match.end() not in breaks)
