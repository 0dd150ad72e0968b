"""An accelerator: one loop sends new events to every reader that waits at the head of the log, straight to its socket.

Without it each reader's greenlet is woken for each event, which is most of the cost of a thousand readers. Nothing changes for the
reader: its generator waits while it is parked here, and a reader whose socket does not take a chunk whole is behind from then on: its
own generator finishes the chunk and brings it up from the log. So nothing is ever interleaved.
"""

from __future__ import annotations

import contextlib
import logging
import socket
from typing import Any

import gevent
from gevent.event import Event as Bell

from models.signals import event_appended
from videogen.stream import Stream, Streams

log = logging.getLogger(__name__)

RETRY_S = 0.5


class FastFanout:
    """Serves the parked readers of these streams, from a greenlet of its own."""

    def __init__(self, streams: Streams) -> None:
        self.streams = streams
        self._bell = Bell()
        event_appended.connect(self._ring, weak=False)
        self._greenlet = gevent.spawn(self._serve)

    def stop(self) -> None:
        event_appended.disconnect(self._ring)
        self._greenlet.kill()

    def _ring(self, _sender: object) -> None:
        self.streams.tail.stale = True
        self._bell.set()

    def _serve(self) -> None:
        while True:
            self._bell.wait()
            self._bell.clear()
            try:
                self.streams.tail.catch_up()
            except Exception:
                # The store is busy or broken: the readers find out themselves and say so.
                log.exception("reading for everyone")
                for stream in tuple(self.streams.open):
                    stream.bell.set()
                gevent.sleep(RETRY_S)
                continue
            for stream in tuple(self.streams.open):
                if stream.parked:
                    self._push(stream)

    def _push(self, stream: Stream) -> None:
        try:
            stream.push()
        except Exception:
            log.exception("a reader could not be served directly")
            stream.unpark()


class Direct:
    """A stream's socket. HTTP/1.1 bodies of unknown length go in chunks, HTTP/1.0 ones as they are."""

    def __init__(self, connection: Any, *, chunked: bool) -> None:
        self._connection = connection
        self._raw: socket.socket = getattr(connection, "_sock", connection)
        self._chunked = chunked
        self._kept = b""

    def send(self, chunk: bytes) -> bool:
        wire = framed(chunk) if self._chunked else chunk
        try:
            sent = self._raw.send(wire, socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        except OSError:
            return False  # gone: the generator's next write says so
        self._kept = wire[sent:]
        return not self._kept

    def finish(self) -> None:
        kept, self._kept = self._kept, b""
        if kept:
            self._connection.sendall(kept)


_last: tuple[bytes, bytes] = (b"", b"")


def framed(chunk: bytes) -> bytes:
    """A chunk of an HTTP/1.1 body (RFC 9112, 7.1). The last one is remembered: a thousand readers get the same."""
    global _last
    if chunk is not _last[0]:
        _last = (chunk, b"%x\r\n%b\r\n" % (len(chunk), chunk))
    return _last[1]


def direct(environ: dict[str, Any], connection: Any) -> Direct | None:
    """A direct way to the client of this request; None where the body does not go over the socket as it is."""
    if environ.get("wsgi.url_scheme") != "http":
        return None
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Direct(connection, chunked=environ.get("SERVER_PROTOCOL") == "HTTP/1.1")
