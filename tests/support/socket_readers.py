"""Readers of streams over plain sockets, as slow, deaf or many as a test wants them, and the events they read."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import attempt, task, worker
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from models.task import Lease
from tests.support.web_server import Server

PATIENCE_S = 60.0
LEASE_S = 86_400  # longer than any test: who sweeps up after a lost worker opens a connection for it


@dataclass(frozen=True)
class Frame:
    """One message of a stream, as the WHATWG's parser tells it. Without data it only moves the cursor."""

    id: str | None
    name: str
    data: Any

    @classmethod
    def parse(cls, text: str) -> Frame:
        fields: dict[str, str] = {}
        for line in text.split("\n"):
            name, _, value = line.partition(": ")
            fields[name] = value
        return cls(fields.get("id"), fields.get("event", "message"), json.loads(fields["data"]) if "data" in fields else None)


class Reader:
    """A request for a stream. It reads only when it is told to."""

    def __init__(
        self,
        port: int,
        path: str,
        *,
        cursor: str | None = None,
        version: str = "1.1",
        receive_bytes: int | None = None,
        source: str = "",
        host: str = "127.0.0.1",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect((host, port))
        request_headers = {"Host": "127.0.0.1", **({"Last-Event-ID": cursor} if cursor else {}), **(headers or {})}
        lines = [f"GET {path} HTTP/{version}", *(f"{name}: {value}" for name, value in request_headers.items()), "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        self._file = self.socket.makefile("rb")

    def answer(self) -> tuple[int, dict[str, str]]:
        """The status and the headers, in lower case."""
        status = int(self._file.readline().split()[1])
        headers = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        self._chunked = headers.get("transfer-encoding") == "chunked"
        return status, headers

    def frames(self) -> Iterator[Frame]:
        """Every frame, until the server closes the stream in order. Raises ConnectionError when it is cut instead."""
        self.answer()
        rest = b""
        for chunk in self._body():
            rest += chunk
            *whole, rest = rest.split(b"\n\n")
            yield from (Frame.parse(frame.decode()) for frame in whole if not frame.startswith(b"retry:"))
        assert not rest, "the stream ended within a frame"

    def until(self, name: str) -> list[Frame]:
        """The frames up to the first of that name or type."""
        frames_read = []
        for frame in self.frames():
            frames_read.append(frame)
            if frame.name == name or (frame.name == "message" and frame.data and frame.data["type"] == name):
                return frames_read
        raise AssertionError(f"no {name} in {frames_read}")

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _body(self) -> Iterator[bytes]:
        if not self._chunked:
            while chunk := self._file.read1(65536):
                yield chunk
            return
        while size := int(self._file.readline() or self._cut(), 16):
            yield self._file.read(size)
            self._file.readline()

    @staticmethod
    def _cut() -> bytes:
        raise ConnectionError("the stream was cut")


def events(frames: list[Frame]) -> list[str]:
    """The types of the log's events among the frames."""
    return [frame.data["type"] for frame in frames if frame.name == "message" and frame.data]


def messages(frames: list[Frame]) -> list[str]:
    """The messages of stage.progress among the frames."""
    return [frame.data["message"] for frame in frames if frame.name == "message" and frame.data and frame.data["type"] == "stage.progress"]


class Speaker:
    """A task that is being made, by whoever holds this: it says what it is told to say."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.id = task.submit(store, source="# One", format="markdown", max_queued=100_000).id
        claimed = attempt.claim(store, worker.register(store), LEASE_S)
        assert claimed and claimed.id == self.id
        self.lease: Lease = claimed.lease

    def say(self, *messages: str) -> None:
        """One event of progress a message, in one commit."""
        attempt.report(self.store, self.lease, [Fact(EventType.STAGE_PROGRESS, stage="video", message=event) for event in messages])

    def end(self) -> None:
        attempt.complete(self.store, self.lease)


def open_streams(server: Server) -> int:
    return len(server.client.get("/api/streams").json()["streams"])


def disconnects(server: Server) -> dict[str, int]:
    """How many streams were closed, by cause."""
    counts = re.findall(r'^videogen_stream_disconnects_total{cause="(\w+)"} (\d+)', server.client.get("/metrics").text, re.MULTILINE)
    return {cause: int(count) for cause, count in counts}


def resident_bytes(pid: int) -> int:
    """The memory of a process, without what it shares with others."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return 1024 * sum(int(kib) for kib in re.findall(r"^Private_\w+: +(\d+) kB", rollup, re.MULTILINE))


def cpu_s(pid: int) -> float:
    """The processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def soon(condition: Any, within_s: float = PATIENCE_S) -> float:
    """Waits until the condition holds; the seconds it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within_s, "it never came to be"
        time.sleep(0.01)
    return time.monotonic() - began
