"""Values that the store cannot have written: bytes that rotted on the disk, or a hand that switched the checks off.

Such a row is read all the same, with what is damaged left out and named, so that it does no harm to the rows beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from types import NoneType
from typing import Any, NamedTuple

from sqlalchemy import REAL, Column, Integer, Table, Text

from models.text_values import from_json

BEGINNING = "1970-01-01T00:00:00.000Z"
KINDS: Mapping[type, tuple[tuple[type, ...], Any]] = {Text: ((str,), ""), Integer: ((int,), 0), REAL: ((float, int), 0.0)}


class Rule(NamedTuple):
    """What a column may hold: values of these types, of which `sound` holds, if there is more to ask. `instead` stands in for others."""

    types: tuple[type, ...]
    sound: Callable[[Any], bool] | None
    instead: Any


def rules_of(table: Table, *, but: Collection[str] = ()) -> dict[str, Rule]:
    """Return what each column of a table may hold, by its type. Columns named `..._at` and the like hold moments."""
    return {column.name: _rule(column) for column in table.columns if column.name not in but}


def is_moment(value: Any) -> bool:
    """Return whether a value is UTC as `clock.now` writes it."""
    try:
        return isinstance(value, str) and value[-1:] == "Z" and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def sanitize(values: Mapping[str, Any], rules: Mapping[str, Rule]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the values with damaged ones replaced, and the names of those columns.

    Every row that is read comes through here.
    """
    damaged = []
    for name, (types, sound, _) in rules.items():
        value = values[name]
        if not isinstance(value, types) or (sound is not None and value is not None and not sound(value)):
            damaged.append(name)
    if not damaged:
        return dict(values), ()
    return {**values, **{name: rules[name].instead for name in damaged}}, tuple(damaged)


def json_object(text: Any) -> dict[str, Any] | None:
    """Return the object that the JSON text says; None when it says none."""
    try:
        value = from_json(text)
    except (ValueError, TypeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _rule(column: Column[Any]) -> Rule:
    types, instead = KINDS[type(column.type)]
    moment = column.name in ("at", "not_before") or column.name.endswith("_at")
    sound = is_moment if moment else None
    if column.nullable:
        return Rule((*types, NoneType), sound, None)
    return Rule(types, sound, BEGINNING if moment else instead)
