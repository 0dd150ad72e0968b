"""Kind hold: a queued task of a kind that the workers do not know, because the package that it comes from is not installed."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select

from models.database import Store
from models.dialect import ByDialect
from models.errors import KindMissing
from models.event import EventType
from models.postgres import statements as postgres
from models.sqlite import statements as sqlite
from models.task_table import QUEUED, WAITING, append, change, row_to_task, tasks
from models.text_values import to_json

UNKNOWN = ByDialect(sqlite.UNKNOWN, postgres.UNKNOWN).columns(tasks.c.id)
KNOWN = ByDialect(sqlite.KNOWN, postgres.KNOWN).columns(tasks.c.id)
BY_ID = select(tasks).where(tasks.c.id == bindparam("task_id"), QUEUED)


def hold_unknown(store: Store, kinds: Collection[str]) -> None:
    """Put queued tasks of other kinds on hold, so that people see what they wait for. A worker that knows their kind starts them."""
    values = {"kinds": to_json(sorted(kinds)), "reason": KindMissing.code}
    with store.reading() as read:
        if read.connection.execute(UNKNOWN, values).first() is None:
            return
    with store.writing() as write:
        write.lock("queue")
        for task_id in write.connection.execute(UNKNOWN, values).scalars().all():
            task = row_to_task(write.connection.execute(BY_ID, {"task_id": task_id}).one())
            missing = KindMissing(f"No worker knows tasks of the kind “{task.kind}”.")
            held_task = change(write, task, hold_reason=missing.code, message=f"Waiting for a worker that knows the kind “{task.kind}”")
            append(write, EventType.TASK_HELD, held_task, data=missing.as_dict())


def release_known(store: Store, kinds: Collection[str]) -> None:
    """Release the tasks of these kinds that an earlier worker put on hold: they wait for a worker again."""
    values = {"kinds": to_json(sorted(kinds)), "reason": KindMissing.code}
    with store.reading() as read:
        if read.connection.execute(KNOWN, values).first() is None:
            return
    with store.writing() as write:
        write.lock("queue")
        for task_id in write.connection.execute(KNOWN, values).scalars().all():
            task = row_to_task(write.connection.execute(BY_ID, {"task_id": task_id}).one())
            append(write, EventType.TASK_RELEASED, change(write, task, message=WAITING, hold_reason=None))
