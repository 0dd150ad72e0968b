"""Read CSV tables: a column of labels, and a column for each series of numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from videogen.errors.script import BadAsset

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
DELIMITERS = ",;\t|"
HINT = "A table has names in its first row, what the numbers are of in its first column, and numbers in the others."
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "nan", "null"})
_DECORATION = re.compile(r"[€$£¥]?(.*?)[%€$£¥]?", re.DOTALL)


def read(path: Path, columns: Sequence[str] = ()) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the first column, and the others (or only `columns`, if given) as {name, values}. Raises BadAsset."""
    rows = _rows(path)
    if len(rows) < 2 or len(rows[0]) < 2:
        raise BadAsset("the table needs a row of names, a row of numbers, and two columns", hint=HINT)
    names = [name.strip() for name in rows[0]]
    if unknown := [name for name in columns if name not in names[1:]]:
        raise BadAsset(f"the table has no column {unknown[0][:60]!r}; it has {', '.join(names[1:])[:200]}", hint=HINT)
    indices = [names.index(name, 1) for name in columns] or range(1, len(names))
    series = [
        {"name": names[at][:60], "values": [_number(row, at, number, names) for number, row in enumerate(rows[1:], 2)]} for at in indices
    ]
    return [row[0].strip()[:80] for row in rows[1:]], series


def _rows(path: Path) -> list[list[str]]:
    if path.stat().st_size > MOST_BYTES:
        raise BadAsset(f"the table has more than {MOST_BYTES // 1_000_000} MB", hint="Leave out what is not shown.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadAsset("the table is not UTF-8 text", hint="Save it as CSV in UTF-8.") from error
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if any(map(str.strip, row))]
    except csv.Error as error:
        raise BadAsset(f"the table cannot be read: {error}", hint=HINT) from error
    if len(rows) > MOST_ROWS + 1:
        raise BadAsset(f"the table has {len(rows)} rows; {MOST_ROWS} are the most", hint="Leave out what is not shown.")
    return rows


def _number(row: list[str], at: int, number: int, names: list[str]) -> float | None:
    """Parse the number in a cell, also with grouped thousands, a decimal comma, a currency or percent sign."""
    text = row[at].strip() if at < len(row) else ""
    if text.lower() in _NOTHING:
        return None
    plain = re.sub(r"[\s'_]", "", text)
    match = _DECORATION.fullmatch(plain)
    plain = match[1] if match else plain
    if plain.count(",") == 1 and "." not in plain and not re.fullmatch(r"-?\d{1,3},\d{3}", plain):
        plain = plain.replace(",", ".")
    try:
        return float(plain.replace(",", ""))
    except ValueError:
        raise BadAsset(f"row {number}, column {names[at][:60]}: {text[:60]!r} is no number", hint=HINT) from None
