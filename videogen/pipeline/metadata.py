"""What goes with a film: where each scene and sentence is, its chapters, its transcript, metadata.json."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from videogen.pipeline.audio import Sentence
from videogen.pipeline.titles import title_of
from videogen.pipeline.versions import libraries
from videogen.pipeline.video import RenderedVideo
from videogen.render.join import Chapter
from videogen.script.models import Scene, SectionScene, TitleScene


@dataclass(frozen=True)
class PlacedScene:
    """A scene in the film: `start`, `end` and the sentences' times are seconds from the film's start."""

    position: int
    scene: Scene
    start: float
    end: float
    lead_in_s: float
    sentences: tuple[Sentence, ...]


def place_scenes(rendered_video: RenderedVideo) -> tuple[PlacedScene, ...]:
    """The scenes one after another. Counted in frames: seconds would add up their rounding."""
    fps = rendered_video.narration.plan.script.options.fps
    scenes = []
    frames = 0
    for scene in rendered_video.scenes:
        spoken = scene.spoken
        start = frames / fps
        frames += spoken.frames
        sentences = tuple(Sentence(one.text, start + one.start, start + one.end) for one in spoken.sentences)
        scenes.append(PlacedScene(spoken.narrated.position, spoken.narrated.scene, start, frames / fps, spoken.lead_in_s, sentences))
    return tuple(scenes)


def chapters_of(scenes: Sequence[PlacedScene]) -> tuple[Chapter, ...]:
    """A chapter a title or section, from its start to the next one's; fewer than two are none."""
    heads = [scene for scene in scenes if isinstance(scene.scene, TitleScene | SectionScene) and scene.scene.page == 1]
    if heads and heads[0] is not scenes[0]:
        heads.insert(0, scenes[0])
    if len(heads) < 2:
        return ()  # nothing to choose from; and moviepy cannot open a file with exactly one
    ends = [head.start for head in heads[1:]] + [scenes[-1].end]
    return tuple(Chapter(title_of(head.scene), head.start, end) for head, end in zip(heads, ends, strict=True))


def transcript_of(title: str, scenes: Sequence[PlacedScene]) -> str:
    """What is said, a paragraph a scene, under the scenes' titles."""
    parts = [title]
    heading = title
    for scene in scenes:
        if title_of(scene.scene) not in ("", heading):
            heading = title_of(scene.scene)
            parts.append(f"## {heading}")
        if scene.sentences:
            parts.append(" ".join(sentence.text for sentence in scene.sentences))
    return "\n\n".join(parts) + "\n"


def metadata_of(rendered_video: RenderedVideo, scenes: Sequence[PlacedScene]) -> dict[str, Any]:
    """The content of metadata.json. Times are seconds of the film; a scene's narration starts at `start + lead_in_s`."""
    script = rendered_video.narration.plan.script
    options = script.options
    return {
        "title": script.title,
        "duration_s": round(scenes[-1].end, 6),
        "width": options.width,
        "height": options.height,
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
