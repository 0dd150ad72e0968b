"""How the server is: its health, workers, streams and warnings."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from videogen.web.shapes import CursorText, Moment, Shape, Status, TaskId


class Health(Shape):
    status: Literal["ok"]


class Reader(Shape):
    """A stream that is open."""

    client: str
    tasks: tuple[str, ...] | None = Field(description="The tasks it watches; null for all.")
    since: Moment
    cursor: CursorText | None
    lag: int | None = Field(description="Events that it is behind.")
    bytes: int


class Readers(Shape):
    streams: tuple[Reader, ...]


class WorkerJson(Shape):
    id: str
    pid: int
    started_at: Moment
    seen_at: Moment
    task_id: str | None


class StalledTask(Shape):
    id: TaskId
    title: str


class ServerWarning(Shape):
    """Something to be looked after."""

    code: str
    message: str
    hint: str
    task_id: str | None = None


class ServerStatus(Shape):
    """How the server stands."""

    now: Moment
    version: str
    python: str
    sqlite: str
    database: str
    epoch: str
    head: int
    floor: int
    tasks: dict[Status, int]
    stalled: tuple[StalledTask, ...]
    workers: tuple[WorkerJson, ...]
    listeners: int | tuple[Any, ...]
    disk_free_bytes: int
    database_bytes: int
    wal_bytes: int
    cache_bytes: int
    data: str
    files: str
    warnings: tuple[ServerWarning, ...]
