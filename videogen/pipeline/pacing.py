"""How long a scene stays when nothing is said about it, and how long its words will take before they are spoken."""

from __future__ import annotations

from videogen.scenes.clip import PLAYS_FROM_S
from videogen.script.models import (
    ChartScene,
    ClipScene,
    CodeComparisonScene,
    CodeScene,
    CommandScene,
    DiagramScene,
    EquationScene,
    Scene,
    TableScene,
)
from videogen.voices.none import reading_s

LEAST_S = 3.0
LEAST_FOR_A_DRAWING_S = 6.0
MOST_S = 12.0
PER_CODE_LINE_S = 0.4
PER_ROW_S = 0.8
PER_STEP_S = 2.5


def least_s(scene: Scene) -> float:
    """The least length of a scene in seconds: what it says of itself, else long enough to take in what is shown and not spoken.

    A video is shown to the end of its stretch.
    """
    if isinstance(scene, ClipScene) and scene.end_s is not None:
        return max(scene.duration_s or 0.0, PLAYS_FROM_S + scene.end_s - scene.start_s)
    if scene.duration_s is not None:
        return scene.duration_s
    match scene:
        case CodeScene():
            return max(_to_read(scene.code), PER_STEP_S * len(scene.steps))
        case CodeComparisonScene():
            return _to_read(f"{scene.before}\n{scene.after}")
        case CommandScene():
            return _to_read(scene.text)
        case EquationScene():
            return LEAST_FOR_A_DRAWING_S
        case DiagramScene():
            return min(MOST_S, LEAST_FOR_A_DRAWING_S + len(scene.text.splitlines()) * PER_CODE_LINE_S / 2)
        case ChartScene():
            return LEAST_FOR_A_DRAWING_S
        case TableScene():
            return min(MOST_S, LEAST_S + PER_ROW_S * len(scene.rows))
        case _:
            return LEAST_S


def _to_read(code: str) -> float:
    lines = sum(bool(line.strip()) for line in code.splitlines())
    return min(MOST_S, LEAST_S + PER_CODE_LINE_S * lines)


def speaking_s(sentences: tuple[str, ...], pause_s: float) -> float:
    """About how long the sentences take with the pauses between them."""
    return sum(map(reading_s, sentences)) + pause_s * max(0, len(sentences) - 1)
