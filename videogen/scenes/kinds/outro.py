"""The closing card."""

from __future__ import annotations

from videogen.scenes.kinds import text
from videogen.scenes.kinds.card import TitleCard, card
from videogen.scenes.layout import Layer, Layout
from videogen.scenes.scene_clip import SceneTiming
from videogen.script.models import OutroScene, Scene, TextScene

TITLE_SIZES = (138, 126, 114, 104, 92, 80, 72, 64, 56, 48)


def _card(scene: OutroScene, layout: Layout) -> TitleCard | None:
    return card(layout, scene.title, scene.text, TITLE_SIZES)


def split(scene: OutroScene, layout: Layout) -> tuple[Scene, ...]:
    """Return the card, or prose if its texts are too long for a card."""
    if _card(scene, layout):
        return (scene,)
    return text.split(TextScene(kind="text", paragraphs=(scene.title, scene.text)), layout)


def layers(scene: OutroScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    card = _card(scene, layout)
    return card.layers() if card else ()
