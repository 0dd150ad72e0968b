"""What comes of reading a script: the film it asks for, and what was met on the way."""

from __future__ import annotations

from dataclasses import dataclass

from videogen.script.models import Script


@dataclass(frozen=True)
class Warning_:
    """Something in the source that the film goes on without. `line` counts from 1."""

    code: str
    message: str
    hint: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Reading:
    """A script, and what was left out of it. `script.options` holds only what the source itself says (see `model_fields_set`)."""

    script: Script
    warnings: tuple[Warning_, ...] = ()
