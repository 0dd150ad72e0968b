"""Tasks: the table, and what people do with a task. `attempt.py` has what a worker does with it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    REAL,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Row,
    Table,
    Text,
    bindparam,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy import text as sql

from models import asset, clock, event, search
from models.database import Read, Store, Write, metadata
from models.errors import Diagnostic, IdempotencyConflict, MissingFile, QueueFull, TaskGone, TaskNotFound, WrongState
from models.event import EventType
from models.files.blob_store import Asset
from models.row_sanitizer import Rule, json_object, rules_of, sanitize
from models.text_values import clean, to_json

STATUSES = ("queued", "running", "completed", "failed", "cancelled")
FINISHED = frozenset({"completed", "failed", "cancelled"})
WAITING = "Waiting for a worker"

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
Index(
    "tasks_queued",
    tasks.c.priority.desc(),
    tasks.c.created_at,
    tasks.c.id,
    tasks.c.kind,
    sqlite_where=sql("status = 'queued' AND deleted_at IS NULL"),
)
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
    `hold_reason` is the code of the error for which no worker starts a queued task, such as disk_low.
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
    damaged: Sequence[str] = ()

    @property
    def finished(self) -> bool:
        return self.status in FINISHED

    @property
    def lease(self) -> Lease:
        return Lease(self.id, self.attempt, self.worker_id or "")


UNDELETE = "It can still be brought back: POST /api/tasks/{0}/undelete, or app.py delete --undo {0}"
REMOVED = "It has been removed for good; submit the script again."

PAGE_CURSOR = re.compile(r"[^_]*_[0-9A-Za-z-]{1,64}", re.ASCII)
"""What `page` gives as the cursor of the next page: when its last task was made (anything, of a row that is damaged), and its id."""

# What makes one submission another than the next.
ASKED = ("kind", "title", "payload", "source", "format", "options", "priority", "made_from_task_id")
BY_ID = select(tasks).where(tasks.c.id == bindparam("task_id"))
BY_KEY = select(tasks).where(tasks.c.idempotency_key == bindparam("key"))
QUEUED = (tasks.c.status == "queued") & tasks.c.deleted_at.is_(None)
COUNT_QUEUED = select(func.count()).select_from(tasks).where(QUEUED)
AHEAD = COUNT_QUEUED.where(
    or_(
        tasks.c.priority > bindparam("of_priority"),
        (tasks.c.priority == bindparam("of_priority"))
        & (tuple_(tasks.c.created_at, tasks.c.id) < tuple_(bindparam("of_created_at"), bindparam("of_id"))),
    )
)
COUNT_BY_STATUS = select(tasks.c.status, func.count()).where(tasks.c.deleted_at.is_(None)).group_by(tasks.c.status)


def submit(
    store: Store,
    *,
    source: str = "",
    format: str = "",
    kind: str = "video",
    payload: Mapping[str, Any] | None = None,
    title: str = "",
    options: Mapping[str, Any] | None = None,
    priority: int = 0,
    attempts: int = 3,
    max_queued: int = 100,
    idempotency_key: str | None = None,
    made_from: str | None = None,
    assets: Sequence[Asset] = (),
) -> Task:
    """Put a task into the queue.

    An idempotency key that was used before returns the task made then. Raises IdempotencyConflict if that was for something else, TaskGone
    if it has been deleted, QueueFull when `max_queued` tasks are queued, MissingFile when a file of `assets` is gone.
    """
    values = {
        "id": new_id(),
        "kind": clean(kind),
        "title": clean(title.strip()) or "Untitled",
        "status": "queued",
        "payload": to_json(payload or {}, sort_keys=True),
        "source": clean(source),
        "format": format,
        "options": to_json(options or {}, sort_keys=True),
        "attempts_left": attempts,
        "attempts": attempts,
        "priority": priority,
        "idempotency_key": idempotency_key or None,
        "made_from_task_id": made_from,
        "message": WAITING,
        "created_at": clock.now(),
    }
    with store.writing() as write:
        if idempotency_key and (before := write.connection.execute(BY_KEY, {"key": idempotency_key}).one_or_none()):
            if any(before._mapping[name] != values[name] for name in ASKED) or asset.by_name(
                asset.of_task(write, before.id)
            ) != asset.by_name(assets):
                raise IdempotencyConflict(f"The Idempotency-Key {idempotency_key!r} was used for another task.")
            if before.deleted_at:
                message = f"The task {before.id}, made with this Idempotency-Key, has been deleted."
                raise TaskGone(message, hint=f"{UNDELETE.format(before.id)} To make another one, use a new key.")
            return row_to_task(before)
        waiting = write.connection.execute(COUNT_QUEUED).scalar_one()
        if waiting >= max_queued:
            raise QueueFull(f"The queue is full ({waiting} of {max_queued}).")
        # Under the write lock: whoever clears away what is not used holds it, too.
        if missing := [
            Diagnostic("is not there any more", path=f"assets.{file.name}") for file in assets if not (store.data / file.key).is_file()
        ]:
            raise MissingFile(f"{missing[0].path} is not there any more.", hint="Upload the file again.", diagnostics=missing)
        row = write.connection.execute(insert(tasks).values(**values).returning(tasks)).one()
        task = row_to_task(row)
        asset.register(write, task.id, assets)
        data = {"kind": task.kind, "title": task.title, "format": format, "priority": priority}
        data |= {"assets": asset.by_name(assets)} if assets else {}
        append(write, EventType.TASK_SUBMITTED, task, data=data, at=task.created_at)
        return task


def get(store: Store, task_id: str) -> Task:
    """Return the task. Raises TaskNotFound, or TaskGone when it was deleted."""
    with store.reading() as read:
        return find(read, task_id)


def find(read: Read | Write, task_id: str) -> Task:
    """Return the task, as `get` does, inside a transaction."""
    task = look_up(read, task_id)
    if task and not task.deleted_at:
        return task
    if task:
        raise TaskGone(f"The task {task_id} has been deleted.", hint=UNDELETE.format(task_id))
    if event.was_deleted(read, task_id):
        raise TaskGone(f"The task {task_id} has been deleted.", hint=REMOVED)
    raise TaskNotFound(f"There is no task {task_id}.")


def look_up(read: Read | Write, task_id: str) -> Task | None:
    """Return the task, also one that is deleted but not yet purged; None when there is no row."""
    row = read.connection.execute(BY_ID, {"task_id": task_id}).one_or_none()
    return row_to_task(row) if row else None


def page(
    read: Read,
    *,
    limit: int = 50,
    before: str | None = None,
    status: str | None = None,
    kind: str | None = None,
    words: str | None = None,
) -> tuple[list[Task], str | None]:
    """Return the newest tasks first, and the cursor of the next page (None at the end). `before` is such a cursor.

    With `words` only those whose title or script has each of them.
    """
    query = select(tasks).where(tasks.c.deleted_at.is_(None)).order_by(tasks.c.created_at.desc(), tasks.c.id.desc()).limit(limit + 1)
    if before:
        at, _, task_id = before.partition("_")
        query = query.where(tuple_(tasks.c.created_at, tasks.c.id) < tuple_(at, task_id))
    if status:
        query = query.where(tasks.c.status == status)
    if kind:
        query = query.where(tasks.c.kind == kind)
    if words:
        query = query.where(tasks.c.id.in_(search.ids(words)))
    rows = read.connection.execute(query).all()
    more = len(rows) > limit
    return [row_to_task(row) for row in rows[:limit]], f"{rows[limit - 1].created_at}_{rows[limit - 1].id}" if more else None


def unfinished(read: Read, limit: int = 1000) -> list[Task]:
    """Return the running and the queued tasks, oldest first."""
    query = select(tasks).where(tasks.c.deleted_at.is_(None), tasks.c.status.in_(("queued", "running")))
    return [row_to_task(row) for row in read.connection.execute(query.order_by(tasks.c.created_at, tasks.c.id).limit(limit))]


def count_by_status(read: Read) -> dict[str, int]:
    """Count the tasks of each status, without deleted ones."""
    counts = dict.fromkeys(STATUSES, 0)
    counts.update((status, count) for status, count in read.connection.execute(COUNT_BY_STATUS))
    return counts


def queue_position(read: Read, task: Task) -> int | None:
    """Return the task's position in the queue, from 1; None when it is not queued."""
    if task.status != "queued":
        return None
    values = {"of_priority": task.priority, "of_created_at": task.created_at, "of_id": task.id}
    return int(read.connection.execute(AHEAD, values).scalar_one()) + 1


