"""Mermaid diagrams as drawings of characters, which are drawn like any other: termaid lays them out, without a browser."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

CHARACTERS_MAX = 8000
LINES_MAX = 300
COLUMNS_MAX = 300
SECONDS_MAX = 3.0
"""A crossing of very many arrows takes minutes to lay out; nobody could read it."""

_OF_LIBRARY = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError)
_MARKDOWN = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STYLES = re.compile(r"^\s*(?:classDef|class|style|linkStyle|click|accTitle|accDescr|title:)\b[^\n]*$", re.MULTILINE)
_FLOW = re.compile(r"\s*(?:%%[^\n]*\n\s*)*(?:graph|flowchart)\b")


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raises RuntimeError in Python code that takes longer."""
    end = time.monotonic() + seconds
    before = sys.getprofile()

    def look(*_: object) -> None:
        if time.monotonic() > end:
            raise RuntimeError("too slow")

    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(before)


def drawn(source: str) -> str:
    """The diagram as lines of characters; empty for one that cannot be drawn, or that is too large."""
    import termaid  # few scripts have such diagrams

    if len(source) > CHARACTERS_MAX or source.count("\n") > LINES_MAX:
        return ""
    if _FLOW.match(source):
        source = _STYLES.sub("", source)
    try:
        # Low boxes, but for a store: the upper edge of a cylinder takes a line of its own.
        with _at_most(SECONDS_MAX):
            text = str(termaid.render(_MARKDOWN.sub(" ", source), padding_x=2, padding_y=2 if "[(" in source else 0))
    except _OF_LIBRARY:
        return ""
    lines = [line.rstrip() for line in text.split("\n")]
    if not text.strip() or len(lines) > LINES_MAX or max(map(len, lines)) > COLUMNS_MAX:
        return ""
    return "\n".join(lines).strip("\n")
