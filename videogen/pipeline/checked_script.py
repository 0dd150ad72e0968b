"""The result of checking a script. In a module of its own, so that the web process need not import the checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CheckedScript:
    """The format and title of a script. `files` are the paths of the files that it uses, by their names in the script."""

    format: str
    title: str
    files: Mapping[str, str] = field(default_factory=dict)
