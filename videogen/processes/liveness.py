"""Tells a process that hangs from one that works: the supervisor asks web processes, and workers report by themselves.

A process that is stopped, or stuck, has not ended, so waiting for exits never finds it.
"""

from __future__ import annotations

import os
import select
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

HEALTH_SOCKET = "HEALTH_SOCKET_FD"
HEARTBEAT_PIPE = "HEARTBEAT_PIPE_FD"
LISTENING_SOCKET = "LISTENING_SOCKET_FD"
"""Environment variables that name descriptors which the supervisor's children inherit."""
SUPERVISED_WORKERS = "SUPERVISED_WORKERS"
"""Environment variable with the number of workers that the supervisor keeps running."""

QUESTION = b"GET /api/health HTTP/1.0\r\nHost: localhost\r\n\r\n"
GOOD_ANSWER = (b"HTTP/1.0 200", b"HTTP/1.1 200")
MISSES = 3
START_S = 180.0
"""A process that has never shown life is given this long, since it imports libraries on a machine that may be busy."""
BEAT_S = 0.5
STOPPED_S = 10.0
"""A process that somebody has stopped (SIGSTOP) before its first sign of life is given this long to go on."""


class Liveness(Protocol):
    """What the supervisor knows of one child's life. `ready` becomes true at the first sign."""

    ready: bool

    def check(self, now: float) -> None: ...
    def hung(self, now: float) -> bool: ...
    def started(self) -> None: ...
    def close(self) -> None: ...

    @property
    def descriptor(self) -> int:
        """The descriptor that the child inherits."""

    @property
    def variable(self) -> str:
        """The environment variable that names it."""


class StoppedClock:
    """Counts for how long a process has been stopped: before its first sign of life nothing else tells it from one that imports."""

    def __init__(self) -> None:
        self._since: float | None = None

    def stopped_s(self, pid: int, now: float) -> float:
        """Return the seconds since the process was first found stopped, 0 if it runs. Without /proc nobody can tell: always 0."""
        try:
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            state = ""
        if state != "T":
            self._since = None
            return 0.0
        if self._since is None:
            self._since = now
        return now - self._since


class HealthCheck:
    """Asks a web process at a loopback address of its own, every `interval_s` seconds. Three missing answers mean that it hangs.

    The listening socket is made here and inherited, so that the address is known, belongs to this one process and is never taken.
    Nothing here waits for the network.
    """

    variable = HEALTH_SOCKET

    def __init__(self, interval_s: float, now: float) -> None:
        self.interval_s = interval_s
        self.ready = False
        self.misses = 0
        self._began_at = now
        self._ask_at = now
        self._asked_at = now
        self._connection: socket.socket | None = None
        self._unsent = b""
        self._listening: socket.socket | None = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._address = self._listening.getsockname()

    @property
    def descriptor(self) -> int:
        assert self._listening is not None
        return self._listening.fileno()

    def started(self) -> None:
        """Give up the own copy of the socket: when the child ends, connections are refused."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def check(self, now: float) -> None:
        """Take the answer if it has come, count it as missing if it is late, and ask again when that is due."""
        if self._connection is not None:
            answer = self._answer(self._connection)
            if answer is not None and answer.startswith(GOOD_ANSWER):
                self.ready, self.misses = True, 0
                self._drop()
            elif answer is not None or now - self._asked_at >= self.interval_s:
                self.misses += 1
                self._drop()
        if self._connection is None and now >= self._ask_at:
            self._ask(now)

    def hung(self, now: float) -> bool:
        return self.misses >= MISSES if self.ready else now - self._began_at >= START_S

    def close(self) -> None:
        self.started()
        self._drop()

    def _ask(self, now: float) -> None:
        self._asked_at, self._ask_at = now, now + self.interval_s
        self._connection = socket.socket()
        self._connection.setblocking(False)
        self._unsent = QUESTION
        self._connection.connect_ex(self._address)
        self._send(self._connection)

    def _send(self, connection: socket.socket) -> None:
        with suppress(OSError):  # not connected yet, or refused: reading tells which
            self._unsent = self._unsent[connection.send(self._unsent) :]

    def _answer(self, connection: socket.socket) -> bytes | None:
        """Return the first bytes of the answer, empty for a closed connection; None when nothing has come yet."""
        if self._unsent:
            self._send(connection)
        if not select.select([connection], [], [], 0)[0]:
            return None
        try:
            return connection.recv(64)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class HeartbeatReader:
    """Reads a worker's heartbeats from a pipe. After `silence_s` seconds without one it hangs."""

    variable = HEARTBEAT_PIPE

    def __init__(self, silence_s: float, now: float) -> None:
        self.silence_s = silence_s
        self.ready = False
        self._answered_at = now
        self._reading_end, self._writing_end = os.pipe()
        os.set_blocking(self._reading_end, False)
        os.set_blocking(self._writing_end, False)
        self._open = True

    @property
    def descriptor(self) -> int:
        return self._writing_end

    def started(self) -> None:
        os.close(self._writing_end)
        self._writing_end = -1

    def check(self, now: float) -> None:
        with suppress(BlockingIOError):
            while os.read(self._reading_end, 4096):
                self.ready, self._answered_at = True, now

    def hung(self, now: float) -> bool:
        return now - self._answered_at >= (self.silence_s if self.ready else max(self.silence_s, START_S))

    def close(self) -> None:
        for descriptor in (self._reading_end, self._writing_end) if self._open else ():
            if descriptor >= 0:
                os.close(descriptor)
        self._open = False


def inherited_socket(variable: str) -> socket.socket | None:
    """Return the listening socket whose descriptor the environment variable names, or None. It is not inherited further."""
    number = os.environ.pop(variable, "")
    if not number:
        return None
    inherited = socket.socket(fileno=int(number))
    inherited.set_inheritable(False)
    return inherited


def starts_workers() -> bool:
    """Return whether a supervisor above this process starts workers by itself, so that nobody else need do it."""
    return os.environ.get(SUPERVISED_WORKERS, "0") != "0"


class Heartbeat:
    """A worker's end of the pipe. Call `beat` in every turn of the main loop; without a supervisor it does nothing."""

    def __init__(self) -> None:
        number = os.environ.pop(HEARTBEAT_PIPE, "")
        self._pipe = int(number) if number else None
        if self._pipe is not None:
            os.set_inheritable(self._pipe, False)  # a renderer that outlives the loop must not speak for it
        self._beat_at = 0.0

    def beat(self) -> None:
        now = time.monotonic()
        if self._pipe is None or now < self._beat_at:
            return
        self._beat_at = now + BEAT_S
        with suppress(BlockingIOError, BrokenPipeError):  # a stopped supervisor reads nothing; one that has ended takes this process along
            os.write(self._pipe, b".")
