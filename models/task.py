"""Tasks: the table, and what people do with a task. `attempt.py` has what a worker does with it."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, tuple_

from models import clock, dependency, event, intake, search
from models.database import Read, Store, Write
from models.errors import DuplicateTask, TaskGone, TaskNotFound, WrongState
from models.event import EventType
from models.intake import SCOPES, TaskSpec
from models.task_table import (
    BY_ID,
    FINISHED,
    NO_LEASE,
    QUEUED,
    STATUSES,
    TO_CHANGE,
    UNDELETE,
    WAITING,
    WAITING_FOR_TASKS,
    Lease,
    Task,
    append,
    change,
    queue_rank,
    row_to_task,
    tasks,
)

__all__ = ["FINISHED", "NO_LEASE", "QUEUED", "STATUSES", "WAITING", "Lease", "Task", "append", "change", "row_to_task", "tasks"]

REMOVED = "It has been removed for good; submit the script again."

MOST_VERSIONED = 5000
"""Tasks made from others that are looked through for versions: the newest."""
PAGE_CURSOR = re.compile(r"[^_]*_[0-9A-Za-z-]{1,64}", re.ASCII)
"""What `page` gives as the cursor of the next page: when its last task was made (anything, of a row that is damaged), and its id."""

# Those that will be started before a task; who may not start yet is passed over.
AHEAD = (
    select(func.count())
    .select_from(tasks)
    .where(
        QUEUED,
        tuple_(tasks.c.queue_rank, tasks.c.created_at, tasks.c.id)
        < tuple_(bindparam("of_rank"), bindparam("of_created_at"), bindparam("of_id")),
        or_(tasks.c.run_at.is_(None), tasks.c.run_at <= bindparam("now")),
        tasks.c.hold_reason.is_distinct_from(WAITING_FOR_TASKS),
    )
)
COUNT_BY_STATUS = select(tasks.c.status, func.count()).where(tasks.c.deleted_at.is_(None)).group_by(tasks.c.status)


def submit(store: Store, *, max_queued: int = 100, **values: Any) -> Task:
    """Put a task into the queue: `values` are the fields of a TaskSpec. Returns it, or the one that its key belongs to.

    Raises what `intake.submit_all` raises.
    """
    (submitted,) = intake.submit_all(store, [TaskSpec(**values)], max_queued=max_queued)
    return submitted.task


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
    """Return the task, or None when there is no row. Includes deleted tasks that are not yet purged."""
    query = TO_CHANGE if isinstance(read, Write) else BY_ID
    row = read.connection.execute(query, {"task_id": task_id}).one_or_none()
    return row_to_task(row) if row else None


def page(
    read: Read,
    *,
    limit: int = 50,
    before: str | None = None,
    status: str | None = None,
    kind: str | None = None,
    words: str | None = None,
    among: Select[tuple[str]] | None = None,
) -> tuple[list[Task], str | None]:
    """Return the newest tasks first, and the cursor of the next page (None at the end). `before` is such a cursor.

    With `words` only those whose title or script has each of them, with `among` only those whose ids it selects.
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
        query = query.where(tasks.c.id.in_(search.ids(read, words)))
    if among is not None:
        query = query.where(tasks.c.id.in_(among))
    rows = read.connection.execute(query).all()
    more = len(rows) > limit
    return [row_to_task(row) for row in rows[:limit]], f"{rows[limit - 1].created_at}_{rows[limit - 1].id}" if more else None


def unfinished(read: Read, limit: int = 1000) -> list[Task]:
    """Return the running and the queued tasks, oldest first."""
    query = select(tasks).where(tasks.c.deleted_at.is_(None), tasks.c.status.in_(("queued", "running")))
    return [row_to_task(row) for row in read.connection.execute(query.order_by(tasks.c.created_at, tasks.c.id).limit(limit))]


def queued(read: Read, limit: int = 1000) -> list[Task]:
    """Return the queued tasks in their order: the next one first."""
    query = select(tasks).where(QUEUED).order_by(tasks.c.queue_rank, tasks.c.created_at, tasks.c.id).limit(limit)
    return [row_to_task(row) for row in read.connection.execute(query)]


def made_from(read: Read, task_id: str, kind: str, limit: int = 20) -> list[Task]:
    """Return the tasks of a kind that were made from this one, newest first."""
    query = select(tasks).where(tasks.c.kind == kind, tasks.c.deleted_at.is_(None), tasks.c.made_from_task_id == task_id)
    return [row_to_task(row) for row in read.connection.execute(query.order_by(tasks.c.created_at.desc(), tasks.c.id.desc()).limit(limit))]


def versions_of(read: Read, row: Task, limit: int = 100) -> list[Task]:
    """Return the tasks of the same kind that this one was made from or that were made from it, near or far, oldest first, and itself.

    Deleted ones are left out, and of more than `limit` the oldest.
    """
    made = tasks.c.made_from_task_id
    query = select(tasks.c.id, made).where(tasks.c.kind == row.kind, made.is_not(None)).order_by(tasks.c.created_at.desc())
    origins: dict[str, str] = {made_one.id: made_one.made_from_task_id for made_one in read.connection.execute(query.limit(MOST_VERSIONED))}
    later: dict[str, list[str]] = {}
    for id, origin in origins.items():
        later.setdefault(origin, []).append(id)
    family = {row.id: None}
    before: str | None = origins.get(row.id)
    while before and before not in family:
        family[before] = None
        before = origins.get(before)
    waiting = list(family)
    while waiting:
        for id in later.get(waiting.pop(), ()):
            if id not in family:
                family[id] = None
                waiting.append(id)
    rows = select(tasks).where(tasks.c.id.in_(list(family)[:MOST_VERSIONED]), tasks.c.kind == row.kind, tasks.c.deleted_at.is_(None))
    newest = rows.order_by(tasks.c.created_at.desc(), tasks.c.id.desc()).limit(limit)
    return [row_to_task(version) for version in reversed(read.connection.execute(newest).all())]


