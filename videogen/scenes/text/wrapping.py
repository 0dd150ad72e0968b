"""Words in lines: as many as fit, or so that the lines are alike in length."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from videogen.scenes.text.segmentation import BREAK_AFTER
from videogen.scenes.text.shaping import TextRun, Word

LEAST_FILLED = 0.5
"""Share of a line that words take before a phrase that does not fit goes to the next one whole."""

COMPOUND, MOST_COMPOUND = 22, 80
"""Letters from which a word is not made smaller to stay in one line, but broken, and of a word at most."""
LEAST_LETTERS = 3
"""Letters of a word before a hyphen, and after it."""
VOWELS = frozenset("aeiouy")
ONSETS = frozenset(("ch", "sc", "ck", "ph", "th", "qu", "tr", "dr", "br", "kr", "gr", "pr", "fr", "bl", "kl", "gl", "pl", "fl", "st", "sp"))
"""Two consonants that begin a syllable together."""
LINKED = ("ung", "heit", "keit", "schaft", "ion", "tat", "tum", "ling", "fahrt", "beit", "zeit")
"""Ends of German words, without their marks, that an s links to the next one of a compound."""

LONE_SHARE = 0.5
"""Share of the width up to which a word alone on the last line is short."""


@dataclass(frozen=True)
class WrappedRows:
    """The pieces of each line, in reading order. `broken` tells that a word had to be broken inside; `parted` counts the phrases that were
    broken between their words, and the compounds between their syllables."""

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
        if is_compound := _is_compound(word):
            parted += 1
        broken = broken or not is_compound
        runs = (
            (word.text_runs[0].with_clusters([one for run in word.text_runs for one in run.clusters]),) if is_compound else word.text_runs
        )
        for row in _broken(runs, width, hyphenate=is_compound):
            if current:
                rows.append(tuple(current))
            current, used = row, sum(text_run.width for text_run in row)
    if current:
        rows.append(tuple(current))
    return WrappedRows(tuple(rows), broken, parted)


def plain(letter: str) -> str:
    """Return a letter without its marks and case."""
    return unicodedata.normalize("NFD", letter.replace("ß", "s"))[:1].lower()


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
    return _without_lone_word(words, lines, width)


def _without_lone_word(words: Sequence[Word], lines: WrappedRows, width: float) -> WrappedRows:
    """Return lines with the last but one word on the last line where a short word stands there alone, and they are no more lines so."""
    if len(lines.rows) < 2 or len(words) < 4 or lines.broken or lines.parted:
        return lines
    before, last = words[-2:]
    if last.on_new_line or last.parts or before.parts or last.space is None or lines.rows[-1] != tuple(last.text_runs):
        return lines
    together = (*before.text_runs, last.space, *last.text_runs)
    if last.width > LONE_SHARE * width or sum(run.width for run in together) > width:
        return lines
    above = wrapped(words[:-2], max(sum(run.width for run in row) for row in lines.rows))
    return replace(lines, rows=(*above.rows, together)) if len(above.rows) == len(lines.rows) - 1 else lines


def _is_compound(word: Word) -> bool:
    """Return whether a word is so long that it may be broken with a hyphen: of letters of Latin, and not code."""
    text = "".join(run.text for run in word.text_runs).rstrip(".,;:!?)")
    if not COMPOUND <= len(text) <= MOST_COMPOUND or not text.isalpha() or not text[1:].islower() or word.text_runs[0].style.chip:
        return False
    if len({(run.style, run.face, run.level) for run in word.text_runs}) > 1:
        return False
    return all("a" <= plain(letter) <= "z" for letter in text)


def _broken(text_runs: Sequence[TextRun], width: float, *, hyphenate: bool = False) -> Iterator[list[TextRun]]:
    """Yield the rows of a word that is wider than a line: broken after a mark of punctuation where one is near, else anywhere.

    With `hyphenate` it is broken between syllables, and a row but the last ends in a hyphen.
    """
    row: list[TextRun] = []
    used = 0.0
    waiting = list(reversed(text_runs))
    while waiting:
        text_run = waiting.pop()
        if used + text_run.width <= width:
            row.append(text_run)
            used += text_run.width
            continue
        hyphen = text_run.with_clusters("-") if hyphenate else None
        if hyphen and (count := _syllables(text_run, width - used - hyphen.width)):
            row += [text_run.part(0, count), hyphen]
            waiting.append(text_run.part(count, len(text_run.clusters)))
            yield row
            row, used = [], 0.0
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


def _syllables(text_run: TextRun, width: float) -> int:
    """Return how many letters of a word fit a row up to the end of a syllable; 0 where there is none.

    Up to an s that links two words, where that fills half of what fits.
    """
    letters = [plain(cluster) for cluster in text_run.clusters]
    counts = range(LEAST_LETTERS, len(letters) - LEAST_LETTERS + 1)
    ends = counts[: bisect_right(counts, width, key=text_run.width_of_first)][::-1]
    links = [count for count in ends if letters[count - 1] == "s" and "".join(letters[: count - 1]).endswith(LINKED)]
    if links and links[0] >= ends[0] / 2:
        return links[0]
    return next((count for count in ends if _begins_syllable(letters, count)), 0)


def _begins_syllable(letters: Sequence[str], at: int) -> bool:
    """Return whether a syllable may begin at a letter: with one consonant, or two that belong together, and a vowel."""
    onset = 2 if "".join(letters[at : at + 2]) in ONSETS else 1
    if letters[at] in VOWELS or letters[at + onset] not in VOWELS or "".join(letters[at - 1 : at + 1]) in ONSETS:
        return False
    return not (letters[at] == "s" and "".join(letters[:at]).endswith(LINKED))


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
