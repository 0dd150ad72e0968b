"""What comes of reading a script: the video it asks for, and what was met on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from videogen.script.models import Script


@dataclass(frozen=True)
class ScriptWarning:
    """Something in the source that the video goes on without. `line` counts from 1."""

    code: str
    message: str
    hint: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Reading:
    """A script, and what was left out of it. `script.options` holds only what the source itself says (see `model_fields_set`).

    `embedded` are the pictures that stand in the source itself (`data:` addresses, outputs of a notebook), by the names that scenes call
    them: not trusted, and not decoded yet.
    """

    script: Script
    warnings: tuple[ScriptWarning, ...] = ()
    embedded: Mapping[str, bytes] = field(default_factory=dict)
