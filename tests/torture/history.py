"""Every event that was ever committed, by epoch and task: also of what was pruned, and of a history that a restore has ended."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import closing

from models import event
from models.database import Store
from models.event import Cursor, Event
from models.sqlite.driver import driver
from models.sqlite.restore import KEPT

PAGE = 5000


class History:
    """`logs[epoch][task_id]` are a task's events. `until[epoch]` is the last seq that is known to have been committed in it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.logs: dict[str, dict[str, list[Event]]] = {}
        self.until: dict[str, int] = {}
        self.epoch = ""
        self._one_at_a_time = threading.Lock()

    def catch_up(self) -> None:
        """Read what was committed since the last time."""
        with self._one_at_a_time:
            while self._page() == PAGE:
                pass

    def finish(self, store: Store) -> None:
        """Read the rest of a history that nobody adds to any more, from the store that has it still."""
        with self._one_at_a_time, store.reading() as read:
            self.epoch = read.epoch
            while events_read := event.after(read, self.until.get(read.epoch, 0), limit=PAGE):
                self._take(events_read)

    def log(self, epoch: str, task_id: str) -> list[Event]:
        return self.logs.get(epoch, {}).get(task_id, [])

    def cursors(self, epoch: str, task_id: str) -> list[str]:
        return [str(Cursor(epoch, entry.seq)) for entry in self.log(epoch, task_id)]

    def _page(self) -> int:
        with self.store.reading() as read:
            events_read = event.after(read, self.until.get(read.epoch, 0), limit=PAGE)
        if read.epoch != self.epoch:
            self._rest_of_the_one_before()
            self.epoch = read.epoch
        self._take(events_read)
        return len(events_read)

    def _rest_of_the_one_before(self) -> None:
        """What a restore has replaced is kept beside the store."""
        replaced = self.store.data / KEPT
        if not self.epoch or not replaced.exists():
            return
        with closing(driver.connect(f"{replaced.as_uri()}?immutable=1", uri=True)) as connection:
            if connection.execute("SELECT epoch FROM log").fetchone() != (self.epoch,):
                return
            rows = connection.execute("SELECT * FROM events WHERE seq > ? ORDER BY seq", (self.until[self.epoch],))
            names = [column[0] for column in rows.description]
            self._take([event.value_of(dict(zip(names, row, strict=True))) for row in rows])

    def _take(self, events_read: list[Event]) -> None:
        logs = self.logs.setdefault(self.epoch, defaultdict(list))
        for entry in events_read:
            logs[entry.task_id or ""].append(entry)
        self.until[self.epoch] = events_read[-1].seq if events_read else self.until.get(self.epoch, 0)
