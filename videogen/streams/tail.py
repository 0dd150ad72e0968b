"""The newest events of the log, read and encoded once a process for all its readers."""

from __future__ import annotations

import threading
import time
from collections import deque

from prometheus_client import Histogram

from models import clock, replay
from models.database import Store
from models.event import MAX_SEQ, Changes, Cursor
from models.replay import Entry
from videogen.streams.framing import EVENT

PAGE = 500
TAIL = 2000
TAIL_BYTES = 4 * 1024 * 1024
DELAY_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Tail:
    """The newest events as frames, so many of them and no more than so many bytes. Readers behind it read the database."""

    def __init__(self, store: Store, size: int = TAIL, most_bytes: int = TAIL_BYTES) -> None:
        self.store = store
        self.size = size
        self.most_bytes = most_bytes
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._lock = threading.Lock()
        self.epoch = ""
        self.floor = 0
        self.head = 0
        self._seen_mark: object = None
        self.read_delay = Histogram(
            "videogen_event_read_delay_seconds",
            "Time from the writing of an event to its reading by this process.",
            buckets=DELAY_BUCKETS_S,
            registry=None,
        )
        self._start = 0

    def catch_up(self) -> None:
        """Read what was appended since the last time; nothing is asked of the database unless the store has heard of something."""
        if self._seen_mark is self.store.change_mark:
            return
        with self._lock:
            while self._seen_mark is not (change_mark := self.store.change_mark):
                if not self._read_on():
                    self._seen_mark = change_mark

    def changes(self, after: Cursor | None) -> Changes:
        """As `event.changes`, for a listener: what it has to look for is then read already for all readers."""
        self.catch_up()
        new = self.after(after.seq) if after and after.epoch == self.epoch and after.seq <= self.head else None
        if new:
            return Changes(new[-1].place, tuple(dict.fromkeys(each.task_id for each in new)))
        return Changes(Cursor(self.epoch, self.head), (None,) if after and new is None else ())

    def after(self, seq: int) -> list[Entry] | None:
        """The events after `seq` from memory; None when it lies before what is kept."""
        with self._lock:
            if seq < self._start:
                return None
            new: list[Entry] = []
            for each in reversed(self._entries):
                if each.place.seq <= seq:
                    break
                new.append(each)
        new.reverse()
        return new

    def _begin_at(self, seq: int) -> None:
        self._entries.clear()
        self._bytes = 0
        self._start = self.head = seq

    def _read_on(self) -> bool:
        """Take the next page, or begin anew in another history; whether there may be more."""
        # A new tail begins at the head, and reads nothing of what lies before it.
        latest = replay.latest(self.store, self.head if self.epoch else MAX_SEQ, EVENT, limit=PAGE)
        self.floor = latest.floor
        if latest.epoch != self.epoch:
            self.epoch = latest.epoch
            self._begin_at(latest.head)
            return False
        if latest.head > self.head and not latest.entries:
            # All of it was pruned before it was read, as a hand can do it.
            self._begin_at(latest.head)
            return False
        if latest.head - self.head > self.size:
            # More than is kept: what lies before is for those who read the database.
            self._begin_at(latest.head - self.size)
            return True
        now = time.time()
        for each in latest.entries:
            self.read_delay.observe(max(now - clock.parse(each.at).timestamp(), 0.0))
            self._entries.append(each)
            self._bytes += len(each.text)
            while len(self._entries) > self.size or self._bytes > self.most_bytes:
                dropped = self._entries.popleft()
                self._bytes -= len(dropped.text)
                self._start = dropped.place.seq
            self.head = each.place.seq
        return self.head < latest.head
