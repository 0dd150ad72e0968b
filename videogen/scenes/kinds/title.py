"""The opening card: the video's title and a line below it."""

from __future__ import annotations

from videogen.scenes.kinds import text
from videogen.scenes.kinds.card import TitleCard, card
from videogen.scenes.layout import Layer, Layout
from videogen.scenes.scene_clip import SceneTiming
from videogen.script.models import Scene, TextScene, TitleScene

TITLE_SIZES = (190, 176, 163, 150, 138, 126, 116, 104, 92, 80, 72, 64, 56, 48)


def _card(scene: TitleScene, layout: Layout) -> TitleCard | None:
    return card(layout, scene.title, scene.subtitle, TITLE_SIZES)


def split(scene: TitleScene, layout: Layout) -> tuple[Scene, ...]:
    """Return the card, or prose if its texts are too long for a card."""
    if _card(scene, layout):
        return (scene,)
    return text.split(TextScene(kind="text", paragraphs=(scene.title, scene.subtitle)), layout)


def layers(scene: TitleScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    card = _card(scene, layout)
    return card.layers() if card else ()
