"""Captions: the narration in cues of one or two lines that end at phrases.

The sentences of a scene are laid out together: one of more than two lines or seven seconds becomes several cues, and one of less than a
second shares a cue with its neighbour.

The two formats are written here and not by a library: pysubs2 takes braces and backslashes of the text for styling and drops them
(tests/render/test_captions.py).
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from videogen.scenes.text import segmentation
from videogen.scenes.text.segmentation import columns as width_of

LINE_COLUMNS = 42  # what broadcasters and streaming services allow in a line; an East Asian letter takes two
LINES = 2
LEAST_S = 1.0  # less is gone before it is read
MOST_S = 7.0
_LONGEST_PAUSE_S = 1.0
"""Silence within one cue, at most."""
_CLAUSE = re.compile("(?<=[、。，；：！？])(?![、。，；：！？」』）】〉》’”])")
"""Where scripts that put no spaces between words may be broken first."""

# What a break costs. Only their order and rough ratios matter; they were tuned by reading the cues of texts in a dozen languages.
_AT_SENTENCE, _AT_CLAUSE, _BEFORE_PHRASE, _BETWEEN_WORDS, _AFTER_LINKING, _IN_A_NAME, _NEVER = 0.0, 0.5, 1.5, 3.0, 6.0, 8.0, 40.0
_A_CUE, _TWO_SENTENCES, _TOO_SHORT, _TWO_PEOPLE, _TOO_LONG = 3.0, 8.0, 16.0, 30.0, 60.0

_LINKING_WORDS = """
a an the and or but nor of in on at to for from with by as if than that which who when while because into onto over under its his her
der die das den dem des ein eine einen einem einer und oder aber von im am zu zum zur mit für auf aus bei nach als wenn dass weil
le la les un une des du de et ou mais que qui dans sur pour par avec sans au aux en si quand el los las una unos y o pero del al con sin
por para cuando il lo gli i e ma che di da nel della con per su tra os um uma do no na em com het een van voor met op en dat
i w z na do od że oraz lub и в на с по для что как но или
"""
_LINKING = frozenset(_LINKING_WORDS.split())
"""Articles, prepositions and conjunctions of several languages: a phrase begins with one, so no line should end with one."""
_LABELS_WORDS = """
chapter section figure fig table page step line version part no. nr. § kapitel abschnitt bild seite schritt zeile chapitre page étape
figure tableau capítulo página paso figura capitolo pagina passo hoofdstuk pagina stap
"""
_LABELS = frozenset(_LABELS_WORDS.split())
_TITLES_WORDS = """
mr mrs ms miss dr prof sir lady lord st saint herr frau monsieur madame mme señor señora sr sra dott signor signora don doña rev gen
capt van von de
"""
_TITLES = frozenset(_TITLES_WORDS.split())
_NUMBER = re.compile(r"[~≈±+−–-]?[$€£¥]?(?:\d[\d.,:/–-]*)?[\d½¼¾⅓⅔⅛]")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+")
_CLOSING = "\"'’”“»«)]』」）"


@dataclass(frozen=True)
class Caption:
    """Text shown from `start` to `end`, in seconds of the video; one to two lines.

    `words` are when each word begins, and its characters in the text, from and up to.
    """

    start: float
    end: float
    text: str
    words: tuple[tuple[float, int, int], ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class _Unit:
    """An unbreakable part of the text and its times. `space`: one precedes it. `cost`: of a break after it."""

    text: str
    width: int
    space: bool
    start: float
    end: float
    cost: float
    ends: bool
    speaker_ends: bool = False


def captions_of(
    sentences: Iterable[tuple[float, float, str]], columns: int = LINE_COLUMNS, people: Collection[str] = ()
) -> tuple[Caption, ...]:
    """Return the captions of a scene's (start, end, sentence), in lines of at most `columns`.

    A sentence that begins with the name of one of `people` and a colon has a cue of its own, and the name stays with what is said.
    A sentence's time is shared out by the letters. No cue is longer than MOST_S; one shorter than LEAST_S stands alone only if its
    neighbours are full or far.
    """
    units: list[_Unit] = []
    for start, end, text in sentences:
        if (text := " ".join(text.split())) and end > start:
            person = next((f"{name}:" for name in people if text.startswith(f"{name}:")), "")
            if person and units:
                units[-1] = replace(units[-1], speaker_ends=True)
            units.extend(_units(start, end, text, columns, follows=units[-1].text if units else "", person=person))
    return tuple(_cues(units, columns))


def extend_captions(captions: Sequence[Caption], until: float) -> tuple[Caption, ...]:
    """Return the captions, each shown for at least LEAST_S if the next one, or the end `until`, leaves the time."""
    follows = [caption.start for caption in captions[1:]] + [until]
    return tuple(
        replace(caption, end=max(caption.end, min(caption.start + LEAST_S, following)))
        for caption, following in zip(captions, follows, strict=False)
    )


def _units(start: float, end: float, text: str, columns: int, follows: str, person: str = "") -> Iterator[_Unit]:
    pieces: list[tuple[str, bool]] = []
    for word in _words(text):
        pieces.extend((piece, index == 0) for index, piece in enumerate(filter(None, _pieces(word, columns))))
    letters = [0, *accumulate(len(piece) for piece, _ in pieces)]
    times = [start + (end - start) * count / letters[-1] for count in letters]
    phrases = segmentation.phrase_breaks(text) if any(_kind(letter) != "latin" for letter in text) else None
    column = 0
    for at, (piece, space) in enumerate(pieces):
        last = at + 1 == len(pieces)
        if at == 0:
            space = bool(follows) and not _is_wide(follows[-1])
        column += len(piece) + (space and at > 0)
        cost = (
            _AT_SENTENCE
            if last
            else _NEVER
            if column <= len(person)
            else _break_cost(piece, pieces[at + 1][0], pieces[at + 1][1], phrase=None if phrases is None else column in phrases)
        )
        yield _Unit(piece, width_of(piece), space, times[at], times[at + 1], cost, last)


def _cues(units: Sequence[_Unit], columns: int) -> Iterator[Caption]:
    """Divide the units into cues at the least cost: a shortest path in which each step is a cue."""
    costs = _Costs(units, columns)
    best: list[tuple[float, int, int]] = [(0.0, 0, 0)]  # for each position: cost, where its last cue begins, where that one's line breaks
    for upto in range(1, len(units) + 1):
        cheapest: tuple[float, int, int] | None = None
        for first in range(upto - 1, -1, -1):
            if cheapest and costs.width(first, upto) > LINES * columns:
                break
            cost = best[first][0] + costs.timing(first, upto)
            if cheapest and cost + _A_CUE >= cheapest[0]:
                continue  # no layout makes it the cheapest
            layout = costs.layout(first, upto)
            if layout and (cheapest is None or cost + layout[0] < cheapest[0]):
                cheapest = cost + layout[0], first, layout[1]
        assert cheapest is not None, "a unit is no wider than a line"
        best.append(cheapest)
    cuts: list[tuple[int, int, int]] = []
    upto = len(units)
    while upto:
        _, first, line_break = best[upto]
        cuts.append((first, line_break, upto))
        upto = first
    for first, line_break, upto in reversed(cuts):
        lines = [_joined(units[first:line_break]), _joined(units[line_break:upto])] if line_break else [_joined(units[first:upto])]
        start = units[first].start
        words = tuple(_word_times(units[first:upto], line_break - first))
        yield Caption(start, min(units[upto - 1].end, start + MOST_S), "\n".join(lines), words)


class _Costs:
    """What a cue of some of the units costs. Sums from the first unit on are kept, since a text has some hundred candidates a sentence."""

    def __init__(self, units: Sequence[_Unit], columns: int) -> None:
        self._columns = columns
        self._ends = list(accumulate((unit.width + unit.space for unit in units), initial=0))
        self._begins = [end + unit.space for end, unit in zip(self._ends, units, strict=False)]
        self._breaks = [unit.cost for unit in units]
        self._starts, self._stops = [unit.start for unit in units], [unit.end for unit in units]
        joints = (
            0.0
            if not unit.ends
            else _TWO_PEOPLE
            if unit.speaker_ends
            else _TWO_SENTENCES
            if following.start - unit.end <= _LONGEST_PAUSE_S
            else _TOO_LONG
            for unit, following in pairwise(units)
        )
        self._joints = list(accumulate(joints, initial=0.0))

    def width(self, first: int, upto: int) -> int:
        """Return the columns of the units in one line."""
        return self._ends[upto] - self._begins[first]

    def layout(self, first: int, upto: int) -> tuple[float, int] | None:
        """Return the cost of one cue of these units, and the unit with which its second line begins (0: one line); None if too wide."""
        columns, ends, begins, breaks = self._columns, self._ends, self._begins, self._breaks
        before, end = begins[first], ends[upto]
        if (width := end - before) <= columns:
            return _A_CUE + breaks[upto - 1] + _A_CUE * (1 - width / columns), 0
        least, line_break, slope = math.inf, 0, 1.5 / columns
        for at in range(min(upto, bisect_right(ends, before + columns)) - 1, first, -1):
            right = end - begins[at]
            if right > columns:
                break
            cost = breaks[at - 1] / 2 + slope * abs(ends[at] - before - right)
            if cost < least:
                least, line_break = cost, at
        return (_A_CUE + breaks[upto - 1] + least, line_break) if line_break else None

    def timing(self, first: int, upto: int) -> float:
        """Return what the cue's length and the ends of sentences within it cost."""
        cost = self._joints[upto - 1] - self._joints[first]
        length = self._stops[upto - 1] - self._starts[first]
        if length > MOST_S:
            return cost + (_TOO_LONG if upto - first > 1 else 0.0)
        return cost + _TOO_SHORT + LEAST_S - length if length < LEAST_S else cost


