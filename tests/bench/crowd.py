"""One efficient reader of thousands of streams, in a process of its own: one loop over epoll that looks for a mark and notes the time."""

from __future__ import annotations

import resource
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

MARK = b"stage.progress"  # once in each event, and in nothing else that a server sends
OPEN_S = 60.0
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Arrivals:
    """When each mark arrived, in seconds of the steady clock, in order; and what reading them cost the reader's processor."""

    at: list[float]
    cpu_s: float


class Crowd:
    """The other side of the process."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def expect(self, marks: int) -> None:
        """From now on so many marks in all are waited for. Returns when the reader waits."""
        self._pipe.send(marks)
        assert self._pipe.poll(OPEN_S)
        self._pipe.recv()

    def arrivals(self) -> Arrivals:
        assert self._pipe.poll(PATIENCE_S + OPEN_S), "the reader is silent"
        arrived = self._pipe.recv()
        assert isinstance(arrived, Arrivals), arrived
        return arrived


@contextmanager
def reading(port: int, path: str, streams: int, begins: bytes) -> Iterator[Crowd]:
    """So many streams, each open and past `begins`, what its server sends first."""
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_read, args=(port, path, streams, begins, there))
    process.start()
    try:
        assert here.poll(OPEN_S + PATIENCE_S), "the streams did not open"
        here.recv()
        yield Crowd(here)
    finally:
        here.send(None)
        process.join(timeout=30)


def _read(port: int, path: str, streams: int, begins: bytes, owner: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode()
    readers: dict[int, socket.socket] = {}
    waiting = select.epoll()
    for _ in range(streams):
        reader = socket.create_connection(("127.0.0.1", port), timeout=OPEN_S)
        reader.sendall(request)
        first = b""
        while begins not in first:
            first += reader.recv(65536)
        reader.setblocking(False)
        readers[reader.fileno()] = reader
        waiting.register(reader, select.EPOLLIN)
    owner.send("open")
    rest = dict.fromkeys(readers, b"")
    while (marks := owner.recv()) is not None:
        at: list[float] = []
        owner.send("waiting")
        used = time.process_time()
        until = time.monotonic() + PATIENCE_S
        while len(at) < marks and time.monotonic() < until:
            for number, _ in waiting.poll(1, 2000):
                data = rest[number] + readers[number].recv(65536)
                now = time.monotonic()
                at += [now] * data.count(MARK)
                rest[number] = data[-len(MARK) + 1 :]
        owner.send(Arrivals(at, time.process_time() - used) if len(at) == marks else f"{len(at)} of {marks} arrived")
