"""Formulas of a script that cannot be set, and diagrams that cannot be drawn: they are shown as their source, and each is told of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from videogen.script import inline, tex
from videogen.script.models import CodeScene, EquationScene, Script
from videogen.script.reading import ScriptWarning

MOST = 20
NOT_INLINE = frozenset({"code", "before", "after", "tex", "kind", "language", "file", "csv"})


def warnings(script: Script) -> tuple[ScriptWarning, ...]:
    """One warning for each formula or diagram that is shown as its source, with the line of its scene; at most MOST."""
    found: list[ScriptWarning] = []
    for scene in script.scenes:
        if isinstance(scene, CodeScene) and scene.language == "mermaid":
            hint = "Draw it with characters, or add a picture of it."
            found.append(ScriptWarning("diagram_as_source", "A Mermaid diagram is shown as its source.", hint, scene.line))
        reasons = [tex.wrong(scene.tex)] if isinstance(scene, EquationScene) else []
        reasons += [tex.wrong(run.text, False) for text in _texts(scene) for run in inline.runs(text) if run.math]
        for why in filter(None, reasons):
            message = f"A formula is shown as its source: {why}."
            found.append(ScriptWarning("formula_as_source", message, "Write it in the TeX of amsmath, without other packages.", scene.line))
    return tuple(found[:MOST])


def _texts(scene: BaseModel) -> Iterator[str]:
    """Every text of a scene that may hold formulas."""
    waiting: list[tuple[str, Any]] = list(scene)
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, str):
            if name not in NOT_INLINE and ("$" in value or "\\(" in value or "{math}" in value):
                yield value
        elif isinstance(value, tuple):
            waiting.extend((name, one) for one in value)
        elif isinstance(value, BaseModel):
            waiting.extend(value)