def _word_times(units: Sequence[_Unit], line_break: int) -> Iterator[tuple[float, int, int]]:
    """Yield when each unit of a cue begins, and its characters. `line_break`: the unit before which a line ends, if it is positive."""
    at = 0
    for number, unit in enumerate(units):
        at += 1 if number == line_break > 0 else bool(number and unit.space)
        yield unit.start, at, at + len(unit.text)
        at += len(unit.text)


def _joined(units: Sequence[_Unit]) -> str:
    return "".join((" " if unit.space and at else "") + unit.text for at, unit in enumerate(units))


def _break_cost(left: str, right: str, space: bool, phrase: bool | None) -> float:
    """Return the cost of a break between two units of a sentence. `phrase`: whether one begins there; None where the script has spaces."""
    last, bare = left[-1], left.strip(_CLOSING + ",;:")
    if last in "、。，；：！？" or (space and left.rstrip(_CLOSING)[-1:] in (",", ";", ":", "!", "?", "…", "،", "؛")):
        return _AT_CLAUSE
    if not space:
        if phrase and not (last.isascii() and right[0].isascii()):
            return _BEFORE_PHRASE + 0.5
        return _cost_within(last, right[0]) + (_AFTER_LINKING if phrase is False else 0.0)
    word, following = bare.rstrip(".").lower(), right.strip(_CLOSING + ".,;:").lower()
    number = _NUMBER.fullmatch(bare) is not None
    if number and (right[0] in "%°‰$€£¥" or _NUMBER.match(right) or (right[0].isalpha() and following not in _LINKING)):
        return _NEVER
    if _NUMBER.match(right) and (word in _LABELS or bare.lower() in _LABELS or (not bare[-1:].isalnum() and last != ")")):
        return _NEVER
    if _INITIALS.fullmatch(bare) or (last == "." and len(bare) <= 6) or (word in _TITLES and right[0].isupper()):
        return _NEVER
    if last in ")”»" or left in ("–", "—", "-"):
        return _AT_CLAUSE
    if word in _LINKING:
        return _AFTER_LINKING
    if left[0].isupper() and (right[0].isupper() or right[0].isdigit()) and last.isalpha() and len(bare) > 1:
        return _IN_A_NAME
    if right[0] in "(“«„" or right in ("–", "—", "-"):
        return _AT_CLAUSE
    return _BEFORE_PHRASE if following in _LINKING else _BETWEEN_WORDS


