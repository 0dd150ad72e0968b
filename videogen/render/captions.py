"""Captions: what is said, timed by the sentence, in lines that can be read in passing.

The two formats are written here and not by a library: pysubs2 takes a sentence's own braces and backslashes for styling, and drops
them (tests/render/test_captions.py shows what has to survive).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

LINE_COLUMNS = 42  # what broadcasters and streaming services allow in a line; an East Asian letter takes two
LINES = 2
LEAST_S = 1.0  # less is gone before it is read
_CLAUSE = re.compile("(?<=[、。，；：！？])(?![、。，；：！？」』）】〉》’”])")
"""Where scripts that put no spaces between words may be broken first."""
NOT_FIRST = frozenset("、。，．：；！？」』）】〉》〕’”ー々ゝゞぁぃぅぇぉっゃゅょァィゥェォッャュョ…‥・")
NOT_LAST = frozenset("「『（【〈《〔‘“")


@dataclass(frozen=True)
class Caption:
    """Text shown from `start` to `end`, in seconds of the film; one to two lines."""

    start: float
    end: float
    text: str


def captions_of(sentences: Iterable[tuple[float, float, str]], columns: int = LINE_COLUMNS) -> tuple[Caption, ...]:
    """Captions of (start, end, sentence). A sentence of more than two lines becomes several, each as long as its share of the letters."""
    return tuple(caption for start, end, text in sentences for caption in _of_sentence(start, end, " ".join(text.split()), columns))


def held(captions: Sequence[Caption], until: float) -> tuple[Caption, ...]:
    """The captions, each shown for a second at least if the next one, or the end, leaves it the time."""
    follows = [caption.start for caption in captions[1:]] + [until]
    return tuple(
        replace(caption, end=max(caption.end, min(caption.start + LEAST_S, following)))
        for caption, following in zip(captions, follows, strict=False)
    )


def _of_sentence(start: float, end: float, text: str, columns: int) -> Iterator[Caption]:
    if not text or end <= start:
        return
    lines = _balanced(text, columns)
    letters = sum(map(len, lines))
    shown = 0
    for first in range(0, len(lines), LINES):
        begins = start + (end - start) * shown / letters
        shown += sum(map(len, lines[first : first + LINES]))
        yield Caption(begins, start + (end - start) * shown / letters, "\n".join(lines[first : first + LINES]))


def _balanced(text: str, columns: int) -> list[str]:
    """`text` in as few parts of at most `columns` as it takes, all about equally wide: broken between words or clauses, else anywhere."""
    parts = -(-_columns(text) // columns)
    while True:
        for width in range(-(-_columns(text) // parts), columns + 1):
            lines = _greedy(text, width)
            if len(lines) <= parts:
                return lines
        parts += 1


def _greedy(text: str, columns: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        space = " " if line else ""
        for clause in _CLAUSE.split(word):
            for piece in _pieces(clause, columns):
                if _columns(line) + len(space) + _columns(piece) <= columns:
                    line += space + piece
                else:
                    lines.append(line)
                    line = piece
                space = ""
    return [*lines, line]


def _pieces(word: str, columns: int) -> Iterator[str]:
    """A word or clause that fits as it is; an endless one in pieces."""
    piece = ""
    for letter in word:
        if piece and _columns(piece + letter) > columns:
            # No line begins with a comma or ends with an opening bracket: the letter before comes along.
            kept = piece[:-1] if len(piece) > 1 and (letter in NOT_FIRST or piece[-1] in NOT_LAST) else piece
            yield kept
            piece = piece[len(kept) :]
        piece += letter
    yield piece


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def to_srt(captions: Sequence[Caption]) -> str:
    """SubRip: numbered, with a comma before the milliseconds."""
    return "".join(
        f"{number}\n{_clock(caption.start, ',')} --> {_clock(caption.end, ',')}\n{caption.text}\n\n"
        for number, caption in enumerate(captions, start=1)
    )


def to_vtt(captions: Sequence[Caption]) -> str:
    """WebVTT (https://www.w3.org/TR/webvtt1/): text is escaped, so that `a < b` and `-->` are shown and not obeyed."""
    return "WEBVTT\n\n" + "".join(
        f"{_clock(caption.start, '.')} --> {_clock(caption.end, '.')}\n{_escaped(caption.text)}\n\n" for caption in captions
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float, point: str) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{point}{milliseconds:03d}"
