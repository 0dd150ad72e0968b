"""What accompanies a video: the times of scenes and sentences, chapters, the transcript, metadata.json."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from videogen.pipeline.audio import Sentence
from videogen.pipeline.titles import title_of
from videogen.pipeline.versions import libraries
from videogen.pipeline.video_stage import RenderedVideo
from videogen.render.frame_grid import FrameGrid
from videogen.render.join import Chapter
from videogen.script.models import Scene, SectionScene, TitleScene
from videogen.script.sentences import joined


@dataclass(frozen=True)
class PlacedScene:
    """A scene and its times: `start`, `end` and those of its sentences are seconds from the start of the video."""

    position: int
    scene: Scene
    start: float
    end: float
    lead_in_s: float
    sentences: tuple[Sentence, ...]


def time_scenes(rendered_video: RenderedVideo) -> tuple[PlacedScene, ...]:
    """Place the scenes one after another, counting frames: seconds would accumulate rounding errors."""
    grid = FrameGrid(rendered_video.narration.plan.script.options.frame_rate)
    scenes = []
    frames = 0
    for scene in rendered_video.scenes:
        spoken = scene.spoken
        start = grid.seconds(frames)
        frames += spoken.frames
        sentences = tuple(Sentence(one.text, start + one.start, start + one.end) for one in spoken.sentences)
        scenes.append(
            PlacedScene(spoken.narrated.position, spoken.narrated.scene, start, grid.seconds(frames), spoken.lead_in_s, sentences)
        )
    return tuple(scenes)


def chapters_of(scenes: Sequence[PlacedScene]) -> tuple[Chapter, ...]:
    """Return a chapter for each title, section or scene that names one, up to where the next starts; none for fewer than two."""
    heads = [
        scene for scene in scenes if scene.scene.page == 1 and (scene.scene.chapter or isinstance(scene.scene, TitleScene | SectionScene))
    ]
    if heads and heads[0] is not scenes[0]:
        heads.insert(0, scenes[0])
    if len(heads) < 2:
        return ()  # one chapter offers no choice, and moviepy cannot open a file with exactly one
    ends = [head.start for head in heads[1:]] + [scenes[-1].end]
    return tuple(Chapter(head.scene.chapter or title_of(head.scene), head.start, end) for head, end in zip(heads, ends, strict=True))


def transcript_of(title: str, scenes: Sequence[PlacedScene]) -> str:
    """Return the narration as Markdown, a paragraph per scene under the titles of the scenes."""
    parts = [title]
    heading = title
    for scene in scenes:
        if title_of(scene.scene) not in ("", heading):
            heading = title_of(scene.scene)
            parts.append(f"## {heading}")
        if scene.sentences:
            parts.append(joined(sentence.text for sentence in scene.sentences))
    return "\n\n".join(parts) + "\n"


def metadata_of(rendered_video: RenderedVideo, scenes: Sequence[PlacedScene]) -> dict[str, Any]:
    """Return the content of metadata.json. Times are seconds of the video; the narration of a scene starts at `start + lead_in_s`."""
    script = rendered_video.narration.plan.script
    options = script.options
    return {
        "title": script.title,
        "duration_s": round(scenes[-1].end, 6),
        "width": options.size[0],
        "height": options.size[1],
        "fps": options.fps,
        "options": options.model_dump(mode="json"),
        "chapters": [{"title": one.title, "start": round(one.start, 6), "end": round(one.end, 6)} for one in chapters_of(scenes)],
        "scenes": [
            {
                "position": scene.position,
                "kind": scene.scene.kind,
                "title": title_of(scene.scene),
                "line": scene.scene.line,
                "page": scene.scene.page,
                "pages": scene.scene.pages,
                "start": round(scene.start, 6),
                "duration_s": round(scene.end - scene.start, 6),
                "lead_in_s": round(scene.lead_in_s, 6),
                "narration_start": round(scene.sentences[0].start, 6) if scene.sentences else None,
                "sentences": [{"text": one.text, "start": round(one.start, 6), "end": round(one.end, 6)} for one in scene.sentences],
            }
            for scene in scenes
        ],
        "made_with": libraries(),
    }
