"""Forecast the time to render a video from the work that earlier ones were: drawing by kind of scene, speech by voice, and all else.

Drawing a scene takes about as long as others of its kind, and longer for more pixels and for a longer scene. Scenes are drawn side by side
while the narration is spoken, so the longer of the two counts. Work is counted in seconds of processor, which do not
depend on what else the machine does; how busy it is, the last videos tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

FULL_HD = 1920 * 1080
PIXELS_EXPONENT = 0.7
"""Nine times the pixels take about five times as long: not all of a frame is drawn anew."""
LENGTH_EXPONENT = 0.5
"""Of a longer scene most is a picture that stands still."""
MOVING_KINDS = frozenset({"image", "clip"})
"""Kinds that move from their beginning to their end."""
FADING = 0.9
"""What an older video counts for, of the one after it."""
UNSURE = 1.0
"""How many scenes of all kinds count beside those of a kind of its own."""
FIXED_SCENES = 4
"""Reading, joining and the like take as long as so many scenes, and one more for each scene."""
CALIBRATED = (0.3, 10.0)
LATELY = 3
"""Videos that say how busy the machine is: how many times longer than its work the time was that each took."""


@dataclass(frozen=True)
class SceneWork:
    """A scene of a video: its kind, its length, and how many letters of it are still to be spoken. The cache may have the scene."""

    kind: str
    seconds: float
    letters: int
    is_rendered: bool = False


@dataclass(frozen=True)
class PastVideo:
    """What a video was, in this size in pixels, of so many scenes.

    `drawn` is {kind: (scenes, seconds of processor, seconds of video)} of the scenes drawn anew, `spoken` is {voice: (letters, seconds of
    processor)} of what was spoken anew. `elapsed_s` is how long all of it took, None where that tells nothing since parts were ready;
    `other_s` is how long all but speaking and drawing took.
    """

    pixels: int
    drawn: Mapping[str, tuple[float, float, float]]
    spoken: Mapping[str, tuple[float, float]]
    scenes: int
    elapsed_s: float | None
    other_s: float


class Forecaster:
    """Knows how long work takes, by past videos, the newest first. `processes` is how many scenes are drawn side by side."""

    def __init__(self, past: Sequence[PastVideo], processes: int) -> None:
        self._processes = max(1, processes)
        self._kinds: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])  # seconds of work, units of work
        self._voices: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])  # seconds of work, letters
        for age, video in enumerate(past):
            weight = FADING**age
            for kind, (count, took_s, video_s) in video.drawn.items():
                _add(self._kinds[kind], weight * took_s, weight * count * _unit(kind, video_s / count, video.pixels))
            for voice, (letters, took_s) in video.spoken.items():
                _add(self._voices[voice], weight * took_s, weight * letters)
        self._all = [sum(column) for column in zip(*self._kinds.values(), strict=True)] if self._kinds else [0.0, 0.0]
        others = [video.other_s / (FIXED_SCENES + video.scenes) for video in past[: 2 * LATELY] if video.scenes]
        self._other_s = median(others) if others else 0.0
        ratios = [
            video.elapsed_s / expected
            for video in past
            if video.elapsed_s and (expected := self._expect(*_sums(video), video.scenes, video.scenes)) > 0
        ][:LATELY]
        least, most = CALIBRATED
        self._calibration = min(most, max(least, median(ratios))) if ratios else 1.0

    @property
    def is_informed(self) -> bool:
        """Whether there is a video to go by."""
        return self._all[1] > 0

    def forecast(self, scenes: Iterable[SceneWork], voice: str, pixels: int) -> float:
        """Return how many seconds rendering these scenes will take."""
        scenes = list(scenes)
        to_draw = [scene for scene in scenes if not scene.is_rendered]
        drawing_s = sum(self._drawing_s(scene, pixels) for scene in to_draw)
        speaking_s = sum(scene.letters for scene in scenes) * self._letter_s(voice)
        return self._calibration * self._expect(drawing_s, speaking_s, len(scenes), len(to_draw))

    def _expect(self, drawing_s: float, speaking_s: float, scenes: int, to_draw: int) -> float:
        """Return the seconds of an attempt on a calm machine: drawing waits for the first scene's words, the last scene for its own."""
        count = max(1, to_draw)
        both_s = max(drawing_s / min(self._processes, count) + speaking_s / count, speaking_s + drawing_s / count)
        return both_s + self._other_s * (FIXED_SCENES + scenes)

    def _drawing_s(self, scene: SceneWork, pixels: int) -> float:
        """Return the seconds to draw a scene: as others of its kind, beside which all kinds count a little."""
        took_s, units = self._kinds.get(scene.kind, (0.0, 0.0))
        all_s, all_units = self._all
        if not all_units:
            return 0.0
        rate = (took_s + UNSURE * all_s / all_units) / (units + UNSURE)
        return rate * _unit(scene.kind, scene.seconds, pixels)

    def _letter_s(self, voice: str) -> float:
        """Return the seconds to speak a letter: as this voice did, else as those that were heard here; 0 if none was."""
        took_s, letters = self._voices.get(voice, (0.0, 0.0))
        if letters:
            return took_s / letters
        if voice == "none":
            return 0.0
        known = [sums for name, sums in self._voices.items() if name != "none" and sums[1]]
        return sum(took for took, _ in known) / sum(count for _, count in known) if known else 0.0


def past_video(stages: Mapping[str, Any], elapsed_s: float) -> PastVideo | None:
    """Return what the stages of a completed task say of its work; None for one that does not say, or is damaged."""
    video, audio = _stage(stages, "video"), _stage(stages, "audio")
    try:
        work = video["work"]
        drawn = {
            str(kind): (float(count), float(took), float(length)) for kind, (count, took, length) in work["drawn"].items() if count > 0
        }
        spoken = {str(voice): (float(letters), float(took)) for voice, (letters, took) in audio.get("work", {}).items() if letters > 0}
        scenes, reused = int(video["made"]) + int(video.get("reused") or 0), int(video.get("reused") or 0)
        window_s = float(work["took_s"])
        return PastVideo(
            int(work["pixels"]), drawn, spoken, scenes, None if reused or not drawn else elapsed_s, max(0.0, elapsed_s - window_s)
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _stage(stages: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    stage = stages.get(name)
    return stage if isinstance(stage, Mapping) else {}


def _sums(video: PastVideo) -> tuple[float, float]:
    return sum(took_s for _, took_s, _ in video.drawn.values()), sum(took_s for _, took_s in video.spoken.values())


def _unit(kind: str, seconds: float, pixels: int) -> float:
    """Return how much work a scene is, beside one of a second in full HD."""
    length = max(seconds, 0.1) ** (1.0 if kind in MOVING_KINDS else LENGTH_EXPONENT)
    return float(length * (pixels / FULL_HD) ** PIXELS_EXPONENT)


def _add(sums: list[float], work_s: float, units: float) -> None:
    sums[0] += work_s
    sums[1] += units
