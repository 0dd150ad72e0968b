"""Titles of scenes in logs, chapters and the transcript."""

from __future__ import annotations

from videogen.script.inline import plain
from videogen.script.models import BigNumberScene, OutroScene, QuizScene, Scene, SectionScene, TitleScene


def title_of(scene: Scene) -> str:
    """Return the title or heading of a scene as plain text; empty if it has none."""
    match scene:
        case TitleScene() | SectionScene() | OutroScene():
            return plain(scene.title)
        case QuizScene():
            return plain(scene.heading or scene.question)
        case BigNumberScene():
            return plain(scene.heading or f"{scene.number} {scene.text}".strip())
        case _:
            return plain(scene.heading)
