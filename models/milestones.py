"""A task's log without the many steps in between, read so that nobody has to wait: what a drawing of its life is made of."""

from __future__ import annotations

import time

from sqlalchemy import bindparam, func, select

from models import event, task
from models.database import Store
from models.event import Cursor, Event, EventType, events

# So many places of the log are looked through at once: some milliseconds, and then it is somebody else's turn.
STRIDE = 10_000
AT_MOST = 5_000

OF_TASK = events.c.task_id == bindparam("task_id")
FIRST = select(func.min(events.c.seq)).where(OF_TASK, events.c.seq > bindparam("floor"))
MILESTONES = (
    select(events)
    .where(OF_TASK, events.c.seq > bindparam("after"), events.c.seq <= bindparam("to"), events.c.type != EventType.STAGE_PROGRESS.value)
    .order_by(events.c.seq)
)


def cursor(store: Store, task_id: str) -> Cursor:
    """Return the task's last place in the log. Raises TaskNotFound, TaskGone."""
    with store.reading() as read:
        task.find(read, task_id)
        return Cursor(read.epoch, event.last_of_task(read, task_id))


def milestones(store: Store, task_id: str, until: Cursor) -> list[Event]:
    """Return the task's events up to a cursor, but `stage.progress`; the first 5,000 of a log that is out of all measure."""
    with store.reading() as read:
        first = read.connection.execute(FIRST, {"task_id": task_id, "floor": read.floor}).scalar()
    events_read: list[Event] = []
    after = until.seq if first is None else first - 1
    while after < until.seq and len(events_read) < AT_MOST:
        to = min(after + STRIDE, until.seq)
        with store.reading() as read:
            events_read += event.rows(read.connection.execute(MILESTONES, {"task_id": task_id, "after": after, "to": to}))
        after = to
        time.sleep(0)  # lets other greenlets run once gevent has patched it
    return events_read[:AT_MOST]
