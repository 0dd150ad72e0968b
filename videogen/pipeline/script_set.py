"""A set of videos: a script with variables and rows of values become a script for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.errors import Diagnostic
from videogen import script
from videogen.errors.script import BadScript, BadValues
from videogen.script.value_rows import column_key, fault, read_values, refuse
from videogen.script.variables import parse_template

MOST_CHARACTERS = 8_000_000
TITLE = "title"
"""A column that names the videos, if it is no variable of the script."""
LABEL_MAX = 80


@dataclass(frozen=True)
class ScriptRow:
    """The script of a row. `label` is its first value, by which people know it; `title` is what the table calls the video, if it does."""

    label: str
    title: str
    script: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class ScriptSet:
    """The scripts of a set, the variables that they have, and the columns that none of them uses."""

    format: str
    columns: tuple[str, ...]
    variables: tuple[str, ...]
    unused: tuple[str, ...]
    rows: tuple[ScriptRow, ...]


def expand(source: str, format: str | None, values: str | Sequence[Any], values_format: str | None = None) -> ScriptSet:
    """Put each row of values into the script. Raises BadValues, with a diagnostic for each row that lacks a value."""
    format = format or script.detect_format(source)
    if format not in script.FORMATS:
        raise BadScript(f"There is no format called {format[:40]!r}.", hint=f"Use one of: {', '.join(script.FORMATS)}.")
    table = read_values(values, values_format)
    template = parse_template(source, format)
    keys = {column_key(name): name for name in table.columns}
    variables = template.variables(keys)
    if not any(column_key(name) in keys for name in variables):
        known = f"The columns are: {', '.join(table.columns)[:300]}."
        if not variables:
            raise BadValues("The script has no variables.", hint=f"Write {{{{{table.columns[0][:60]}}}}} where the value belongs. {known}")
        raise BadValues(f"No column has the name of a variable of the script ({', '.join(variables[:10])}).", hint=known)
    wanted = [name for name in variables if column_key(name) not in template.given]
    faults = [
        Diagnostic(f"There is no column for {{{{{name}}}}}", path=f"values.{name}") for name in wanted if column_key(name) not in keys
    ]
    refuse(
        faults,
        f"Add the column, or give it a value below variables: in the front matter. The columns are: {', '.join(table.columns)[:300]}.",
    )
    rows: list[ScriptRow] = []
    size = 0
    for number, row in enumerate(table.rows, 1):
        given = {column_key(name): value for name, value in row.items()}
        faults += [fault(number, f"it has no value for {{{{{name}}}}}", name) for name in wanted if column_key(name) not in given]
        label = next((row[name] for name in table.columns if row.get(name)), "")[:LABEL_MAX]
        title = given.get(TITLE, "") if TITLE not in {column_key(name) for name in variables} else ""
        filled = template.fill(given)
        size += len(filled)
        rows.append(ScriptRow(label, " ".join(title.split())[:300], filled, row))
        if size > MOST_CHARACTERS:
            raise BadValues(f"The scripts of the set have more than {MOST_CHARACTERS:,} characters.", hint="Make several sets of them.")
    refuse(faults, "Fill the cell, or leave the row out.")
    used = {column_key(name) for name in variables} | {TITLE}
    unused = tuple(name for name in table.columns if column_key(name) not in used)
    return ScriptSet(format, table.columns, tuple(variables), unused, tuple(rows))
