"""A process that waits for the ring of a commit and kills at once: among the threads of the crowd it would come too late."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.torture.application import kill

# Has the kernel note when each datagram was sent (Linux; Python has no name for it): a struct timespec.
SO_TIMESTAMPNS = 35
TIMESPEC = struct.Struct("qq")
PRIORITY = -10


@dataclass(frozen=True)
class Shot:
    """A kill: its time, and how long before it somebody who had committed rang; None if nobody did."""

    at: float
    since_ring_s: float | None


class Marksman:
    """Hears the commits of the store below `data`, or of the database at `url`, as any process that listens."""

    def __init__(self, data: Path, url: str = "") -> None:
        self.data, self.url = data, url
        self.start()

    def start(self) -> None:
        """Start listening, again after `close`."""
        self._order, theirs = get_context("spawn").Pipe()
        task = (_wait_for_database, (self.url, theirs)) if self.url else (_wait_and_kill, (self.data / "listen", theirs))
        self._process = get_context("spawn").Process(target=task[0], args=task[1], daemon=True)
        self._process.start()
        assert self._order.poll(120), "the marksman did not start"
        self._order.recv()

    def kill(self, pid: int, *, within_s: float, after_s: float) -> Shot | None:
        """Kill the process so many seconds after the next commit, or when none comes. None if it was gone already."""
        self._order.send((pid, within_s, after_s))
        shot: Shot | None = self._order.recv()
        return shot

    def close(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._order.send(None)
        self._process.join(timeout=20)


def _wait_and_kill(directory: Path, orders: Connection) -> None:
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    path = directory / f"{os.getpid()}-marksman"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(path))
        listener.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        orders.send("ready")
        while (order := orders.recv()) is not None:
            pid, within_s, after_s = order
            _hear_nothing(listener)
            listener.settimeout(within_s)
            rung_at: float | None = None
            try:
                _, notes, _, _ = listener.recvmsg(1, socket.CMSG_SPACE(TIMESPEC.size))
                seconds, nanoseconds = TIMESPEC.unpack(notes[0][2])
                rung_at = seconds + nanoseconds / 1e9
                time.sleep(after_s)
            except TimeoutError:
                pass
            gone = not kill(pid)
            at = time.time()
            orders.send(None if gone else Shot(at, None if rung_at is None else at - rung_at))
    with contextlib.suppress(OSError):  # the disk may be gone
        path.unlink()


def _wait_for_database(url: str, orders: Connection) -> None:
    """Do the same where commits notify by the database; it may be away, and then nothing is heard."""
    import psycopg

    from models.postgres.engine import connect
    from models.postgres.notification import CHANNEL

    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    orders.send("ready")
    connection: psycopg.Connection[Any] | None = None
    while (order := orders.recv()) is not None:
        pid, within_s, after_s = order
        rung_at: float | None = None
        try:
            if connection is None:
                connection = connect(url)
                connection.execute(f"LISTEN {CHANNEL}")
            list(connection.notifies(timeout=0))  # of the past
            for _ in connection.notifies(timeout=within_s, stop_after=1):
                rung_at = time.time()
                time.sleep(after_s)
        except psycopg.Error:
            connection = None
        gone = not kill(pid)
        at = time.time()
        orders.send(None if gone else Shot(at, None if rung_at is None else at - rung_at))


def _hear_nothing(listener: socket.socket) -> None:
    """Whoever rang before is of the past."""
    listener.setblocking(False)
    try:
        while True:
            listener.recv(1)
    except BlockingIOError:
        return
