"""The names of the music that comes with videogen. `videogen.music.beds` composes it."""

from __future__ import annotations

from typing import Any

BEDS = ("calm", "bright", "focus")
NONE = "none"


def is_file(name: str | None) -> bool:
    """Return whether a value of the option `music` is the name of a file."""
    return bool(name) and name not in (*BEDS, NONE)


def normalize(value: Any) -> Any:
    """Return a value of the option `music` as it is meant: YAML's `no` and `off` are false, and mean none; names in any case."""
    if value is False:
        return NONE
    name = value.strip() if isinstance(value, str) else value
    return name.lower() if isinstance(name, str) and name.lower() in (*BEDS, NONE) else name
