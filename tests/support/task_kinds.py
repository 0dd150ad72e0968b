"""A kind of task for tests: it adds numbers, and one of its tasks may run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel

from videogen.kinds import Admission, Kind, StageInfo, registry


class Summand(BaseModel):
    number: int = 1


FIELDS: dict[str, Any] = {
    "name": "sum",
    "label": "Sum",
    "payload": Summand,
    "stages": (StageInfo("add", "Adding", 1.0),),
    "handler": "somewhere:add",
}
SUM = Kind(**FIELDS, limit=1, admit=lambda payload, _context: Admission(f"Sum of {payload.number}"))


@contextmanager
def sum_installed() -> Iterator[None]:
    """Have the kind `sum` in this process."""
    registry.BUILT_IN[SUM.name] = SUM
    registry.installed.cache_clear()
    try:
        yield
    finally:
        del registry.BUILT_IN[SUM.name]
        registry.installed.cache_clear()
