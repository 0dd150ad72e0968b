"""Names of themes: those that come with videogen, and those of one's own, which are files.

A theme of one's own called `mine` is `mine.theme.yaml` among the files of a script, or else `mine.yaml` in the directory of themes.
The name of one that comes with videogen always means that one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

BUNDLED_DIRECTORY = Path(__file__).parents[1] / "scenes" / "themes"
SUFFIX = ".yaml"
FILE_SUFFIX = ".theme.yaml"
"""Ends the name of a theme's file among the files of a script."""

MAX_THEMES = 200
"""Themes of one's own that are listed."""

PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"
_NAME = re.compile(PATTERN.removesuffix("$") + r"\Z", re.ASCII)

Find = Callable[[str], Path | None]

_directory: Path | None = None
_find: Find | None = None


@lru_cache(maxsize=1)
def bundled() -> tuple[str, ...]:
    """Return the names of the themes that come with videogen, the two plain ones first."""
    names = sorted(path.stem for path in BUNDLED_DIRECTORY.glob(f"*{SUFFIX}"))
    return tuple(sorted(names, key=lambda name: (name not in ("slate", "paper"), name == "paper", name)))


def use_theme_directory(directory: Path | None) -> None:
    """Look for themes of one's own in this directory, which need not exist, from now on in this process."""
    global _directory
    _directory = directory


def use_theme_files(find: Find | None) -> None:
    """Look for themes of one's own among the files of a script first: `find(name)` returns a file's path, or None."""
    global _find
    _find = find


def is_name(text: str) -> bool:
    """Return whether a theme may be called so."""
    return _NAME.match(text) is not None


def file_of(name: str) -> Path | None:
    """Return the file of a theme of one's own; None if there is none, or if the name is that of one that comes with videogen."""
    if not is_name(name) or name in bundled():
        return None
    if _find is not None and (path := _find(name + FILE_SUFFIX)) is not None:
        return path
    path = _directory / f"{name}{SUFFIX}" if _directory else None
    return path if path and path.is_file() else None


def own_files(directory: Path) -> dict[str, Path]:
    """Return the files of a directory of themes by the names of the themes, also one that takes the name of a bundled theme."""
    try:
        files = sorted(path for path in directory.glob(f"*{SUFFIX}") if path.is_file() and not path.name.startswith("."))
    except OSError:
        return {}
    return {path.stem: path for path in files[:MAX_THEMES]}


def check_name(name: str) -> str:
    """Return the name of a theme that exists. Raises ValueError for any other."""
    if name not in bundled() and file_of(name) is None:
        own = [name for name in own_files(_directory) if name not in bundled()] if _directory else []
        raise ValueError(f"has to be one of {', '.join((*bundled(), *own[:20]))}, or a theme of your own")
    return name
