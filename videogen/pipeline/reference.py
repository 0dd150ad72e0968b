"""Stage `video` with the writer of moviepy: the video in one piece, every frame encoded. Our encoder is tested against it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np

from videogen import scenes
from videogen.pipeline.audio import SpokenScene
from videogen.pipeline.channels import video_channels
from videogen.pipeline.music import soundtrack
from videogen.pipeline.narration import Narration
from videogen.pipeline.reporter import Reporter
from videogen.pipeline.video_stage import RenderedScene, RenderedVideo, before_of
from videogen.render.cache import Cache
from videogen.render.encoder import Encoding, Segment
from videogen.render.scene_sound import write_blocks, write_sound
from videogen.scenes.drawing.surface import Frame, Surface
from videogen.scenes.scene_clip import Draw, RenderSettings, SceneClip, drawing

MESSAGE = "Writing the video with moviepy"


@dataclass(frozen=True)
class ReferenceVideoStage:
    """The stage. It writes into the existing directory `published`; `parts` is one for intermediate files."""

    cache: Cache
    parts: Path
    published: Path
    name = "video"

    def run(self, narration: Narration, spoken: Iterator[SpokenScene], report: Reporter) -> RenderedVideo:
        """Wait until all is spoken, since moviepy needs the length of the video, then write it."""
        spoken_scenes = tuple(sorted(spoken, key=lambda scene: scene.narrated.position))
        options = narration.plan.script.options
        encoding = Encoding(options.frame_rate, channels=video_channels(scene.narrated.scene for scene in spoken_scenes))
        sound, video = self.parts / "sound.wav", self.published / "video.mp4"
        if mixed := soundtrack(narration.plan, spoken_scenes, encoding, self.cache, self.parts, report):
            encoding = mixed.encoding
            write_blocks(sound, mixed.blocks, encoding.channels)
        else:
            lengths = encoding.grid.samples_of(scene.frames for scene in spoken_scenes)
            write_sound(sound, [(scene.chunks, samples) for scene, samples in zip(spoken_scenes, lengths, strict=True)], encoding.channels)
        from videogen.render.moviepy_writer import write  # every other video does without loading moviepy

        pictures = VideoFrames(spoken_scenes, narration.plan.look, report)
        write(SceneClip(pictures.frame, encoding.grid.seconds(pictures.frames)), sound, video, encoding)
        report.made += len(spoken_scenes)
        return RenderedVideo(narration, tuple(RenderedScene(scene, Segment(video, scene.frames)) for scene in spoken_scenes), video)


class VideoFrames:
    """The frames of a whole video, with one scene in memory at a time."""

    def __init__(self, spoken_scenes: Sequence[SpokenScene], look: RenderSettings, report: Reporter | None = None) -> None:
        self.spoken_scenes, self.look, self._report = spoken_scenes, look, report
        self._ends = list(accumulate(scene.frames for scene in spoken_scenes))
        self._drawn: tuple[int, Draw] | None = None
        self._frame = np.zeros((look.height, look.width, 3), np.uint8)
        self._onto = Surface((self._frame,))

    @property
    def frames(self) -> int:
        return self._ends[-1]

    def frame(self, t: float) -> Frame:
        """Return the frame at `t` seconds of the video. The next call overwrites it."""
        number = min(round(t * self.look.fps), self.frames - 1)
        if self._report:
            self._report(number / self.frames, MESSAGE)
        position = bisect_right(self._ends, number)
        if self._drawn is None or self._drawn[0] != position:
            self._drawn = (position, drawing(self.clip(position)))
        start = self._ends[position] - self.spoken_scenes[position].frames
        self._drawn[1]((number - start) / self.look.fps, self._onto)
        return self._frame

    def clip(self, position: int) -> SceneClip:
        """Return the clip of a scene, counted from 0."""
        scene = self.spoken_scenes[position]
        return scenes.draw_scene(
            scene.narrated.scene,
            self.look,
            scene.timing,
            before_of(scene, self.spoken_scenes[position - 1] if position else None, self.look),
        )
