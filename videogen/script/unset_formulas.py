"""Formulas of a script that cannot be set, and diagrams that cannot be drawn: they are shown as their source, and each is warned of."""

from __future__ import annotations

from videogen.script import tex
from videogen.script.formulas import formulas
from videogen.script.models import CodeScene, Script
from videogen.script.reading import ScriptWarning

MOST = 20


def warnings(script: Script) -> tuple[ScriptWarning, ...]:
    """Return a warning for each formula or diagram that is shown as its source, with the line of its scene; at most MOST."""
    unset: list[ScriptWarning] = []
    for scene in script.scenes:
        if isinstance(scene, CodeScene) and scene.language == "mermaid":
            hint = "Draw it with characters, or add a picture of it."
            unset.append(ScriptWarning("diagram_as_source", "A Mermaid diagram is shown as its source.", hint, scene.line))
        for why in filter(None, (tex.wrong(source, display) for source, display in formulas(scene))):
            message = f"A formula is shown as its source: {why}."
            unset.append(ScriptWarning("formula_as_source", message, "Write it in the TeX of amsmath, without other packages.", scene.line))
    return tuple(unset[:MOST])
