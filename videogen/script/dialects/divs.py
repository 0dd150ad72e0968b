"""Fenced divs: `:::` lines that nest without saying which of them ends which.

Pandoc and Quarto end the innermost div with any line of colons, while the parser compares their number. Sources:
https://pandoc.org/MANUAL.html#divs-and-spans, https://quarto.org/docs/authoring/markdown-basics.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from videogen.script.dialects.source_lines import Source

_DIV = re.compile(r"((?:[ \t]*+>)*+[ \t]*+)(:{3,})[ \t]*+((?:[ \t]*+[^ \t\n]++)*+)[ \t]*$")
_SHORTEST = 3


@dataclass
class _Div:
    """A div: the index of its first line, that of its last once it is known, its colons, and how many levels of divs it holds."""

    first: int
    colons: int
    last: int | None = None
    height: int = 0
    nested: bool = False


def rewrite(source: Source) -> None:
    """Give each outer div more colons than the ones it holds, and remove lines that end no div."""
    if not source.has(":::"):
        return
    open_: list[_Div] = []
    ended: list[_Div] = []
    for index in list(source.prose()):
        match = _DIV.match(source.lines[index])
        if match is None:
            continue
        if match[3].strip(": "):
            open_.append(_Div(index, len(match[2]), nested=bool(open_)))
        elif open_:
            div = _ended_by(open_, len(match[2]))
            div.last = index
            ended.append(div)
            if open_:
                open_[-1].height = max(open_[-1].height, div.height + 1)
        elif len(match[1].expandtabs(4)) < 4:
            source.lines[index] = ""
    for div in ended:
        if div.height or div.nested:
            for at in (div.first, div.last):
                if at is not None:
                    source.lines[at] = _DIV.sub(rf"\g<1>{':' * (_SHORTEST + div.height)} \g<3>", source.lines[at], count=1).rstrip()


def _ended_by(open_: list[_Div], colons: int) -> _Div:
    """Take the div off the open ones that a line of colons ends: the innermost, unless that has fewer colons and an outer one as many."""
    if open_[-1].colons < colons and any(div.colons == colons for div in open_):
        while open_[-1].colons != colons:
            inner = open_.pop()
            open_[-1].height = max(open_[-1].height, inner.height + 1)
    return open_.pop()
