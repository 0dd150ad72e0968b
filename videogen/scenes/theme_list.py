"""Lists the themes: those that come with videogen, and those of a directory, usable or not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from videogen.scenes.theme_file import NAME_HINT, describe_theme, why_no_name
from videogen.script import theme_names


def list_themes(own: Iterable[tuple[str, Path]]) -> list[dict[str, Any]]:
    """Return what `describe_theme` says of each theme, and whether it is `own`. `own` are names and files; bundled themes come first."""
    files = ((name, theme_names.BUNDLED_DIRECTORY / f"{name}{theme_names.SUFFIX}") for name in theme_names.bundled())
    listed = [describe_theme(name, path) | {"own": False} for name, path in files]
    for name, path in own:
        described = describe_theme(name, path) | {"own": True}
        if why_not := why_no_name(name):
            described |= {"problem": {"message": why_not, "line": None, "hint": NAME_HINT}}
        listed.append(described)
    return listed
