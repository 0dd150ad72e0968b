"""An accelerator: one loop writes new events to the sockets of all subscriptions that wait at the head of the log.

Without it every event wakes one greenlet per subscription, which is most of the cost of a thousand of them; and most of the memory of a
waiting subscription is its greenlet. Under the project's own server a subscription therefore has a greenlet only while its generator has
something to send: the backlog, a heartbeat, the end. Otherwise it is parked here. When a socket does not take a whole chunk, the
subscription is unparked: its generator finishes the chunk and catches up from the log. So frames are never interleaved.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count

import gevent
from gevent.event import Event
from gevent.socket import wait_write

from models.event import Cursor
from models.signals import event_appended
from videogen.streams.broadcaster import Broadcaster
from videogen.streams.subscription import Batch, Filter, Subscription
from videogen.web import stream_socket

log = logging.getLogger(__name__)

RETRY_S = 0.5


class FastFanout:
    """Serves the parked subscriptions of a broadcaster from one greenlet."""

    def __init__(self, broadcaster: Broadcaster) -> None:
        self.broadcaster = broadcaster
        self.parked: set[StreamWriter] = set()
        self._due: list[tuple[float, int, StreamWriter]] = []
        self._order = count()
        self._wakeup = Event()
        event_appended.connect(self._on_event)
        self._pushed: object = None
        self._greenlet = gevent.spawn(self._serve)

    def stop(self) -> None:
        event_appended.disconnect(self._on_event)
        self._greenlet.kill()

    def serve(self, stream: Subscription, connection: socket.socket, *, chunked: bool) -> None:
        """Send the stream over a connection whose headers have been sent, and close the connection at the end."""
        writer = StreamWriter(self, stream, connection, chunked=chunked)
        writer.begin()
        gevent.spawn(writer.run)

    def chunks(self, stream: Subscription, connection: socket.socket, *, chunked: bool) -> Iterator[bytes]:
        """Yield the stream's chunks to a server that sends them itself; while it waits, new events go directly to the socket."""
        return StreamWriter(self, stream, connection, chunked=chunked).chunks()

    def park(self, writer: StreamWriter) -> bool:
        """Serve this subscription until its generator is needed. Return False if its generator is needed already."""
        if writer.notified:
            return False
        self.parked.add(writer)
        self.broadcaster.listening.discard(writer.stream)
        if not writer.scheduled:
            self._schedule(writer)
            if self._due[0][2] is writer:
                self._wakeup.set()
        return True

    def unpark(self, writer: StreamWriter) -> None:
        """Return the subscription to its own generator."""
        if writer in self.parked:
            self.parked.discard(writer)
            self.broadcaster.listening.add(writer.stream)
            writer.notified = True
            writer.resume()

    def _schedule(self, writer: StreamWriter) -> None:
        writer.scheduled = True
        heappush(self._due, (writer.stream.due, next(self._order), writer))

    def _on_event(self, _sender: object) -> None:
        if self.broadcaster.tail.is_current:
            # From the listener, which has read the news: sending them takes less than waking another greenlet to do it.
            self._push_news()
        else:
            self._wakeup.set()

    def _serve(self) -> None:
        tail = self.broadcaster.tail
        while True:
            self._wakeup.wait(max(self._due[0][0] - time.monotonic(), 0.0) if self._due else None)
            self._wakeup.clear()
            try:
                tail.catch_up()
            except Exception:
                # The store is busy or broken: each subscription's generator meets the same error and reports it.
                log.exception("cannot read new events")
                for writer in tuple(self.parked):
                    self.unpark(writer)
                gevent.sleep(RETRY_S)
                continue
            self._push_news()
            self._wake_due()

    def _push_news(self) -> None:
        """Push what the tail has, if that is news. A subscription's generator may have caught the tail up."""
        tail = self.broadcaster.tail
        if (news := (tail.epoch, tail.floor, tail.head)) == self._pushed:
            return
        self._pushed = news
        batches: dict[tuple[Cursor, Filter], Batch] = {}
        now = time.monotonic()
        for writer in tuple(self.parked):
            try:
                stays = writer.push(batches, now)
            except Exception:
                log.exception("cannot push to a subscription")
                stays = False
            if not stays:
                self.unpark(writer)

    def _wake_due(self) -> None:
        """Unpark the subscriptions whose heartbeat or end is due; reschedule those that were sent something meanwhile."""
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            writer = heappop(self._due)[2]
            writer.scheduled = False
            if writer not in self.parked:
                continue
            if writer.stream.due <= now:
                self.unpark(writer)
            else:
                self._schedule(writer)


