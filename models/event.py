"""The log: facts about tasks, appended in the transaction that makes them true and never changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isnan
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
    literal_column,
    select,
    text,
)

from models import clock
from models.database import Read, Store, Write, metadata
from models.prepared_statement import PreparedStatement
from models.row_sanitizer import json_object, rules_of, sanitize
from models.text_values import readable, to_json

MAX_SEQ = 2**63 - 1
CURSOR = re.compile(r"([0-9a-f]{8})-(0|[1-9][0-9]{0,18})", re.ASCII)


class EventType(StrEnum):
    """Every fact the log knows."""

    TASK_SUBMITTED = "task.submitted", "A task was submitted and waits for a worker."
    TASK_HELD = "task.held", "A worker is free, but the task cannot be started as things are; data has code, message and hint."
    TASK_RELEASED = "task.released", "Nothing holds the task back any more; it waits for a worker again."
    TASK_PRIORITY_CHANGED = "task.priority_changed", "Somebody gave a queued task another priority; data has it and the one before."
    TASK_RESCHEDULED = "task.rescheduled", "Somebody changed when a queued task starts; data has run_at and the one before."
    TASK_TAGGED = "task.tagged", "Somebody gave the task other tags; data has them and those before."
    TASK_STARTED = "task.started", "A worker began an attempt; progress starts at 0."
    TASK_REQUEUED = "task.requeued", "A worker put the task back, as it was asked to stop or has not come to it; it costs no attempt."
    TASK_STALLED = "task.stalled", "The task's renderer has said nothing for a while; the next event clears it."
    TASK_CANCELLING = "task.cancelling", "Somebody asked for a running task to be cancelled."
    TASK_CANCELLED = "task.cancelled", "The task was cancelled; nothing of it runs any more."
    TASK_COMPLETED = "task.completed", "The result is there."
    TASK_FAILED = "task.failed", "The task failed; data has code, message, hint, stage and retryable."
    TASK_RETRIED = "task.retried", "A failed or cancelled task was put back into the queue with a fresh budget of attempts."
    TASK_WARNING = "task.warning", "Something is not as it was asked for, and the task goes on all the same."
    TASK_DELETED = "task.deleted", "The task was deleted; it and its files are hidden at once and removed later."
    TASK_UNDELETED = "task.undeleted", "A deletion was undone in time."
    ATTEMPT_LOST = "attempt.lost", "An attempt's worker or renderer was lost; data has the attempt's number and how far it was."
    ATTEMPT_FAILED = "attempt.failed", "An attempt failed, and the task is tried again; data has the error, attempts_left and wait_s."
    STAGE_STARTED = "stage.started", "A stage began."
    STAGE_PROGRESS = "stage.progress", "A stage came further, or does something else now."
    STAGE_COMPLETED = "stage.completed", "A stage ended; data says how much it made and how much it reused."
    STAGE_FAILED = "stage.failed", "A stage failed; data has the error."
    ITEM_COMPLETED = "item.completed", "A part of the task is done and saved; data has its position."
    SCENE_RENDERED = "scene.rendered", "A scene's picture and segment are there."
    ARTIFACT_CREATED = "artifact.created", "A file that the task was to make is there."
    LOG_PRUNED = "log.pruned", "Old events were removed up to the floor that data names."
    LOG_RESTORED = "log.restored", "The store was restored from a backup and the log has a new epoch."
    SCHEDULE_ADDED = "schedule.added", "A schedule was added; data has its id, name, cron, timezone and next_at."
    SCHEDULE_CHANGED = "schedule.changed", "A schedule was paused or resumed, or has other times; data has what changed."
    SCHEDULE_REMOVED = "schedule.removed", "A schedule was removed; the tasks that it submitted stay."
    SCHEDULE_SKIPPED = "schedule.skipped", "A time of a schedule gave no task; data has code and message."
    WEBHOOK_ENABLED = "webhook.enabled", "From here on VIDEOGEN_WEBHOOK_URL is told of each task's end."
    WEBHOOK_DELIVERED = "webhook.delivered", "VIDEOGEN_WEBHOOK_URL took the end of a task; data says of which."
    WEBHOOK_FAILED = "webhook.failed", "VIDEOGEN_WEBHOOK_URL did not take the end of a task, and is not asked again."

    description: str

    def __new__(cls, value: str, description: str) -> EventType:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


ENDINGS = frozenset({EventType.TASK_COMPLETED, EventType.TASK_FAILED, EventType.TASK_CANCELLED})


@dataclass(frozen=True)
class Event:
    """One fact. Status, stage, stage_progress, progress (0..1) and message are the task's as of this event.

    `damaged` names the columns that could not be read; `data` then says so, too.
    """

    seq: int
    task_id: str | None
    attempt: int
    type: str
    status: str | None
    stage: str | None
    stage_progress: float | None
    progress: float | None
    message: str | None
    data: Mapping[str, Any]
    at: str
    damaged: Sequence[str] = ()


# What is asked for by its type; all else is found by its task.
STREAMED = tuple(type.value for type in (EventType.TASK_WARNING, EventType.TASK_FAILED, EventType.TASK_DELETED))

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("task_id", Text),
    Column("attempt", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text),
    Column("stage", Text),
    Column("stage_progress", REAL),
    Column("progress", REAL),
    Column("message", Text),
    Column("data", Text, nullable=False),
    Column("at", Text, nullable=False),
    CheckConstraint("json_valid(data) AND json_type(data) = 'object'", name="data_json"),
    CheckConstraint("seq > 0", name="seq_positive"),
    Index("events_of_task", "task_id", "seq"),
    Index("events_told_by_type", "task_id", "type", sqlite_where=text(f"type IN {STREAMED}")),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

RULES = rules_of(events, but=("seq", "data"))
COLUMNS = tuple(events.c.keys())
FIELDS = tuple(column.name for column in events.c if column.name != "seq")


def append(
    write: Write,
    type: EventType | str,
    task_id: str | None,
    *,
    attempt: int = 0,
    status: str | None = None,
    stage: str | None = None,
    stage_progress: float | None = None,
    progress: float | None = None,
    message: str | None = None,
    data: Mapping[str, Any] | None = None,
    at: str | None = None,
) -> None:
    """Append one event in this transaction, whose commit inserts it. Its listeners are woken after that."""
    row = {
        "task_id": task_id,
        "attempt": attempt,
        "type": str(type),
        "status": status,
        "stage": stage,
        "stage_progress": _number(stage_progress),
        "progress": _number(progress),
        "message": message and readable(message),
        "data": to_json(data or {}),
        "at": at or clock.now(),
    }
    write.buffered.append(row)
    write.appended.append(task_id)


def _number(value: float | None) -> float | None:
    """Return a number that JSON has; None for NaN, as SQLite stores it."""
    return None if value is None or isnan(value) else value


@dataclass(frozen=True)
class Cursor:
    """A position in the log: the last event read. Its text is `<epoch>-<seq>`."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """Return the cursor that a client sent, None if it is malformed. Strict: str.isdigit() would accept '²'."""
        match = CURSOR.fullmatch(text)
        if not match or int(match[2]) > MAX_SEQ:
            return None
        return cls(match[1], int(match[2]))


AFTER = select(events).where(events.c.seq > bindparam("after")).order_by(events.c.seq).limit(bindparam("limit"))
AFTER_OF_ALL = PreparedStatement(AFTER)
AFTER_OF_TASK = PreparedStatement(AFTER.where(events.c.task_id == bindparam("task_id")))
AFTER_OF_TASKS = AFTER.where(events.c.task_id.in_(bindparam("task_ids", expanding=True)))
LAST = select(func.max(events.c.seq))
LAST_AT = select(events.c.at).where(events.c.task_id == bindparam("task_id")).order_by(events.c.seq.desc()).limit(1)
LAST_TYPE = select(events.c.type).where(events.c.task_id == bindparam("task_id")).order_by(events.c.seq.desc()).limit(1)
LAST_OF_TASK = LAST.where(events.c.task_id == bindparam("task_id"))


def after(read: Read, seq: int, *, task_ids: Collection[str] | None = None, limit: int = 500) -> list[Event]:
    """Return the events after `seq`, in order, at most `limit`: of all tasks, or of those named."""
    values: dict[str, Any] = {"after": seq, "limit": limit}
    if task_ids is not None and len(task_ids) != 1:
        return rows(read.connection.execute(AFTER_OF_TASKS, values | {"task_ids": sorted(task_ids)}))
    (task_id,) = task_ids or (None,)
    statement = AFTER_OF_TASK if task_id else AFTER_OF_ALL
    return [value_of(dict(zip(COLUMNS, row, strict=True))) for row in statement.rows(read, values | {"task_id": task_id})]


def head(read: Read) -> int:
    """Return the seq of the newest event, 0 for an empty log. Never below the floor, even if everything was pruned."""
    return max(read.connection.execute(LAST).scalar() or 0, read.floor)


def reset_reason(read: Read, cursor: Cursor | None) -> str | None:
    """Return why a reader cannot continue from a cursor; None if it can. The cursor is None if it could not be parsed."""
    if cursor is None:
        return "malformed"
    if cursor.epoch != read.epoch:
        return "epoch"
    if cursor.seq > head(read):
        return "ahead"
    if cursor.seq < read.floor:
        return "pruned"
    return None


def last_of_task(read: Read, task_id: str) -> int:
    """Return the seq of the task's newest event, or the floor if there is none above it."""
    return max(read.connection.execute(LAST_OF_TASK, {"task_id": task_id}).scalar() or 0, read.floor)


