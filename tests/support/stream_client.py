"""A browser's side of a stream, on a socket of its own."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

from tests.support.event_stream_parser import Message, Parser

TIMEOUT_S = 60.0


class Reader:
    """One GET of a stream. Iterating it gives the messages; the end is the server's clean end, and anything else raises."""

    def __init__(self, port: int, path: str, headers: dict[str, str] | None = None, *, receive_bytes: int | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        if receive_bytes:
            # Before it connects: afterwards the kernel has promised more to the server already.
            self.connection.sock = socket.socket()
            self.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
            self.connection.sock.settimeout(TIMEOUT_S)
            self.connection.sock.connect(("127.0.0.1", port))
        try:
            self.connection.request("GET", path, headers=headers or {})
            self.socket = self.connection.sock  # which it forgets where the answer says that the connection ends with it
            self.response = self.connection.getresponse()
        except BaseException:
            self.connection.close()
            raise
        self.status = self.response.status
        self.headers = self.response.headers
        self.parser = Parser()
        self.messages: list[Message] = []
        self._waiting: deque[Message] = deque()  # that came with one that somebody stopped at

    def __iter__(self) -> Iterator[Message]:
        while self._waiting or (chunk := self.response.read1(65536)):
            if not self._waiting:
                self._waiting.extend(self.parser.feed(chunk))
                continue
            self.messages.append(self._waiting.popleft())
            yield self.messages[-1]

    def until(self, wanted: Callable[[Message], object]) -> Message:
        deadline = time.monotonic() + TIMEOUT_S
        for message in self:
            if wanted(message):
                return message
            assert time.monotonic() < deadline, f"not among {self.messages}"
        raise AssertionError(f"the stream ended with {self.messages[-3:]}")

    def until_event(self, name: str) -> Message:
        return self.until(lambda message: message.event == name)

    def until_type(self, type_: str) -> Message:
        return self.until(lambda message: message.event == "message" and json.loads(message.data)["type"] == type_)

    def all(self) -> list[Message]:
        return list(self)

    @property
    def events(self) -> list[Any]:
        """The events of the log that came, as data."""
        return [json.loads(event.data) for event in self.messages if event.event == "message"]

    @property
    def ids(self) -> list[str]:
        return [event.id for event in self.messages if event.event == "message"]

    def problem(self) -> Any:
        """What a refusal says."""
        assert self.headers["Content-Type"] == "application/problem+json"
        return json.loads(self.response.read())

    def close(self) -> None:
        self.response.close()
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
