"""The result of an import: a script, the files that it shows, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ImportWarning:
    """Something in a document that its script does not show as it was. `slide` counts from 1, as the program that made the deck does."""

    code: str
    message: str
    slide: int | None = None


@dataclass(frozen=True)
class ImportedScript:
    """A script in Markdown, its title, and the files that it shows, {name in the script: path}."""

    script: str
    title: str
    assets: dict[str, Path]
    warnings: tuple[ImportWarning, ...]
