"""Scenes drawn: what a script says, as moviepy clips.

`plan` makes scenes that fit; `clip` draws one of them. Both need only the scene and a Look, and give the same for the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from videogen.scenes import theme
from videogen.scenes.clip import Look, SceneClip, Span, Timing
from videogen.scenes.kinds import code, diagram, outro, quote, section, table, text, title
from videogen.scenes.kinds import list as points
from videogen.scenes.layout import Layer, Sheet, heading_block, lead_block
from videogen.scenes.picture import Picture
from videogen.scenes.text import missing
from videogen.scenes.theme import Theme
from videogen.script.inline import plain
from videogen.script.models import Scene, TextScene

__all__ = ["KINDS", "Kind", "Look", "SceneClip", "Span", "Timing", "clip", "missing_characters", "plan", "themes"]


@dataclass(frozen=True)
class Kind:
    """A kind of scene: `split` cuts a scene into parts that fit, `layers` are what such a part is drawn of."""

    name: str
    split: Callable[[Any, Sheet], tuple[Scene, ...]]
    layers: Callable[[Any, Sheet, Timing], tuple[Layer, ...]]


KINDS: dict[str, Kind] = {
    "title": Kind("title", title.split, title.layers),
    "section": Kind("section", section.split, section.layers),
    "text": Kind("text", text.split, text.layers),
    "list": Kind("list", points.split, points.layers),
    "code": Kind("code", code.split, code.layers),
    "diagram": Kind("diagram", diagram.split, diagram.layers),
    "table": Kind("table", table.split, table.layers),
    "quote": Kind("quote", quote.split, quote.layers),
    "outro": Kind("outro", outro.split, outro.layers),
}


def plan(scene: Scene, look: Look) -> tuple[Scene, ...]:
    """The scene as one or more that fit, with their page numbers. Planning what was planned changes nothing.

    What was to be said stays with the first part, and a least length is shared out. Raises BadOption for an unknown theme.
    """
    parts = _split(scene, Sheet(look))
    if len(parts) == 1:
        return parts
    shared: dict[str, Any] = {"pages": len(parts), "line": scene.line}
    if scene.duration_s is not None:
        shared["duration_s"] = scene.duration_s / len(parts)
    numbered = []
    for page, part in enumerate(parts, start=1):
        say = scene.say if page == 1 or scene.say is None else ""
        numbered.append(part.model_copy(update={**shared, "page": page, "say": say}))
    return tuple(numbered)


def clip(scene: Scene, look: Look, timing: Timing) -> SceneClip:
    """A planned scene as a clip of `timing.duration` seconds. Of a scene that does not fit the first part is drawn: plan it first.

    Raises BadOption for an unknown theme.
    """
    sheet = Sheet(look)
    first = plan(scene, look)[0]
    return Picture(sheet, KINDS[first.kind].layers(first, sheet, timing)).clip(timing.duration)


def missing_characters(scene: Scene, look: Look) -> set[str]:
    """The characters of a scene that none of the fonts has. They are drawn as a question mark."""
    lacking: set[str] = set()
    for name, written in _texts(scene):
        if name in ("code", "text") and scene.kind in ("code", "diagram"):
            lacking |= missing(written, "mono")
        else:
            lacking |= missing(plain(written))
    return lacking


def themes() -> dict[str, Theme]:
    """All themes by name."""
    return dict(theme.THEMES)


def _split(scene: Scene, sheet: Sheet) -> tuple[Scene, ...]:
    """As the kind splits it. A heading or a lead too long to be one becomes prose that comes before; later parts have no lead."""
    heading, lead = getattr(scene, "heading", ""), getattr(scene, "lead", "")
    before: tuple[Scene, ...] = ()
    if heading.strip() and heading_block(sheet, heading) is None:
        before = text.split(TextScene(kind="text", paragraphs=(heading,)), sheet)
        scene = scene.model_copy(update={"heading": ""})
    if lead.strip() and lead_block(sheet, lead) is None:
        before += text.split(TextScene(kind="text", heading=getattr(scene, "heading", ""), paragraphs=(lead,)), sheet)
        scene = scene.model_copy(update={"lead": ""})
    parts = KINDS[scene.kind].split(scene, sheet)
    later = (part.model_copy(update={"lead": ""}) if getattr(part, "lead", "") else part for part in parts[1:])
    return (*before, parts[0], *later)


def _texts(scene: Scene) -> Iterator[tuple[str, str]]:
    """Every text of a scene that is drawn, with its field's name."""
    waiting: list[tuple[str, Any]] = [(name, value) for name, value in scene if name not in ("kind", "say", "language", "align")]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, tuple):
            waiting.extend((name, one) for one in value)
        elif hasattr(value, "text"):
            waiting.append((name, value.text))
