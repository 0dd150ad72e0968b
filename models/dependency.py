"""Tasks that start after others: which, and what the end of one means for those that wait for it.

A task names those it starts after when it is submitted, and never later, so there can be no cycle. While any of them has not completed it
is on hold (`waiting_for_tasks`). It is released when the last of them completes, and fails when one of them fails or is cancelled.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Exists,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    bindparam,
    exists,
    insert,
    select,
)

from models import clock
from models.database import Read, Store, Write, metadata
from models.dialect import ByDialect
from models.errors import BadDependency, DependencyCancelled, DependencyFailed, Diagnostic, StoreBusy, VideogenError
from models.event import EventType
from models.postgres import statements as postgres
from models.prepared_statement import PreparedStatement
from models.sqlite import statements as sqlite
from models.task_table import BY_ID, WAITING, WAITING_FOR_TASKS, Task, append, change, row_to_task, tasks

dependencies = Table(
    "dependencies",
    metadata,
    Column("task_id", Text, nullable=False),
    Column("after_task_id", Text, nullable=False),
    PrimaryKeyConstraint("task_id", "after_task_id"),
    ForeignKeyConstraint(["task_id"], ["tasks.id"], ondelete="CASCADE"),
    Index("dependencies_by_task", "after_task_id", "task_id"),
    sqlite_strict=True,
)

OF_TASK = (
    select(dependencies.c.after_task_id, tasks.c.id, tasks.c.title, tasks.c.status, tasks.c.deleted_at)
    .join_from(dependencies, tasks, tasks.c.id == dependencies.c.after_task_id, isouter=True)
    .where(dependencies.c.task_id == bindparam("of_id"))
    .order_by(dependencies.c.after_task_id)
)
OF_ENDED = (
    select(tasks)
    .join_from(dependencies, tasks, tasks.c.id == dependencies.c.task_id)
    .where(dependencies.c.after_task_id == bindparam("of_id"))
)
WAITS = (tasks.c.status == "queued") & tasks.c.deleted_at.is_(None) & (tasks.c.hold_reason == WAITING_FOR_TASKS)
WAITING_FOR_ENDED = OF_ENDED.where(WAITS).order_by(tasks.c.created_at, tasks.c.id)
FAILED_WITH_ENDED = OF_ENDED.where(
    tasks.c.status == "failed",
    tasks.c.deleted_at.is_(None),
    tasks.c.error_code.in_((DependencyFailed.code, DependencyCancelled.code)),
).order_by(tasks.c.created_at, tasks.c.id)
# Those of which the end of a task has not been told: it was cancelled in SQL, say, or its row was removed by hand.
UNSETTLED = ByDialect(sqlite.UNSETTLED, postgres.UNSETTLED).columns(tasks.c.id)


def check(write: Write, after: Sequence[str], path: str = "after") -> bool:
    """Return whether a task that starts after these has to wait. Raises BadDependency for one that has failed, or is not there."""
    waits = False
    for number, task_id in enumerate(after):
        row = write.connection.execute(BY_ID, {"task_id": task_id}).one_or_none()
        status = "no task" if row is None or row.deleted_at else str(row.status)
        if status in ("no task", "failed", "cancelled"):
            diagnostic = Diagnostic(f"is {status}", path=f"{path}.{number}")
            raise BadDependency(f"{task_id[:64]!r} is {status}: nothing can start after it.", diagnostics=[diagnostic])
        waits = waits or status != "completed"
    return waits


def register(write: Write, task_id: str, after: Sequence[str]) -> None:
    """Note what a task starts after, in the transaction that inserts it."""
    if after:
        write.connection.execute(insert(dependencies), [{"task_id": task_id, "after_task_id": other} for other in after])


def of_task(read: Read | Write, task_id: str) -> list[str]:
    """Return the ids of the tasks that a task starts after, in their order."""
    return [row.after_task_id for row in _of_task(read, task_id)]


def predecessors(read: Read | Write, task_id: str) -> list[tuple[str, str, str]]:
    """Return the id, title and status of each task that a task starts after; the status of one that is gone is `deleted`."""
    rows = _of_task(read, task_id)
    return [(row.after_task_id, row.title or "", "deleted" if row.id is None or row.deleted_at else row.status) for row in rows]


def unfinished(read: Read | Write, task_id: str) -> list[tuple[str, str]]:
    """Return the id and the title of each task that a task still waits for. What has been removed for good holds nothing up."""
    return [(row.id, row.title) for row in _of_task(read, task_id) if row.id is not None and row.status != "completed"]


def waiting_message(read: Read | Write, task_id: str) -> str:
    """Return what the row of a task on hold says."""
    waiting_for = unfinished(read, task_id)
    return f"Waiting for “{waiting_for[0][1]}”" if len(waiting_for) == 1 else f"Waiting for {len(waiting_for)} tasks"


def is_waited_for(task_id: ColumnElement[str]) -> Exists:
    """Return the condition that some task was submitted to start after this one."""
    return exists(select(dependencies.c.task_id).where(dependencies.c.after_task_id == task_id))


ANY_AFTER = PreparedStatement(select(1).where(is_waited_for(bindparam("of_id", type_=Text))))


def settle(write: Write, ended_id: str) -> None:
    """Release or fail the tasks that wait for one that has just ended, and in turn those that wait for them."""
    ends = [ended_id]
    while ends:
        values = {"of_id": ends.pop()}
        if ANY_AFTER.row(write, values) is None:
            continue
        for row in write.connection.execute(WAITING_FOR_ENDED, values).all():
            if failed := _settle_one(write, row_to_task(row)):
                ends.append(failed.id)


def settle_all(store: Store) -> None:
    """Release or fail the tasks that wait for tasks which ended without a word to them: cancelled in SQL, or removed by hand."""
    values = {"reason": WAITING_FOR_TASKS}
    with store.reading() as read:
        if read.connection.execute(UNSETTLED, values).first() is None:
            return
    with contextlib.suppress(StoreBusy), store.writing(wait_s=0) as write:
        write.lock("queue")
        for task_id in write.connection.execute(UNSETTLED, values).scalars().all():
            row = write.connection.execute(BY_ID, {"task_id": task_id}).one()
            if row.status == "queued" and (failed := _settle_one(write, row_to_task(row))):
                settle(write, failed.id)


def failed_with(write: Write, task_id: str) -> list[Task]:
    """Return the tasks that failed because this one had not completed: they come back with it."""
    return [row_to_task(row) for row in write.connection.execute(FAILED_WITH_ENDED, {"of_id": task_id})]


def _settle_one(write: Write, waiting: Task) -> Task | None:
    """Release, fail or leave a task that waits for others, as these are now. Return it when it failed.

    One that is gone has completed: with any other end it would have failed those that wait for it.
    """
    others = [row for row in _of_task(write, waiting.id) if row.id is not None]
    ended = next((row for row in others if row.status in ("failed", "cancelled")), None)
    if ended is not None:
        return _fail(write, waiting, ended)
    if all(row.status == "completed" for row in others):
        append(write, EventType.TASK_RELEASED, change(write, waiting, message=WAITING, hold_reason=None))
    return None


def _fail(write: Write, waiting: Task, ended: Row[Any]) -> Task:
    title = f" (“{ended.title}”)" if ended.title else ""
    error: VideogenError
    if ended.status == "failed":
        error = DependencyFailed(f"The task {ended.after_task_id}{title}, which comes before this one, has failed.")
    else:
        error = DependencyCancelled(f"The task {ended.after_task_id}{title}, which comes before this one, was cancelled.")
    at = clock.now()
    failed = change(
        write,
        waiting,
        status="failed",
        message=error.detail,
        hold_reason=None,
        error_code=error.code,
        error_message=error.detail,
        error_hint=error.hint,
        error_stage=None,
        finished_at=at,
    )
    append(write, EventType.TASK_FAILED, failed, data=error.as_dict() | {"stage": None, "task": ended.after_task_id}, at=at)
    return failed


def _of_task(read: Read | Write, task_id: str) -> Sequence[Any]:
    return read.connection.execute(OF_TASK, {"of_id": task_id}).all()
