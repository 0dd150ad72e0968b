"""The table of tasks: a row as a value, and how a row and the log change together. `task` and `attempt` have the verbs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import REAL, CheckConstraint, Column, Index, Integer, Row, Table, Text, bindparam, select, update
from sqlalchemy import text as sql

from models import clock, event
from models.database import Write, metadata
from models.event import EventType
from models.row_sanitizer import Rule, json_object, rules_of, sanitize
from models.text_values import readable

STATUSES = ("queued", "running", "completed", "failed", "cancelled")
FINISHED = frozenset({"completed", "failed", "cancelled"})
WAITING = "Waiting for a worker"
WAITING_FOR_TASKS = "waiting_for_tasks"
"""The hold of a task that starts after others."""
UNDELETE = "It can still be brought back: POST /api/tasks/{0}/undelete, or app.py delete --undo {0}"
AGEING_MS = 600_000
"""How much waiting is worth one point of priority: ten minutes."""

tasks = Table(
    "tasks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("options", Text, nullable=False, server_default=sql("'{}'")),
    Column("stage", Text),
    Column("stages", Text, nullable=False, server_default=sql("'{}'")),
    Column("progress", REAL, nullable=False, server_default=sql("0")),
    Column("message", Text),
    Column("attempt", Integer, nullable=False, server_default=sql("0")),
    Column("attempts_left", Integer, nullable=False, server_default=sql("3")),
    Column("attempts", Integer, nullable=False, server_default=sql("3")),
    Column("priority", Integer, nullable=False, server_default=sql("0")),
    Column("not_before", Text),
    Column("worker_id", Text),
    Column("lease_expires_at", Text),
    Column("lease_boot", Text),
    Column("lease_until_s", REAL),
    Column("cancel_requested_at", Text),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("error_hint", Text),
    Column("error_stage", Text),
    Column("idempotency_key", Text, unique=True),
    Column("made_from_task_id", Text),
    Column("created_at", Text, nullable=False),
    Column("started_at", Text),
    Column("finished_at", Text),
    Column("deleted_at", Text),
    # It can be long, and a column behind a long value is slow to read. Only those that are read together with it, or from an index, follow.
    Column("source", Text, nullable=False),
    Column("hold_reason", Text),
    Column("kind", Text, nullable=False, server_default=sql("'video'")),
    Column(
        "payload",
        Text,
        CheckConstraint("json_valid(payload) AND json_type(payload) = 'object'", name="payload_json"),
        nullable=False,
        server_default=sql("'{}'"),
    ),
    Column("run_at", Text),
    Column("queue_rank", Integer, nullable=False, server_default=sql("0")),
    Column("lock", Text),
    Column("unique_key", Text),
    Column("schedule_id", Text),
    CheckConstraint(f"status IN {STATUSES}", name="status_known"),
    CheckConstraint("attempts_left >= 0", name="attempts_left_positive"),
    CheckConstraint("json_valid(options) AND json_type(options) = 'object'", name="options_json"),
    CheckConstraint("json_valid(stages) AND json_type(stages) = 'object'", name="stages_json"),
    CheckConstraint("progress BETWEEN 0 AND 1", name="progress_fraction"),
    Index("tasks_by_age", "created_at", "id", sqlite_where=sql("deleted_at IS NULL")),
    Index("tasks_by_status", "status", "deleted_at", "created_at", "id"),
    Index("tasks_by_kind", "kind", "deleted_at", "created_at", "id"),
    sqlite_strict=True,
)
# All that decides whether a task may start is in the index, so that thousands that may not are passed over without reading their rows.
Index(
    "tasks_queued",
    tasks.c.queue_rank,
    tasks.c.created_at,
    tasks.c.id,
    tasks.c.kind,
    tasks.c.run_at,
    tasks.c.not_before,
    tasks.c.hold_reason,
    tasks.c.lock,
    sqlite_where=sql("status = 'queued' AND deleted_at IS NULL"),
)
Index("tasks_locked", tasks.c.lock, sqlite_where=sql("status = 'running' AND lock IS NOT NULL"))
Index("tasks_unique", tasks.c.unique_key, tasks.c.kind, sqlite_where=sql("unique_key IS NOT NULL"))
Index(
    "tasks_finished",
    tasks.c.finished_at,
    tasks.c.id,
    sqlite_where=sql("finished_at IS NOT NULL AND deleted_at IS NULL"),
)
Index("tasks_deleted", tasks.c.deleted_at, sqlite_where=sql("deleted_at IS NOT NULL"))
JSON_COLUMNS = ("options", "payload", "stages")
RULES = rules_of(tasks, but=JSON_COLUMNS) | {"status": Rule((str,), STATUSES.__contains__, "failed")}


@dataclass(frozen=True)
class Lease:
    """What entitles a worker to write: its attempt of the task."""

    task_id: str
    attempt: int
    worker_id: str


@dataclass(frozen=True)
class Task:
    """A row of `tasks`. `stages` is {name: {status, progress, started_at, finished_at, made, reused}} of the current attempt.

    `payload` says what the task is to do, in the words of its `kind`. A kind that works on a text, as videos do on scripts, has that in
    `source`, so that it can be searched, with its `format` and `options`; of all others `source` and `format` are empty.
    `hold_reason` is the code of the error for which no worker starts a queued task, such as disk_low. It does not start before `run_at`
    either, nor while another task with the same `lock` runs. `queue_rank` is its place in the queue (see `queue_rank`).
    `damaged` names the columns that could not be read, and hold something harmless instead.
    """

    id: str
    kind: str
    title: str
    status: str
    payload: Mapping[str, Any]
    source: str
    format: str
    options: Mapping[str, Any]
    stage: str | None
    stages: Mapping[str, Mapping[str, Any]]
    progress: float
    message: str | None
    attempt: int
    attempts_left: int
    attempts: int
    priority: int
    not_before: str | None
    worker_id: str | None
    lease_expires_at: str | None
    lease_boot: str | None
    lease_until_s: float | None
    cancel_requested_at: str | None
    error_code: str | None
    error_message: str | None
    error_hint: str | None
    error_stage: str | None
    idempotency_key: str | None
    made_from_task_id: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    deleted_at: str | None
    hold_reason: str | None
    run_at: str | None
    queue_rank: int
    lock: str | None
    unique_key: str | None
    schedule_id: str | None
    damaged: Sequence[str] = ()

    @property
    def finished(self) -> bool:
        return self.status in FINISHED

    @property
    def lease(self) -> Lease:
        return Lease(self.id, self.attempt, self.worker_id or "")


BY_ID = select(tasks).where(tasks.c.id == bindparam("task_id"))
TO_CHANGE = BY_ID.with_for_update()
"""Also locks the row, where transactions write side by side: what a worker reports meanwhile waits, and is not written over."""
QUEUED = (tasks.c.status == "queued") & tasks.c.deleted_at.is_(None)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def queue_rank(created_at: str, run_at: str | None, priority: int) -> int:
    """Return the place of a task in the queue: the smallest is started first.

    It is when the task began to wait, in milliseconds since 1970, less AGEING_MS for each point of priority. So a task overtakes those that
    came a while before it at most, each task comes to its turn, and no rank changes with time.
    """
    since = max(created_at, run_at or "")
    return (clock.parse(since) - BEGINNING) // timedelta(milliseconds=1) - priority * AGEING_MS


NO_LEASE: Mapping[str, Any] = {"worker_id": None, "lease_expires_at": None, "lease_boot": None, "lease_until_s": None}


def change(write: Write, task: Task, **values: Any) -> Task:
    """Write these columns and return the task as it is now."""
    values = {name: readable(value) if isinstance(value, str) else value for name, value in values.items()}
    return row_to_task(write.connection.execute(update(tasks).where(tasks.c.id == task.id).values(**values).returning(tasks)).one())


def append(
    write: Write,
    type: EventType,
    task: Task,
    *,
    stage: str | None = None,
    stage_progress: float | None = None,
    data: Mapping[str, Any] | None = None,
    at: str | None = None,
) -> None:
    """Append an event with the status, stage, progress and message of the row."""
    event.append(
        write,
        type,
        task.id,
        attempt=task.attempt,
        status=task.status,
        stage=stage or task.stage,
        stage_progress=stage_progress,
        progress=task.progress,
        message=task.message,
        data=data,
        at=at,
    )


def new_id() -> str:
    """Return an unguessable id of sixteen hexadecimal digits; the view `submit` makes the same in SQL."""
    return secrets.token_hex(8)


def row_to_task(row: Row[Any]) -> Task:
    return values_to_task(dict(row._mapping))


def values_to_task(values: Mapping[str, Any]) -> Task:
    """Return a row of `tasks`, given as its columns' values, as a value."""
    values, damaged = sanitize(values, RULES)
    for name in JSON_COLUMNS:
        value = json_object(values[name])
        if value is None or (name == "stages" and not all(isinstance(stage, dict) for stage in value.values())):
            value, damaged = {}, (*damaged, name)
        values[name] = value
    task = object.__new__(Task)
    vars(task).update(values, damaged=damaged)  # a frozen dataclass sets its fields one by one, which takes forty times as long
    return task
