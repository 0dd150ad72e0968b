"""The newest events of the log, read and encoded once for all subscriptions of a process."""

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
UNOBSERVED = 1000
DELAY_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Tail:
    """The newest events as frames, at most `size` and `max_bytes` of them. Subscriptions behind it read the database."""

    def __init__(self, store: Store, size: int = TAIL, max_bytes: int = TAIL_BYTES) -> None:
        self.store = store
        self.size = size
        self.max_bytes = max_bytes
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._lock = threading.Lock()
        self.epoch = ""
        self.floor = 0
        self.head = 0
        self._seen_mark: object = None
        self._unobserved: list[tuple[float, str]] = []
        self._read_delay = Histogram(
            "videogen_event_read_delay_seconds",
            "Time from the writing of an event to its reading by this process.",
            buckets=DELAY_BUCKETS_S,
            registry=None,
        )
        self._start = 0

    @property
    def is_current(self) -> bool:
        """Whether everything is read that this process knows of."""
        return self._seen_mark is self.store.change_mark

    @property
    def read_delay(self) -> Histogram:
        """How long after its writing each event was read."""
        with self._lock:
            self._observe()
        return self._read_delay

    def catch_up(self) -> None:
        """Read what was appended since the last call. Does not touch the database unless the store's `change_mark` is another one."""
        if self.is_current:
            return
        with self._lock:
            while self._seen_mark is not (change_mark := self.store.change_mark):
                if not self._read_page():
                    self._seen_mark = change_mark

    def changes(self, after: Cursor | None) -> Changes:
        """Return the same as `event.changes`, for a listener: so one read serves it and all subscriptions."""
        self.catch_up()
        new = self.after(after.seq) if after and after.epoch == self.epoch and after.seq <= self.head else None
        if new:
            return Changes(new[-1].cursor, tuple(dict.fromkeys(entry.task_id for entry in new)))
        return Changes(Cursor(self.epoch, self.head), (None,) if after and new is None else ())

    def after(self, seq: int) -> list[Entry] | None:
        """Return the events after `seq`; None if some of them are no longer in memory."""
        with self._lock:
            if seq < self._start:
                return None
            new: list[Entry] = []
            for entry in reversed(self._entries):
                if entry.cursor.seq <= seq:
                    break
                new.append(entry)
        new.reverse()
        return new

    def _restart_at(self, seq: int) -> None:
        self._entries.clear()
        self._bytes = 0
        self._start = self.head = seq

    def _read_page(self) -> bool:
        """Read the next page, or restart at the head of another history. Return whether there may be more."""
        # A new tail starts at the head, and reads nothing before it.
        latest = replay.latest(self.store, self.head if self.epoch else MAX_SEQ, EVENT, limit=PAGE)
        self.floor = latest.floor
        if latest.epoch != self.epoch:
            self.epoch = latest.epoch
            self._restart_at(latest.head)
            return False
        if latest.head > self.head and not latest.entries:
            # All of it was pruned before it was read, which can be done by hand.
            self._restart_at(latest.head)
            return False
        if latest.head - self.head > self.size:
            # More than fits: subscriptions read the rest from the database.
            self._restart_at(latest.head - self.size)
            return True
        now = time.time()
        for entry in latest.entries:
            self._unobserved.append((now, entry.at))
            self._entries.append(entry)
            self._bytes += len(entry.text)
            while len(self._entries) > self.size or self._bytes > self.max_bytes:
                dropped = self._entries.popleft()
                self._bytes -= len(dropped.text)
                self._start = dropped.cursor.seq
            self.head = entry.cursor.seq
        if len(self._unobserved) > UNOBSERVED:
            self._observe()
        return self.head < latest.head

    def _observe(self) -> None:
        """Observe the delays of what was read. Readers wait for a read, and not for this."""
        for read_at, at in self._unobserved:
            self._read_delay.observe(max(read_at - clock.parse(at).timestamp(), 0.0))
        self._unobserved.clear()
