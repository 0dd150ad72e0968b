"""Stage `narration`, Writing narration: what is spoken in each scene, and about how long it will take."""

from __future__ import annotations

from dataclasses import dataclass

from videogen.pipeline.pacing import least_s, speaking_s
from videogen.pipeline.parsing import Plan
from videogen.pipeline.reporter import Reporter
from videogen.script.models import Options, Scene
from videogen.script.narration import narration_of, sentences

PAUSE_S = 0.3  # between two sentences of a scene


@dataclass(frozen=True)
class ToldScene:
    """A scene, counted from 1, what is said in it, and about how many seconds it will last."""

    position: int
    scene: Scene
    sentences: tuple[str, ...]
    estimate_s: float


@dataclass(frozen=True)
class Narration:
    """The plan, and its scenes with their words."""

    plan: Plan
    scenes: tuple[ToldScene, ...]


class Writing:
    name = "narration"

    def run(self, plan: Plan, report: Reporter) -> Narration:
        told = []
        for position, scene in enumerate(plan.script.scenes, start=1):
            told.append(_tell(position, scene, plan))
        return Narration(plan, tuple(told))


def _tell(position: int, scene: Scene, plan: Plan) -> ToldScene:
    options: Options = plan.script.options
    words = sentences(narration_of(scene, plan.script))
    length = options.lead_in_s + speaking_s(words, PAUSE_S) + options.padding_s if words else 0.0
    return ToldScene(position, scene, words, max(length, least_s(scene)))
