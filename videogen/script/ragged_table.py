"""Tables that are none to GitHub because their rows differ in width."""

from __future__ import annotations

import re

from videogen.script import inline
from videogen.script.blocks import Table

_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_CELL_END = re.compile(r"(?<!\\)\|")


def ragged_table(line: int, text: str) -> Table | None:
    """Return the table in a paragraph that is none to GitHub because its second line has other than the header's columns."""
    rows = text.split("\n")
    if len(rows) < 2 or "|" not in rows[0] or "|" not in rows[1] or not _DELIMITERS.fullmatch(rows[1]):
        return None
    cells = [[cell.strip() for cell in _CELL_END.split(row.strip().removeprefix("|"))] for row in rows]
    cells = [row[:-1] if len(row) > 1 and not row[-1] else row for row in cells]
    width = max(len(row) for row in cells if row is not cells[1])
    header, *body = [tuple(_cell(cell) for cell in row + [""] * (width - len(row))) for row in cells if row is not cells[1]]
    return Table(line, header, tuple(body), tuple("left" for _ in range(width)))


def _cell(text: str) -> str:
    return inline.markup(inline.runs(text.replace("\\|", "|")))