def _cost_within(before: str, after: str) -> float:
    """Return the cost of a break where no space is: between two characters of Japanese or Chinese, or inside of an endless word."""
    if before in ",;:" and _is_wide(after):
        return _AT_CLAUSE
    if before.isdigit() or (before.isascii() and after.isascii()):
        return _NEVER
    if after in "「『（【〈《“":
        return _BEFORE_PHRASE
    kinds = _kind(before), _kind(after)
    if kinds in (("hiragana", "han"), ("hiragana", "katakana"), ("hiragana", "latin")):
        return _BEFORE_PHRASE + 0.5  # a particle or an ending, then a word
    if kinds == ("hiragana", "hiragana"):
        return _BETWEEN_WORDS if before in "はがをにでも" else _AFTER_LINKING
    return _NEVER if kinds == ("katakana", "katakana") else _AFTER_LINKING


def _kind(character: str) -> str:
    if "\u3040" <= character <= "\u309f":
        return "hiragana"
    if "\u30a0" <= character <= "\u30ff":
        return "katakana"
    return "han" if _is_wide(character) else "latin"


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _pieces(word: str, columns: int) -> Iterator[str]:
    """Yield a word whole if it fits; Chinese and Japanese split at every line break opportunity; longer words split anywhere."""
    for clause in _CLAUSE.split(word):
        if width_of(clause) <= columns and not any(map(_is_wide, clause)):
            yield clause
            continue
        wide = any(map(_is_wide, clause))
        piece, used = "", 0
        for unit in segmentation.unbreakable(clause):
            for part in segmentation.graphemes(unit) if width_of(unit) > columns else [unit]:
                width = width_of(part)
                if piece and (used + width > columns or wide):
                    yield piece
                    piece, used = "", 0
                piece, used = piece + part, used + width
        yield piece


def _words(text: str) -> Iterator[str]:
    """Yield the words between the spaces at which a line may break."""
    word = ""
    for unit in segmentation.unbreakable(text):
        word += unit
        if word.endswith(" "):
            yield word.rstrip(" ")
            word = ""
    yield word


def to_srt(captions: Sequence[Caption]) -> str:
    """Write SubRip: numbered, with a comma before the milliseconds."""
    return "".join(
        f"{number}\n{_clock(caption.start, ',')} --> {_clock(caption.end, ',')}\n{caption.text}\n\n"
        for number, caption in enumerate(captions, start=1)
    )


def to_vtt(captions: Sequence[Caption], language: str = "") -> str:
    """Write WebVTT (https://www.w3.org/TR/webvtt1/).

    Text is escaped, so that `a < b` and `-->` are shown and not obeyed.

    `language`, a BCP 47 tag, stands in the header as YouTube and others write it; the standard has readers skip these lines.
    """
    header = f"WEBVTT\nKind: captions\nLanguage: {language}\n\n" if language else "WEBVTT\n\n"
    return header + "".join(
        f"{_clock(caption.start, '.')} --> {_clock(caption.end, '.')}\n{_escaped(caption.text)}\n\n" for caption in captions
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float, point: str) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{point}{milliseconds:03d}"
