"""Makes the text of a page one that can be spoken: lines become sentences, and what is on every page is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

FREQUENT_SHARE = 0.5
"""Share of the pages that a line at the top or the foot is on, to be a running title."""
MIN_PAGES = 4
EDGE_LINES = 2
FULL_LINE = 60
"""Characters of a line after which its sentence goes on in the next one."""
_BULLET = re.compile(r"^\s*(?:[•●◦▪▫■□‣–—·*✓➢❖\-\uf0b7\uf0a7\uf0d8\uf076]|o(?=\s)|\(?\d{1,2}[.)])\s+")
_PAGE_NUMBER = re.compile(r"(?:page|seite|p\.)?\s*\d{1,4}(?:\s*(?:/|of|von|de|-)\s*\d{1,4})?", re.IGNORECASE)
_HYPHEN = re.compile(r"(?<=[a-zà-öø-ÿ])[-\u00ad\ufffe\x02]$")
_COMPOUND = re.compile(r"[\ufffe\x02](?=[A-ZÀ-ÖØ-Þ0-9])")
_SYMBOL = re.compile(r"(?:^|(?<=\s))[\ue000-\uf8ff]\s*")
"""A sign of a font of symbols, such as Wingdings, at the start of a word: a bullet, wherever on a line."""
_PRIVATE = re.compile(r"[\ue000-\uf8ff]+")
_DIVIDED = re.compile(r"[\ufffe\x02]")
"""Where a line's end divides a word, the library writes one of these; before a capital or a number it was the word's own hyphen."""
_ENDS = tuple(".!?:;…。！？」”\"'’)")


def page_lines(text: str) -> list[str]:
    """Return the lines of a page's text that are not empty."""
    joined = _PRIVATE.sub("", _SYMBOL.sub("\n• ", _DIVIDED.sub("", _COMPOUND.sub("-", text))))
    lines = (" ".join(line.split()) for line in re.split(r"[\r\n]+", joined))
    return [line for line in lines if line]


def without_running_titles(pages: Sequence[list[str]]) -> list[list[str]]:
    """Return the lines of each page without page numbers and without lines that half of the pages have at their top or foot."""
    edges: Counter[str] = Counter()
    for lines in pages:
        edges.update({_key(line) for line in (*lines[:EDGE_LINES], *lines[-EDGE_LINES:])})
    running = {key for key, count in edges.items() if len(pages) >= MIN_PAGES and count > FREQUENT_SHARE * len(pages)}
    return [[line for index, line in enumerate(lines) if not _is_furniture(line, index, len(lines), running)] for lines in pages]


def spoken(lines: Sequence[str]) -> str:
    """Return lines as paragraphs: words that a line's end divides are joined, and what begins with a bullet or a capital is a sentence."""
    paragraphs: list[str] = []
    last = ""
    for line in lines:
        is_item = bool(_BULLET.match(line))
        words = _BULLET.sub("", line)
        goes_on = len(last) > FULL_LINE or ((words[:1].islower() or last.endswith(",")) and not last.endswith(_ENDS))
        if not paragraphs or is_item or not goes_on:
            paragraphs.append(words)
        elif _HYPHEN.search(last) and words[:1].islower():
            paragraphs[-1] = _HYPHEN.sub("", paragraphs[-1]) + words
        else:
            paragraphs[-1] += f" {words}"
        last = line
    return "\n".join(text if text.endswith(_ENDS) else f"{text}." for text in paragraphs if any(map(str.isalnum, text)))


def _is_furniture(line: str, index: int, count: int, running: set[str]) -> bool:
    at_edge = index < EDGE_LINES or index >= count - EDGE_LINES
    return at_edge and (bool(_PAGE_NUMBER.fullmatch(line)) or _key(line) in running)


def _key(line: str) -> str:
    """Return a line without its numbers: `Page 3 of 9` is the running title that `Page 4 of 9` is."""
    return re.sub(r"\d+", "#", line)
