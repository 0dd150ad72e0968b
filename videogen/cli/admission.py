"""Admission of a script that a command submits or renders: the checks of the API, with the defaults and limits of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from videogen.config import Settings
from videogen.errors.script import ScriptTooLarge
from videogen.files.confine import confine
from videogen.pipeline.script_check import CheckedScript, check_script
from videogen.pipeline.script_files import ScriptFiles


def admit(
    settings: Settings, source: str, format: str | None, options: Mapping[str, Any], files: ScriptFiles | None = None
) -> CheckedScript:
    """Check a script for the queue, and confine this process to the data directory, which must exist.

    Raises ScriptTooLarge, and what `check` raises.
    """
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > settings.script_max_bytes:
        raise ScriptTooLarge.of(size, settings.script_max_bytes)
    confine(settings.data)
    return check(settings, source, format, options, files)


def check(
    settings: Settings, source: str, format: str | None, options: Mapping[str, Any], files: ScriptFiles | None = None
) -> CheckedScript:
    """Check a script of any size. Raises what `check_script` raises."""
    return check_script(
        source,
        format,
        options,
        voice=settings.voice,
        theme=settings.theme,
        language=settings.language,
        limits=settings.script_limits,
        files=files,
    )
