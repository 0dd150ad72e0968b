"""Submitting tasks: one, or many in one transaction, of which all are put into the queue or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, func, insert, select

from models import asset, clock, dependency
from models.database import Store, Write
from models.errors import BadDependency, Diagnostic, DuplicateTask, IdempotencyConflict, MissingFile, QueueFull, TaskGone, VideogenError
from models.event import EventType
from models.files.blob_store import Asset
from models.task_table import QUEUED, UNDELETE, WAITING, WAITING_FOR_TASKS, Task, append, change, new_id, queue_rank, row_to_task, tasks
from models.text_values import clean, one_line, to_json

UniqueScope = Literal["queued", "unfinished", "successful"]
SCOPES: Mapping[str, tuple[str, ...]] = {
    "queued": ("queued",),
    "unfinished": ("queued", "running"),
    "successful": ("queued", "running", "completed"),
}
"""Statuses in which a task is the one of its unique key."""

# What makes one submission another than the next.
ASKED = ("kind", "title", "payload", "source", "format", "options", "priority", "made_from_task_id", "run_at", "lock", "unique_key")
BY_KEY = select(tasks).where(tasks.c.idempotency_key == bindparam("key"))
BY_UNIQUE_KEY = (
    select(tasks)
    .where(
        tasks.c.unique_key == bindparam("of_key"),
        tasks.c.kind == bindparam("of_kind"),
        tasks.c.status.in_(bindparam("statuses", expanding=True)),
        tasks.c.deleted_at.is_(None),
    )
    .order_by(tasks.c.created_at.desc(), tasks.c.id.desc())
    .limit(1)
)
COUNT_QUEUED = select(func.count()).select_from(tasks).where(QUEUED)


@dataclass(frozen=True)
class UniqueKey:
    """A key that one task of its kind has at a time, as long as that task's status is in `scope`.

    Another submission with the key gives that task; with `refuse` it raises DuplicateTask.
    """

    key: str
    scope: UniqueScope = "unfinished"
    refuse: bool = False


@dataclass(frozen=True, kw_only=True)
class TaskSpec:
    """A task to be submitted.

    It does not start before `run_at` (UTC, as `clock` writes it), nor before the tasks `after` have completed: ids, or numbers of earlier
    tasks of the same list, from 0. Of tasks with the same `lock` one runs at a time.
    """

    source: str = ""
    format: str = ""
    kind: str = "video"
    payload: Mapping[str, Any] | None = None
    title: str = ""
    options: Mapping[str, Any] | None = None
    priority: int = 0
    attempts: int = 3
    idempotency_key: str | None = None
    made_from: str | None = None
    assets: Sequence[Asset] = ()
    run_at: str | None = None
    after: Sequence[str | int] = ()
    lock: str | None = None
    unique: UniqueKey | None = None
    schedule_id: str | None = None


@dataclass(frozen=True)
class Submitted:
    """What became of a submission: a new task, or one that was there already."""

    task: Task
    created: bool


def submit_all(store: Store, specs: Sequence[TaskSpec], *, max_queued: int = 100) -> list[Submitted]:
    """Put tasks into the queue, all or none, in one transaction. They are started in the order of the list.

    An idempotency key that was used before gives the task made then, and a unique key the task that has it. Raises IdempotencyConflict if
    the former was for something else, TaskGone if it has been deleted; DuplicateTask; BadDependency; QueueFull when `max_queued` tasks are
    queued; MissingFile when a file of `assets` is gone. Of a list, their diagnostics say which task it is about.
    """
    submitted: list[Submitted] = []
    now = clock.parse(clock.now())
    with store.writing() as write:
        write.lock("queue")
        for number, spec in enumerate(specs):
            # They wait since different moments, so that they are started and listed in their order.
            created_at = clock.text(now - timedelta(milliseconds=len(specs) - 1 - number))
            try:
                submitted.append(insert_task(write, store, _resolved(spec, submitted), created_at, max_queued))
            except VideogenError as error:
                if len(specs) > 1:
                    error.diagnostics = tuple(_of_number(number, error))
                raise
    return submitted


def insert_task(write: Write, store: Store, spec: TaskSpec, created_at: str, max_queued: int) -> Submitted:
    """Put one task into the queue, in this transaction. `after` has ids only. Raises what `submit_all` raises."""
    if spec.unique and not spec.unique.key:
        spec = replace(spec, unique=None)
    values = _values(spec, created_at)
    key = spec.idempotency_key
    if key and (before := write.connection.execute(BY_KEY, {"key": key}).one_or_none()):
        if any(before._mapping[name] != values[name] for name in ASKED) or _used(write, before.id) != asset.by_name(spec.assets):
            raise IdempotencyConflict(f"The Idempotency-Key {key!r} was used for another task.")
        if before.deleted_at:
            message = f"The task {before.id}, made with this Idempotency-Key, has been deleted."
            raise TaskGone(message, hint=f"{UNDELETE.format(before.id)} To make another one, use a new key.")
        return Submitted(row_to_task(before), created=False)
    if spec.unique and (same := find_unique(write, values["kind"], values["unique_key"], SCOPES[spec.unique.scope])):
        if spec.unique.refuse:
            raise DuplicateTask(
                f"The task {same.id} (“{same.title}”) has the unique key {spec.unique.key!r} and is {same.status}.",
                diagnostics=[Diagnostic(f"is that of the task {same.id}", path="unique.key")],
            )
        return Submitted(same, created=False)
    waiting = write.connection.execute(COUNT_QUEUED).scalar_one()
    if waiting >= max_queued:
        raise QueueFull(f"The queue is full ({waiting} of {max_queued}).")
    # Under the write lock: whoever clears away what is not used holds it, too. Other storage than the local disk is not asked in a
    # transaction; `Files.keep` has renewed the files before.
    checked = spec.assets if store.files.is_local else ()
    if missing := [Diagnostic("is not there any more", path=f"assets.{file.name}") for file in checked if not store.files.stat(file.key)]:
        raise MissingFile(f"{missing[0].path} is not there any more.", hint="Upload the file again.", diagnostics=missing)
    after = list(dict.fromkeys(map(str, spec.after)))
    waits = dependency.check(write, after)
    values |= {"hold_reason": WAITING_FOR_TASKS} if waits else {}
    submitted = row_to_task(write.connection.execute(insert(tasks).values(**values).returning(tasks)).one())
    asset.register(write, submitted.id, spec.assets)
    dependency.register(write, submitted.id, after)
    if waits:
        submitted = change(write, submitted, message=dependency.waiting_message(write, submitted.id))
    append(write, EventType.TASK_SUBMITTED, submitted, data=_event_data(submitted, spec, after), at=created_at)
    return Submitted(submitted, created=True)


def find_unique(write: Write, kind: str, key: str, statuses: Sequence[str]) -> Task | None:
    """Return the newest task of this kind that has the unique key and one of these statuses."""
    values = {"of_key": key, "of_kind": kind, "statuses": list(statuses)}
    row = write.connection.execute(BY_UNIQUE_KEY, values).one_or_none()
    return row_to_task(row) if row else None


def _values(spec: TaskSpec, created_at: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "kind": clean(spec.kind),
        "title": one_line(spec.title.strip()) or "Untitled",
        "status": "queued",
        "payload": to_json(spec.payload or {}, sort_keys=True),
        "source": clean(spec.source),
        "format": spec.format,
        "options": to_json(spec.options or {}, sort_keys=True),
        "attempts_left": spec.attempts,
        "attempts": spec.attempts,
        "priority": spec.priority,
        "idempotency_key": spec.idempotency_key or None,
        "made_from_task_id": spec.made_from,
        "message": WAITING,
        "created_at": created_at,
        "run_at": spec.run_at,
        "queue_rank": queue_rank(created_at, spec.run_at, spec.priority),
        "lock": clean(spec.lock) if spec.lock else None,
        "unique_key": clean(spec.unique.key) if spec.unique else None,
        "schedule_id": spec.schedule_id,
    }


def _event_data(submitted: Task, spec: TaskSpec, after: Sequence[str]) -> dict[str, Any]:
    """Return the data of task.submitted: what the row says of how the task was submitted, and nothing of what was not."""
    data = {"kind": submitted.kind, "title": submitted.title, "format": spec.format, "priority": submitted.priority}
    if spec.assets:
        data["assets"] = asset.by_name(spec.assets)
    if after:
        data["after"] = after
    names = ("run_at", "lock", "unique_key", "schedule_id", "hold_reason")
    return data | {name: value for name in names if (value := getattr(submitted, name)) is not None}


def _used(write: Write, task_id: str) -> Mapping[str, str]:
    return asset.by_name(asset.of_task(write, task_id))


def _resolved(spec: TaskSpec, submitted: Sequence[Submitted]) -> TaskSpec:
    """Return the spec with ids in place of numbers of earlier tasks of the list. Raises BadDependency."""
    after: list[str | int] = []
    for number, other in enumerate(spec.after):
        if isinstance(other, str):
            after.append(other)
        elif 0 <= other < len(submitted):
            after.append(submitted[other].task.id)
        else:
            message = f"There is no earlier task {other} in the list; they are counted from 0."
            raise BadDependency(message, diagnostics=[Diagnostic("is no earlier task of the list", path=f"after.{number}")])
    return replace(spec, after=after) if after else spec


def _of_number(number: int, error: VideogenError) -> list[Diagnostic]:
    """Return the diagnostics of an error, with the task of the list that they are about."""
    prefix = f"tasks.{number}"
    if not error.diagnostics:
        return [Diagnostic(error.detail, path=prefix)]
    return [replace(diagnostic, path=f"{prefix}.{diagnostic.path}" if diagnostic.path else prefix) for diagnostic in error.diagnostics]
