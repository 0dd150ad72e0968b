"""A task's moves, as a worker makes them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models import attempt, event, task, worker
from models.artifact import File
from models.attempt import Fact
from models.database import Store
from models.event import Event, EventType
from models.task import Lease, Task

# So long that none ends on a busy machine unless a test wants it to: a server that runs beside the test sweeps.
LEASE_S = 600.0


class Moves:
    """A store and one worker at it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.worker_id = worker.register(store)

    def submit(self, title: str = "Hello", **more: Any) -> Task:
        return task.submit(self.store, source=f"# {title}", format="markdown", title=title, **more)

    def claim(self, lease_s: float = LEASE_S) -> Task:
        claimed = attempt.claim(self.store, self.worker_id, lease_s)
        assert claimed, "nothing waits"
        return claimed

    def say(self, lease: Lease, message: str | None = "Drawing scenes", *, stage: str = "video", **more: Any) -> None:
        attempt.report(self.store, lease, [Fact(EventType.STAGE_PROGRESS, stage=stage, message=message, **more)])

    def render(self, lease: Lease, position: int) -> None:
        attempt.report(self.store, lease, [Fact(EventType.SCENE_RENDERED, stage="video", data={"position": position})])

    def make(self, title: str = "Hello", *, reports: int = 3, **more: Any) -> Task:
        """A task from its submission to its end."""
        made = self.submit(title, **more)
        claimed = self.claim()
        assert claimed.id == made.id, "another task waited"
        attempt.report(self.store, claimed.lease, [Fact(EventType.STAGE_STARTED, stage="video", stage_progress=0.0, message="Drawing")])
        for step in range(1, reports + 1):
            self.say(claimed.lease, f"Drawing {step}", stage_progress=step / (reports + 1), progress=step / (reports + 1))
        attempt.report(self.store, claimed.lease, [Fact(EventType.STAGE_COMPLETED, stage="video", stage_progress=1.0, data={"made": 1})])
        attempt.complete(self.store, claimed.lease)
        return self.task(made.id)

    def task(self, task_id: str) -> Task:
        return task.get(self.store, task_id)

    def events(self, task_id: str | None = None) -> list[Event]:
        return events_of(self.store, task_id)

    def types(self, task_id: str) -> list[str]:
        return [entry.type for entry in self.events(task_id)]


def events_of(store: Store, task_id: str | None = None) -> list[Event]:
    """The whole log, or a task's."""
    with store.reading() as read:
        return event.after(read, 0, task_ids=None if task_id is None else {task_id}, limit=100_000)


def written(
    path: Path, content: bytes = b"a film", *, kind: str = "video", name: str = "film.mp4", position: int = 0, media_type: str = "video/mp4"
) -> File:
    """A finished file at `path`, ready to be published."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return File(kind, path, name, media_type, len(content), hashlib.sha256(content).hexdigest(), position)


def published(*files: File) -> Sequence[Fact]:
    return [Fact(EventType.ARTIFACT_CREATED, stage="output", data={"kind": file.kind}, files=(file,)) for file in files]
