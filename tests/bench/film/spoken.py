"""A script up to the point where its scenes are spoken, in this process: what all writers begin with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.bench.film.running import PICTURE
from videogen.pipeline.audio import AudioStage, SpokenScene
from videogen.pipeline.input import InputStage, SubmittedScript
from videogen.pipeline.narration import Narration, NarrationStage
from videogen.pipeline.parsing import ParsingStage
from videogen.pipeline.reference import VideoFrames
from videogen.pipeline.reporter import Reporter
from videogen.render.cache import Cache
from videogen.render.encoder import Encoding
from videogen.render.scene_sound import write_sound


@dataclass(frozen=True)
class SpokenScript:
    narration: Narration
    scenes: tuple[SpokenScene, ...]
    encoding: Encoding

    @property
    def pictures(self) -> VideoFrames:
        return VideoFrames(self.scenes, self.narration.plan.look)

    @property
    def seconds(self) -> float:
        return self.encoding.grid.seconds(sum(scene.frames for scene in self.scenes))

    def write_sound(self, file: Path) -> None:
        write_sound(file, [(scene.chunks, self.encoding.grid.samples(scene.frames)) for scene in self.scenes])

    def moving_share(self) -> float:
        """How much of the video's time something moves."""
        pictures, fps, moving = self.pictures, self.encoding.fps, 0
        for position, scene in enumerate(self.scenes):
            spans = pictures.clip(position).moves
            moving += len({n for span in spans for n in range(round(span.start * fps), min(scene.frames, round(span.end * fps)))})
        return moving / pictures.frames


def speak_script(script: Path, directory: Path, height: int = 1080, voice: str = "hibari") -> SpokenScript:
    """Reads, plans and speaks; sound that is in the data directory of `place` is taken from there."""
    sounds = directory / "sounds"
    sounds.mkdir(parents=True, exist_ok=True)
    report = Reporter("audio", lambda _: None, directory)
    document = InputStage().run(SubmittedScript(script.read_text(), "", {PICTURE: script.with_name(PICTURE)}), report)
    plan = ParsingStage({"height": height, "voice": voice}, "hibari", "slate", Path()).run(document, report)
    narration = NarrationStage().run(plan, report)
    return SpokenScript(
        narration,
        tuple(
            sorted(
                AudioStage(Cache(directory / "data" / "cache"), sounds).run(narration, report), key=lambda scene: scene.narrated.position
            )
        ),
        Encoding(plan.script.options.frame_rate),
    )
