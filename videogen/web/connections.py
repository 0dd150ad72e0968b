"""The server's connections: how long a request may take to arrive, how many may be open, and which are busy when the server ends."""

from __future__ import annotations

import logging
import socket
import time
from collections import Counter
from contextlib import suppress
from http.client import HTTPException
from typing import Any

import gevent
from gevent.pywsgi import WSGIHandler, WSGIServer

from videogen.config import Settings
from videogen.errors.request import RequestTooSlow
from videogen.files.share_link import without_signature

FRESH_S = 1.0
LEAST_BYTES_A_SECOND = 8 * 1024
"""A body may take the deadline, and a second more for each of these."""
UNREAD_BYTES = 64 * 1024
"""An unread rest of a body up to this size is read, so that the connection can be used again."""
TURN_BYTES = 256 * 1024
"""After so much of a body others have their turn: what has arrived already is read without waiting."""
LINGER_S = 2.0
LINGER_BYTES = 4 * 1024 * 1024
DAMPED_S = 10.0

access_log = logging.getLogger("videogen.access")
log = logging.getLogger(__name__)


class Body:
    """A request's body (`wsgi.input`) with a deadline. Reading raises RequestTooSlow when it has passed."""

    def __init__(self, body: Any, deadline: float, seconds: float) -> None:
        self._body, self._deadline, self._seconds = body, deadline, seconds
        self._since_turn = 0

    def read(self, *size: int) -> bytes:
        read: bytes = self._within(self._body.read, *size)
        return read

    def readline(self, *size: int) -> bytes:
        line: bytes = self._within(self._body.readline, *size)
        return line

    def readlines(self, *hint: int) -> list[bytes]:
        lines: list[bytes] = self._within(self._body.readlines, *hint)
        return lines

    def __iter__(self) -> Body:
        return self

    def __next__(self) -> bytes:
        if line := self.readline():
            return line
        raise StopIteration

    def _within(self, read: Any, *arguments: int) -> Any:
        late = RequestTooSlow(f"The body did not arrive within {self._seconds:g} seconds.")
        with gevent.Timeout(max(self._deadline - time.monotonic(), 0.0), late):
            content = read(*arguments)
            self._since_turn += len(content)
            if self._since_turn >= TURN_BYTES:
                self._since_turn = 0
                gevent.sleep(0)
            return content


class TimedHandler(WSGIHandler):  # type: ignore[misc]
    """Handles one connection, and ends it when what it is to send does not arrive in time."""

    server: Server
    headers_deadline: gevent.Timeout | None = None

    def handle_one_request(self) -> Any:
        """Read and answer one request, or close the connection when its headers do not arrive in time."""
        self.server.reading[self] = time.monotonic()
        self.headers_deadline = gevent.Timeout.start_new(self.server.header_deadline_s)
        try:
            return super().handle_one_request()
        except gevent.Timeout as late:
            if late is not self.headers_deadline:
                raise
            self.server.count("slow")
            return None
        finally:
            self.headers_deadline.close()
            self.server.reading.pop(self, None)
            self.server.busy.discard(self)

    def read_request(self, raw_requestline: str) -> Any:
        """Read the headers. Return False for too many or too long ones, which the library would log with where in it they were found."""
        try:
            return super().read_request(raw_requestline)
        except (HTTPException, ValueError):
            self.server.count("malformed")
            return False

    def get_environ(self) -> dict[str, Any]:
        """Return the headers are here: what follows is the body, with a deadline of its own."""
        if self.headers_deadline is not None:
            self.headers_deadline.close()
        self.server.reading.pop(self, None)
        self.server.busy.add(self)
        environ: dict[str, Any] = super().get_environ()
        if environ.get("CONTENT_LENGTH") not in (None, "", "0") or environ.get("wsgi.input_terminated"):
            length = int(environ["CONTENT_LENGTH"]) if str(environ.get("CONTENT_LENGTH") or "").isdecimal() else self.server.largest_body
            seconds = self.server.body_deadline_s + min(length, self.server.largest_body) / LEAST_BYTES_A_SECOND
            environ["wsgi.input"] = Body(environ["wsgi.input"], time.monotonic() + seconds, round(seconds, 1))
        return environ

    def start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:
        """Return the connection ends with the answer while the server ends, and after a body that came too late or is long and unread."""
        if self.server.ending or status.startswith("408") or self._unread() > UNREAD_BYTES:
            headers = [*headers, ("Connection", "close")]
        return super().start_response(status, headers, exc_info)

    def run_application(self) -> None:
        """Answer the request, and read a little of a body that the application did not want, so that its client gets to the answer."""
        try:
            super().run_application()
        finally:
            if unread := self._unread():
                with suppress(OSError), gevent.Timeout(LINGER_S, False):
                    # A client that sent Expect waits for the status; reading would tell it to go on, after the answer.
                    left = 0 if "HTTP_EXPECT" in self.environ else LINGER_BYTES
                    while left > 0 and (read := self.wsgi_input.read(min(left, UNREAD_BYTES))):
                        left -= len(read)
                if unread > UNREAD_BYTES or self._unread():
                    self.close_connection = True
                # The rest is not read: gevent would wait for all of it.
                self.wsgi_input.chunked_input = False
                self.wsgi_input.content_length = self.wsgi_input.position

    def log_request(self) -> None:
        """Write a line of the access log, if it was asked for."""
        if self.server.access_log:
            environ = getattr(self, "environ", None) or {}
            status = getattr(self, "status", "")
            fields = {
                "client": environ.get("REMOTE_ADDR", ""),
                "method": environ.get("REQUEST_METHOD", ""),
                "path": without_signature(environ.get("PATH_INFO", "")),
                "status": (status.decode("latin-1") if isinstance(status, bytes) else str(status)).partition(" ")[0],
                "bytes": self.response_length,
                "duration_s": round(max(self.time_finish - self.time_start, 0.0), 3),
            }
            access_log.info("%(client)s %(method)s %(path)s %(status)s %(bytes)s %(duration_s)s s", fields, extra={"fields": fields})

    def _unread(self) -> int:
        """Return the bytes of the body that were not read; of a body in chunks, whose length nobody knows, more than may be left."""
        body = getattr(self, "wsgi_input", None)
        if body is None:
            return 0
        if body.chunked_input:
            return 0 if body.chunk_length == 0 else UNREAD_BYTES + 1
        return int((body.content_length or 0) - body.position)


