"""Scripts of videos in the store, for commands that read them again here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from models import asset
from models.database import Store
from models.task import Task
from videogen.cli.common import find
from videogen.cli.local_render import confine_libraries, work_directory
from videogen.config import Settings
from videogen.errors.kinds import BadPayload
from videogen.kinds.video import VIDEO
from videogen.pipeline.render_request import RenderRequest


def find_video(store: Store, task_id: str) -> Task:
    """Return a video that has a script. Raises TaskNotFound, TaskGone, and BadPayload for another task."""
    row = find(store, task_id)
    if row.kind != VIDEO.name or not row.source:
        raise BadPayload(f"The task {row.id} has no script.", hint="Name a video that was made of a script.")
    return row


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
