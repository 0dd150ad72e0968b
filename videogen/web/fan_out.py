"""An accelerator: one loop sends new events to every reader that waits at the head of the log, straight to its socket.

Without it each reader's greenlet is woken for each event, which is most of the cost of a thousand readers; and most of the memory of one
that waits is its greenlet. So under our own server a reader has one only while it is sent what only its own generator can say: what it
missed, heartbeats, its end. A reader whose socket does not take a chunk whole is behind from then on: its generator finishes the chunk and
brings it up from the log. So nothing is ever interleaved.
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
from videogen.streams.subscription import Filter, Step, Subscription
from videogen.web import stream_socket

log = logging.getLogger(__name__)

RETRY_S = 0.5


class FastFanout:
    """Serves the readers of these streams that wait, from a greenlet of its own."""

    def __init__(self, broadcaster: Broadcaster) -> None:
        self.broadcaster = broadcaster
        self.parked: set[Carrier] = set()
        self._due: list[tuple[float, int, Carrier]] = []
        self._order = count()
        self._wakeup = Event()
        event_appended.connect(self._ring)
        self._served: object = None
        self._greenlet = gevent.spawn(self._serve)

    def stop(self) -> None:
        event_appended.disconnect(self._ring)
        self._greenlet.kill()

    def carry(self, stream: Subscription, connection: socket.socket, *, chunked: bool) -> None:
        """Send the stream over this connection, whose headers have been sent, and close it at the end."""
        carrier = Carrier(self, stream, connection, chunked=chunked)
        carrier.begin()
        gevent.spawn(carrier.run)

    def chunks(self, stream: Subscription, connection: socket.socket, *, chunked: bool) -> Iterator[bytes]:
        """The stream's chunks for a server that sends them; while it waits for the next one, the reader is served past it."""
        return Carrier(self, stream, connection, chunked=chunked).chunks()

    def park(self, carrier: Carrier) -> bool:
        """Serve this reader from now on, until its own generator is needed; false when that is the case already."""
        if carrier.rung:
            return False
        self.parked.add(carrier)
        self.broadcaster.listening.discard(carrier.stream)
        if not carrier.noted:
            self._note(carrier)
            if self._due[0][2] is carrier:
                self._wakeup.set()
        return True

    def unpark(self, carrier: Carrier) -> None:
        """Leave the reader to its own generator again."""
        if carrier in self.parked:
            self.parked.discard(carrier)
            self.broadcaster.listening.add(carrier.stream)
            carrier.rung = True
            carrier.go_on()

    def _note(self, carrier: Carrier) -> None:
        carrier.noted = True
        heappush(self._due, (carrier.stream.due, next(self._order), carrier))

    def _ring(self, _sender: object) -> None:
        self._wakeup.set()

    def _serve(self) -> None:
        tail = self.broadcaster.tail
        while True:
            self._wakeup.wait(max(self._due[0][0] - time.monotonic(), 0.0) if self._due else None)
            self._wakeup.clear()
            try:
                tail.catch_up()
            except Exception:
                # The store is busy or broken: the readers find out themselves and say so.
                log.exception("reading for everyone")
                for carrier in tuple(self.parked):
                    self.unpark(carrier)
                gevent.sleep(RETRY_S)
                continue
            # It may have been caught up by a reader.
            if (now := (tail.epoch, tail.floor, tail.head)) != self._served:
                self._served = now
                self._push()
            self._wake_due()

    def _push(self) -> None:
        taken: dict[tuple[Cursor, Filter], Step] = {}
        now = time.monotonic()
        for carrier in tuple(self.parked):
            try:
                done = carrier.push(taken, now)
            except Exception:
                log.exception("a reader could not be served directly")
                done = False
            if not done:
                self.unpark(carrier)

    def _wake_due(self) -> None:
        """Leave those to their generators that have something to say by now; who was sent something meanwhile is due later."""
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            carrier = heappop(self._due)[2]
            carrier.noted = False
            if carrier not in self.parked:
                continue
            if carrier.stream.due <= now:
                self.unpark(carrier)
            else:
                self._note(carrier)


class Carrier:
    """Carries a stream over its socket, and is its bell. HTTP/1.1 bodies of unknown length go in chunks, HTTP/1.0 ones as they are."""

    __slots__ = ("_awake", "_chunked", "_connection", "_eye", "_fanout", "_kept", "_steps", "noted", "rung", "stream")

    def __init__(self, fanout: FastFanout, stream: Subscription, connection: socket.socket, *, chunked: bool) -> None:
        self.stream = stream
        self.rung = False
        self.noted = False
        self._fanout = fanout
        self._connection = connection
        self._chunked = chunked
        self._kept = b""
        self._awake: Event | None = None
        self._steps = stream.steps()
        self._eye = stream_socket.Eye(connection, stream.hang_up)
        stream.wakeup = self

    def set(self) -> None:
        self.rung = True
        self._fanout.unpark(self)

    def clear(self) -> None:
        self.rung = False

    def go_on(self) -> None:
        """Let the stream's own generator go on."""
        if self._awake:
            self._awake.set()
        else:
            gevent.spawn(self.run)

    def push(self, taken: dict[tuple[Cursor, Filter], Step], now: float) -> bool:
        """Send what is new without waiting; false when the rest is left to the stream's own generator."""
        stream = self.stream
        chunk = stream.take(taken)
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
            return False  # gone: the eye sees it, or the next write says so
        if sent == len(wire):
            return not stream.may_end
        self._kept = wire[sent:]
        return False

    def begin(self) -> None:
        """Be one of those that are open: at once, since they are counted."""
        self._kept = self._framed(next(self._steps) or b"")

    def run(self) -> None:
        """Send what only the stream's generator can say, until the reader waits, or to the end. Then the connection is closed."""
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
        """The stream's chunks, for a server that sends them itself and gives the socket only to be sent to meanwhile."""
        self._awake = Event()
        try:
            yield from self.stream.chunks(self._steps, self._wait)
        finally:
            self._eye.close()

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
        kept, self._kept = self._kept, b""
        if kept:
            self._send(kept)

    def _send(self, wire: bytes) -> None:
        """All of it, waiting as long as a write may take."""
        until = time.monotonic() + self.stream.broadcaster.write_deadline_s
        rest = memoryview(wire)
        while rest:
            try:
                rest = rest[self._connection.send(rest, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                wait_write(self._connection.fileno(), max(until - time.monotonic(), 0.0), TimeoutError())

    def _framed(self, chunk: bytes) -> bytes:
        return framed(chunk) if self._chunked else chunk

    def _lost(self, error: OSError) -> None:
        late = isinstance(error, TimeoutError) and not error.errno  # ours; the kernel's has a number
        self.stream.hang_up("deadline" if late else stream_socket.cause_of(error))

    def _close(self) -> None:
        self._steps.close()
        self._eye.close()
        with contextlib.suppress(OSError):
            self._connection.recv(16384, socket.MSG_DONTWAIT)  # what is left unread would cut off what was sent
        self._connection.close()


_last: tuple[bytes, bytes] = (b"", b"")


def framed(chunk: bytes) -> bytes:
    """A chunk of an HTTP/1.1 body (RFC 9112, 7.1). The last one is remembered: a thousand readers get the same."""
    global _last
    if chunk is not _last[0]:
        _last = (chunk, b"%x\r\n%b\r\n" % (len(chunk), chunk))
    return _last[1]
