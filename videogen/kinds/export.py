"""The kind `export`: a finished video in another size or format, or a document made of it."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from models.errors import Diagnostic
from videogen.errors.kinds import BadPayload
from videogen.errors.rendering import StageFailed
from videogen.errors.system import ExtraMissing
from videogen.kinds.job import Job
from videogen.kinds.kind import Admission, AdmissionContext, Kind, KindLabels, RequestContext
from videogen.pipeline.stages import StageInfo

ExportFormat = Literal["webm", "gif", "mp4", "m4a", "mp3", "pdf", "html", "pptx", "scorm", "vtt", "srt", "ass", "txt", "chapters"]
FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
FORMAT_LABELS: Mapping[ExportFormat, str] = {
    "webm": "WebM video",
    "gif": "Animated GIF",
    "mp4": "MP4 video",
    "m4a": "Audio with chapters (M4A)",
    "mp3": "Audio with chapters (MP3)",
    "pdf": "Handout (PDF)",
    "html": "Page that plays it (ZIP)",
    "pptx": "Slides with notes (PPTX)",
    "scorm": "Course for learning platforms (SCORM 1.2)",
    "vtt": "Captions (WebVTT)",
    "srt": "Captions (SRT)",
    "ass": "Captions (ASS)",
    "txt": "Transcript (text)",
    "chapters": "Chapters for video sites (text)",
}
SHORT_LABELS: Mapping[str, str] = {"webm": "WebM", "html": "page", "chapters": "chapters"}
"""What titles call a format, if not by its name in capitals."""
PICTURES: tuple[ExportFormat, ...] = ("webm", "gif", "mp4")
"""Formats of which the height can be chosen."""
SUFFIXES: Mapping[str, str] = {"html": "zip", "scorm": "zip", "chapters": "txt"}
"""How the name of the file ends, where that is not the format."""
MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "html": "application/zip",
    "scorm": "application/zip",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "ass": "text/x-ssa",
    "txt": "text/plain",
    "chapters": "text/plain",
}
"""Of documents; those of videos and sounds are the transcoder's."""
COPIES: Mapping[str, str] = {"vtt": "captions_vtt", "srt": "captions_srt", "txt": "transcript"}
"""Formats that the video has already, and the kinds of its files."""
NEEDED: Mapping[str, str] = {"pdf": "fpdf", "pptx": "pptx"}
"""The modules that some formats need; they come with the extra `export`."""
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
    format: ExportFormat = Field(
        description="What to make of it. A GIF has no sound and at most two minutes. html and scorm are zip files."
    )
    height: int | None = Field(
        None, ge=120, le=2160, multiple_of=2, description="Height of the picture in pixels; by default the video's, of a GIF at most 360."
    )


def missing_formats() -> frozenset[str]:
    """Return the formats that cannot be made here, because the extra `export` is not installed."""
    return frozenset(name for name, module in NEEDED.items() if importlib.util.find_spec(module) is None)


def admit(payload: ExportPayload, context: AdmissionContext) -> Admission:
    """Admit an export of a finished video.

    Raises ExtraMissing for a format that cannot be made here, BadPayload for any other task, and TaskNotFound and TaskGone.
    """
    from models import artifact, task

    if payload.format in missing_formats():
        detail = f"{FORMAT_LABELS[payload.format]} needs libraries that are not installed here."
        raise ExtraMissing(detail, hint="Install them: pip install 'videogen[export]'. Then restart the server and its workers.")
    if payload.height is not None and payload.format not in PICTURES:
        what = "Sound" if payload.format in ("m4a", "mp3") else "A document"
        raise BadPayload(f"{what} has no height.", diagnostics=[Diagnostic("is for pictures only", path="payload.height")])
    with context.store.reading() as read:
        video = task.find(read, payload.task)
        if artifact.one(read, video.id, SOURCE) is None or video.status != "completed":
            raise BadPayload(
                f"The task {video.id} is no finished video.",
                hint="Wait until it is completed, and export it then.",
                diagnostics=[Diagnostic("is no finished video", path="payload.task")],
            )
    height = f", {payload.height}p" if payload.height else ""
    return Admission(f"{video.title} ({SHORT_LABELS.get(payload.format, payload.format.upper())}{height})", made_from=video.id)


def inputs(payload: ExportPayload, context: RequestContext) -> Mapping[str, Path]:
    """Return the video's files. Raises BadPayload when one that is needed is gone."""
    from models import artifact

    with context.store.reading() as read:
        files = {file.kind: file.key for file in artifact.of_task(read, payload.task) if not file.position}
    needed = {SOURCE} if payload.format not in MEDIA_TYPES else {SOURCE, "metadata", "captions_srt"} | {COPIES.get(payload.format, SOURCE)}
    wanted = needed | ({"thumbnail"} if payload.format in ("html", "scorm") else set())
    paths = {kind: context.store.files.fetch(files[kind]) for kind in wanted if kind in files}
    if any(kind not in paths or not paths[kind].is_file() for kind in needed):
        raise BadPayload(f"The video of the task {payload.task} is not there any more.", hint="Render it again, and export that.")
    return paths


def export(job: Job) -> None:
    """Convert the video and publish the result."""
    payload: ExportPayload = job.payload
    target = job.work / f"video.{SUFFIXES.get(payload.format, payload.format)}"
    if payload.format in MEDIA_TYPES:
        export_document(job, payload, target)
    else:
        export_media(job, payload, target)


def export_media(job: Job, payload: ExportPayload, target: Path) -> None:
    """Convert the video to another video, or to its sound."""
    from videogen.render import transcoder

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


def export_document(job: Job, payload: ExportPayload, target: Path) -> None:
    """Make a document of the video."""
    from videogen.exports import caption_files, handout, slide_deck, web_package
    from videogen.exports.video_files import VideoFiles

    missing: list[str] = []
    with job.stage("convert") as stage:
        files = VideoFiles.read(job.inputs)

        def progress(done: int, of: int) -> None:
            stage.progress(done / max(of, 1), "Converting", done=done, of=of)

        match payload.format:
            case "pdf":
                missing = handout.write_handout(files, target, progress)
            case "pptx":
                slide_deck.write_deck(files, target, progress)
            case "html":
                web_package.write_page(files, target)
            case "scorm":
                web_package.write_page(files, target, scorm_id=payload.task)
            case "ass":
                caption_files.write_ass(files, target)
            case "chapters":
                caption_files.write_chapters(files, target)
            case copied:
                shutil.copyfile(job.inputs[COPIES[copied]], target)
    with job.stage("check") as stage:
        if missing:
            signs = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in missing[:10])
            stage.warn("no_glyph", f"No font of the handout has these characters: {signs}.", "Write them in another way.")
        if not target.stat().st_size:
            raise StageFailed("The export is empty.")
        stage.artifact(ARTIFACT, target, MEDIA_TYPES[payload.format])


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
