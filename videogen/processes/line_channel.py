"""Lines of bytes through two descriptors: what the renderer pool, its renderers and its client speak."""

from __future__ import annotations

import os

READ_BYTES = 256 * 1024


class LineChannel:
    """Sends and receives lines of bytes through two descriptors. Never blocks."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading, self.writing = reading, writing
        self.unsent = b""
        self._unread: list[bytes] = []
        for descriptor in {reading, writing}:
            os.set_blocking(descriptor, False)

    def send(self, line: bytes) -> None:
        """Send a line. `flush` sends what the pipe does not take now."""
        self.unsent += line + b"\n"
        self.flush()

    def flush(self) -> None:
        try:
            while self.unsent:
                self.unsent = self.unsent[os.write(self.writing, self.unsent) :]
        except BlockingIOError:
            pass
        except (BrokenPipeError, ConnectionResetError):  # the other end is gone; reading notices it
            self.unsent = b""

    def receive(self) -> tuple[list[bytes], bool]:
        """Return the complete lines, and whether the other end is closed."""
        try:
            chunk = os.read(self.reading, READ_BYTES)
        except BlockingIOError:
            return [], False
        except ConnectionResetError:
            return [], True
        first, *rest = chunk.split(b"\n")
        self._unread.append(first)
        lines = []
        for part in rest:
            lines.append(b"".join(self._unread))
            self._unread = [part]
        return lines, not chunk