@dataclass(frozen=True)
class Changes:
    """What follows a cursor: the head of the log as of now, and the tasks with new events, in order."""

    head: Cursor
    tasks: Sequence[str | None]


def changes(store: Store, after: Cursor | None) -> Changes:
    """Return the tasks with events after a cursor. After a restore, when the cursor is of another history: all (None)."""
    news = store.dialect.news(after.seq if after else MAX_SEQ)
    epoch, head, *_ = news[0]
    if after is None or after.epoch != epoch or after.seq > head:
        return Changes(Cursor(epoch, head), (None,) if after else ())
    new = [(seq, task_id) for *_, seq, task_id in news if seq is not None]
    return Changes(Cursor(epoch, new[-1][0] if new else after.seq), tuple(dict.fromkeys(task_id for _, task_id in new)))


def stage_patch(type: str, stage: str | None, stage_progress: float | None, data: Mapping[str, Any], at: str) -> dict[str, Any]:
    """Return what an event changes in its task's table of stages, as a JSON merge patch (RFC 7396).

    Row and log share this definition.
    """
    if stage is None:
        return {}
    patch: dict[str, Any] = {} if stage_progress is None else {"progress": stage_progress}
    patch |= {"remaining_s": data["remaining_s"]} if "remaining_s" in data else {}
    match type:
        case EventType.STAGE_STARTED:
            patch |= {"status": "running", "progress": 0.0, "started_at": at}
        case EventType.STAGE_COMPLETED:
            patch |= {"status": "completed", "progress": 1.0, "finished_at": at}
            patch |= {key: data[key] for key in ("made", "reused", "length_s", "work") if data.get(key) is not None}
        case EventType.STAGE_FAILED:
            patch |= {"status": "failed", "finished_at": at}
    return {stage: patch} if patch else {}


