"""The event log as text/event-stream: replay, then live, over one generator. Knows no web framework.

The log is the truth and a reader is a cursor in it: the signal only sets the reader's bell, the reader clears it and reads on. So there is
no seam between replay and live, nothing to deduplicate, and a slow reader costs no memory.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from models import Store, clock, event, task
from models.database import Read
from models.event import Cursor, Event
from models.signals import event_appended
from videogen.errors import TooManyStreams, VideogenError
from videogen.standing import Stages, sign
from videogen.tail import PAGE, Tail, frame, joined, public

log = logging.getLogger(__name__)

RETRY_MS = 1000

Describe = Callable[[Read, task.Task], Mapping[str, Any]]


@dataclass(frozen=True)
class Watch:
    """What a reader wants: the tasks (None: all), the types (None: all), and whether each message carries the table of stages."""

    tasks: frozenset[str] | None = None
    types: frozenset[str] | None = None
    with_stages: bool = False

    def __str__(self) -> str:
        return ", ".join(sorted(self.tasks)) if self.tasks is not None else "all tasks"

    @property
    def one(self) -> str | None:
        """The task's id, when it is one task's own stream: only that has an end."""
        return next(iter(self.tasks)) if self.tasks is not None and len(self.tasks) == 1 else None

    def wants(self, each: Event) -> bool:
        return (self.tasks is None or each.task_id in self.tasks) and (self.types is None or each.type in self.types)


@dataclass
class Streams:
    """All streams of this process, over one tail."""

    store: Store
    describe: Describe
    heartbeat_s: float = 15.0
    max_streams: int = 2000
    max_streams_per_client: int = 200
    max_age_s: float | None = None
    write_deadline_s: float = 20.0
    open: set[Stream] = field(default_factory=set)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    closing: bool = False

    def __post_init__(self) -> None:
        self.tail = Tail(self.store)

    def new(self, watch: Watch, cursor: str | None, client: str = "") -> Stream | None:
        """A stream for this client, or None when there is nothing left to say: its tasks have ended and it has read it all.

        Raises TaskNotFound, TaskGone, and TooManyStreams.
        """
        if self.closing:
            raise TooManyStreams("The server is about to end.", hint="Wait until it has been started again.")
        if len(self.open) >= self.max_streams:
            raise TooManyStreams(f"{len(self.open)} streams are open, as many as may be.")
        if sum(stream.client == client for stream in self.open) >= self.max_streams_per_client:
            raise TooManyStreams(f"{self.max_streams_per_client} streams are open from {client}, as many as may be.")
        with self.store.reading() as read:
            found = [task.find(read, each) for each in sorted(watch.tasks or ())]
            place = Cursor.parse(cursor) if cursor else None
            reason = event.why_not(read, place) if cursor else None
            self.counts["replays", ""] += place is not None and not reason
            if watch.one and cursor and not reason and found[0].finished and place and event.last_of_task(read, watch.one) <= place.seq:
                return None
        return Stream(self, watch, place if not reason else None, reason, client)

    def close(self) -> None:
        """Say goodbye to everyone: each stream sends a jittered `retry`, so that they come back spread out, and ends."""
        self.closing = True
        for stream in tuple(self.open):
            stream.bell.set()


class DirectSocket(Protocol):
    """A reader's own socket, for sending past its generator while that waits."""

    def send(self, chunk: bytes) -> bool:
        """Send without waiting; False when the socket did not take it whole, and the rest is kept for `finish`."""

    def finish(self) -> None:
        """Send what was kept, waiting as long as a write may."""


