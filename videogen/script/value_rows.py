"""The values of a set of videos: a table in CSV or a list in YAML or JSON, as rows of texts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.errors import Diagnostic
from videogen.errors.script import BadValues
from videogen.script.yaml_tree import from_yaml

MOST_ROWS = 99
"""Videos of a set: with the task that ends it they fill a queue of the default length, and one stream can follow them all."""
MOST_COLUMNS = 100
VALUE_MAX = 20_000
DELIMITERS = ",;\t|"
_SAID = 20
"""Faults that are listed."""


@dataclass(frozen=True)
class ValueRows:
    """Names of columns, and each row as {column: text}. An empty cell of a table is not there; an empty text in YAML is."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]


def column_key(name: str) -> str:
    """Return what a name is compared by: "First name" is the column of `{{first_name}}`."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def read_values(values: str | Sequence[Any], format: str | None = None) -> ValueRows:
    """Return the rows of a text, which is CSV or YAML (`format`: csv, yaml, or None to find out), or of a list of objects.

    Raises BadValues, with a diagnostic for each row that cannot be used.
    """
    rows = _from_text(values, format) if isinstance(values, str) else _from_list(values)
    if not rows.rows:
        raise BadValues("There are no rows of values.")
    check_length(len(rows.rows))
    _check_columns(rows.columns)
    faults = [
        fault(number, f"the value of {name} has {len(value):,} characters; the limit is {VALUE_MAX:,}", name)
        for number, row in enumerate(rows.rows, 1)
        for name, value in row.items()
        if len(value) > VALUE_MAX
    ]
    refuse(faults)
    return rows


def check_length(rows: int) -> None:
    """Raise BadValues for more rows than a set may have."""
    if rows > MOST_ROWS:
        raise BadValues(f"There are {rows:,} rows; a set has at most {MOST_ROWS} videos.", hint="Make several sets of them.")


def fault(number: int, message: str, name: str | None = None) -> Diagnostic:
    """Return a diagnostic of a row, which is counted from 1."""
    path = f"rows.{number}" + (f".{name[:60]}" if name else "")
    return Diagnostic(f"Row {number}: {message}", path=path)


def refuse(faults: Sequence[Diagnostic], hint: str | None = None) -> None:
    """Raise BadValues if there are faults."""
    if not faults:
        return
    more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
    raise BadValues(f"{faults[0].message}{more}.", hint=hint, diagnostics=list(faults[:_SAID]))


def _from_text(text: str, format: str | None) -> ValueRows:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return ValueRows((), ())
    if format not in (None, "csv", "yaml"):
        raise BadValues("Values are a table (csv) or a list (yaml).")
    if (format or ("yaml" if re.match(r"\s*(?:#[^\n]*\n\s*)*(?:---\s|-\s|\[)", text) else "csv")) == "yaml":
        root = from_yaml(text)
        return _from_list(_plain(root))
    return _from_csv(text)


def _plain(node: Any) -> Any:
    """Return the texts of a tree as they are written: 007 stays 007."""
    if isinstance(node.value, dict):
        return {name: _plain(child) for name, child in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(child) for child in node.value]
    return node.value


def _from_csv(text: str) -> ValueRows:
    first = text.lstrip("\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
        lines = [line for line in reader if any(map(str.strip, line))]
    except csv.Error as error:
        raise BadValues("The table cannot be read: a text in double quotes is not closed, or something follows its end.") from error
    if not lines:
        return ValueRows((), ())
    columns = tuple(name.strip() for name in lines[0])
    while columns and not columns[-1]:
        columns = columns[:-1]
    if "" in columns:
        raise BadValues(f"Column {columns.index('') + 1} of the table has no name.")
    faults = []
    rows = []
    for number, line in enumerate(lines[1:], 1):
        if any(cell.strip() for cell in line[len(columns) :]):
            faults.append(fault(number, f"it has {len(line)} values, and the first line names {len(columns)} columns"))
        rows.append({name: cell.strip() for name, cell in zip(columns, line, strict=False) if cell.strip()})
    refuse(faults, "Put a value that holds the sign between columns in double quotes.")
    return ValueRows(columns, tuple(rows))


def _from_list(values: Any) -> ValueRows:
    if not isinstance(values, list):
        raise BadValues("The values are no list of rows.")
    columns: dict[str, None] = {}
    faults = []
    rows = []
    for number, item in enumerate(values, 1):
        if not isinstance(item, dict) or not item:
            faults.append(fault(number, "it is no mapping of names to values"))
            continue
        row = {}
        for name, value in item.items():
            columns[str(name).strip()] = None
            if isinstance(value, bool):
                row[str(name).strip()] = "true" if value else "false"
            elif isinstance(value, (str, int, float)):
                row[str(name).strip()] = str(value).strip()
            elif value is not None:
                faults.append(fault(number, f"the value of {str(name)[:60]} has to be a text or a number", str(name)))
        rows.append(row)
    refuse(faults)
    return ValueRows(tuple(columns), tuple(rows))


def _check_columns(columns: Sequence[str]) -> None:
    """Refuse columns that cannot be told apart. Raises BadValues."""
    if len(columns) > MOST_COLUMNS:
        raise BadValues(f"There are {len(columns)} columns; the limit is {MOST_COLUMNS}.")
    known: dict[str, str] = {}
    for name in columns:
        key = column_key(name)
        if key in known:
            raise BadValues(f"The columns {known[key][:60]!r} and {name[:60]!r} have the same name.", hint="Rename one of them.")
        known[key] = name
