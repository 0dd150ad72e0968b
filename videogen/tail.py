"""The newest events of the log, read and encoded once a process for all its readers, and how a frame is spelt."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import Store, clock, event
from models.event import MAX_SEQ, Cursor, Event

PAGE = 500
TAIL = 2000
CHUNK_BYTES = 32 * 1024


def frame(data: Any = None, *, id: Cursor | None = None, name: str | None = None) -> bytes:
    """One message of a stream. JSON keeps CR, LF and NUL inside its strings escaped, so no text can forge a frame.

    What UTF-8 cannot hold becomes a question mark: no text may end a stream either.
    """
    lines = [f"id: {id}"] if id else []
    lines += [f"event: {name}"] if name else []
    lines += [f"data: {encode(data)}"] if data is not None else []
    return "\n".join([*lines, "", ""]).encode("utf-8", "replace")


ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(data: Any) -> str:
    return ENCODER.encode(data)


def joined(frames: Iterable[bytes]) -> Iterator[bytes]:
    """The frames in order, many small ones as one chunk: to write each by itself costs more than to read and encode it."""
    held: list[bytes] = []
    size = 0
    for each in frames:
        held.append(each)
        size += len(each)
        if size >= CHUNK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def public(each: Event) -> dict[str, Any]:
    """An event as clients see it, in a stream and in a page alike."""
    return {
        "type": each.type,
        "task_id": each.task_id,
        "attempt": each.attempt,
        "status": each.status,
        "stage": each.stage,
        "stage_progress": each.stage_progress,
        "progress": each.progress,
        "message": each.message,
        "at": each.at,
        "data": each.data,
    }


@dataclass(frozen=True)
class Encoded:
    """An event of the tail and its frame, encoded once for all readers."""

    event: Event
    frame: bytes


class Tail:
    """The newest events, read and encoded once a process. Readers behind it read the database.

    `wake_s` has the seconds from an event's writing to its reading here, of the newest ones.
    """

    def __init__(self, store: Store, size: int = TAIL) -> None:
        self.store = store
        self._events: deque[Encoded] = deque(maxlen=size)
        self._lock = threading.Lock()
        self.epoch = ""
        self.floor = 0
        self.head = 0
        self.stale = True
        self.wake_s: deque[float] = deque(maxlen=size)
        self._start = 0

    def catch_up(self) -> None:
        """Read what was appended since the last time; nothing is asked of the database unless somebody rang."""
        with self._lock:
            while self.stale:
                self.stale = False
                try:
                    page = self._page()
                except BaseException:
                    self.stale = True  # whoever asks next must not take what is here for all there is
                    raise
                now = datetime.now(UTC)
                for each in page:
                    self.wake_s.append((now - clock.parse(each.at)).total_seconds())
                    if len(self._events) == self._events.maxlen:
                        self._start = self._events[0].event.seq
                    self._events.append(Encoded(each, frame(public(each), id=Cursor(self.epoch, each.seq))))
                    self.head = each.seq
                self.stale = self.stale or len(page) == PAGE

    def after(self, seq: int) -> list[Encoded] | None:
        """The events after `seq` from memory; None when it lies before what is kept."""
        with self._lock:
            if seq < self._start:
                return None
            new: list[Encoded] = []
            for each in reversed(self._events):
                if each.event.seq <= seq:
                    break
                new.append(each)
        new.reverse()
        return new

    def _page(self) -> Sequence[Event]:
        """The next page; in another history, where a new tail begins."""
        # A new tail begins at the head, and reads nothing of what lies before it.
        latest = event.latest(self.store, self.head if self.epoch else MAX_SEQ, limit=PAGE)
        self.floor = latest.floor
        if latest.epoch == self.epoch:
            return latest.events
        self._events.clear()
        self.epoch = latest.epoch
        self._start = self.head = latest.head
        return ()
