"""Short ways to a script and to what it shows."""

from __future__ import annotations

from typing import Any

from videogen.script import inline, pauses, pronunciation, read
from videogen.script.models import Scene, Script
from videogen.script.spoken_text import narration_of


def scenes_of(text: str) -> list[Any]:
    """Return the scenes of a Markdown document, each with the fields of its own kind."""
    return list(read(text, "markdown").script.scenes)


def warnings_of(text: str) -> list[tuple[str, int | None]]:
    """The warnings of a Markdown document, with their lines."""
    return [(warning.code, warning.line) for warning in read(text, "markdown").warnings]


def kinds(text: str) -> list[str]:
    return [scene.kind for scene in scenes_of(text)]


def narrations_of(text: str) -> list[str]:
    """What is said in each scene of a Markdown document."""
    script = read(text, "markdown").script
    return [spoken_of(scene, script) for scene in script.scenes]


def spoken_of(scene: Scene, script: Script) -> str:
    """What a voice gets of a scene, its pauses marked."""
    language = script.options.language
    parts = pauses.parts(narration_of(scene, script))
    return "".join(
        pronunciation.aloud(text, language) + (f" {pauses.mark(pause_s)} " if pause_s else "") for text, pause_s in parts
    ).strip()


def shown(script: Script) -> str:
    """All that the scenes of a script show, in order: as written (code) and as read (inline Markdown)."""
    return " ".join(_texts(scene.model_dump(exclude={"kind", "say", "language"})) for scene in script.scenes)


def _texts(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(map(_texts, value.values()))
    if isinstance(value, (list, tuple)):
        return " ".join(map(_texts, value))
    return f"{value} {inline.plain(value)}" if isinstance(value, str) else ""
