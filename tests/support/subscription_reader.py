"""A reader of a stream without HTTP, and small helpers for what it is to see."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from models.database import Read, Store
from models.event import Cursor
from models.task import Task
from tests.support.event_stream_parser import Message, Parser
from videogen.streams.broadcaster import Broadcaster
from videogen.streams.subscription import Subscription

LONG_S = 1000.0
"""A heartbeat that no test lives to see."""


class Browser:
    """Reads a stream in a thread of its own, as a browser does."""

    def __init__(self, stream: Subscription | None) -> None:
        assert stream, "there was nothing left to say"
        self.stream = stream
        self.parser = Parser()
        self.messages: list[Message] = []
        self.closed = False
        self._more = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for chunk in self.stream:
            with self._more:
                self.messages += self.parser.feed(chunk)
                self._more.notify_all()
        with self._more:
            self.closed = True
            self._more.notify_all()

    def until(self, wanted: Callable[[list[Message]], object]) -> None:
        with self._more:
            assert self._more.wait_for(lambda: wanted(self.messages), timeout=60), self.messages

    def until_event(self, name: str, times: int = 1) -> Message:
        self.until(lambda messages: sum(event.event == name for event in messages) >= times)
        return [event for event in self.messages if event.event == name][times - 1]

    def until_type(self, type_: str) -> None:
        self.until(lambda _: type_ in self.types)

    def until_end(self) -> list[Message]:
        with self._more:
            assert self._more.wait_for(lambda: self.closed, timeout=60), self.messages
        return self.messages

    @property
    def names(self) -> list[str]:
        return [event.event for event in self.messages]

    @property
    def ids(self) -> list[str]:
        """Of the events of the log."""
        return [event.id for event in self.messages if event.event == "message"]

    @property
    def types(self) -> list[str]:
        return [json.loads(event.data)["type"] for event in self.messages if event.event == "message"]

    def close(self) -> None:
        self.stream.hang_up()
        self._thread.join(timeout=60)


Open = Callable[..., Browser]


def describe(_: Read, row: Task, _prefix: str) -> Mapping[str, Any]:
    return {"id": row.id, "status": row.status}


def streams_of(store: Store, **more: Any) -> Broadcaster:
    return Broadcaster(store, describe, **({"heartbeat_s": LONG_S} | more))


def cursor_at(store: Store, seq: int) -> str:
    """The cursor of an event, as text."""
    with store.reading() as read:
        return str(Cursor(read.epoch, seq))


def data_of(message: Message) -> Any:
    return json.loads(message.data)
