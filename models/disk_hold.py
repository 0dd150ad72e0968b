"""Disk hold: a queued task that no worker starts until the disk has space for its video."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select, update

from models import clock
from models.attempt import NEXT, next_values
from models.database import Store
from models.errors import KindMissing, VideogenError
from models.event import EventType
from models.task_table import QUEUED, WAITING, WAITING_FOR_TASKS, append, change, row_to_task, tasks

WAITING_FOR_DISK_SPACE = "Waiting for disk space"

NEXT_WITHOUT_HOLD = select(tasks.c.id).where(
    tasks.c.id == NEXT.scalar_subquery(), tasks.c.hold_reason.is_distinct_from(bindparam("reason"))
)
HOLD = (
    update(tasks)
    .where(tasks.c.id == NEXT_WITHOUT_HOLD.scalar_subquery())
    .values(hold_reason=bindparam("reason"), message=WAITING_FOR_DISK_SPACE)
    .returning(tasks)
)
ON_HOLD = select(tasks).where(QUEUED, tasks.c.hold_reason.is_not(None), tasks.c.hold_reason.not_in((KindMissing.code, WAITING_FOR_TASKS)))


def hold_next(store: Store, shortage: VideogenError, kinds: Collection[str] | None = None) -> None:
    """Put the next task that a worker would start on hold. No action needed if it is on hold for this reason already.

    `kinds` are those that the worker can run, by default all. The tasks behind it wait for their turn only, and get no hold. `shortage`
    gives the reason (its code) and the event's data.
    """
    values: dict[str, Any] = next_values(kinds, clock.now()) | {"reason": shortage.code}
    with store.reading() as read:
        if read.connection.execute(NEXT_WITHOUT_HOLD, values).first() is None:
            return
    with store.writing() as write:
        write.lock("queue")
        row = write.connection.execute(HOLD, values).one_or_none()
        if row is not None:
            append(write, EventType.TASK_HELD, row_to_task(row), data=shortage.as_dict())


def release(store: Store) -> None:
    """Release every task that is on hold for disk space: it waits for a worker again."""
    with store.reading() as read:
        if read.connection.execute(ON_HOLD).first() is None:
            return
    with store.writing() as write:
        write.lock("queue")
        for row in write.connection.execute(ON_HOLD).all():
            append(write, EventType.TASK_RELEASED, change(write, row_to_task(row), message=WAITING, hold_reason=None))
