"""A data directory in which videos are made without drawing anything."""

import hashlib
from pathlib import Path

from models import attempt, event, task, worker
from models.artifact import File
from models.attempt import Fact
from models.database import Store
from models.event import Cursor, EventType
from models.migrate import migrate
from models.task import Task
from models.verify import verify
from tests.support.task_moves import LEASE_S


class TaskStore:
    def __init__(self, data: Path, store: Store | None = None) -> None:
        if store is None:
            migrate(data)
        self.data = data
        self.store = store or Store(data)
        self.worker_id = worker.register(self.store)

    def submit(self, source: str = "# Hello") -> Task:
        return task.submit(self.store, source=source, format="markdown", title=source.strip("# ")[:40])

    def claim(self) -> Task:
        claimed = attempt.claim(self.store, self.worker_id, LEASE_S)
        assert claimed
        return claimed

    def publish(self, claimed: Task, name: str = "video.mp4", content: bytes = b"film", kind: str = "video", position: int = 0) -> Path:
        """A finished file of the attempt, registered; gives its final path."""
        made = self.data / f"made-{name}"
        made.write_bytes(content)
        file = File(kind, made, name, "video/mp4", len(content), hashlib.sha256(content).hexdigest(), position)
        attempt.report(self.store, claimed.lease, [Fact(EventType.ARTIFACT_CREATED, stage="output", data={"kind": kind}, files=(file,))])
        return self.data / "tasks" / claimed.id / str(claimed.attempt) / name

    def completed_task(self, source: str = "# Hello", steps: int = 0) -> str:
        """A completed task with a file, after so many steps of a stage."""
        self.submit(source)
        claimed = self.claim()
        if steps:
            begun = Fact(EventType.STAGE_STARTED, stage="video", message="Drawing")
            progress = [Fact(EventType.STAGE_PROGRESS, stage="video", message=f"Drawing scene {number}") for number in range(steps - 1)]
            attempt.report(self.store, claimed.lease, [begun, *progress])
        self.publish(claimed)
        attempt.complete(self.store, claimed.lease)
        return claimed.id

    def seqs(self, task_id: str | None = None) -> list[int]:
        with self.store.reading() as read:
            return [entry.seq for entry in event.after(read, 0, task_ids=None if task_id is None else {task_id}, limit=10_000)]

    def types(self, task_id: str) -> list[str]:
        with self.store.reading() as read:
            return [entry.type for entry in event.after(read, 0, task_ids={task_id})]

    def head(self) -> Cursor:
        with self.store.reading() as read:
            return Cursor(read.epoch, event.head(read))

    def floor(self) -> int:
        with self.store.reading() as read:
            return read.floor

    def tasks(self) -> set[str]:
        with self.store.reading() as read:
            return {row.id for row in task.page(read)[0]}

    def faults(self) -> list[str]:
        return [str(finding) for finding in verify(self.store, deep=True)]
