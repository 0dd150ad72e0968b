"""The log of a task as it grows, for a command that watches one."""

from __future__ import annotations

import threading
from collections.abc import Generator

from models import event, task
from models.database import Store
from models.event import Event
from models.signals import event_appended
from videogen.streams.listener import Listener

PAGE = 500


def follow(store: Store, task_id: str, *, after: int = 0, poll_interval_s: float = 0.5) -> Generator[Event]:
    """The task's events after the seq `after`, then each new one as it is appended, until the task has ended or is deleted.

    The bell is cleared before the log is read, so what is appended in between rings it again.
    """
    wakeup = threading.Event()

    def notify(_sender: object) -> None:
        wakeup.set()

    with event_appended.connected_to(notify), Listener(store, poll_interval_s=poll_interval_s):
        while True:
            wakeup.clear()
            page, ended = read(store, task_id, after)
            yield from page
            if page:
                after = page[-1].seq
            elif ended:
                return
            else:
                wakeup.wait()


def read(store: Store, task_id: str, after: int) -> tuple[list[Event], bool]:
    """A page of the task's events, and whether the task has ended as of the same snapshot."""
    with store.reading() as snapshot:
        found = task.look_up(snapshot, task_id)
        ended = found is None or found.finished or found.deleted_at is not None
        return event.after(snapshot, after, task_ids={task_id}, limit=PAGE), ended
