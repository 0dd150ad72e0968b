"""Stage `narration`, Writing narration: the sentences of each scene as written and as spoken, and its estimated length."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from videogen.pipeline.pacing import least_s, speaking_s
from videogen.pipeline.parsing import Plan
from videogen.pipeline.reporter import Reporter
from videogen.script import pauses, pronunciation
from videogen.script.models import OutroScene, Scene, SectionScene, TitleScene
from videogen.script.spoken_text import language_of, narration_of, sentences
from videogen.script.video_options import Options


@dataclass(frozen=True)
class NarratedScene:
    """A scene with its narration and estimated length in seconds. `position` counts from 1.

    `sentences` are as written, `spoken` as the voice gets them; empty: the same.
    `pauses` are the requested seconds of silence before the first sentence and after each one, None for the default; empty: all default.
    `voices` are those of the people whose lines the sentences are, None for the scene's; empty: all are the scene's.
    """

    position: int
    scene: Scene
    sentences: tuple[str, ...]
    estimate_s: float
    pauses: tuple[float | None, ...] = ()
    spoken: tuple[str, ...] = ()
    voices: tuple[str | None, ...] = ()

    def voice(self, index: int) -> str | None:
        """Return the voice of a sentence, counted from 0; None for that of the scene."""
        return self.voices[index] if self.voices else None

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
    lines = _split_narration(narration_of(scene, plan.script), language_of(scene, plan.script), options.voices)
    written, spoken, silences, voices = lines
    requested_s = sum(silence or 0.0 for silence in silences) + (scene.pause_s or 0.0)
    speaking = speaking_s(spoken, options.sentence_pause_s * options.rate) / options.rate
    length = options.lead_in_s + speaking + requested_s + options.padding_s if spoken else 0.0
    least = least_s(scene, spoken, options.tempo.reading)
    pauses_s = silences if any(silences) else ()
    spoken_or_none = spoken if spoken != written else ()
    return NarratedScene(
        position,
        _without_names(scene, options.voices),
        written,
        max(length, least),
        pauses_s,
        spoken_or_none,
        voices if any(voices) else (),
    )


def _without_names(scene: Scene, voices: Mapping[str, str]) -> Scene:
    """Return a card without the names that its lines begin with: who speaks is heard, and a card is no transcript. Other scenes stay."""
    if not voices or not isinstance(scene, (TitleScene, SectionScene, OutroScene)):
        return scene
    names = "|".join(map(re.escape, sorted(voices, key=len, reverse=True)))
    speaker = re.compile(rf"^\s*[*_]{{0,3}}(?:{names})[*_]{{0,3}}\s*[:\uff1a][*_]{{0,3}}\s*(?=\S)", re.IGNORECASE | re.MULTILINE)
    texts = {name: getattr(scene, name) for name in ("title", "subtitle", "text") if hasattr(scene, name)}
    return scene.model_copy(update={name: speaker.sub("", text) for name, text in texts.items()})


class Lines(NamedTuple):
    """Sentences as written and as spoken, the silences before the first and after each one, and the voice of each, None for the scene's."""

    written: tuple[str, ...]
    spoken: tuple[str, ...]
    silences: tuple[float | None, ...]
    voices: tuple[str | None, ...]


def _split_narration(narration: str, language: str, voices: Mapping[str, str]) -> Lines:
    """Split a narration into sentences.

    A sentence with nothing to speak, such as a hash or an emoji, is left out: it is on the screen. One that begins with the name of
    somebody in `voices` and a colon is spoken in that voice, without the name, and so is what follows it up to the next name.
    """
    written: list[str] = []
    spoken: list[str] = []
    speakers: list[str | None] = []
    silences: list[float | None] = [None]
    voice = None
    for text, pause_s in pauses.parts(narration):
        for sentence in sentences(text, language):
            person, line = _line_of(sentence, voices)
            voice = voices[person] if person else voice
            aloud = pronunciation.aloud(line, language)
            if aloud.strip(".…!?: "):
                written.append(pronunciation.as_written(sentence))
                spoken.append(aloud)
                speakers.append(voice)
                silences.append(None)
        if pause_s:
            silences[-1] = (silences[-1] or 0.0) + pause_s
    return Lines(tuple(written), tuple(spoken), tuple(silences), tuple(speakers))


def _line_of(sentence: str, voices: Mapping[str, str]) -> tuple[str, str]:
    """Return the name of somebody in `voices` with which a sentence begins, and the rest of it; an empty name where there is none."""
    start = sentence.lstrip()
    for name in sorted(voices, key=len, reverse=True):
        rest = start[len(name) :].lstrip()
        if start[: len(name)].casefold() == name.casefold() and rest.startswith((":", "\uff1a")):
            return name, rest[1:].lstrip()
    return "", sentence
