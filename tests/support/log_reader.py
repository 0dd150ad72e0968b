"""A client that follows the stream of all tasks over a plain socket, through restarts of the server."""

from __future__ import annotations

import socket
import threading


class LogReader(threading.Thread):
    """Reads the stream of all tasks until `over`, and comes back with `Last-Event-ID` when it was closed.

    `faults` are sentences: refused connections, resets, events that came twice or in another order.
    """

    def __init__(self, port: int, over: threading.Event, *, keep_ids: bool = False) -> None:
        super().__init__(daemon=True)
        self.port, self.over, self.keep_ids = port, over, keep_ids
        self.cursor = ""
        self.count = 0
        self.ids: list[str] = []
        self.connections = 0
        self.faults: list[str] = []
        self.retry_s = 0.2
        """How long to wait before coming back: what the server asked for last, as EventSource does."""

    def run(self) -> None:
        while not self.over.is_set():
            try:
                self._read()
            except OSError as error:
                if isinstance(error, ConnectionRefusedError):
                    self.faults.append("a connection was refused")
            self.over.wait(self.retry_s)

    def _read(self) -> None:
        cursor = f"Last-Event-ID: {self.cursor}\r\n" if self.cursor else ""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            self.connections += 1
            connection.sendall(f"GET /api/stream HTTP/1.0\r\nHost: 127.0.0.1:{self.port}\r\n{cursor}\r\n".encode())
            connection.settimeout(1.0)
            rest, silent = b"", 0
            while not self.over.is_set():
                try:
                    chunk = connection.recv(65536)
                except TimeoutError:
                    silent += 1
                    if silent > 60:
                        self.faults.append("a stream was silent for a minute")
                        return
                    continue
                if not chunk:
                    return
                silent = 0
                *messages, rest = (rest + chunk).split(b"\n\n")
                for message in messages:
                    self._take(message)

    def _take(self, message: bytes) -> None:
        fields = dict(line.partition(b": ")[::2] for line in message.split(b"\n"))
        if fields.get(b"event") == b"reset":
            self.faults.append(f"reset: {fields.get(b'data', b'')[:200].decode(errors='replace')}")
        if b"retry" in fields:
            self.retry_s = int(fields[b"retry"]) / 1000
        if b"id" not in fields:
            return
        cursor = fields[b"id"].decode()
        if self.cursor and b"event" not in fields and not follows(self.cursor, cursor):
            self.faults.append(f"{cursor} came after {self.cursor}")
        if b"event" not in fields:
            self.count += 1
            if self.keep_ids:
                self.ids.append(cursor)
        self.cursor = cursor


def follows(before: str, cursor: str) -> bool:
    """Whether the event is a later one. The stream of all tasks leaves out no event, but its ids have gaps where an event is no row's."""
    return int(cursor.rpartition("-")[2]) > int(before.rpartition("-")[2])