class StreamWriter:
    """Writes one stream to its socket, and receives the stream's notifications. `chunked` selects the framing of HTTP/1.1 bodies."""

    __slots__ = ("_awake", "_chunked", "_connection", "_fanout", "_steps", "_unsent", "_watcher", "notified", "scheduled", "stream")

    def __init__(self, fanout: FastFanout, stream: Subscription, connection: socket.socket, *, chunked: bool) -> None:
        self.stream = stream
        self.notified = False
        self.scheduled = False
        self._fanout = fanout
        self._connection = connection
        self._chunked = chunked
        self._unsent = b""
        self._awake: Event | None = None
        self._steps = stream.steps()
        self._watcher = stream_socket.PeerWatcher(connection, stream.hang_up)
        stream.wakeup = self

    def set(self) -> None:
        self.notified = True
        self._fanout.unpark(self)

    def clear(self) -> None:
        self.notified = False

    def resume(self) -> None:
        """Resume the stream's own generator."""
        if self._awake:
            self._awake.set()
        else:
            gevent.spawn(self.run)

    def push(self, batches: dict[tuple[Cursor, Filter], Batch], now: float) -> bool:
        """Send new events without blocking. Return False if the stream's own generator has to continue."""
        stream = self.stream
        chunk = stream.advance(batches)
        if chunk is None:
            return False
        if not chunk:
            return True
        stream.bytes_sent += len(chunk)
        stream.quiet_since = now
        wire = framed(chunk) if self._chunked else chunk
        try:
            sent = self._connection.send(wire, socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        except OSError:
            return False  # closed: the watcher or the next write reports it
        if sent == len(wire):
            return not stream.may_end
        self._unsent = wire[sent:]
        return False

    def begin(self) -> None:
        """Enter the broadcaster at once, so that the limits on open streams count this one."""
        self._unsent = self._framed(next(self._steps) or b"")

    def run(self) -> None:
        """Send the generator's chunks until the stream can be parked or ends. Close the connection at the end."""
        parked = False
        try:
            self._finish()
            for chunk in self._steps:
                if self.stream.gone:
                    break
                if chunk is not None:
                    self.stream.bytes_sent += len(chunk)
                    self._send(self._framed(chunk))
                elif self._fanout.park(self):
                    parked = True
                    return
            if self._chunked and not self.stream.gone:
                self._send(b"0\r\n\r\n")
        except OSError as error:
            self._lost(error)
        finally:
            if not parked:
                self._close()

    def chunks(self) -> Iterator[bytes]:
        """Yield the stream's chunks, for a server that sends them itself."""
        self._awake = Event()
        try:
            yield from self.stream.chunks(self._steps, self._wait)
        finally:
            self._watcher.close()

    def _wait(self) -> None:
        assert self._awake
        self._awake.clear()
        if self._fanout.park(self):
            self._awake.wait()
            try:
                self._finish()
            except OSError as error:
                self._lost(error)
                raise

    def _finish(self) -> None:
        unsent, self._unsent = self._unsent, b""
        if unsent:
            self._send(unsent)

    def _send(self, wire: bytes) -> None:
        """Send all bytes. Raises TimeoutError after the write deadline."""
        deadline = time.monotonic() + self.stream.broadcaster.write_deadline_s
        rest = memoryview(wire)
        while rest:
            try:
                rest = rest[self._connection.send(rest, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                wait_write(self._connection.fileno(), max(deadline - time.monotonic(), 0.0), TimeoutError())

    def _framed(self, chunk: bytes) -> bytes:
        return framed(chunk) if self._chunked else chunk

    def _lost(self, error: OSError) -> None:
        timed_out = isinstance(error, TimeoutError) and not error.errno  # a timeout of the kernel's has an errno
        self.stream.hang_up("deadline" if timed_out else stream_socket.cause_of(error))

    def _close(self) -> None:
        self._steps.close()
        self._watcher.close()
        with contextlib.suppress(OSError):
            self._connection.recv(16384, socket.MSG_DONTWAIT)  # closing with unread input would reset the connection and lose what was sent
        self._connection.close()


_last: tuple[bytes, bytes] = (b"", b"")


def framed(chunk: bytes) -> bytes:
    """Return a chunk of an HTTP/1.1 body (RFC 9112, 7.1). Remembers the last one, since many subscriptions get the same."""
    global _last
    if chunk is not _last[0]:
        _last = (chunk, b"%x\r\n%b\r\n" % (len(chunk), chunk))
    return _last[1]
