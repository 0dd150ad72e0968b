"""Which scenes of a video are in the cache already, and whose narration is. Nothing is spoken or drawn to find out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from models.errors import VideogenError
from videogen.pipeline.audio import AudioStage, SpokenScene
from videogen.pipeline.narration import NarratedScene, Narration
from videogen.pipeline.reporter import SILENT_REPORTER, Reporter
from videogen.pipeline.video_stage import VideoStage
from videogen.render.cache import Key
from videogen.scenes import SceneTiming


@dataclass(frozen=True)
class ReadyScenes:
    """Positions of the scenes whose narration is in the cache, and of those that are there as they will be in the video."""

    spoken: frozenset[int] = frozenset()
    rendered: frozenset[int] = frozenset()


class _NotCached(Exception):
    """A sound is not in the cache."""


class _CachedAudioStage(AudioStage):
    """The stage with the sounds that the cache has, and no others."""

    def _make(self, sound: Key, make: Callable[[Path], None], report: Reporter) -> Path:
        file = self.sounds / f"{sound.hash}.wav"
        if not self.cache.take(sound, file):
            raise _NotCached
        return file


def find_ready(
    narration: Narration, stage: VideoStage, timings: Mapping[int, SceneTiming], *, within_s: float, sounds: Path
) -> ReadyScenes:
    """Return which scenes are ready, of those that can be looked at `within_s`. `sounds` is an existing directory for links.

    `timings` are estimates by position: a scene may come in over one whose narration is not spoken yet.
    """
    audio = _CachedAudioStage(stage.cache, sounds)
    deadline = time.monotonic() + within_s
    spoken = dict(_spoken(audio, narration, deadline))
    before = {narrated.position: SpokenScene(narrated, 0.0, 0, timings[narrated.position], (), ()) for narrated in narration.scenes}
    rendered = stage.cached_positions(narration, before | spoken, spoken) if spoken else ()
    return ReadyScenes(frozenset(spoken), frozenset(rendered))


def _spoken(audio: AudioStage, narration: Narration, deadline: float) -> Iterator[tuple[int, SpokenScene]]:
    for narrated in narration.scenes:
        if time.monotonic() > deadline:
            return
        try:
            yield narrated.position, next(audio.run(_alone(narration, narrated), SILENT_REPORTER))
        except (_NotCached, VideogenError, OSError):
            continue


def _alone(narration: Narration, narrated: NarratedScene) -> Narration:
    return replace(narration, scenes=(narrated,))