def count_by_status(read: Read) -> dict[str, int]:
    """Count the tasks of each status, without deleted ones."""
    counts = dict.fromkeys(STATUSES, 0)
    counts.update((status, count) for status, count in read.connection.execute(COUNT_BY_STATUS))
    return counts


def queue_position(read: Read, task: Task) -> int | None:
    """Return the task's position in the queue, from 1; None when it is not queued, or may not start yet."""
    now = clock.now()
    if task.status != "queued" or task.hold_reason == WAITING_FOR_TASKS or (task.run_at or "") > now:
        return None
    values = {"of_rank": task.queue_rank, "of_created_at": task.created_at, "of_id": task.id, "now": now}
    return int(read.connection.execute(AHEAD, values).scalar_one()) + 1


def change_queue(store: Store, task_id: str, *, priority: int | None = None, run_at: str | None = None, at_once: bool = False) -> Task:
    """Change the priority of a queued task, or when it starts; `at_once` takes its `run_at` away. Raises WrongState if it is not queued."""
    with store.writing() as write:
        write.lock("queue")
        task = find(write, task_id)
        if task.status != "queued":
            raise WrongState(f"The task is {task.status}; only a queued one can be moved in the queue.")
        if priority is not None and priority != task.priority:
            rank = queue_rank(task.created_at, task.run_at, priority)
            data = {"priority": priority, "before": task.priority}
            task = change(write, task, priority=priority, queue_rank=rank)
            append(write, EventType.TASK_PRIORITY_CHANGED, task, data=data)
        new_run_at = None if at_once else run_at or task.run_at
        if new_run_at != task.run_at:
            rank = queue_rank(task.created_at, new_run_at, task.priority)
            before = task.run_at
            task = change(write, task, run_at=new_run_at, queue_rank=rank)
            append(write, EventType.TASK_RESCHEDULED, task, data={"run_at": new_run_at, "before": before})
        return task


def cancel(store: Store, task_id: str) -> Task:
    """Cancel a queued task, or ask the worker of a running one to. Asking twice is no error. Raises WrongState when it has ended."""
    with store.writing() as write:
        write.lock("queue")
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
    """Put a failed or cancelled task back into the queue with a fresh budget of attempts, and with it those that failed because it had.

    Raises WrongState when it has not ended so, or comes after a task that has not completed and does not wait or run; DuplicateTask when
    another task has its unique key.
    """
    with store.writing() as write:
        write.lock("queue")
        task = find(write, task_id)
        if task.status not in ("failed", "cancelled"):
            raise WrongState(f"The task is {task.status}; only a failed or cancelled one can be tried again.")
        task = _requeue(write, task)
        again = dependency.failed_with(write, task.id)
        while again:
            dependent = again.pop(0)
            if not _unmet(write, dependent.id) and not _duplicate(write, dependent):
                _requeue(write, dependent)
                again += dependency.failed_with(write, dependent.id)
        return task


def _requeue(write: Write, task: Task) -> Task:
    if unmet := _unmet(write, task.id):
        hint = f"Try that again first: app.py retry {unmet}. This one then follows by itself."
        raise WrongState(f"The task {unmet}, which comes before this one, has not completed.", hint=hint)
    if same := _duplicate(write, task):
        raise DuplicateTask(f"The task {same.id} (“{same.title}”) has the same unique key and is {same.status}.")
    waits = bool(dependency.unfinished(write, task.id))
    task = change(
        write,
        task,
        status="queued",
        attempts_left=task.attempts,
        message=dependency.waiting_message(write, task.id) if waits else WAITING,
        hold_reason=WAITING_FOR_TASKS if waits else None,
        not_before=None,
        cancel_requested_at=None,
        error_code=None,
        error_message=None,
        error_hint=None,
        error_stage=None,
        started_at=None,
        finished_at=None,
    )
    append(write, EventType.TASK_RETRIED, task, data={"hold_reason": WAITING_FOR_TASKS} if waits else {})
    return task


def _unmet(write: Write, task_id: str) -> str | None:
    """Return a task that this one comes after, and that will not complete as things are."""
    for other_id, _ in dependency.unfinished(write, task_id):
        other = look_up(write, other_id)
        if other is None or other.finished:
            return other_id
    return None


def _duplicate(write: Write, task: Task) -> Task | None:
    """Return the task that waits or runs and has this one's unique key."""
    return intake.find_unique(write, task.kind, task.unique_key, SCOPES["unfinished"]) if task.unique_key else None


def delete(store: Store, task_id: str) -> Task:
    """Hide the task and its files at once; `retention.purge` removes them later. A task that has not ended is cancelled."""
    with store.writing() as write:
        write.lock("queue")
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
        write.lock("queue")
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
    dependency.settle(write, task.id)
    return task
