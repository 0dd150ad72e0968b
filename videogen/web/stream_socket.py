"""Socket options of a stream, and detection of closed and vanished peers."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any

from gevent import get_hub

SEND_BUFFER_BYTES = 64 * 1024
VANISHED = (errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH)


def prepare(connection: Any, peer_timeout_s: float) -> None:
    """Set a stream's socket options: no delay, a small send buffer, and detection of a vanished peer within `peer_timeout_s`."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in {"TCP_NODELAY": 1, **_keepalive(peer_timeout_s)}.items():
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _keepalive(peer_timeout_s: float) -> dict[str, int]:
    """Return the TCP options: probing starts after a third of the time, and gives up when it is over.

    Unacknowledged data (a heartbeat at the latest) restarts the user timeout and stops the probes, so the two share the time.
    """
    third_s = max(int(peer_timeout_s / 3), 1)
    return {
        "TCP_KEEPIDLE": third_s,
        "TCP_KEEPINTVL": max(third_s // 2, 1),
        "TCP_KEEPCNT": 3,
        "TCP_USER_TIMEOUT": int(peer_timeout_s * 1000 * 0.6),
    }


def cause_of(error: OSError) -> str:
    """Return why a stream ended whose socket raised this error: `vanished` or `client`."""
    return "vanished" if error.errno in VANISHED else "client"


class PeerWatcher:
    """Calls `on_close` with the cause when the peer closes the connection or has vanished.

    It uses a watcher of the event loop: gevent allows only one reader per socket, and that is the server.
    """

    __slots__ = ("_connection", "_on_close", "_watcher")

    def __init__(self, connection: socket.socket, on_close: Callable[[str], None]) -> None:
        self._connection = connection
        self._on_close = on_close
        self._watcher = get_hub().loop.io(connection.fileno(), 1)
        self._watcher.start(self._check)

    def close(self) -> None:
        self._watcher.stop()
        self._watcher.close()

    def _check(self) -> None:
        cause = "client"
        try:
            received = self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError as error:
            received, cause = b"", cause_of(error)
        # A pipelined request stays readable: the watcher has to stop, or the loop would spin.
        self._watcher.stop()
        if not received:
            self._on_close(cause)


def raw(connection: Any) -> socket.socket:
    """Return the plain socket below gevent's, whose calls never switch greenlets."""
    below: socket.socket = getattr(connection, "_sock", connection)
    return below
