"""Tables that MyST and Sphinx write as a list of lists or as comma-separated values."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from videogen.script import inline
from videogen.script.blocks import Table

_OPTIONS = re.compile(r"\A(?:[ \t]*:[^\n]*\n|[ \t]*\n)*")
_HEADER = re.compile(r"^[ \t]*:header:[ \t]*>?[ \t]*(.*(?:\n[ \t]*:(?![\w-]+:)[^\n]*)*)", re.MULTILINE)
_OPTION = re.compile(r"^[ \t]*:(delim|header-rows|file|url):[ \t]*(\S.*)$", re.MULTILINE)
_SEPARATORS = {"tab": "\t", "space": " "}


def of_rows(line: int, rows: Sequence[Sequence[str]], *, header: bool) -> Table | None:
    """Return a table of rows of cells, inline, as wide as the longest row; None without any cell."""
    width = max(map(len, rows), default=0)
    if not width:
        return None
    filled = [(*row, *[""] * (width - len(row))) for row in rows]
    first, body = (filled[0], filled[1:]) if header else (("",) * width, filled)
    return Table(line, first, tuple(body), tuple("left" for _ in range(width)))


def of_values(line: int, content: str) -> Table | None:
    """Return a table of comma-separated values with options at their head; None without any, or where they are in another file."""
    head = _OPTIONS.match(content)
    written = head[0] if head else ""
    options = dict(_OPTION.findall(written))
    if "file" in options or "url" in options:
        return None
    separator = _SEPARATORS.get(options.get("delim", ",").strip(), options.get("delim", ",").strip()[:1] or ",")
    named = _HEADER.search(written)
    rows = _read(content[len(written) :], separator)
    header = _read(re.sub(r"\n[ \t]*:", " ", named[1]).strip(), separator) if named else []
    return of_rows(line, [*header, *rows], header=bool(header) or options.get("header-rows", "0").strip() != "0")


def _read(text: str, separator: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(text.splitlines(), delimiter=separator, skipinitialspace=True))
    except csv.Error:
        return []
    return [[inline.markup(inline.runs(cell.strip())) for cell in row] for row in rows if row]
