"""A reader of event streams, word for word as the HTML standard has it (9.2.6): strict, so that it shows what a browser would see."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True)
class Message:
    """What a browser dispatches: the event's name, its data, and the last id as of it."""

    event: str
    data: str
    id: str


class Parser:
    """`feed` it bytes as they come; it gives the messages that are complete. `last_event_id` also moves by frames without data."""

    def __init__(self) -> None:
        self.last_event_id = ""
        self.retry_ms: int | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._began = False
        self._line: list[str] = []  # of a line whose end has not come yet
        self._after_cr = False
        self._clear()
        self._id = ""

    def feed(self, chunk: bytes) -> Iterator[Message]:
        text = self._decoder.decode(chunk)
        if text and not self._began:
            self._began = True
            text = text.removeprefix("\ufeff")
        if not text:
            return
        lines = LINE_END.split(text.removeprefix("\n") if self._after_cr else text)
        self._after_cr = text.endswith("\r")
        for line in lines[:-1]:
            whole = "".join((*self._line, line))
            self._line = []
            yield from self._take(whole)
        self._line.append(lines[-1])

    def _take(self, line: str) -> Iterator[Message]:
        if line == "":
            self.last_event_id = self._id
            data, event = "".join(self._data), self._event
            self._clear()
            if data:
                yield Message(event or "message", data.removesuffix("\n"), self.last_event_id)
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            self._field(name, value.removeprefix(" "))

    def _field(self, name: str, value: str) -> None:
        if name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value + "\n")
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value and all(digit in "0123456789" for digit in value):
            self.retry_ms = int(value)

    def _clear(self) -> None:
        self._data: list[str] = []
        self._event = ""


def parse(stream: bytes) -> list[Message]:
    return list(Parser().feed(stream))
