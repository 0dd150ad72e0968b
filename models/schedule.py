"""Schedules: tasks that are submitted again and again, at times that a cron expression says.

A schedule is fired in the transaction that submits its task and moves it on to its next time. So however many supervisors look, each of
its times gives one task. Of times that were missed, while no supervisor ran, one is made up for at most.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import NoneType
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Integer, Row, Table, Text, bindparam, delete, insert, or_, select, update
from sqlalchemy import text as sql

from models import asset, clock, cron, event, task
from models.database import Read, Store, Write, metadata
from models.errors import ScheduleExists, ScheduleNotFound, StoreBusy, VideogenError
from models.event import EventType
from models.files.blob_store import ID, Asset
from models.intake import TaskSpec, insert_task
from models.row_sanitizer import Rule, json_object, rules_of, sanitize
from models.task_table import BY_ID, FINISHED, new_id
from models.text_values import clean, to_json

LATE_AFTER_S = 60.0
"""A time that passed longer ago was missed."""
STILL_UNFINISHED = "still_unfinished"
MISSED = "missed"

schedules = Table(
    "schedules",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("cron", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("assets", Text, nullable=False, server_default=sql("'[]'")),
    Column("overlap", Integer, nullable=False, server_default=sql("0")),
    Column("catch_up", Integer, nullable=False, server_default=sql("1")),
    Column("created_at", Text, nullable=False),
    Column("paused_at", Text),
    Column("next_at", Text),
    Column("last_at", Text),
    Column("last_task_id", Text),
    Column("skip_reason", Text),
    CheckConstraint("json_valid(template) AND json_type(template) = 'object'", name="template_json"),
    CheckConstraint("json_valid(assets) AND json_type(assets) = 'array'", name="assets_json"),
    sqlite_strict=True,
)
Index("schedules_due", schedules.c.next_at, sqlite_where=sql("next_at IS NOT NULL AND paused_at IS NULL"))

DUE = (
    select(schedules)
    .where(schedules.c.next_at.is_not(None), schedules.c.paused_at.is_(None), schedules.c.next_at <= bindparam("now"))
    .order_by(schedules.c.next_at, schedules.c.id)
)
BY_NAME_OR_ID = select(schedules).where(or_(schedules.c.id == bindparam("of"), schedules.c.name == bindparam("of")))
ALL = select(schedules).order_by(schedules.c.paused_at.is_not(None), schedules.c.next_at, schedules.c.name)
TEMPLATE = {
    **dict.fromkeys(("source", "format", "title"), Rule((str,), None, "")),
    "kind": Rule((str,), None, "video"),
    **dict.fromkeys(("payload", "options"), Rule((dict, NoneType), None, None)),
    "priority": Rule((int,), lambda priority: abs(priority) <= 1000, 0),
    "attempts": Rule((int,), lambda attempts: 0 < attempts <= 1000, 3),
    **dict.fromkeys(("made_from", "lock"), Rule((str, NoneType), None, None)),
}
"""Fields of the task that a schedule repeats, and what each may hold."""
RULES = rules_of(schedules, but=("template", "assets"))


@dataclass(frozen=True)
class Schedule:
    """A row of `schedules`. `template` has the fields TEMPLATE of a TaskSpec.

    With `overlap` it is also fired while its task before has not ended; with `catch_up` a missed time is made up for. `skip_reason` is the
    code for which its last time gave no task.
    """

    id: str
    name: str
    cron: str
    timezone: str
    template: Mapping[str, Any]
    assets: Sequence[Asset]
    overlap: bool
    catch_up: bool
    created_at: str
    paused_at: str | None
    next_at: str | None
    last_at: str | None
    last_task_id: str | None
    skip_reason: str | None

    @property
    def spec(self) -> TaskSpec:
        """The task that is submitted each time."""
        return TaskSpec(**self.template, assets=self.assets, schedule_id=self.id)


def add(
    store: Store, name: str, expression: str, timezone: str, spec: TaskSpec, *, overlap: bool = False, catch_up: bool = True
) -> Schedule:
    """Add a schedule that repeats a task. Raises BadSchedule, and ScheduleExists if there is one of this name."""
    cron.check(expression, timezone)
    now = clock.now()
    values = {
        "id": new_id(),
        "name": clean(name),
        "cron": expression,
        "timezone": timezone,
        "template": to_json({field: getattr(spec, field) for field in TEMPLATE}),
        "assets": to_json([vars(file) for file in spec.assets]),
        "overlap": int(overlap),
        "catch_up": int(catch_up),
        "created_at": now,
        "next_at": _next(expression, timezone, clock.parse(now)),
    }
    with store.writing() as write:
        write.lock("queue")
        if write.connection.execute(BY_NAME_OR_ID, {"of": values["name"]}).first():
            raise ScheduleExists(f"There is a schedule called {name!r}.")
        added = _schedule(write.connection.execute(insert(schedules).values(**values).returning(schedules)).one())
        _append(write, EventType.SCHEDULE_ADDED, added, cron=added.cron, timezone=added.timezone, next_at=added.next_at)
        return added


def repeat(read: Read, task_id: str) -> TaskSpec:
    """Return the task that repeats another, with its files. Raises TaskNotFound, TaskGone."""
    row = task.find(read, task_id)
    values = {name: getattr(row, name) for name in TEMPLATE if name != "made_from"}
    return TaskSpec(**values, made_from=row.id, assets=tuple(asset.of_task(read, row.id)))


def every(read: Read) -> list[Schedule]:
    """Return all schedules: those that come next first, paused ones last."""
    return [_schedule(row) for row in read.connection.execute(ALL)]


def find(read: Read | Write, name: str) -> Schedule:
    """Return the schedule with this name or id. Raises ScheduleNotFound."""
    row = read.connection.execute(BY_NAME_OR_ID, {"of": name}).first()
    if row is None:
        raise ScheduleNotFound(f"There is no schedule {name[:64]!r}.")
    return _schedule(row)


def pause(store: Store, name: str) -> Schedule:
    """Pause a schedule: none of its times gives a task until it is resumed."""
    with store.writing() as write:
        write.lock("queue")
        schedule = find(write, name)
        if schedule.paused_at:
            return schedule
        return _change(write, schedule, {"paused_at": clock.now()}, paused=True)


def resume(store: Store, name: str) -> Schedule:
    """Resume a schedule with its next time; the times that passed are not made up for."""
    with store.writing() as write:
        write.lock("queue")
        schedule = find(write, name)
        if not schedule.paused_at:
            return schedule
        next_at = _next(schedule.cron, schedule.timezone, clock.parse(clock.now()))
        return _change(write, schedule, {"paused_at": None, "next_at": next_at}, paused=False, next_at=next_at)


def move(store: Store, name: str, expression: str | None = None, timezone: str | None = None) -> Schedule:
    """Give a schedule other times. Raises BadSchedule."""
    with store.writing() as write:
        write.lock("queue")
        schedule = find(write, name)
        expression, timezone = expression or schedule.cron, timezone or schedule.timezone
        cron.check(expression, timezone)
        next_at = _next(expression, timezone, clock.parse(clock.now()))
        values = {"cron": expression, "timezone": timezone, "next_at": next_at}
        return _change(write, schedule, values, **values)


def remove(store: Store, name: str) -> Schedule:
    """Remove a schedule. The tasks that it submitted stay."""
    with store.writing() as write:
        write.lock("queue")
        schedule = find(write, name)
        write.connection.execute(delete(schedules).where(schedules.c.id == schedule.id))
        _append(write, EventType.SCHEDULE_REMOVED, schedule)
        return schedule


def fire_due(store: Store, *, max_queued: int = 100) -> int:
    """Submit the tasks of the schedules whose time has come. Return how many. While the database is busy the next call does it."""
    fired, now = 0, clock.now()
    with store.reading() as read:
        if read.connection.execute(DUE, {"now": now}).first() is None:
            return 0
    with contextlib.suppress(StoreBusy), store.writing(wait_s=0) as write:
        write.lock("queue")
        for row in write.connection.execute(DUE, {"now": now}).all():
            fired += _fire(write, store, _schedule(row), now, max_queued)
    return fired


def _fire(write: Write, store: Store, due: Schedule, now: str, max_queued: int) -> bool:
    """Submit the task of one schedule, unless there is a reason not to, and move it on to its next time after now."""
    values: dict[str, Any] = {"last_at": now, "skip_reason": None}
    skipped: tuple[str, str] | None = None
    try:
        values["next_at"] = _next(due.cron, due.timezone, clock.parse(max(now, due.next_at or "")))
        if not due.catch_up and clock.seconds_between(due.next_at or now, now) > LATE_AFTER_S:
            skipped = (MISSED, "Its time was missed: no server ran.")
        elif not due.overlap and due.last_task_id and not _has_ended(write, due.last_task_id):
            skipped = (STILL_UNFINISHED, f"Its task {due.last_task_id} has not ended yet.")
        else:
            values["last_task_id"] = insert_task(write, store, due.spec, now, max_queued).task.id
    except VideogenError as error:
        skipped = (error.code, error.detail)
        values.setdefault("next_at", None)
    if skipped:
        values |= {"skip_reason": skipped[0], "last_at": due.last_at}
        if skipped[0] != due.skip_reason:  # said once, not at each of its times
            _append(write, EventType.SCHEDULE_SKIPPED, due, code=skipped[0], message=skipped[1])
    write.connection.execute(update(schedules).where(schedules.c.id == due.id).values(**values))
    return skipped is None


def _has_ended(write: Write, task_id: str) -> bool:
    row = write.connection.execute(BY_ID, {"task_id": task_id}).one_or_none()
    return row is None or row.status in FINISHED or row.deleted_at is not None


def _change(write: Write, schedule: Schedule, values: Mapping[str, Any], **data: Any) -> Schedule:
    statement = update(schedules).where(schedules.c.id == schedule.id).values(**values).returning(schedules)
    changed = _schedule(write.connection.execute(statement).one())
    _append(write, EventType.SCHEDULE_CHANGED, changed, **data)
    return changed


def _append(write: Write, type: EventType, about: Schedule, **data: Any) -> None:
    event.append(write, type, None, data={"schedule": about.id, "name": about.name} | data)


def _next(expression: str, timezone: str, moment: datetime) -> str | None:
    following = cron.next_after(expression, timezone, moment)
    return clock.text(following) if following else None


def _schedule(row: Row[Any]) -> Schedule:
    """Return a row as a value. What a hand has damaged in its template is left out: the task then fails, and says why."""
    values, _ = sanitize(dict(row._mapping), RULES)
    written = json_object(row.template) or {}
    template, _ = sanitize({name: written.get(name, rule.instead) for name, rule in TEMPLATE.items()}, TEMPLATE)
    try:
        files = [Asset(**file) for file in json.loads(row.assets) if ID.fullmatch(file["id"])]
    except (TypeError, KeyError, ValueError):
        files = []
    flags = {name: bool(values[name]) for name in ("overlap", "catch_up")}
    return Schedule(**values | flags | {"template": template, "assets": files})
