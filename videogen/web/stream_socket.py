"""What a socket needs while it carries a stream: a small buffer, a limit for vanished peers, and an eye on its closing."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any

from gevent import get_hub

SEND_BUFFER_BYTES = 64 * 1024
VANISHED = (errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH)


def prepare(connection: Any, peer_timeout_s: float) -> None:
    """For a stream: what is new goes out at once, a slow reader holds little, and the kernel finds a vanished one within this time."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in {"TCP_NODELAY": 1, **_keepalive(peer_timeout_s)}.items():
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _keepalive(peer_timeout_s: float) -> dict[str, int]:
    """A third of the time it is silent, the rest without an answer.

    What is sent into the void (a heartbeat at the latest) starts the user timeout anew and stops the probes, so the two have to share.
    """
    third_s = max(int(peer_timeout_s / 3), 1)
    return {
        "TCP_KEEPIDLE": third_s,
        "TCP_KEEPINTVL": max(third_s // 2, 1),
        "TCP_KEEPCNT": 3,
        "TCP_USER_TIMEOUT": int(peer_timeout_s * 1000 * 0.6),
    }


def cause_of(error: OSError) -> str:
    """Why a stream ends whose socket says so."""
    return "vanished" if error.errno in VANISHED else "client"


class Eye:
    """Calls `gone` with the cause when the peer closes the connection, or has vanished.

    A watcher of the loop's own: gevent allows only one reader of a socket, and a server has that already.
    """

    __slots__ = ("_connection", "_gone", "_watcher")

    def __init__(self, connection: socket.socket, gone: Callable[[str], None]) -> None:
        self._connection = connection
        self._gone = gone
        self._watcher = get_hub().loop.io(connection.fileno(), 1)
        self._watcher.start(self._look)

    def close(self) -> None:
        self._watcher.stop()
        self._watcher.close()

    def _look(self) -> None:
        cause = "client"
        try:
            waiting = self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError as error:
            waiting, cause = b"", cause_of(error)
        # A request sent ahead stays readable: without stopping, the loop would spin.
        self._watcher.stop()
        if not waiting:
            self._gone(cause)


def raw(connection: Any) -> socket.socket:
    """The socket below gevent's, which never waits."""
    below: socket.socket = getattr(connection, "_sock", connection)
    return below
