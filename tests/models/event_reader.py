"""A reader that comes and goes, and has nothing but its cursor in between: what it gets, and what it may be told."""

from __future__ import annotations

import inspect
import json
from collections.abc import Generator

from models.errors import TaskGone, TaskNotFound
from models.event import Cursor
from tests.models.reference_model import Plain
from tests.torture.clients import frames
from videogen.streams.broadcaster import Broadcaster
from videogen.streams.subscription import Subscription, watching


class Reader:
    """Of one task, or of all. `seen` are the seqs that it was sent since it began, or began anew."""

    def __init__(self, broadcaster: Broadcaster, task_id: str | None) -> None:
        self.broadcaster, self.task_id = broadcaster, task_id
        self.cursor: str | None = None
        self.begun = 0
        self.seen: list[int] = []
        self._stream: Subscription | None = None
        self._steps: Generator[bytes | None] | None = None

    def read_on(self, plain: Plain, epoch: str) -> None:
        """Connect, if it is not connected; take all there is; and hold that against what there is to be seen."""
        if self._stream is None and not self._connect(plain):
            return
        assert self._stream and self._steps
        cursor = self._stream.cursor or (Cursor.parse(self.cursor) if self.cursor else None)
        events_taken = self._take(plain, epoch)
        stale = cursor and (("epoch" if cursor.epoch != epoch else None) or ("pruned" if cursor.seq < plain.floor else None))
        assert events_taken == ([stale] if stale else [])
        self._has_all(plain)
        if inspect.getgeneratorstate(self._steps) == inspect.GEN_CLOSED:
            known = plain.tasks.get(self.task_id or "")
            assert self.task_id and (known is None or known.deleted is not None or known.finished is not None), "it was told the end"
            self.drop()

    def drop(self) -> None:
        """The connection is cut."""
        if self._steps:
            self._steps.close()
        self._stream = self._steps = None

    def _connect(self, plain: Plain) -> bool:
        known = plain.tasks.get(self.task_id or "")
        try:
            self._stream = self.broadcaster.subscribe(watching([self.task_id] if self.task_id else ()), self.cursor)
        except (TaskGone, TaskNotFound) as refusal:
            assert self.task_id and (known is None or known.deleted is not None)
            assert isinstance(refusal, TaskGone) == (known is not None or plain.was_deleted(self.task_id))
            return False
        assert self.task_id is None or (known is not None and known.deleted is None)
        if self._stream is None:
            assert known and known.finished is not None, "there was nothing left to say"
            self._has_all(plain)
            return False
        if self.cursor is None:
            self._begin(plain)
        self._steps = self._stream.steps()
        return True

    def _begin(self, plain: Plain) -> None:
        self.begun, self.seen, self.cursor = plain.floor, [], None

    def _take(self, plain: Plain, epoch: str) -> list[str]:
        """Read until it would wait, or to the end; the reasons of the resets that came."""
        assert self._steps
        chunks: list[bytes] = []
        for chunk in self._steps:
            if chunk is None:
                break
            chunks.append(chunk)
        resets = []
        for message in frames(iter(chunks)):
            assert message.get("event") != "problem"
            if message.get("event") == "reset":
                resets.append(json.loads(message["data"])["reason"])
                self._begin(plain)
            self.cursor = message.get("id", self.cursor)
            if message.get("event") == "snapshot":
                assert self.task_id is None
                self.begun = int(message["id"].partition("-")[2])
            elif "id" in message and "data" in message:
                self._see(message, plain, epoch)
        return resets

    def _see(self, message: dict[str, str], plain: Plain, epoch: str) -> None:
        cursor = Cursor.parse(message["id"])
        assert cursor and cursor.epoch == epoch
        fact = plain.ever[cursor.seq]  # what was purged since may come all the same, from memory
        answer = json.loads(message["data"])
        assert (answer["type"], answer["task_id"], answer["data"]) == (fact.type, fact.task_id, fact.data)
        assert self.task_id in (None, fact.task_id)
        assert cursor.seq > max([self.begun, *self.seen]), "once, and in order"
        self.seen.append(cursor.seq)

    def _has_all(self, plain: Plain) -> None:
        """Nothing that is there was left out; what was purged since it was read may be gone."""
        there = {event.seq for event in plain.log if event.seq > self.begun and self.task_id in (None, event.task_id)}
        assert there <= set(self.seen), "it missed something"