# SQLite takes the partial index only where its condition is repeated word for word.
OF_TYPE = (events.c.task_id == bindparam("task_id")) & (events.c.type == bindparam("type")) & literal_column(f"type IN {STREAMED}")
LAST_OF_TYPE = select(events).where(OF_TYPE).order_by(events.c.seq.desc()).limit(1)
LAST_OF_WEBHOOK = select(events).where(events.c.task_id.is_(None), events.c.type.like("webhook.%")).order_by(events.c.seq.desc()).limit(1)
ALL_OF_TYPE = select(events).where(OF_TYPE).order_by(events.c.seq)
FIRST_STAGES_COMPLETED = (
    select(events)
    .where(events.c.task_id == bindparam("task_id"), events.c.type == EventType.STAGE_COMPLETED)
    .order_by(events.c.seq)
    .limit(bindparam("limit"))
)


def newest_of_webhook(read: Read) -> Event | None:
    """Return the newest event about the webhook; those belong to no task, and there are few of that kind."""
    row = read.connection.execute(LAST_OF_WEBHOOK).one_or_none()
    return value_of(dict(row._mapping)) if row else None


def last_at(read: Read, task_id: str) -> str | None:
    """Return when the task's newest event was written."""
    return read.connection.execute(LAST_AT, {"task_id": task_id}).scalar()


def is_stalled(read: Read, task_id: str) -> bool:
    """Return whether the task's newest event says that its renderer is silent."""
    return read.connection.execute(LAST_TYPE, {"task_id": task_id}).scalar() == EventType.TASK_STALLED


def was_deleted(read: Read | Write, task_id: str) -> bool:
    """Return whether the log knows the task as deleted, whether or not its row is still there."""
    return read.connection.execute(LAST_OF_TYPE, {"task_id": task_id, "type": EventType.TASK_DELETED}).first() is not None


def warnings(read: Read, task_id: str) -> list[Event]:
    """Return the task's warnings, in order."""
    return rows(read.connection.execute(ALL_OF_TYPE, {"task_id": task_id, "type": EventType.TASK_WARNING}))


def first_stages_completed(read: Read, task_id: str, limit: int) -> list[Event]:
    """Return the ends of the first stages that the task completed, in order. They come early in its log, and no more of it is read."""
    return rows(read.connection.execute(FIRST_STAGES_COMPLETED, {"task_id": task_id, "limit": limit}))


def failure(read: Read, task_id: str) -> Event | None:
    """Return the task's last failure: its data has the error with its faults."""
    row = read.connection.execute(LAST_OF_TYPE, {"task_id": task_id, "type": EventType.TASK_FAILED}).one_or_none()
    return value_of(dict(row._mapping)) if row else None


def rows(rows_read: Iterable[Row[Any]]) -> list[Event]:
    """Return rows of `events` as values."""
    return [value_of(dict(row._mapping)) for row in rows_read]


def value_of(values: Mapping[str, Any]) -> Event:
    """Return a row of `events` as a value. What is damaged in it is left out and named."""
    data = json_object(values["data"])
    sound, damaged = sanitize(values, RULES)
    if data is None or damaged:
        damaged = (*damaged, "data") if data is None else damaged
        data = {**(data or {}), "damaged": damaged}
    event = object.__new__(Event)
    vars(event).update(sound, data=data, damaged=damaged)  # a frozen dataclass sets its fields one by one, which takes ten times as long
    return event
