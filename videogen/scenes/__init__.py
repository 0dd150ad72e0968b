"""Scenes drawn: what a script says, as clips.

`paginate` makes scenes that fit; `draw_scene` draws one of them. Both need only the scene and its render settings, and give
the same for the same.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from videogen.scenes import theme
from videogen.scenes.burned_captions import CaptionedClip
from videogen.scenes.drawing.compositor import Compositor
from videogen.scenes.kinds import text
from videogen.scenes.layout import AnimatedLayer, Layer, Layout, foot_blocks, heading_block, lead_block
from videogen.scenes.media_frame import fills_screen, fits_screen, words_fit, words_scenes
from videogen.scenes.scene_clip import MotionSpan, RenderSettings, SceneClip, SceneTiming
from videogen.scenes.shared_elements import SharedElements, shared_elements
from videogen.scenes.text.shaping import missing
from videogen.scenes.theme import Theme, refer
from videogen.scenes.transition import MIXES, TransitionClip
from videogen.script import pauses
from videogen.script.inline import letters
from videogen.script.models import NOT_SHOWN, ClipScene, ImageScene, OutroScene, Scene, SectionScene, TextScene, TitleScene

__all__ = [
    "KINDS",
    "MotionSpan",
    "PrecedingScene",
    "RenderSettings",
    "SceneClip",
    "SceneTiming",
    "choose_transition",
    "draw_scene",
    "missing_characters",
    "paginate",
    "refer",
    "themes",
]


@dataclass(frozen=True)
class KindModule:
    """A kind of scene, drawn by a module of its name or another one, which is imported with the first scene of the kind.

    So a video waits for matplotlib only if it has a chart or a formula.
    """

    name: str
    module: str

    def split(self, scene: Any, layout: Layout) -> tuple[Scene, ...]:
        """Return the scene cut into parts that fit."""
        parts: tuple[Scene, ...] = self.load().split(scene, layout)
        return parts

    def layers(self, scene: Any, layout: Layout, timing: SceneTiming) -> tuple[Layer | AnimatedLayer, ...]:
        """Return the layers of such a part."""
        layers: tuple[Layer | AnimatedLayer, ...] = self.load().layers(scene, layout, timing)
        return layers

    def load(self) -> Any:
        """Return the module."""
        return importlib.import_module(f"videogen.scenes.kinds.{self.module}")


DRAWN_AS = {
    "learning_objectives": "list",
    "checkpoint": "list",
    "problem": "callout",
    "solution": "callout",
    "exercise": "callout",
}
"""Kinds that the module of another one draws."""

KINDS = {
    name: KindModule(name, DRAWN_AS.get(name, name))
    for name in (
        "title",
        "section",
        "text",
        "list",
        "steps",
        "columns",
        "callout",
        "code",
        "code_comparison",
        "command",
        "equation",
        "diagram",
        "table",
        "quote",
        "big_number",
        "timeline",
        "quiz",
        "learning_objectives",
        "problem",
        "solution",
        "checkpoint",
        "exercise",
        "chart",
        "image",
        "pictures",
        "clip",
        "outro",
    )
}


SET_ON_A_GRID = {("code", "code"), ("diagram", "text"), ("command", "text"), ("code_comparison", "before"), ("code_comparison", "after")}
"""Kinds and their fields that are drawn in the fonts of code."""

WITHOUT_FOOT = (TitleScene, SectionScene, OutroScene)
"""Scenes that have no room for footnotes."""

NOT_DRAWN = NOT_SHOWN | {
    "kind",
    "language",
    "align",
    "tex",
    "file",
    "portrait",
    "alt",
    "fit",
    "move",
    "sound",
    "type",
    "csv",
    "tone",
    "mark",
    "layout",
    "motion",
}
"""Fields whose texts are not drawn in the fonts of a theme."""

NOT_DRAWN_WITHIN = {"file", "alt"}
"""Such fields of the parts of a scene."""


def paginate(scene: Scene, settings: RenderSettings) -> tuple[Scene, ...]:
    """Return the scene as one or more that fit, with their page numbers. Planning what was planned changes nothing.

    What was to be said or heard stays with the first part, unless it is written for each page; a pause after it stays with the last, and a
    least length is shared out.
    Raises BadOption for an unknown theme.
    """
    parts = [part for group in _split(scene, Layout(settings)) for part in _numbered(group)]
    if len(parts) == 1:
        return (parts[0].model_copy(update={"page": scene.page, "pages": scene.pages}),)
    shared: dict[str, Any] = {"line": scene.line, "voice": scene.voice, "transition": scene.transition, "motion": scene.motion}
    if scene.duration_s is not None:
        shared["duration_s"] = scene.duration_s / len(parts)
    first, last = 0, len(parts) - 1
    says = pauses.of_pages(scene.say, len(parts))
    if scene.recording is not None:
        says = [scene.say if scene.say is None else pauses.without_pages(scene.say), *[""] * last]
    return tuple(
        part.model_copy(
            update={
                **shared,
                "say": says[number],
                "recording": scene.recording if number == first else None,
                "pause_s": scene.pause_s if number == last else None,
            }
        )
        for number, part in enumerate(parts)
    )


@dataclass(frozen=True)
class PrecedingScene:
    """The scene that another one comes after. Its last picture is what a transition begins with, without captions."""

    scene: Scene
    timing: SceneTiming

    def layers(self, settings: RenderSettings) -> tuple[Layer | AnimatedLayer, ...]:
        first = paginate(self.scene, settings)[0]
        return KINDS[first.kind].layers(first, self.layout(settings), self.timing)

    def layout(self, settings: RenderSettings) -> Layout:
        return Layout(replace(settings, motion=False) if self.scene.motion == "none" else settings)


def draw_scene(scene: Scene, settings: RenderSettings, timing: SceneTiming, before: PrecedingScene | None = None) -> SceneClip:
    """Return a planned scene as a clip of `timing.duration` seconds, coming in over the scene `before` it if that is given.

    Of a scene that does not fit the first part is drawn: plan it first. Raises BadOption for an unknown theme.
    """
    how = choose_transition(scene, settings) if before else "cut"
    layout = Layout(replace(settings, motion=False) if scene.motion == "none" else settings)
    first = paginate(scene, settings)[0]
    layers = KINDS[first.kind].layers(first, layout, timing)
    drawn = Compositor(layout, layers, entered=how != "cut").clip(timing.duration)
    if before and how != "cut":
        last_layers = before.layers(settings)
        shared = shared_elements(last_layers, layers, layout, before.timing) if how == "fade" else SharedElements((), last_layers, layers)
        bare = Compositor(layout, shared.now, entered=True).clip(timing.duration) if shared.ways else None
        under = Compositor(before.layout(settings), shared.before).clip(before.timing.duration)
        drawn = TransitionClip(drawn, under, MIXES[how], settings.fps, layout.theme, shared.ways, bare).clip()
    return CaptionedClip(drawn, timing.captions, settings).clip() if timing.captions else drawn


def choose_transition(scene: Scene, settings: RenderSettings) -> str:
    """Return how the scene comes in after another one: cut, fade or slide. What does not move cuts."""
    return (scene.transition or settings.transition) if settings.motion and scene.motion != "none" else "cut"


def missing_characters(scene: Scene, settings: RenderSettings) -> set[str]:
    """Return the characters of a scene that none of the fonts has. They are drawn as a question mark."""
    lacking: set[str] = set()
    for name, written in drawn_texts(scene):
        if (scene.kind, name) in SET_ON_A_GRID:
            lacking |= missing(written, "mono")
        else:
            lacking |= missing(letters(written))
    return lacking


def themes() -> dict[str, Theme]:
    """Return the themes that come with videogen, by name."""
    return {name: theme.theme(name) for name in theme.names()}


def _split(scene: Scene, layout: Layout) -> Iterator[tuple[Scene, ...]]:
    """Yield the parts that the kind makes, and text too long for its place (heading, lead, caption) as scenes of prose.

    Each is numbered by itself.
    """
    notes = scene.footnotes
    is_cover = isinstance(scene, (ImageScene, ClipScene)) and fills_screen(scene)
    if notes and (isinstance(scene, WITHOUT_FOOT) or is_cover or foot_blocks(layout, notes) is None):
        scene = scene.model_copy(update={"footnotes": ()})
    else:
        notes = ()
    heading, lead = getattr(scene, "heading", ""), getattr(scene, "lead", "")
    if heading.strip() and heading_block(layout, heading) is None:
        yield text.split(TextScene(kind="text", paragraphs=(heading,)), layout)
        heading, scene = "", scene.model_copy(update={"heading": ""})
    if lead.strip() and lead_block(layout, lead) is None:
        yield text.split(TextScene(kind="text", heading=heading, paragraphs=(lead,)), layout)
        scene = scene.model_copy(update={"lead": ""})
    if isinstance(scene, (ImageScene, ClipScene)) and not words_fit(scene, layout):
        yield from _with_words_apart(scene, layout)
    elif isinstance(scene, (ImageScene, ClipScene)) and not fits_screen(scene, layout):
        yield (scene.model_copy(update={"caption": ""}),)
        yield text.split(TextScene(kind="text", heading=heading, paragraphs=(scene.caption,)), layout)
    else:
        yield KINDS[scene.kind].split(scene, layout)
    if notes:
        paragraphs = tuple(f"[^{note.mark}] {note.text}" for note in notes)
        yield text.split(TextScene(kind="text", heading=heading, paragraphs=paragraphs, say=""), layout)


def _with_words_apart(scene: ImageScene | ClipScene, layout: Layout) -> Iterator[tuple[Scene, ...]]:
    """Yield a picture, and on pages of their own the words that do not fit beside it."""
    apart = words_scenes(scene)
    notes = () if apart else scene.footnotes
    yield from _split(scene.model_copy(update={"paragraphs": (), "items": (), "layout": None, "footnotes": notes}), layout)
    for words in apart:
        yield from _split(words, layout)


def _numbered(parts: Sequence[Scene]) -> tuple[Scene, ...]:
    """Number the parts. Only the first one has the lead."""
    if len(parts) == 1:
        return (parts[0].model_copy(update={"page": 1, "pages": 1}),)
    lead = getattr(parts[0], "lead", "")
    numbered = []
    for page, part in enumerate(parts, start=1):
        no_lead = {"lead": ""} if page > 1 and lead and getattr(part, "lead", "") == lead else {}
        numbered.append(part.model_copy(update={"page": page, "pages": len(parts), **no_lead}))
    return tuple(numbered)


def drawn_texts(scene: Scene) -> Iterator[tuple[str, str]]:
    """Yield every text of a scene that is drawn, with its field's name."""
    waiting: list[tuple[str, Any]] = [(name, value) for name, value in scene if name not in NOT_DRAWN]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, tuple):
            waiting.extend((name, one) for one in value)
        elif isinstance(value, BaseModel):
            waiting.extend((inner, one) for inner, one in value if inner not in NOT_DRAWN_WITHIN)
