"""What a script turned out to be when it was checked. Apart from the checking, so that the web process need not import that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CheckedScript:
    """A script's format and title. `files` are the paths of the files that it uses, by their names in it."""

    format: str
    title: str
    files: Mapping[str, str] = field(default_factory=dict)
