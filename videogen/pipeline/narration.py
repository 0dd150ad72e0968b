"""Stage `narration`, Writing narration: what is spoken in each scene, and about how long it will take."""

from __future__ import annotations

from dataclasses import dataclass

from videogen.pipeline.pacing import least_s, speaking_s
from videogen.pipeline.parsing import Plan
from videogen.pipeline.reporter import Reporter
from videogen.script import pauses, pronunciation
from videogen.script.models import Options, Scene
from videogen.script.spoken_text import narration_of, sentences


@dataclass(frozen=True)
class NarratedScene:
    """A scene, counted from 1, what is said in it, and about how many seconds it will last.

    `sentences` are as they are written, `spoken` as a voice gets them; empty: the same.
    `pauses` are the seconds of silence asked for before the first sentence and after each; None where nobody asked. Empty: nowhere.
    """

    position: int
    scene: Scene
    sentences: tuple[str, ...]
    estimate_s: float
    pauses: tuple[float | None, ...] = ()
    spoken: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Each sentence as it is written and as it is spoken."""
        return tuple(zip(self.sentences, self.spoken or self.sentences, strict=True))

    def pause_s(self, place: int, default: float = 0.0) -> float:
        """The silence after so many sentences: what was asked for, else `default`."""
        asked = self.pauses[place] if self.pauses else None
        return default if asked is None else asked


@dataclass(frozen=True)
class Narration:
    """The plan, and its scenes with their words."""

    plan: Plan
    scenes: tuple[NarratedScene, ...]


class NarrationStage:
    name = "narration"

    def run(self, plan: Plan, report: Reporter) -> Narration:
        narrated = []
        for position, scene in enumerate(plan.script.scenes, start=1):
            narrated.append(_narrate(position, scene, plan))
        return Narration(plan, tuple(narrated))


def _narrate(position: int, scene: Scene, plan: Plan) -> NarratedScene:
    options: Options = plan.script.options
    written, spoken, silences = _split_narration(narration_of(scene, plan.script), options.language)
    asked_s = sum(silence or 0.0 for silence in silences) + (scene.pause_s or 0.0)
    length = options.lead_in_s + speaking_s(spoken, options.pause_s) / options.speed + asked_s + options.padding_s if spoken else 0.0
    asked = silences if any(silences) else ()
    return NarratedScene(position, scene, written, max(length, least_s(scene, spoken)), asked, spoken if spoken != written else ())


def _split_narration(narration: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[float | None, ...]]:
    """The sentences of a narration as written and as spoken, and the silence before the first and after each.

    A sentence with nothing to be spoken, such as a hash or an emoji, is left out: it is on the screen.
    """
    written: list[str] = []
    spoken: list[str] = []
    silences: list[float | None] = [None]
    for text, pause_s in pauses.parts(narration):
        for sentence in sentences(text, language):
            said = pronunciation.aloud(sentence, language)
            if said.strip(".…!?: "):
                written.append(pronunciation.as_written(sentence))
                spoken.append(said)
                silences.append(None)
        if pause_s:
            silences[-1] = (silences[-1] or 0.0) + pause_s
    return tuple(written), tuple(spoken), tuple(silences)
