"""Titles of scenes in logs, chapters and the transcript."""

from __future__ import annotations

from videogen.script.inline import plain
from videogen.script.models import OutroScene, Scene, SectionScene, TitleScene


def title_of(scene: Scene) -> str:
    """Return the title or heading of a scene as plain text; empty if it has none."""
    match scene:
        case TitleScene() | SectionScene() | OutroScene():
            return plain(scene.title)
        case _:
            return plain(scene.heading)
