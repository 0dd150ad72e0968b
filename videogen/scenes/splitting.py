"""Cutting what does not fit into parts that do: stretches of inline text, and units packed into pages of even height."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from videogen.script.inline import Run, markup, runs
from videogen.script.sentences import sentences

Unit = TypeVar("Unit")
Part = TypeVar("Part")

_WORD_END = re.compile(r"\s+")


def divided(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Inline text in parts that fit: cut at sentence ends, else between words, else anywhere. A single character counts as fitting."""
    if fits(text):
        return [text]
    whole = runs(text)
    plain = "".join(run.text for run in whole)
    ends = [
        _sentence_ends(plain),
        [*(match.end() for match in _WORD_END.finditer(plain)), len(plain)],
        list(range(1, len(plain))),
    ]
    parts: list[str] = []
    start = 0
    while start < len(plain):
        end = _furthest(whole, plain, start, ends, fits)
        part = markup(cut(whole, start, end))
        if part:
            parts.append(part)
        start = end
    return parts


def _sentence_ends(plain: str) -> list[int]:
    """Where the sentences of a text end, white space after them included."""
    ends: list[int] = []
    at = 0
    for sentence in sentences(plain):
        left = sum(not character.isspace() for character in sentence)
        while at < len(plain) and (left or plain[at].isspace()):
            left -= not plain[at].isspace()
            at += 1
        ends.append(at)
    return ends


def cut(whole: Sequence[Run], start: int, end: int) -> tuple[Run, ...]:
    """The runs from one place of their text to another."""
    found: list[Run] = []
    at = 0
    for run in whole:
        low, high = max(0, start - at), min(len(run.text), end - at)
        if high > low:
            found.append(replace(run, text=run.text[low:high]))
        at += len(run.text)
    return tuple(found)


def pages(heights: Sequence[float], gaps: Sequence[float], room: float) -> list[slice]:
    """Units stacked in as few pages as it takes, those of even height. A gap counts before each unit but the first of a page.

    A unit higher than the room has a page of its own.
    """
    fewest = _packed(heights, gaps, room)
    if len(fewest) < 2:
        return fewest
    low, high = 0.0, room
    for _ in range(12):
        middle = (low + high) / 2
        if len(_packed(heights, gaps, middle)) <= len(fewest) and max(heights) <= middle:
            high = middle
        else:
            low = middle
    return _packed(heights, gaps, high)


def cuts(number: int, most: int, pause: Callable[[int], float], *, thrifty: bool = True) -> list[slice]:
    """That many rows in as few pages as they take, at most `most` rows in each.

    `pause(n)` tells how good a place to cut the place before row n is: the best one is taken that leaves no page nearly empty, the one
    nearest to pages of even length among equals. With `thrifty` no page is spent on a better place.
    """
    found: list[slice] = []
    start = 0
    while start < number:
        left = number - start
        count = -(-left // most)
        even = -(-left // count)
        end = number
        if count > 1:
            least = max(start + 1, start + even * 2 // 3, number - (count - 1) * most if thrifty else 0)
            end = max(range(least, start + most + 1), key=lambda at: (pause(at), -abs(at - start - even)))
        found.append(slice(start, end))
        start = end
    return found


def checked(units: Sequence[Unit], make: Callable[[Sequence[Unit]], Part], fits: Callable[[Part], bool]) -> Iterator[Part]:
    """Units made into a part; halved when, set together, they do not fit after all. One unit alone is taken to fit."""
    part = make(units)
    if len(units) < 2 or fits(part):
        yield part
        return
    middle = len(units) // 2
    yield from checked(units[:middle], make, fits)
    yield from checked(units[middle:], make, fits)


def _packed(heights: Sequence[float], gaps: Sequence[float], room: float) -> list[slice]:
    found: list[slice] = []
    start, used = 0, 0.0
    for n, height in enumerate(heights):
        more = height + (gaps[n] if n > start else 0.0)
        if n > start and used + more > room:
            found.append(slice(start, n))
            start, used, more = n, 0.0, height
        used += more
    if start < len(heights):
        found.append(slice(start, len(heights)))
    return found


def _furthest(whole: Sequence[Run], plain: str, start: int, ends: Sequence[Sequence[int]], fits: Callable[[str], bool]) -> int:
    """The furthest place to cut, so that what is before it fits; of the first sort of place that there is."""
    for places in ends:
        first = bisect_right(places, start)
        low, high = first - 1, len(places) - 1
        for step in _doubling():
            if first + step > high or not fits(markup(cut(whole, start, places[first + step]))):
                high = min(high, first + step)
                break
            low = first + step
        while low < high:
            middle = (low + high + 1) // 2
            if fits(markup(cut(whole, start, places[middle]))):
                low = middle
            else:
                high = middle - 1
        if low >= first:
            return places[low]
    return start + 1


def _doubling() -> Iterator[int]:
    step = 0
    while True:
        yield step
        step = step * 2 + 1