class Stream:
    """One reader. Iterating it gives frames as bytes until the watched task has ended, `hang_up` was called, or the server closes."""

    def __init__(self, streams: Streams, watch: Watch, place: Cursor | None, reset: str | None, client: str) -> None:
        self.streams = streams
        self.watch = watch
        self.client = client
        self.since = clock.now()
        self.bell = threading.Event()
        self.gone: str | None = None
        self.socket: DirectSocket | None = None
        self.parked = False
        self.quiet_since = 0.0
        self.sending_since: float | None = None
        self.bytes_sent = 0
        self.place = place
        self._reset = reset
        self._sent_id = place.seq if place else 0
        self._ended = False
        self._stages = Stages()
        self._goodbye = "ended"

    @property
    def cursor(self) -> str | None:
        return str(self.place) if self.place else None

    def hang_up(self, cause: str = "client") -> None:
        """End the stream without another word: its client is gone, because it closed the connection or it has vanished."""
        self.gone = cause
        self.bell.set()

    def __iter__(self) -> Iterator[bytes]:
        # The bell first, the first read after: what commits in between rings.
        self._listen()
        self.streams.open.add(self)
        cause = "client"
        try:
            for chunk in self._frames():
                if self.gone:
                    cause = self.gone
                    return
                self.bytes_sent += len(chunk)
                self.sending_since = time.monotonic()
                yield chunk
                self.sending_since = None
            cause = self.gone or self._goodbye
        except TimeoutError as error:
            cause = "vanished" if error.errno else "deadline"  # the kernel's, or our own on the rest of a chunk
            raise
        finally:
            self.streams.open.discard(self)
            event_appended.disconnect(self._ring)
            if self.sending_since is not None and time.monotonic() - self.sending_since >= self.streams.write_deadline_s:
                cause = "deadline"
            self.streams.counts["disconnects", cause] += 1
            log.info("stream of %s to %s closed: %s, at %s", self.watch, self.client, cause, self.cursor)

    def _listen(self) -> None:
        # Held by the signal (weak=False): blinker's weak references would let it go. A receiver only sets flags. It hears every task
        # and chooses itself: the signal would keep an entry for each task that was ever listened to.
        self.streams.tail.stale = True
        event_appended.connect(self._ring, weak=False)

    def _ring(self, task_id: str | None) -> None:
        self.streams.tail.stale = True
        if not self.parked and (self.watch.tasks is None or task_id is None or task_id in self.watch.tasks):
            self.bell.set()

    def push(self) -> None:
        """Send a parked reader what is new straight to its socket: what `fast_fanout` does for all that wait at the head of the log.

        Whatever is not a plain event for a socket that takes it whole is left to the reader's own generator, which this wakes.
        """
        tail = self.streams.tail
        assert self.place is not None
        assert self.socket is not None
        kept = tail.after(self.place.seq) if self.place.epoch == tail.epoch and self.place.seq >= tail.floor else None
        if kept is None:
            self.unpark()
            return
        chunk = b"".join(part for each in kept for part in self._send(each.event, each.frame))
        if chunk:
            self.bytes_sent += len(chunk)
            self.quiet_since = time.monotonic()
            if not self.socket.send(chunk) or (self.watch.one and self._ended):
                self.unpark()

    def unpark(self) -> None:
        """Leave the reader to its own generator again."""
        self.parked = False
        self.bell.set()

    def _wait(self, left_s: float) -> None:
        """Wait for the bell; meanwhile a reader with a direct socket is parked, and served by others."""
        self.parked = self.socket is not None
        self.bell.wait(left_s)
        self.parked = False
        if self.socket:
            self.socket.finish()

    def _frames(self) -> Iterator[bytes]:
        yield f"retry: {RETRY_MS}\n\n".encode()
        try:
            yield from self._hello()
            yield from self._live()
        except VideogenError as error:
            log.warning("stream of %s to %s: %s", self.watch, self.client, error.detail)
            yield self._problem(error)
        except OSError:
            raise  # the client's own socket: nobody is left to tell, and what was half sent must not be followed by anything
        except Exception:
            log.exception("stream of %s to %s", self.watch, self.client)
            yield self._problem(VideogenError("Something went wrong inside the server."))

    def _problem(self, error: VideogenError) -> bytes:
        """Why the stream stops. Not named `error`: browsers take such a frame for their own connection failure."""
        self._goodbye = "problem"
        return frame(error.as_dict(), name="problem")

    def _live(self) -> Iterator[bytes]:
        born = self.quiet_since = time.monotonic()
        while True:
            self.bell.clear()
            before, sent, ended = self.place, False, False
            for chunk in self._news():
                sent = True
                yield chunk
                ended = chunk.startswith(b"event: end")
            now = time.monotonic()
            if self.gone or ended:
                return
            age_s = now - born
            if self.streams.closing or (self.streams.max_age_s is not None and age_s >= self.streams.max_age_s):
                self._goodbye = "shutdown" if self.streams.closing else "age"
                yield from self._moved()
                yield f"retry: {RETRY_MS + random.randint(0, 2 * RETRY_MS)}\n\n".encode()  # noqa: S311 - spreads the herd
                return
            if sent:
                self.quiet_since = now
            if sent or self.place != before:
                continue  # there was something, wanted or not
            left = self.quiet_since + self.streams.heartbeat_s - now
            if self.streams.max_age_s is not None:
                left = min(left, self.streams.max_age_s - age_s)
            if left <= 0:
                yield self._heartbeat()
                yield from self._moved()
                self.quiet_since = now
            else:
                self._wait(left)

    def _hello(self) -> Iterator[bytes]:
        """Who we are and how the watched tasks stand; then, where the client cannot go on from its cursor, why."""
        with self.streams.store.reading() as read:
            watched = [task.look_up(read, each) for each in sorted(self.watch.tasks or ())]
            tasks = [self.streams.describe(read, each) for each in watched if each]
            hello = {"now": clock.now(), "epoch": read.epoch, "heartbeat_s": self.streams.heartbeat_s}
            hello |= {"task": tasks[0] if tasks else None} if self.watch.one else {"tasks": tasks}
            self._ended = self._have_ended(read)
        yield frame(hello, name="hello")
        yield from self._begin()

    def _begin(self) -> Iterator[bytes]:
        """Start as a new stream does, unless there is a cursor to go on from."""
        if self._reset:
            self.streams.counts["resets", self._reset] += 1
            yield frame({"reason": self._reset}, name="reset")
            self._reset = None
        if self.place is None:
            self._stages = Stages()
            with self.streams.store.reading() as read:
                head = event.head(read)
                start = head if self.watch.tasks is None else read.floor
                self.place = Cursor(read.epoch, start)
                self._ended = self._have_ended(read)
                snapshot = None
                if self.watch.tasks is None:
                    described = [self.streams.describe(read, each) for each in task.unfinished(read)]
                    snapshot = {"now": clock.now(), "tasks": described}
            if snapshot is not None:
                self._sent_id = head
                yield frame(snapshot, id=self.place, name="snapshot")
        elif self.watch.with_stages:
            self._replay_stages(self.place.seq)

    def _have_ended(self, read: Read) -> bool:
        watched = (task.look_up(read, each) for each in self.watch.tasks or ())
        return all(each is None or each.finished for each in watched)

    def _news(self) -> Iterator[bytes]:
        """One page of what comes after the cursor; `reset` and a new beginning where the history is another one; `end` after the last."""
        tail = self.streams.tail
        tail.catch_up()
        assert self.place is not None
        if self.place.epoch != tail.epoch or self.place.seq < tail.floor:
            self._reset = "epoch" if self.place.epoch != tail.epoch else "pruned"
            self.place = None
            yield from self._begin()
            return
        kept = tail.after(self.place.seq)
        if kept is None:
            yield from self._page()
            return
        yield from joined(chunk for each in kept for chunk in self._send(each.event, each.frame))
        if not kept:
            yield from self._end()

    def _page(self) -> Iterator[bytes]:
        """A page from the database, for a reader behind the tail. The connection is given back before anything is sent."""
        assert self.place is not None
        with self.streams.store.reading() as read:
            if read.epoch != self.place.epoch or self.place.seq < read.floor:
                # Pruned or restored since the tail last looked: it looks again, and `_news` says `reset`.
                self.streams.tail.stale = True
                self.bell.set()
                return
            page = event.after(read, self.place.seq, task_ids=self.watch.tasks, limit=PAGE)
            last = page[-1].seq if len(page) == PAGE else max(event.head(read), self.place.seq)
        yield from joined(chunk for each in page for chunk in self._send(each, None))
        self.place = replace(self.place, seq=last)
        time.sleep(0)  # others' turn: reading and sending alone need not let anybody else run

    def _send(self, each: Event, encoded: bytes | None) -> Iterator[bytes]:
        """The event's frame, if it is wanted, and the cursor past it."""
        assert self.place is not None
        place = replace(self.place, seq=each.seq)
        if self.watch.tasks is None or each.task_id in self.watch.tasks:
            self._ended = each.status in task.FINISHED
            if self.watch.with_stages:
                self._stages.apply(each)
        if self.watch.wants(each):
            self._sent_id = each.seq
            self.streams.counts["events", ""] += 1
            if self.watch.with_stages:
                yield frame(public(each) | {"stages": self._stages.table()}, id=place)
            else:
                yield encoded or frame(public(each), id=place)
        self.place = place

    def _end(self) -> Iterator[bytes]:
        """`end`, when the one watched task has ended and the reader has read everything: decided after the catch-up read."""
        if not self.watch.one or not self.place or not self._ended:
            return
        with self.streams.store.reading() as read:
            found = task.look_up(read, self.watch.one)
            if event.last_of_task(read, self.watch.one) > self.place.seq:
                return
            status = "deleted" if found is None or found.deleted_at else found.status
        if status in ("deleted", *task.FINISHED):
            # Past what a filter left out, too, so that a client that comes back all the same gets 204.
            yield from self._moved()
            yield frame({"status": status}, name="end")

    def _heartbeat(self) -> bytes:
        with self.streams.store.reading() as read:
            if self.watch.tasks is None:
                watched = task.unfinished(read, limit=50)
            else:
                watched = [each for each in (task.look_up(read, name) for name in self.watch.tasks) if each and not each.finished]
            signs = [sign(read, each) for each in watched]
        return frame({"now": clock.now(), "tasks": signs}, name="heartbeat")

    def _moved(self) -> Iterator[bytes]:
        """An id without data: it moves the browser's cursor over events that a filter left out, so a quiet tab stays above the floor."""
        if self.place and self.place.seq > self._sent_id:
            self._sent_id = self.place.seq
            yield frame(id=self.place)

    def _replay_stages(self, until: int) -> None:
        """Fold the stages up to the cursor, so that the first message after it has the whole table."""
        seq = 0
        while seq < until:
            with self.streams.store.reading() as read:
                page = event.after(read, seq, task_ids=self.watch.tasks, limit=PAGE)
            for each in page:
                if each.seq <= until:
                    self._stages.apply(each)
            if len(page) < PAGE:
                return
            seq = page[-1].seq


def watching(tasks: Collection[str] = (), types: Collection[str] = ()) -> Watch:
    """What a request asked to watch: nothing named means all."""
    return Watch(frozenset(tasks) or None, frozenset(types) or None)
