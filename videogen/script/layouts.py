"""Layouts that a script names: those that a kind of scene does not have are left out, with a warning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from videogen.script.models import LAYOUTS, Scene
from videogen.script.reading import Reading, ScriptWarning


def with_known_layouts(reading: Reading) -> Reading:
    """Return the reading with only such layouts as its scenes can have, and a warning for each other one."""
    if not any(scene.layout for scene in reading.script.scenes):
        return reading
    warnings = tuple(_warnings(reading.script.scenes))
    scenes = tuple(scene if _is_known(scene) else scene.model_copy(update={"layout": None}) for scene in reading.script.scenes)
    return replace(reading, script=reading.script.model_copy(update={"scenes": scenes}), warnings=(*reading.warnings, *warnings))


def _is_known(scene: Scene) -> bool:
    return scene.layout is None or scene.layout in LAYOUTS.get(scene.kind, ())


def _warnings(scenes: tuple[Scene, ...]) -> Iterator[ScriptWarning]:
    for scene in scenes:
        if _is_known(scene):
            continue
        names = LAYOUTS.get(scene.kind)
        kind = scene.kind.replace("_", " ")
        message = f"There is no layout {scene.layout!r} of a scene of kind {kind}; it is laid out as its content asks for."
        hint = f"Its layouts are: {', '.join(names)}." if names else "No layout can be chosen for it: leave it out."
        yield ScriptWarning("unknown_layout", message, hint, scene.line)
