"""Cutting what does not fit into parts that do: stretches of inline text, and units packed into pages of even height."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeVar

from videogen.scenes.text.segmentation import graphemes, line_breaks, phrase_breaks
from videogen.script.inline import Run, markup, runs
from videogen.script.sentences import sentences

Unit = TypeVar("Unit")
Part = TypeVar("Part")

MOST_CHARACTERS = 6000
"""More characters than one picture ever holds: what is longer is not tried, so that a book takes no longer than its pages do."""


class Passage:
    """Inline text of which stretches can be taken."""

    def __init__(self, text: str) -> None:
        self.source = text
        self._runs = runs(text)
        self._starts = [0, *accumulate(len(run.text) for run in self._runs)]
        self.plain = "".join(run.text for run in self._runs)
        whole = [range(start + 1, start + len(run.text)) for start, run in zip(self._starts, self._runs, strict=False) if run.whole]
        self._never = {position for positions in whole for position in positions}

    def may_end(self, position: int) -> bool:
        """Return whether a stretch may end at a place: not inside of a formula."""
        return position not in self._never

    def markup(self, start: int, end: int) -> str:
        """Return inline Markdown of the characters between two positions."""
        if start == 0 and end == len(self.plain):
            return self.source
        runs: list[Run] = []
        n = bisect_right(self._starts, start) - 1
        while n < len(self._runs) and self._starts[n] < end + (end == len(self.plain)):  # at the very end there may be a pause
            run, at = self._runs[n], self._starts[n]
            runs.append(replace(run, text=run.text[max(0, start - at) : end - at]))
            n += 1
        return markup(runs)


@dataclass(frozen=True)
class Excerpt:
    """A part of a passage, from one place of its text to another."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The part as inline Markdown."""
        return self.passage.markup(self.start, self.end)


def divided(text: str, fits: Callable[[str], bool]) -> list[Excerpt]:
    """Split inline text into parts that fit: at sentence ends, else where lines may end, else anywhere.

    One character counts as fitting.
    """
    passage = Passage(text)
    length = len(passage.plain)
    if len(text) <= MOST_CHARACTERS and fits(text):
        return [Excerpt(passage, 0, length)]
    tried = [
        _sentence_ends(passage.plain),
        [*sorted(phrase_breaks(passage.plain)), length],
        [*sorted(line_breaks(passage.plain)), length],
        [*accumulate(len(cluster) for cluster in graphemes(passage.plain))],
    ]
    ends = [[position for position in position if passage.may_end(position)] for position in tried]
    excerpts: list[Excerpt] = []
    start = 0
    while start < length:
        end = _furthest(passage, start, ends, fits)
        excerpts.append(Excerpt(passage, start, end))
        start = end
    return excerpts


def joined(stretches: Iterable[Excerpt]) -> list[str]:
    """Return stretches as text, joined where they follow one another in a passage."""
    excerpts: list[Excerpt] = []
    for stretch in stretches:
        if excerpts and excerpts[-1].passage is stretch.passage and excerpts[-1].end == stretch.start:
            stretch = Excerpt(stretch.passage, excerpts.pop().start, stretch.end)
        excerpts.append(stretch)
    return [stretch.text for stretch in excerpts]


def _sentence_ends(plain: str) -> list[int]:
    """Return where the sentences of a text end, white space after them included."""
    ends: list[int] = []
    at = 0
    for sentence in sentences(plain):
        left = sum(not character.isspace() for character in sentence)
        while at < len(plain) and (left or plain[at].isspace()):
            left -= not plain[at].isspace()
            at += 1
        ends.append(at)
    return ends


def pages(heights: Sequence[float], gaps: Sequence[float], height: float) -> list[slice]:
    """Stack units in as few pages as possible, of even height. A gap counts before each unit but the first of a page.

    A unit higher than the room has a page of its own.
    """
    fewest = _packed(heights, gaps, height)
    if len(fewest) < 2:
        return fewest
    low, high = 0.0, height
    for _ in range(12):
        middle = (low + high) / 2
        if len(_packed(heights, gaps, middle)) <= len(fewest) and max(heights) <= middle:
            high = middle
        else:
            low = middle
    return _packed(heights, gaps, high)


def cuts(number: int, most: int, pause: Callable[[int], float], *, thrifty: bool = True) -> list[slice]:
    """Divide rows into as few pages as possible, with at most `most` rows each.

    `pause(n)` tells how good a place to cut the place before row n is: the best one is taken that leaves no page nearly empty, the one
    nearest to pages of even length among equals. With `thrifty` no page is spent on a better place.
    """
    slices: list[slice] = []
    start = 0
    while start < number:
        left = number - start
        count = -(-left // most)
        even = -(-left // count)
        end = number
        if count > 1:
            least = max(start + 1, start + even * 2 // 3, number - (count - 1) * most if thrifty else 0)
            end = max(range(least, start + most + 1), key=lambda at: (pause(at), -abs(at - start - even)))
        slices.append(slice(start, end))
        start = end
    return slices


def checked(units: Sequence[Unit], make: Callable[[Sequence[Unit]], Part], fits: Callable[[Part], bool]) -> Iterator[Part]:
    """Yield units made into parts, halved if they do not fit together. A single unit counts as fitting."""
    part = make(units)
    if len(units) < 2 or fits(part):
        yield part
        return
    middle = len(units) // 2
    yield from checked(units[:middle], make, fits)
    yield from checked(units[middle:], make, fits)


def _packed(heights: Sequence[float], gaps: Sequence[float], available: float) -> list[slice]:
    slices: list[slice] = []
    start, used = 0, 0.0
    for n, height in enumerate(heights):
        more = height + (gaps[n] if n > start else 0.0)
        if n > start and used + more > available:
            slices.append(slice(start, n))
            start, used, more = n, 0.0, height
        used += more
    if start < len(heights):
        slices.append(slice(start, len(heights)))
    return slices


def _furthest(passage: Passage, start: int, ends: Sequence[Sequence[int]], fits: Callable[[str], bool]) -> int:
    """Return the furthest position at which what is before it fits, of the first kind that has one."""
    for positions in ends:
        first = bisect_right(positions, start)
        good, bad, step = first - 1, bisect_right(positions, start + MOST_CHARACTERS), 1
        while good + 1 < bad:
            # In growing steps at first: the place is mostly near, and to try one that is far takes long.
            tried = min(good + step, bad - 1) if step else (good + bad) // 2
            if fits(passage.markup(start, positions[tried])):
                good, step = tried, step * 2
            else:
                bad, step = tried, 0
        if good >= first:
            return positions[good]
    return ends[-1][bisect_right(ends[-1], start)]
