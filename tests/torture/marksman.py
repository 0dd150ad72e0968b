"""A process that waits for the ring of a commit and kills at once: among the threads of the crowd it would come too late."""

from __future__ import annotations

import os
import socket
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from tests.torture.house import kill


class Marksman:
    """Hears the commits of the store below `data`, as any process that listens."""

    def __init__(self, data: Path) -> None:
        self._order, theirs = get_context("spawn").Pipe()
        self._process = get_context("spawn").Process(target=_wait_and_kill, args=(data / "listen", theirs), daemon=True)
        self._process.start()
        assert self._order.poll(60), "the marksman did not start"
        self._order.recv()

    def kill(self, pid: int, *, within_s: float, after_s: float) -> float | None:
        """Kill the process so many seconds after the next commit, or when none comes. The time of it; None if it was gone already."""
        self._order.send((pid, within_s, after_s))
        killed_at: float | None = self._order.recv()
        return killed_at

    def close(self) -> None:
        self._order.send(None)
        self._process.join(timeout=20)


def _wait_and_kill(directory: Path, orders: Connection) -> None:
    path = directory / f"{os.getpid()}-marksman"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
        bell.bind(str(path))
        orders.send("ready")
        while (order := orders.recv()) is not None:
            pid, within_s, after_s = order
            _hear_nothing(bell)
            bell.settimeout(within_s)
            try:
                bell.recv(1)
                time.sleep(after_s)
            except TimeoutError:
                pass
            orders.send(time.time() if kill(pid) else None)
    path.unlink(missing_ok=True)


def _hear_nothing(bell: socket.socket) -> None:
    """Whoever rang before is of the past."""
    bell.setblocking(False)
    try:
        while True:
            bell.recv(1)
    except BlockingIOError:
        return