def cancel(store: Store, task_id: str) -> Task:
    """Cancel a queued task, or ask the worker of a running one to. Asking twice is no error. Raises WrongState when it has ended."""
    with store.writing() as write:
        task = find(write, task_id)
        if task.finished:
            raise WrongState(f"The task is {task.status} and cannot be cancelled.")
        if task.status == "queued":
            return end_cancelled(write, task)
        if task.cancel_requested_at:
            return task
        at = clock.now()
        task = change(write, task, cancel_requested_at=at, message="Cancelling")
        append(write, EventType.TASK_CANCELLING, task, at=at)
        return task


def retry(store: Store, task_id: str) -> Task:
    """Put a failed or cancelled task back into the queue with a fresh budget of attempts."""
    with store.writing() as write:
        task = find(write, task_id)
        if task.status not in ("failed", "cancelled"):
            raise WrongState(f"The task is {task.status}; only a failed or cancelled one can be tried again.")
        task = change(
            write,
            task,
            status="queued",
            attempts_left=task.attempts,
            message=WAITING,
            not_before=None,
            cancel_requested_at=None,
            error_code=None,
            error_message=None,
            error_hint=None,
            error_stage=None,
            started_at=None,
            finished_at=None,
        )
        append(write, EventType.TASK_RETRIED, task)
        return task


