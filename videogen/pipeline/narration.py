"""Stage `narration`, Writing narration: the sentences of each scene as written and as spoken, and its estimated length."""

from __future__ import annotations

from dataclasses import dataclass

from videogen.pipeline.pacing import least_s, speaking_s
from videogen.pipeline.parsing import Plan
from videogen.pipeline.reporter import Reporter
from videogen.script import pauses, pronunciation
from videogen.script.models import Scene
from videogen.script.spoken_text import language_of, narration_of, sentences
from videogen.script.video_options import Options


@dataclass(frozen=True)
class NarratedScene:
    """A scene with its narration and estimated length in seconds. `position` counts from 1.

    `sentences` are as written, `spoken` as the voice gets them; empty: the same.
    `pauses` are the requested seconds of silence before the first sentence and after each one, None for the default; empty: all default.
    """

    position: int
    scene: Scene
    sentences: tuple[str, ...]
    estimate_s: float
    pauses: tuple[float | None, ...] = ()
    spoken: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Return each sentence as written and as spoken."""
        return tuple(zip(self.sentences, self.spoken or self.sentences, strict=True))

    def pause_s(self, index: int, default: float = 0.0) -> float:
        """Return the seconds of silence after `index` sentences: those requested, else `default`."""
        pause_s = self.pauses[index] if self.pauses else None
        return default if pause_s is None else pause_s


@dataclass(frozen=True)
class Narration:
    """The plan, and its scenes with their narration."""

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
    written, spoken, silences = _split_narration(narration_of(scene, plan.script), language_of(scene, plan.script))
    requested_s = sum(silence or 0.0 for silence in silences) + (scene.pause_s or 0.0)
    length = options.lead_in_s + speaking_s(spoken, options.pause_s) / options.speed + requested_s + options.padding_s if spoken else 0.0
    pauses_s = silences if any(silences) else ()
    return NarratedScene(position, scene, written, max(length, least_s(scene, spoken)), pauses_s, spoken if spoken != written else ())


def _split_narration(narration: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[float | None, ...]]:
    """Split a narration into sentences as written and as spoken, and the silences before the first and after each one.

    A sentence with nothing to speak, such as a hash or an emoji, is left out: it is on the screen.
    """
    written: list[str] = []
    spoken: list[str] = []
    silences: list[float | None] = [None]
    for text, pause_s in pauses.parts(narration):
        for sentence in sentences(text, language):
            aloud = pronunciation.aloud(sentence, language)
            if aloud.strip(".…!?: "):
                written.append(pronunciation.as_written(sentence))
                spoken.append(aloud)
                silences.append(None)
        if pause_s:
            silences[-1] = (silences[-1] or 0.0) + pause_s
    return tuple(written), tuple(spoken), tuple(silences)
