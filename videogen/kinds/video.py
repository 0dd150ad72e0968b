"""The kind `video`: a script becomes a narrated video. Its handler is the pipeline, which has a renderer request of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field

from videogen.kinds.kind import Kind, KindLabels, RendererRequest, RequestContext
from videogen.pipeline.stages import STAGES

if TYPE_CHECKING:
    from models.database import Read
    from models.task import Task

DRAWING = "video"
"""The stage that takes longest: its parts are the scenes."""
SIZE = ("height", "aspect", "fps", "cfr", "writer")
"""The options that say how much work a scene is."""


class VideoPayload(BaseModel):
    """A script, and how its video is rendered."""

    script: str = Field(description="Markdown, YAML or JSON.", examples=["# Hello\n\nThe first sentence."])
    format: Literal["markdown", "yaml", "json"] | None = Field(None, description="Detected from the script by default.")
    options: dict[str, Any] | None = Field(None, description="Options of the video; they win over those of the script.")
    assets: dict[str, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] | None = Field(
        None, description="The files that the script uses: what it calls them, and their ids as POST /api/assets answered them."
    )


def make_render_request(task: Task, context: RequestContext) -> RendererRequest:
    """Return the request for the pipeline."""
    from videogen.pipeline.render_request import RenderRequest

    settings, data = context.settings, context.settings.data.resolve()
    with context.store.reading() as read:
        scene_s = drawing_seconds_a_scene(read, task.options)
    request = RenderRequest(
        source=task.source,
        format=task.format,
        options=task.options,
        assets=context.assets,
        work=context.work,
        cache=data / "cache",
        slots=data / "slots",
        scene_s=scene_s,
        **settings.rendering,
    )
    return RendererRequest("video", request.to_json())


def drawing_seconds_a_scene(read: Read, options: Mapping[str, Any]) -> float | None:
    """Return the seconds that drawing a scene takes, by the newest videos of the same size; None if there are none to go by."""
    from models.stage_times import seconds_a_part

    return seconds_a_part(read, VIDEO.name, DRAWING, options, SIZE)


def seconds_a_scene(read: Read) -> float | None:
    """Return the seconds that a scene takes with its part of all else, by the newest videos; None if there are none to go by."""
    from models.stage_times import task_seconds_a_part

    return task_seconds_a_part(read, VIDEO.name, DRAWING)


VIDEO = Kind(
    name="video",
    label="Video",
    payload=VideoPayload,
    stages=STAGES,
    handler="videogen.pipeline.runner:render_video",
    artifacts={
        "video": "Video",
        "captions_vtt": "Captions (WebVTT)",
        "captions_srt": "Captions (SRT)",
        "transcript": "Transcript",
        "thumbnail": "Thumbnail",
        "metadata": "Metadata",
    },
    progress_events=("stage.completed", "scene.rendered"),
    labels=KindLabels(
        running="Rendering",
        completed="Your video is ready",
        failed="The video could not be rendered",
        took="Rendered in {elapsed_s|duration}",
    ),
    make_request=make_render_request,
)