def delete(store: Store, task_id: str) -> Task:
    """Hide the task and its files at once; `retention.purge` removes them later. A task that has not ended is cancelled."""
    with store.writing() as write:
        task = find(write, task_id)
        if not task.finished:
            task = end_cancelled(write, task)
        at = clock.now()
        task = change(write, task, deleted_at=at)
        append(write, EventType.TASK_DELETED, task, at=at)
        return task


def undelete(store: Store, task_id: str) -> Task:
    """Undo a deletion, as long as nothing has been removed. Raises TaskGone when it is too late."""
    with store.writing() as write:
        task = look_up(write, task_id)
        if not task:
            find(write, task_id)
            raise AssertionError("find() raises for a task without a row")
        if not task.deleted_at:
            return task
        task = change(write, task, deleted_at=None)
        append(write, EventType.TASK_UNDELETED, task)
        return task


def end_cancelled(write: Write, task: Task) -> Task:
    """Cancel a task that has not ended, and end its lease."""
    at = clock.now()
    task = change(
        write, task, status="cancelled", message="Cancelled", hold_reason=None, finished_at=at, cancel_requested_at=None, **NO_LEASE
    )
    append(write, EventType.TASK_CANCELLED, task, at=at)
    return task


NO_LEASE: Mapping[str, Any] = {"worker_id": None, "lease_expires_at": None, "lease_boot": None, "lease_until_s": None}


def change(write: Write, task: Task, **values: Any) -> Task:
    """Write these columns and return the task as it is now."""
    values = {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}
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
    values, damaged = sanitize(dict(row._mapping), RULES)
    for name in JSON_COLUMNS:
        value = json_object(values[name])
        if value is None or (name == "stages" and not all(isinstance(stage, dict) for stage in value.values())):
            value, damaged = {}, (*damaged, name)
        values[name] = value
    return Task(**values, damaged=damaged)
