"""The kind `export`: a finished video in another size or format."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from models.errors import Diagnostic
from videogen.errors.kinds import BadPayload
from videogen.errors.rendering import StageFailed
from videogen.kinds.job import Job
from videogen.kinds.kind import Admission, AdmissionContext, Kind, KindLabels, RequestContext
from videogen.pipeline.stages import StageInfo

ExportFormat = Literal["webm", "gif", "mp4", "m4a", "mp3"]
FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
FORMAT_LABELS: Mapping[ExportFormat, str] = {
    "webm": "WebM video",
    "gif": "Animated GIF",
    "mp4": "MP4 video",
    "m4a": "Audio with chapters (M4A)",
    "mp3": "Audio with chapters (MP3)",
}
EXPORT_HEIGHTS = (240, 360, 480, 720, 1080)
"""What the page offers."""
SOURCE = "video"
"""The kind of the artifact that is exported, and its name among the inputs."""
ARTIFACT = "export"
SHORTEST_S = 1.0
"""How much the length of an export may differ from the video's."""


class ExportPayload(BaseModel):
    """A video, and what it is to become."""

    model_config = ConfigDict(extra="forbid")

    task: str = Field(pattern="^[0-9a-z]{1,64}$", description="The video's task.", examples=["5f0c1a2b3c4d5e6f"])
    format: ExportFormat = Field(description="What to make of it. A GIF has no sound and at most two minutes; m4a and mp3 are its sound.")
    height: int | None = Field(
        None, ge=120, le=2160, multiple_of=2, description="Height of the picture in pixels; by default the video's, of a GIF at most 360."
    )


def admit(payload: ExportPayload, context: AdmissionContext) -> Admission:
    """Admit an export of a finished video. Raises BadPayload for any other task, and TaskNotFound and TaskGone."""
    from models import artifact, task

    if payload.height is not None and payload.format in ("m4a", "mp3"):
        raise BadPayload("Sound has no height.", diagnostics=[Diagnostic("is for pictures only", path="payload.height")])
    with context.store.reading() as read:
        video = task.find(read, payload.task)
        if artifact.one(read, video.id, SOURCE) is None or video.status != "completed":
            raise BadPayload(
                f"The task {video.id} is no finished video.",
                hint="Wait until it is completed, and export it then.",
                diagnostics=[Diagnostic("is no finished video", path="payload.task")],
            )
    height = f", {payload.height}p" if payload.height else ""
    return Admission(f"{video.title} ({payload.format.upper() if payload.format != 'webm' else 'WebM'}{height})", made_from=video.id)


def inputs(payload: ExportPayload, context: RequestContext) -> Mapping[str, Path]:
    """Return the video's file. Raises BadPayload when the video is gone."""
    from models import artifact

    with context.store.reading() as read:
        file = artifact.one(read, payload.task, SOURCE)
    path = context.store.files.fetch(file.key) if file else None
    if path is None or not path.is_file():
        raise BadPayload(f"The video of the task {payload.task} is not there any more.", hint="Render it again, and export that.")
    return {SOURCE: path}


def export(job: Job) -> None:
    """Convert the video and publish the result."""
    from videogen.render import transcoder

    payload: ExportPayload = job.payload
    target = job.work / f"video.{payload.format}"
    with job.stage("convert") as stage:
        length_s = transcoder.convert(
            job.inputs[SOURCE],
            target,
            payload.format,
            height=payload.height,
            progress=lambda fraction: stage.progress(fraction, "Converting"),
        )
    with job.stage("check") as stage:
        expected_s = min(length_s, transcoder.GIF_MOST_S) if payload.format == "gif" else length_s
        if abs(transcoder.length_of(target) - expected_s) > SHORTEST_S:
            raise StageFailed(f"The export is {transcoder.length_of(target):.1f} s long and should be {expected_s:.1f} s.")
        if expected_s < length_s:
            stage.warn("export_cut", f"The GIF has the first {expected_s:g} seconds of the video.", "Export it as WebM for all of it.")
        stage.artifact(ARTIFACT, target, transcoder.TARGETS[payload.format].media_type)


EXPORT = Kind(
    name="export",
    label="Export",
    payload=ExportPayload,
    stages=(StageInfo("convert", "Converting", 0.95), StageInfo("check", "Checking", 0.05)),
    handler="videogen.kinds.export:export",
    artifacts={ARTIFACT: "Export"},
    labels=KindLabels(running="Exporting", completed="Your export is ready", failed="The video could not be exported"),
    admit=admit,
    inputs=inputs,
)
