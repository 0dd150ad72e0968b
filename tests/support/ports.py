"""Ports of this machine for servers that a test starts, and starts again."""

from __future__ import annotations

import socket


class Port:
    """A free port that nobody else is given as long as this is kept: bound, but not listened at, so who connects is refused.

    A server takes it all the same, as it takes one that has just been given up (SO_REUSEADDR).
    """

    def __init__(self) -> None:
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind(("127.0.0.1", 0))
        self.number = int(self._held.getsockname()[1])

    def close(self) -> None:
        self._held.close()
