"""The event log as text/event-stream: replay, then live, over one generator. Knows no web framework.

The log is the truth and a reader is a cursor in it: the signal only sets the reader's bell, the reader clears it and reads on. So there is
no seam between replay and live, nothing to deduplicate, and a slow reader costs no memory.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from models import clock, event, replay, task
from models.database import Read
from models.errors import VideogenError
from models.event import Cursor
from models.replay import Entry
from videogen.errors.access import NotLoggedIn
from videogen.streams.framing import CHUNK_BYTES, EVENT, RETRY_MS, chunks, frame, retry, said
from videogen.streams.stage_table import Stages, sign
from videogen.streams.tail import PAGE

if TYPE_CHECKING:
    from videogen.streams.broadcaster import Broadcaster

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Filter:
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


class Step:
    """From one place at the head to a later one: what whoever watches this is sent on the way, and knows afterwards."""

    __slots__ = ("chunk", "ended", "place", "texts", "told", "watched")

    def __init__(self, filter: Filter, kept: Sequence[Entry]) -> None:
        watched = [each for each in kept if filter.tasks is None or each.task_id in filter.tasks]
        wanted = [each for each in watched if filter.types is None or each.type in filter.types]
        self.place = kept[-1].place
        self.watched = [each.text for each in watched]
        self.texts = [each.text for each in wanted]
        self.chunk = b"".join(self.texts)
        self.told = wanted[-1].place.seq if wanted else None
        self.ended = watched[-1].status in task.FINISHED if watched else None


class WakeupFlag(Protocol):
    """What a stream waits for: `threading.Event` is one."""

    def set(self) -> None: ...

    def clear(self) -> None: ...


class Subscription:
    """One reader. Iterating it gives frames as bytes until the watched task has ended, `hang_up` was called, or the server closes.

    Whoever waits for many readers at once takes its `steps` instead, with a bell of its own.
    """

    # There may be thousands, and most of them wait.
    __slots__ = (
        "_ended",
        "_goodbye",
        "_old_at",
        "_over",
        "_reset",
        "_sent_id",
        "_stages",
        "broadcaster",
        "bytes_sent",
        "client",
        "credential",
        "filter",
        "gone",
        "place",
        "prefix",
        "quiet_since",
        "revoked",
        "since",
        "wakeup",
    )

    def __init__(
        self,
        broadcaster: Broadcaster,
        filter: Filter,
        place: Cursor | None,
        reset: str | None,
        client: str,
        prefix: str = "",
        credential: object = None,
    ) -> None:
        self.broadcaster = broadcaster
        self.filter = filter
        self.client = client
        self.prefix = prefix
        self.credential = credential
        self.revoked = False
        self.since = clock.now()
        self.wakeup: WakeupFlag = threading.Event()
        self.gone: str | None = None
        self.quiet_since = 0.0
        self.bytes_sent = 0
        self.place = place
        self._reset = reset
        self._sent_id = place.seq if place else 0
        self._ended = False
        self._over = False
        self._stages = Stages() if filter.with_stages else None
        self._goodbye = "ended"
        self._old_at = float("inf")

    @property
    def cursor(self) -> str | None:
        return str(self.place) if self.place else None

    @property
    def due(self) -> float:
        """When it has something to say though nothing has happened, in seconds of the steady clock."""
        return min(self.quiet_since + self.broadcaster.heartbeat_s, self._old_at)

    def hang_up(self, cause: str = "client") -> None:
        """End the stream without another word: its client is gone, because it closed the connection or it has vanished."""
        self.gone = self.gone or cause
        self.wakeup.set()

    def revoke_access(self) -> None:
        """End the stream with the `problem` that its session or token has ended; no event is sent any more."""
        self.revoked = True
        self.wakeup.set()

    def __iter__(self) -> Iterator[bytes]:
        self.wakeup = wakeup = threading.Event()

        def wait() -> None:
            wakeup.wait(max(self.due - time.monotonic(), 0.0))

        return self.chunks(self.steps(), wait)

    def chunks(self, steps: Generator[bytes | None], wait: Callable[[], None]) -> Iterator[bytes]:
        """The chunks of its `steps`, for one who sends them and does nothing else."""
        sending_since = 0.0
        try:
            for chunk in steps:
                if self.gone:
                    return
                if chunk is None:
                    wait()
                    continue
                self.bytes_sent += len(chunk)
                sending_since = time.monotonic()
                yield chunk
        except GeneratorExit:
            if time.monotonic() - sending_since >= self.broadcaster.write_deadline_s:
                self.gone = self.gone or "deadline"
            raise
        finally:
            steps.close()

    def steps(self) -> Generator[bytes | None]:
        """The stream's chunks, and None where it waits: whoever sends them comes back when `wakeup` rings or when it is `due`."""
        # In before the first read, so that what commits in between rings.
        self.broadcaster.enter(self)
        cause = "client"
        try:
            yield retry()
            try:
                yield from self._hello()
                yield from self._live()
            except VideogenError as error:
                log.warning("stream of %s to %s: %s", self.filter, self.client, error.detail)
                yield self._problem(error)
            except Exception:
                log.exception("stream of %s to %s", self.filter, self.client)
                yield self._problem(VideogenError("Something went wrong inside the server."))
            cause = self._goodbye
        finally:
            self.broadcaster.leave(self, self.gone or cause)

    def take(self, taken: dict[tuple[Cursor, Filter], Step]) -> bytes | None:
        """What is new at the head, for whoever serves a reader that waits; None when only the stream itself can go on from here.

        `taken` has what others took from the same place who watch the same: a thousand readers take one step.
        """
        tail = self.broadcaster.tail
        if self.place is None:
            return None
        step = taken.get((self.place, self.filter))
        if step is None:
            if self.place.epoch != tail.epoch or self.place.seq < tail.floor:
                return None
            kept = tail.after(self.place.seq)
            if kept is None or sum(len(each.text) for each in kept) > CHUNK_BYTES:
                return None
            if not kept:
                return b""
            step = taken[self.place, self.filter] = Step(self.filter, kept)
        self._go(step)
        return step.chunk if self._stages is None else b"".join(self._with_stages(self._stages, step.watched))

    @property
    def may_end(self) -> bool:
        """Whether there may be an `end` to say."""
        return self._ended and self.filter.one is not None

    def _problem(self, error: VideogenError) -> bytes:
        """Why the stream stops. Not named `error`: browsers take such a frame for their own connection failure."""
        self._goodbye = "problem"
        return frame(error.as_dict(), name="problem")

    def _live(self) -> Iterator[bytes | None]:
        self.quiet_since = time.monotonic()
        if self.broadcaster.max_age_s is not None:
            self._old_at = self.quiet_since + self.broadcaster.max_age_s
        while not self.gone:
            self.wakeup.clear()
            if self.revoked:
                yield self._problem(NotLoggedIn("The session or the token of this stream has ended."))
                return
            before, sent = self.place, False
            for chunk in self._new_frames():
                sent = True
                yield chunk
            now = time.monotonic()
            if self.gone or self._over:
                return
            if self.broadcaster.closing or now >= self._old_at:
                self._goodbye = "shutdown" if self.broadcaster.closing else "age"
                yield from self._moved()
                yield retry(RETRY_MS + random.randint(0, 2 * RETRY_MS))  # noqa: S311 - spreads the herd
                return
            if sent:
                self.quiet_since = now
            if sent or self.place != before:
                continue  # there was something, wanted or not
            if self.due <= now:
                yield self._heartbeat()
                yield from self._moved()
                self.quiet_since = now
            else:
                yield None

    def _hello(self) -> Iterator[bytes]:
        """Who we are and how the watched tasks stand; then, where the client cannot go on from its cursor, why."""
        with self.broadcaster.store.reading() as read:
            watched = [task.look_up(read, each) for each in sorted(self.filter.tasks or ())]
            tasks = [self.broadcaster.describe(read, each, self.prefix) for each in watched if each]
            hello = {"now": clock.now(), "epoch": read.epoch, "heartbeat_s": self.broadcaster.heartbeat_s}
            hello |= {"task": tasks[0] if tasks else None} if self.filter.one else {"tasks": tasks}
            self._ended = self._have_ended(read)
        yield frame(hello, name="hello")
        yield from self._begin()

    def _begin(self) -> Iterator[bytes]:
        """Start as a new stream does, unless there is a cursor to go on from."""
        if self._reset:
            self.broadcaster.counts["resets", self._reset] += 1
            yield frame({"reason": self._reset}, name="reset")
            self._reset = None
        if self.place is None:
            if self._stages is not None:
                self._stages = Stages()
            with self.broadcaster.store.reading() as read:
                head = event.head(read)
                start = head if self.filter.tasks is None else read.floor
                self.place = Cursor(read.epoch, start)
                self._ended = self._have_ended(read)
                snapshot = None
                if self.filter.tasks is None:
                    described = [self.broadcaster.describe(read, each, self.prefix) for each in task.unfinished(read)]
                    snapshot = {"now": clock.now(), "tasks": described}
            if snapshot is not None:
                self._sent_id = head
                yield frame(snapshot, id=self.place, name="snapshot")
        elif self._stages is not None:
            self._replay_stages(self._stages, self.place.seq)

    def _have_ended(self, read: Read) -> bool:
        watched = (task.look_up(read, each) for each in self.filter.tasks or ())
        return all(each is None or each.finished for each in watched)

    def _new_frames(self) -> Iterator[bytes]:
        """What comes after the cursor, a page of it at most; `reset` and a new beginning in another history; `end` after the last."""
        tail = self.broadcaster.tail
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
        yield from chunks(self._wanted(kept))
        if not kept:
            yield from self._end()

    def _page(self) -> Iterator[bytes]:
        """A page from the database, for a reader behind the tail. Nothing of the database is held while it is sent."""
        assert self.place is not None
        filter = self.filter
        types = filter.types if self._stages is None else None  # whose stages are wanted needs the other types, too
        page = replay.page(self.broadcaster.store, self.place.seq, EVENT, tasks=filter.tasks, types=types, limit=PAGE)
        if page.epoch != self.place.epoch or self.place.seq < page.floor:
            # Pruned or restored since the tail last looked: it looks again, and `_new_frames` says `reset`.
            self.broadcaster.store.mark_changed()
            self.wakeup.set()
            return
        texts = page.texts if self._stages is None else self._with_stages(self._stages, page.texts)
        self.broadcaster.counts["events", ""] += len(texts)
        yield from chunks(texts)
        self._ended = True  # perhaps: it is looked up when nothing is left to read
        self._sent_id = max(self._sent_id, page.told)
        self.place = Cursor(page.epoch, page.last)
        time.sleep(0)  # others' turn: reading and sending alone need not let anybody else run

    def _wanted(self, kept: Sequence[Entry]) -> Sequence[bytes]:
        """The frames of those that are wanted; the cursor is past all of them from now on."""
        if not kept:
            return ()
        step = Step(self.filter, kept)
        self._go(step)
        return step.texts if self._stages is None else self._with_stages(self._stages, step.watched)

    def _go(self, step: Step) -> None:
        self.place = step.place
        self._sent_id = step.told or self._sent_id
        self._ended = self._ended if step.ended is None else step.ended
        self.broadcaster.counts["events", ""] += len(step.texts)

    def _with_stages(self, stages: Stages, texts: Sequence[bytes]) -> list[bytes]:
        """The frames of the watched events that are wanted, each with the stages as of it."""
        frames = []
        for text in texts:
            says = said(text)
            stages.apply(says)
            if self.filter.types is None or says["type"] in self.filter.types:
                frames.append(text.removesuffix(b"}\n\n") + f',"stages":{replay.encode(stages.table())}}}\n\n'.encode())
        return frames

    def _end(self) -> Iterator[bytes]:
        """`end`, when the one watched task has ended and the reader has read everything: decided after the catch-up read."""
        if not self.filter.one or not self.place or not self._ended:
            return
        with self.broadcaster.store.reading() as read:
            found = task.look_up(read, self.filter.one)
            if event.last_of_task(read, self.filter.one) > self.place.seq:
                return
            status = "deleted" if found is None or found.deleted_at else found.status
        self._ended = self._over = status in ("deleted", *task.FINISHED)
        if self._over:
            # Past what a filter left out, too, so that a client that comes back all the same gets 204.
            yield from self._moved()
            yield frame({"status": status}, name="end")

    def _heartbeat(self) -> bytes:
        with self.broadcaster.store.reading() as read:
            if self.filter.tasks is None:
                watched = task.unfinished(read, limit=50)
            else:
                watched = [each for each in (task.look_up(read, name) for name in self.filter.tasks) if each and not each.finished]
            signs = [sign(read, each) for each in watched]
        return frame({"now": clock.now(), "tasks": signs}, name="heartbeat")

    def _moved(self) -> Iterator[bytes]:
        """An id without data: it moves the browser's cursor over events that a filter left out, so a quiet tab stays above the floor."""
        if self.place and self.place.seq > self._sent_id:
            self._sent_id = self.place.seq
            yield frame(id=self.place)

    def _replay_stages(self, stages: Stages, until: int) -> None:
        """Fold the stages up to the cursor, so that the first message after it has the whole table."""
        seq = 0
        while seq < until:
            with self.broadcaster.store.reading() as read:
                page = event.after(read, seq, task_ids=self.filter.tasks, limit=PAGE)
            for each in page:
                if each.seq <= until:
                    stages.apply(replay.public(each))
            if len(page) < PAGE:
                return
            seq = page[-1].seq


def watching(tasks: Collection[str] = (), types: Collection[str] = ()) -> Filter:
    """What a request asked to watch: nothing named means all."""
    return Filter(frozenset(tasks) or None, frozenset(types) or None)
