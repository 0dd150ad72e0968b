"""Find the formulas of a scene."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from videogen.script import inline
from videogen.script.models import EquationScene, Scene

NOT_INLINE = frozenset({"code", "before", "after", "tex", "kind", "language", "file", "csv"})


def formulas(scene: Scene) -> Iterator[tuple[str, bool]]:
    """Yield each formula of a scene as TeX, and whether it stands in a line of its own."""
    if isinstance(scene, EquationScene):
        yield scene.tex, True
    for text in _texts(scene):
        for run in inline.runs(text):
            if run.math:
                yield run.text, False


def count_formulas(scene: Scene) -> int:
    """Return how many formulas a scene has."""
    return sum(1 for _ in formulas(scene))


def _texts(scene: BaseModel) -> Iterator[str]:
    """Yield every text of a scene that may hold formulas."""
    waiting: list[tuple[str, Any]] = list(scene)
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, str):
            if name not in NOT_INLINE and ("$" in value or "\\(" in value or "{math}" in value):
                yield value
        elif isinstance(value, tuple):
            waiting.extend((name, part) for part in value)
        elif isinstance(value, BaseModel):
            waiting.extend(value)
