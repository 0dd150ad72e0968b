"""Stage `narration`, Writing narration: what is spoken in each scene, and about how long it will take."""

from __future__ import annotations

from dataclasses import dataclass

from videogen.pipeline.pacing import least_s, speaking_s
from videogen.pipeline.parsing import Plan
from videogen.pipeline.reporter import Reporter
from videogen.script import pauses
from videogen.script.models import Options, Scene
from videogen.script.narration import narration_of, sentences


@dataclass(frozen=True)
class ToldScene:
    """A scene, counted from 1, what is said in it, and about how many seconds it will last.

    `pauses` are the seconds of silence asked for before the first sentence and after each; None where nobody asked. Empty: nowhere.
    """

    position: int
    scene: Scene
    sentences: tuple[str, ...]
    estimate_s: float
    pauses: tuple[float | None, ...] = ()

    def pause_s(self, place: int, default: float = 0.0) -> float:
        """The silence after so many sentences: what was asked for, else `default`."""
        asked = self.pauses[place] if self.pauses else None
        return default if asked is None else asked


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
    words, silences = _said(narration_of(scene, plan.script))
    asked_s = sum(silence or 0.0 for silence in silences) + (scene.pause_s or 0.0)
    length = options.lead_in_s + speaking_s(words, options.pause_s) / options.speed + asked_s + options.padding_s if words else 0.0
    return ToldScene(position, scene, words, max(length, least_s(scene)), silences if any(silences) else ())


def _said(narration: str) -> tuple[tuple[str, ...], tuple[float | None, ...]]:
    """The sentences of a narration, and the silence before the first and after each."""
    words: list[str] = []
    silences: list[float | None] = [None]
    for text, pause_s in pauses.parts(narration):
        said = sentences(text)
        words += said
        silences += [None] * len(said)
        if pause_s:
            silences[-1] = (silences[-1] or 0.0) + pause_s
    return tuple(words), tuple(silences)
