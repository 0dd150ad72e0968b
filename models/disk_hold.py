"""What is held back though a worker is free: a task that could not be finished as things are, such as on a disk that is nearly full."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select, update

from models import clock
from models.attempt import NEXT
from models.database import Store
from models.errors import VideogenError
from models.event import EventType
from models.task import HELD_BACK, QUEUED, WAITING, append, change, row_to_task, tasks

ID = select(tasks.c.id).where(tasks.c.id == NEXT.scalar_subquery(), tasks.c.message.is_distinct_from(HELD_BACK))
HOLD = update(tasks).where(tasks.c.id == ID.scalar_subquery()).values(message=HELD_BACK).returning(tasks)
HELD = select(tasks).where(QUEUED, tasks.c.message == bindparam("held_back", HELD_BACK))


def hold_next(store: Store, why: VideogenError) -> None:
    """Say of the task that a worker would take now why it does not. Said once; a task whose turn has not come yet waits for that only."""
    values: dict[str, Any] = {"at": clock.now(), "an_hour_ahead": clock.ahead(3600)}
    with store.reading() as read:
        if read.connection.execute(ID, values).first() is None:
            return
    with store.writing() as write:
        row = write.connection.execute(HOLD, values).one_or_none()
        if row is not None:
            append(write, EventType.TASK_HELD, row_to_task(row), data=why.as_dict())


def release(store: Store) -> None:
    """Nothing holds the tasks back any more that were: they wait for a worker again."""
    with store.reading() as read:
        if read.connection.execute(HELD).first() is None:
            return
    with store.writing() as write:
        for row in write.connection.execute(HELD).all():
            append(write, EventType.TASK_RELEASED, change(write, row_to_task(row), message=WAITING))
