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
_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?)^[ \t]*---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE)
_DIRECTIVES = re.compile(r"%%\{.*?\}%%", re.DOTALL)
_COMMENTS = re.compile(r"^[ \t]*%%[^\n]*$", re.MULTILINE)
_ICONS = re.compile(r"\b(?:fa[bsrlkd]?|mdi|logos|material):[\w-]+[ \t]*")
_FLOW = re.compile(r"\s*(?:graph|flowchart)\b")
_MIND_MAP = re.compile(r"\s*mindmap\b")
_OF_LOOKS = re.compile(r"^[ \t]*(?:::icon\([^)\n]*\)|:::[\w \t-]+|@\{[^}\n]*\})[ \t]*$|:::[\w \t-]+$", re.MULTILINE)
"""Icons and classes of a mind map, on lines of their own or after a node."""
_NODE = re.compile(r"^([ \t]+)(?:[\w][\w -]*)?(?:\(\((.+)\)\)|\)\)(.+)\(\(|\)(.+)\(|\{\{(.+)\}\}|\[(.+)\]|\((.+)\))[ \t]*$")
"""A node of a mind map in a shape: `id((words))`."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise RuntimeError in Python code that takes longer."""
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
    """Return the diagram as lines of characters; empty for one that cannot be drawn, or that is too large."""
    import termaid  # few scripts have such diagrams

    if len(source) > CHARACTERS_MAX or source.count("\n") > LINES_MAX:
        return ""
    matter = _MATTER.match(source)
    title = _TITLE.search(matter[1]) if matter else None
    source = prepared(source)
    try:
        # Low boxes, but for a store: the upper edge of a cylinder takes a line of its own.
        with _at_most(SECONDS_MAX):
            text = str(termaid.render(_MARKDOWN.sub(" ", source), padding_x=2, padding_y=2 if "[(" in source else 0))
    except _OF_LIBRARY:
        return ""
    lines = [line.rstrip() for line in text.split("\n")]
    if not text.strip() or len(lines) > LINES_MAX or max(map(len, lines)) > COLUMNS_MAX:
        return ""
    drawing = "\n".join(lines).strip("\n")
    return f"{title[1].center(max(map(len, lines))).rstrip()}\n\n{drawing}" if title and title[1] else drawing


def prepared(source: str) -> str:
    """Strip a diagram's source of its styling: front matter, `%%{init}%%`, comments, styles, classes and icons."""
    source = _COMMENTS.sub("", _DIRECTIVES.sub("", _MATTER.sub("", source)))
    source = _ICONS.sub("", source)
    if _FLOW.match(source):
        source = _STYLES.sub("", source)
    elif _MIND_MAP.match(source):
        rows = [_in_words(row) for row in _OF_LOOKS.sub("", source).split("\n") if row.strip()]
        source = "\n".join(rows)
    return source.strip("\n")


def _in_words(row: str) -> str:
    """Return a node of a mind map as its words, without its name, its shape and the marks of its text."""
    match = _NODE.match(row)
    words = next(filter(None, match.groups()[1:])) if match else row.strip()
    indent = row[: len(row) - len(row.lstrip())]
    return indent + re.sub(r"[`\"]|\*\*|\*|<br\s*/?>", lambda mark: " " if mark[0].startswith("<") else "", words).strip()
