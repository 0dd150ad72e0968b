"""Keeping: what goes out of the store, and in which order.

A task goes whole or not at all. `retire` deletes the finished tasks beyond the limits as a person would, with the same event and the same
time for undoing it. `purge` removes what was deleted long enough ago: the row first, then the task's events but the last word,
`task.deleted`, which declares the hole; its files come after that (`models.orphans`). What a crash leaves in between belongs to no row,
and is found by `forget_leftovers` and `orphans.sweep`.

Where there are limits, the floor is raised first, in a transaction of its own, to just below the first event of a task that is to stay, and
in the end the last words and the log's own events below it are removed as well. So a task that stays keeps its whole log, and no reader of
it gets a `reset`: only a cursor from before the first of all those events does. Without limits the floor stays where it is.

A person with a shell can raise the floor through the middle of a task's log; whoever folds a log takes such a task up at the first event
above the floor.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Delete, bindparam, delete, exists, func, literal_column, or_, select, update

from models import clock, event
from models.database import Read, Store
from models.event import MAX_SEQ, STREAMED, EventType, events
from models.filelock import locked
from models.log import log
from models.task import append, row_to_task, tasks

DAY_S = 86400.0
# Removed in one transaction: some milliseconds, so that nobody waits for the write lock.
BATCH = 500
PAUSE_S = 0.01

FINISHED = tasks.c.finished_at.is_not(None) & tasks.c.deleted_at.is_(None)
OLD = select(tasks.c.id).where(FINISHED, tasks.c.finished_at < bindparam("before")).order_by(tasks.c.finished_at, tasks.c.id)
SURPLUS = select(tasks.c.id).where(FINISHED).order_by(tasks.c.finished_at.desc(), tasks.c.id.desc()).offset(bindparam("kept"))
RETIRE = update(tasks).where(FINISHED, tasks.c.id == bindparam("task_id")).values(deleted_at=bindparam("at")).returning(tasks)

DUE = tasks.c.deleted_at.is_not(None) & (tasks.c.deleted_at <= bindparam("before"))
ALL_DUE = select(tasks.c.id).where(DUE)
REMOVE = delete(tasks).where(DUE, tasks.c.id == bindparam("task_id"))

of_task, last_words = events.alias("of_task"), events.alias("last_words")
IS_LAST_WORD = (last_words.c.type == EventType.TASK_DELETED.value) & literal_column(f"last_words.type IN {STREAMED}")
LAST_WORD = (
    select(func.coalesce(func.max(last_words.c.seq), MAX_SEQ))
    .where(last_words.c.task_id == bindparam("task_id"), IS_LAST_WORD)
    .scalar_subquery()
)
FORGET = delete(events).where(
    events.c.seq.in_(
        select(of_task.c.seq)
        .where(of_task.c.task_id == bindparam("task_id"), of_task.c.seq < LAST_WORD)
        .order_by(of_task.c.seq)
        .limit(BATCH)
    )
)
LEFTOVERS = select(last_words.c.task_id).where(
    IS_LAST_WORD,
    ~exists().where(tasks.c.id == last_words.c.task_id),
    exists().where(of_task.c.task_id == last_words.c.task_id, of_task.c.seq < last_words.c.seq),
)

ABOVE = events.c.seq > bindparam("floor")
STAYS = exists().where(tasks.c.id == events.c.task_id, or_(tasks.c.deleted_at.is_(None), tasks.c.deleted_at > bindparam("before")))
FIRST_REMAINING = select(events.c.seq).where(ABOVE, or_(STAYS, events.c.at > bindparam("rested"))).order_by(events.c.seq).limit(1)
WORTH_IT = select(events.c.seq).where(ABOVE, events.c.seq <= bindparam("to"), events.c.task_id.is_not(None)).limit(1)
RAISE = update(log).where(log.c.epoch == bindparam("of_epoch"), log.c.floor < bindparam("to")).values(floor=bindparam("to"))
FLOOR = select(log.c.floor).scalar_subquery()
HAS_NO_ROW = ~exists().where(tasks.c.id == events.c.task_id)
BELOW = select(events.c.seq).where(events.c.seq <= FLOOR, HAS_NO_ROW).order_by(events.c.seq).limit(BATCH)
PRUNE = delete(events).where(events.c.seq.in_(BELOW))


def alone(data: Path, *, wait: bool = True) -> AbstractContextManager[bool]:
    """Return a lock under which nobody else removes files, so that they can be copied.

    It is false at once if it is taken and `wait` is false.
    """
    return locked(data / "keeping.lock", wait=wait)


@dataclass(frozen=True)
class Pruned:
    """What `prune` did: the tasks it deleted, those that are gone for good now, and the floor."""

    retired: Sequence[str]
    purged: Sequence[str]
    floor: int


def prune(store: Store, undo_s: float, *, days: float | None = None, count: int | None = None, rest_s: float = DAY_S) -> Pruned:
    """Delete the finished tasks beyond the limits, and remove for good what was deleted more than `undo_s` ago: all in the right order.

    The files of the tasks that are purged come after, by `orphans.remove`.
    """
    retired = retire(store, days=days, count=count)
    limited = days is not None or count is not None
    floor = raise_floor(store, undo_s, rest_s) if limited else 0
    purged = purge(store, undo_s)
    return Pruned(retired, purged, max(floor, clear_below(store)))


def surplus(read: Read, *, days: float | None = None, count: int | None = None) -> list[str]:
    """Return the finished tasks beyond the limits: those finished more than `days` ago, and all but the `count` that finished last."""
    ids: list[str] = []
    if days is not None:
        ids += read.connection.execute(OLD, {"before": clock.ahead(-days * DAY_S)}).scalars()
    if count is not None:
        ids += read.connection.execute(SURPLUS, {"kept": count}).scalars()
    return list(dict.fromkeys(ids))


def retire(store: Store, *, days: float | None = None, count: int | None = None) -> list[str]:
    """Delete the finished tasks beyond the limits; that can be undone as long as any deletion. Gives their ids."""
    with store.reading() as read:
        surplus_tasks = surplus(read, days=days, count=count)
    return [task_id for task_id in surplus_tasks if _retire(store, task_id)]


def raise_floor(store: Store, undo_s: float, rest_s: float = DAY_S) -> int:
    """Bring the floor up to just below the first event of a task that is to stay, if that lets go of more than the log's own events.

    Events younger than `rest_s` stay above it: a browser that slept through a deletion is told of it. Gives the floor.
    """
    with store.reading() as read:
        values = {"floor": read.floor, "before": clock.ahead(-undo_s), "rested": clock.ahead(-rest_s)}
        first = read.connection.execute(FIRST_REMAINING, values).scalar()
        to = event.head(read) if first is None else first - 1
        if not read.connection.execute(WORTH_IT, {"floor": read.floor, "to": to}).first():
            return read.floor
    with store.writing() as write:
        write.lock("queue")
        # Another history after a restore; or somebody was quicker.
        if write.connection.execute(RAISE, {"of_epoch": read.epoch, "to": to}).rowcount:
            event.append(write, EventType.LOG_PRUNED, None, data={"floor": to})
    return to


def purge(store: Store, undo_s: float) -> list[str]:
    """Remove the tasks deleted more than `undo_s` ago, and their events but the last word. Gives their ids: the files come after."""
    before = clock.ahead(-undo_s)
    with store.reading() as read:
        due = list(read.connection.execute(ALL_DUE, {"before": before}).scalars())
    return [task_id for task_id in due if _purge(store, task_id, before)]


def clear_below(store: Store) -> int:
    """Remove the events at or below the floor, except those of existing tasks. Return the floor."""
    with store.reading() as read:
        anything = read.connection.execute(BELOW).first()
    if anything:
        _in_batches(store, PRUNE, {})
    return read.floor


def forget_leftovers(store: Store) -> int:
    """Remove the events of tasks whose purging was cut short. Gives how many tasks."""
    with store.reading() as read:
        left = set(read.connection.execute(LEFTOVERS).scalars())
    for task_id in left:
        _in_batches(store, FORGET, {"task_id": task_id})
    return len(left)


def _retire(store: Store, task_id: str) -> bool:
    """Delete an expired task. Return False if it was retried or deleted meanwhile."""
    at = clock.now()
    with store.writing() as write:
        write.lock("queue")
        row = write.connection.execute(RETIRE, {"task_id": task_id, "at": at}).one_or_none()
        if row is None:
            return False
        append(write, EventType.TASK_DELETED, row_to_task(row), data={"reason": "retention"}, at=at)
    return True


def _purge(store: Store, task_id: str, before: str) -> bool:
    """Remove a deleted task for good. Return False if it was undeleted or purged meanwhile."""
    with store.writing() as write:
        write.lock("queue")
        if not write.connection.execute(REMOVE, {"task_id": task_id, "before": before}).rowcount:
            return False
    _in_batches(store, FORGET, {"task_id": task_id})
    return True


def _in_batches(store: Store, statement: Delete, values: dict[str, Any]) -> None:
    """Run each batch in a transaction of its own, with a pause after it, so that other writers get their turn."""
    while True:
        with store.writing() as write:
            removed = write.connection.execute(statement, values).rowcount
        if removed < BATCH:
            return
        time.sleep(PAUSE_S)
