"""The kind `video`: a script becomes a narrated video. Its handler is the pipeline, which has a renderer request of its own."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field

from models.errors import Diagnostic
from videogen.errors.kinds import BadPayload
from videogen.kinds.kind import Admission, AdmissionContext, Kind, KindLabels, RendererRequest, RequestContext
from videogen.pipeline.forecast import Forecaster, SceneWork, past_video
from videogen.pipeline.stages import STAGES

if TYPE_CHECKING:
    from models.database import Read, Store
    from models.task import Task

DRAWING = "video"
"""The stage that takes longest: its parts are the scenes."""
AFTER_IMPORT: Literal["import"] = "import"
"""What `script_of` says."""
SIZE = ("height", "aspect", "fps", "cfr", "writer")
"""The options that say how much work a scene is."""


class VideoPayload(BaseModel):
    """A script, and how its video is rendered."""

    script: str | None = Field(None, description="Markdown, YAML or JSON.", examples=["# Hello\n\nThe first sentence."])
    script_of: Literal["import"] | None = Field(
        None, description="In place of a script: `import` takes that of the import among the tasks that it starts after (`after`)."
    )
    format: Literal["markdown", "yaml", "json"] | None = Field(None, description="Detected from the script by default.")
    options: dict[str, Any] | None = Field(None, description="Options of the video; they win over those of the script.")
    assets: dict[str, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] | None = Field(
        None, description="The files that the script uses: what it calls them, and their ids as POST /api/assets answered them."
    )


def make_render_request(task: Task, context: RequestContext) -> RendererRequest:
    """Return the request for the pipeline. Raises BadPayload when the script of an import is not there."""
    from videogen.pipeline.render_request import RenderRequest

    settings, data = context.settings, context.settings.data.resolve()
    with context.store.reading() as read:
        scene_s = drawing_seconds_a_scene(read, task.options)
    source, assets = task.source, context.assets
    if task.payload.get("script_of"):
        source, imported = script_of_import(context.store, task.id)
        assets = {**assets, **imported}
    request = RenderRequest(
        source=source,
        format=task.format or "markdown",
        options=task.options,
        assets=assets,
        work=context.work,
        cache=data / "cache",
        slots=data / "slots",
        scene_s=scene_s,
        **settings.rendering,
    )
    return RendererRequest("video", request.to_json())


def script_of_import(store: Store, task_id: str) -> tuple[str, Mapping[str, Path]]:
    """Return the script of the import that a task starts after, and its files by their names. Raises BadPayload."""
    from models import artifact, dependency

    with store.reading() as read:
        imports = [artifact.of_task(read, other_id) for other_id in dependency.of_task(read, task_id)]
    for files in imports:
        keys = {(file.kind, file.position): file.key for file in files}
        if ("script", 0) in keys and ("import", 0) in keys:
            with contextlib.suppress(OSError, KeyError, ValueError):
                about = json.loads(store.files.fetch(keys["import", 0]).read_text(encoding="utf-8"))
                script = store.files.fetch(keys["script", 0]).read_text(encoding="utf-8")
                return script, {name: store.files.fetch(keys["picture", position]) for position, name in enumerate(about["files"], 1)}
    raise BadPayload("The script of the import is not there any more.", hint="Import the document again, and make the video of that.")


def admit(payload: VideoPayload, _context: AdmissionContext) -> Admission:
    """Admit the video of an import. Other videos are admitted where their script is checked."""
    if payload.script_of is None:
        raise BadPayload("A video needs a script.", diagnostics=[Diagnostic("is missing", path="payload.script")])
    return Admission("Video of an import", options=payload.options or {})


def drawing_seconds_a_scene(read: Read, options: Mapping[str, Any]) -> float | None:
    """Return the seconds that drawing a scene takes, by the newest videos of the same size; None if there are none to go by."""
    from models.stage_times import seconds_a_part

    return seconds_a_part(read, VIDEO.name, DRAWING, options, SIZE)


def seconds_a_scene(read: Read) -> float | None:
    """Return the seconds that a scene takes with its part of all else, by the newest videos; None if there are none to go by."""
    from models.stage_times import task_seconds_a_part

    return task_seconds_a_part(read, VIDEO.name, DRAWING)


def seconds_to_render(read: Read, scenes: Sequence[SceneWork], voice: str, pixels: int, processes: int) -> float | None:
    """Return the seconds that rendering these scenes will take, by the newest videos; None if there are none to go by."""
    from models.stage_times import past_stages

    past = (past_video(stages, elapsed_s) for stages, elapsed_s in past_stages(read, VIDEO.name))
    forecaster = Forecaster([video for video in past if video is not None], processes)
    if forecaster.is_informed:
        return forecaster.forecast(scenes, voice, pixels)
    pace = seconds_a_scene(read)
    return None if pace is None else len(scenes) * pace


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
    admit=admit,
    make_request=make_render_request,
)
