"""Follows the log of a task as it grows, for commands that watch a task."""

from __future__ import annotations

import threading
from collections.abc import Generator

from models import event, task
from models.database import Store
from models.event import Event
from models.signals import event_appended
from videogen.streams.listener import Listener

PAGE_SIZE = 500


def follow_events(store: Store, task_id: str, *, after: int = 0, poll_interval_s: float = 0.5) -> Generator[Event]:
    """Yield the task's events after the seq `after`, then each new one, until the task has ended or is deleted.

    `wakeup` is cleared before the log is read, so an event that is appended in between sets it again.
    """
    wakeup = threading.Event()

    def wake(_sender: object) -> None:
        wakeup.set()

    with event_appended.connected_to(wake), Listener(store, poll_interval_s=poll_interval_s):
        while True:
            wakeup.clear()
            page, ended = read_page(store, task_id, after)
            yield from page
            if page:
                after = page[-1].seq
            elif ended:
                return
            else:
                wakeup.wait()


def read_page(store: Store, task_id: str, after: int) -> tuple[list[Event], bool]:
    """Return a page of the task's events, and whether the task has ended, both as of one snapshot."""
    with store.reading() as snapshot:
        row = task.look_up(snapshot, task_id)
        ended = row is None or row.finished or row.deleted_at is not None
        return event.after(snapshot, after, task_ids={task_id}, limit=PAGE_SIZE), ended
