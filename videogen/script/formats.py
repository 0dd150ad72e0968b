"""The formats of scripts, and how a file's name tells its own."""

from __future__ import annotations

from pathlib import PurePath

FORMATS = ("markdown", "yaml", "json")
SUFFIXES = {".md": "markdown", ".markdown": "markdown", ".yaml": "yaml", ".yml": "yaml", ".json": "json"}


def format_of(name: str) -> str | None:
    """Return the format that a file's name tells; None when it tells nothing."""
    return SUFFIXES.get(PurePath(name).suffix.lower())
