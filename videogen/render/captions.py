"""Captions: what is said, timed by the sentence, in lines that can be read in passing.

The two formats are written here and not by a library: pysubs2 takes a sentence's own braces and backslashes for styling, and drops
them (tests/render/test_captions.py shows what has to survive).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from videogen.scenes import segmentation
from videogen.scenes.segmentation import columns as width_of

LINE_COLUMNS = 42  # what broadcasters and streaming services allow in a line; an East Asian letter takes two
LINES = 2
LEAST_S = 1.0  # less is gone before it is read
_CLAUSE = re.compile("(?<=[、。，；：！？])(?![、。，；：！？」』）】〉》’”])")
"""Where scripts that put no spaces between words may be broken first."""


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
    parts = -(-width_of(text) // columns)
    while True:
        for width in range(-(-width_of(text) // parts), columns + 1):
            lines = _greedy(text, width)
            if len(lines) <= parts:
                return lines
        parts += 1


def _greedy(text: str, columns: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in _words(text):
        space = " " if line else ""
        for clause in _CLAUSE.split(word):
            for piece in _pieces(clause, columns):
                if width_of(line) + len(space) + width_of(piece) <= columns:
                    line += space + piece
                else:
                    lines.append(line)
                    line = piece
                space = ""
    return [*lines, line]


def _pieces(word: str, columns: int) -> Iterator[str]:
    """A word or clause that fits as it is; an endless one in pieces, cut where a line may end, or anywhere when that is too far."""
    piece, used = "", 0
    for unit in segmentation.unbreakable(word) if width_of(word) > columns else [word]:
        for part in segmentation.graphemes(unit) if width_of(unit) > columns else [unit]:
            width = width_of(part)
            if piece and used + width > columns:
                yield piece
                piece, used = "", 0
            piece, used = piece + part, used + width
    yield piece


def _words(text: str) -> Iterator[str]:
    """What stands between the spaces at which a line may end."""
    word = ""
    for unit in segmentation.unbreakable(text):
        word += unit
        if word.endswith(" "):
            yield word.rstrip(" ")
            word = ""
    yield word


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
