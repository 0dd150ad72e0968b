"""Scripts of videos in the store, for commands that read them again here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from models import asset
from models.database import Store
from models.intake import TaskSpec, submit_all
from models.task import Task
from videogen.cli.admission import admit
from videogen.cli.common import find, print_json, task_url, warn_without_worker
from videogen.cli.local_render import confine_libraries, work_directory
from videogen.config import Settings
from videogen.errors.kinds import BadPayload
from videogen.errors.script import BadScript
from videogen.kinds.video import VIDEO
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.script_files import UploadedFiles


def find_video(store: Store, task_id: str) -> Task:
    """Return a video that has a script. Raises TaskNotFound, TaskGone, and BadPayload for another task."""
    row = find(store, task_id)
    if row.kind != VIDEO.name or not row.source:
        raise BadPayload(f"The task {row.id} has no script.", hint="Name a video that was made of a script.")
    return row


def submit_version(store: Store, settings: Settings, row: Task, edited: Mapping[str, Any]) -> Task:
    """Submit a new version of a video, as `edit_narration` has changed its script. Raises what checking and submitting raise."""
    return _submit_version(store, settings, row, edited["script"], edited["format"], row.options)


def submit_version_with(store: Store, settings: Settings, row: Task, options: Mapping[str, Any]) -> Task:
    """Submit a video of the same script with other options. Raises BadScript where none is, and what checking and submitting raise."""
    changed = {**row.options, **options}
    if changed == row.options:
        raise BadScript("No option is another one than before.", hint="Change an option.")
    return _submit_version(store, settings, row, row.source, row.format, changed)


def _submit_version(store: Store, settings: Settings, row: Task, script: str, format: str, options: Mapping[str, Any]) -> Task:
    with store.reading() as read:
        files = asset.of_task(read, row.id)
    own = UploadedFiles({file.name: store.files.fetch(file.key) for file in files})
    checked = admit(settings, script, format, options, own)
    spec = TaskSpec(
        source=script,
        format=checked.format,
        title=row.title,
        options=options,
        made_from=row.id,
        attempts=settings.attempts,
        assets=files,
    )
    return submit_all(store, [spec], max_queued=settings.max_queued)[0].task


def print_version(store: Store, settings: Settings, made: Task, *, as_json: bool) -> None:
    """Print the id and the page of a new version, and how to start a worker if none runs."""
    page = task_url(settings, made.id)
    if as_json:
        print_json({"id": made.id, "title": made.title, "made_from": made.made_from_task_id, "page": page})
    else:
        click.echo(f"{made.id}  {page}")
    warn_without_worker(store)


@contextmanager
def request_of(store: Store, settings: Settings, row: Task) -> Iterator[RenderRequest]:
    """Return the render request of a video's script, with its files, and confine this process to the data directory."""
    with store.reading() as read:
        files = asset.of_task(read, row.id)
    confine_libraries(settings)
    with work_directory(settings) as work:
        yield RenderRequest(
            source=row.source,
            format=row.format,
            options=row.options,
            work=work,
            cache=settings.data.resolve() / "cache",
            assets={file.name: store.files.fetch(file.key) for file in files},
            **settings.rendering,
        )
