"""`app.py export`: another size or format of a finished video, converted here in a renderer."""

from __future__ import annotations

import time
from pathlib import Path

import click
from rich.console import Console
from rich.filesize import decimal

from videogen.cli.common import as_json, find, named_task, open_store, pass_settings, print_json
from videogen.cli.local_render import confine_libraries, publish, work_directory
from videogen.cli.progress_board import ProgressBoard, format_duration
from videogen.config import Settings
from videogen.files.file_names import file_name
from videogen.kinds.export import EXPORT, FORMATS, SHORT_LABELS, SUFFIXES
from videogen.kinds.job import make_job_request
from videogen.kinds.kind import AdmissionContext, RequestContext
from videogen.processes.renderer_client import RendererClient


@click.command(name="export")
@named_task
@click.option("--format", type=click.Choice(FORMATS), help="What to make of it; by default what the suffix of -o says.")
@click.option("--height", type=int, help="Height of the picture in pixels; by default the video's, of a GIF at most 360.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; by default the title with the format's suffix."
)
@as_json
@pass_settings
def command(settings: Settings, task_id: str, format: str | None, height: int | None, output: Path | None, as_json: bool) -> None:
    """Convert a finished video: another size or format, its sound, a document.

    Documents are captions, a PDF handout, slides, a page that plays the video, and a SCORM course. A GIF shows two minutes at most; sound
    (m4a, mp3) has the chapters of the video. It is converted here and now; the server need not run. TASK is an id, or last for the newest
    task.
    """
    format = format or (output.suffix.removeprefix(".").lower() if output else None)
    if format not in FORMATS:
        raise click.UsageError(f"Name a format: --format {'|'.join(FORMATS)}.")
    if output and not output.parent.is_dir():
        raise click.UsageError(f"There is no directory {output.parent}.")
    started = time.monotonic()
    with open_store(settings) as store:
        video = find(store, task_id)
        suffix = SUFFIXES.get(format, format)
        target = output or Path(default_name(video.title or video.id, format))
        content = {"task": video.id, "format": format} | ({"height": height} if height is not None else {})
        EXPORT.admission(EXPORT.check_payload(content), AdmissionContext(store))
        confine_libraries(settings)
        with ProgressBoard(Console(stderr=True, highlight=False), EXPORT.stages) as board, work_directory(settings) as work:
            request = make_job_request(EXPORT, content, RequestContext(store, settings, work, {}))
            with RendererClient(nice=0) as renderer:
                renderer.call("job", request.to_json(), send=board.handle)
            publish(work / f"video.{suffix}", target)
    took_s = time.monotonic() - started
    if as_json:
        print_json({"file": str(target), "format": format, "bytes": target.stat().st_size, "took_s": round(took_s, 2)})
    else:
        board.print(f"{target}: {decimal(target.stat().st_size)}, converted in {format_duration(took_s)}", "green")


def default_name(title: str, format: str) -> str:
    """Return a title as a file's name; formats of the same suffix have names of their own."""
    name, suffix = file_name(title) or "video", SUFFIXES.get(format, format)
    return f"{name}.{suffix}" if suffix == format else f"{name}-{SHORT_LABELS.get(format, format)}.{suffix}"
