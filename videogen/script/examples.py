"""The scripts that come along: examples to look at, and templates to start from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from videogen import ROOT
from videogen.script.formats import format_of

PLACE = ROOT / "examples"
TEMPLATES = PLACE / "templates"
OFFERED = ("lesson", "product-tour", "onboarding", "release-note", "short")
WELCOME = "welcome.md"
STARTER = "why-the-sky-is-blue.md"


@dataclass(frozen=True)
class Example:
    """A script in a file of its own; `name` is the file's."""

    name: str
    title: str
    format: str
    source: str


@cache
def examples() -> Mapping[str, Example]:
    """Return all of them by name, in the order in which they are offered."""
    files = [path for path in PLACE.glob("*.*") if format_of(path.name)]
    return {path.name: _read(path) for path in sorted(files, key=lambda path: (path.name != STARTER, path.suffix, path.name))}


@cache
def templates() -> Mapping[str, Example]:
    """Return the scripts that are meant to be changed, by their purpose, in the order in which they are offered."""
    return {name: _read(TEMPLATES / f"{name}.md") for name in OFFERED}


def _read(path: Path) -> Example:
    source, format = path.read_text(encoding="utf-8"), format_of(path.name) or ""
    return Example(path.name, _title(source), format, source)


def _title(source: str) -> str:
    """Return an example's title: its field `title`, or else its first heading.

    The web process, which lists them, reads no scripts.
    """
    match = re.search(r'^\W*title\W*:\s*"?(.*?)"?,?$', source, re.MULTILINE) or re.search(r"^# (.+)$", source, re.MULTILINE)
    assert match, "an example has a title"
    return match[1].strip()