class Server(WSGIServer):  # type: ignore[misc]
    """The server of one listening socket, or of an address. `reading` holds connections whose headers have not arrived, the oldest first.

    When as many connections are open as may be, the one that has kept its headers back longest makes room for the next. A stream that was
    handed over is no connection of this server any more; it is counted with the streams.
    """

    def __init__(self, listener: Any, application: Any, settings: Settings, handler: type[TimedHandler]) -> None:
        super().__init__(listener, application, handler_class=handler, log=None, error_log=logging.getLogger("videogen.web.server"))
        self.header_deadline_s = settings.header_deadline_s
        self.body_deadline_s = settings.body_deadline_s
        self.largest_body = settings.upload_max_bytes
        self.max_connections = settings.max_connections
        self.access_log = settings.access_log
        self.reading: dict[TimedHandler, float] = {}
        self.busy: set[TimedHandler] = set()
        self.open = 0
        self.ending = False
        self._counts: Counter[str] = Counter()
        self._counted_at = float("-inf")

    def handle(self, connection: Any, address: Any) -> None:
        self.open += 1
        try:
            if self.open > self.max_connections and not self._close_slowest():
                self.count("refused")
                connection.close()
                return
            super().handle(connection, address)
        finally:
            self.open -= 1

    def finish(self, within_s: float) -> None:
        """Accept nothing more, and wait until what has been asked for is answered."""
        self.ending = True
        self.close()
        with gevent.Timeout(within_s, False):
            while self.busy or any(time.monotonic() - since < FRESH_S for since in self.reading.values()):
                gevent.sleep(0.02)

    def count(self, what: str) -> None:
        """Count a closed connection, and log the counts now and then, so that an attacker cannot fill the log."""
        self._counts[what] += 1
        if time.monotonic() >= self._counted_at + DAMPED_S:
            self._counted_at = time.monotonic()
            counts = ", ".join(f"{count} {what}" for what, count in sorted(self._counts.items()))
            log.warning("connections closed: %s", counts, extra={"event": "connections.closed", "fields": dict(self._counts)})
            self._counts.clear()

    def _close_slowest(self) -> bool:
        """Close the connection that has been sending its headers the longest."""
        oldest = next(iter(self.reading), None)
        if oldest is None:
            return False
        del self.reading[oldest]
        self.count("crowded out")
        with suppress(OSError):
            oldest.socket.shutdown(socket.SHUT_RDWR)  # its greenlet reads the end and goes
        return True
