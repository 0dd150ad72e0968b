"""The formats of scripts, and how a file's name tells its own."""

from __future__ import annotations

from pathlib import PurePath

FORMATS = ("markdown", "yaml", "json")
SUFFIXES = {
    **dict.fromkeys((".md", ".markdown", ".mdx", ".qmd", ".rmd"), "markdown"),
    ".yaml": "yaml",
    ".yml": "yaml",
    **dict.fromkeys((".json", ".ipynb"), "json"),
}


def format_of(name: str) -> str | None:
    """Return the format that a file's name tells; None when it tells nothing."""
    return SUFFIXES.get(PurePath(name).suffix.lower())
