"""The event log as text/event-stream: replay, then live, over one generator. Knows no web framework.

The log is the truth, and a subscription is a cursor in it: a signal only sets the subscription's wakeup flag, and the subscription reads on
from its cursor. So there is no seam between replay and live, nothing to deduplicate, and a slow client costs no memory.
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
from videogen.streams.framing import CHUNK_BYTES, EVENT, RETRY_MS, chunks, decode_event, events_of, frame, retry
from videogen.streams.stage_table import Stages, signs_of_life
from videogen.streams.tail import PAGE

if TYPE_CHECKING:
    from videogen.streams.broadcaster import Broadcaster

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Filter:
    """What a subscription selects: tasks (None: all) and types of events (None: all). `with_stages` adds the stage table to each event."""

    tasks: frozenset[str] | None = None
    types: frozenset[str] | None = None
    with_stages: bool = False

    def __str__(self) -> str:
        return ", ".join(sorted(self.tasks)) if self.tasks is not None else "all tasks"

    @property
    def single_task(self) -> str | None:
        """The id of the only task; None for several. Only the stream of a single task has an end."""
        return next(iter(self.tasks)) if self.tasks is not None and len(self.tasks) == 1 else None


class Batch:
    """Some events of the log as all subscriptions with the same filter and cursor get them.

    `cursor` is at the last of them, selected or not. `task_frames` are those of the filter's tasks, `frames` those of its types, too, and
    `chunk` all of these as one. `last_sent` is the seq of the last frame, None if there is none. `ended` says whether the tasks have ended
    after it, None if that is as before.
    """

    __slots__ = ("chunk", "cursor", "ended", "frames", "last_sent", "task_frames")

    def __init__(self, filter: Filter, entries: Sequence[Entry]) -> None:
        of_tasks = [entry for entry in entries if filter.tasks is None or entry.task_id in filter.tasks]
        selected = [entry for entry in of_tasks if filter.types is None or entry.type in filter.types]
        self.cursor = entries[-1].cursor
        self.task_frames = [entry.text for entry in of_tasks]
        self.frames = [entry.text for entry in selected]
        self.chunk = b"".join(self.frames)
        self.last_sent = selected[-1].cursor.seq if selected else None
        self.ended = of_tasks[-1].status in task.FINISHED if of_tasks else None


class WakeupFlag(Protocol):
    """What a stream waits for: `threading.Event` is one."""

    def set(self) -> None: ...

    def clear(self) -> None: ...


class Subscription:
    """One client's stream. Iterating it yields bytes until the task has ended, `hang_up` was called, or the server closes.

    Who waits for many subscriptions at once uses `steps` instead, and sets `wakeup` to a flag of its own.
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
        "cursor",
        "filter",
        "gone",
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
        cursor: Cursor | None,
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
        self.cursor = cursor
        self._reset = reset
        self._sent_id = cursor.seq if cursor else 0
        self._ended = False
        self._over = False
        self._stages = Stages() if filter.with_stages else None
        self._goodbye = "ended"
        self._old_at = float("inf")

    @property
    def due(self) -> float:
        """When to send something though nothing has happened, in seconds of the monotonic clock."""
        return min(self.quiet_since + self.broadcaster.heartbeat_s, self._old_at)

    def hang_up(self, cause: str = "client") -> None:
        """End the stream without sending anything: the client has closed its connection, or has vanished."""
        self.gone = self.gone or cause
        self.wakeup.set()

    def revoke_access(self) -> None:
        """End the stream with a `problem`: its session or token has ended. No further event is sent."""
        self.revoked = True
        self.wakeup.set()

    def __iter__(self) -> Iterator[bytes]:
        self.wakeup = wakeup = threading.Event()

        def wait() -> None:
            wakeup.wait(max(self.due - time.monotonic(), 0.0))

        return self.chunks(self.steps(), wait)

    def chunks(self, steps: Generator[bytes | None], wait: Callable[[], None]) -> Iterator[bytes]:
        """Yield the chunks of `steps`, for a caller that sends them and does nothing else."""
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
        """Yield the stream's chunks, and None where it waits: continue when `wakeup` is set, or at `due`."""
        # Enter before the first read, so that what commits in between sets the flag.
        self.broadcaster.enter(self)
        cause = "client"
        try:
            yield retry()
            try:
                yield from self._greet()
                yield from self._follow()
            except VideogenError as error:
                log.warning("stream of %s to %s: %s", self.filter, self.client, error.detail)
                yield self._problem(error)
            except Exception:
                log.exception("stream of %s to %s", self.filter, self.client)
                yield self._problem(VideogenError("Something went wrong inside the server."))
            cause = self._goodbye
        finally:
            self.broadcaster.leave(self, self.gone or cause)

    def advance(self, batches: dict[tuple[Cursor, Filter], Batch]) -> bytes | None:
        """Return what is new at the head of the log and move the cursor past it; None if only `steps` can continue from here.

        For a caller that serves waiting subscriptions. `batches` are shared: a thousand subscriptions need one batch.
        """
        tail = self.broadcaster.tail
        if self.cursor is None:
            return None
        batch = batches.get((self.cursor, self.filter))
        if batch is None:
            if self.cursor.epoch != tail.epoch or self.cursor.seq < tail.floor:
                return None
            entries = tail.after(self.cursor.seq)
            if entries is None or sum(len(entry.text) for entry in entries) > CHUNK_BYTES:
                return None
            if not entries:
                return b""
            batch = batches[self.cursor, self.filter] = Batch(self.filter, entries)
        self._move_past(batch)
        return batch.chunk if self._stages is None else b"".join(self._with_stages(self._stages, batch.task_frames))

    @property
    def may_end(self) -> bool:
        """Whether an `end` may be due."""
        return self._ended and self.filter.single_task is not None

    def _problem(self, error: VideogenError) -> bytes:
        """Return the frame that says why the stream stops. It is not called `error`: browsers use that for connection failures."""
        self._goodbye = "problem"
        return frame(error.as_dict(), name="problem")

    def _follow(self) -> Iterator[bytes | None]:
        self.quiet_since = time.monotonic()
        if self.broadcaster.max_age_s is not None:
            self._old_at = self.quiet_since + self.broadcaster.max_age_s
        while not self.gone:
            self.wakeup.clear()
            if self.revoked:
                yield self._problem(NotLoggedIn("The session or the token of this stream has ended."))
                return
            before, sent = self.cursor, False
            for chunk in self._new_frames():
                sent = True
                yield chunk
            now = time.monotonic()
            if self.gone or self._over:
                return
            if self.broadcaster.closing or now >= self._old_at:
                self._goodbye = "shutdown" if self.broadcaster.closing else "age"
                yield from self._send_cursor()
                yield retry(RETRY_MS + random.randint(0, 2 * RETRY_MS))  # noqa: S311 - spreads the herd
                return
            if sent:
                self.quiet_since = now
            if sent or self.cursor != before:
                continue  # there were events, selected or not
            if self.due <= now:
                yield self._heartbeat()
                yield from self._send_cursor()
                self.quiet_since = now
            else:
                yield None

    def _greet(self) -> Iterator[bytes]:
        """Yield `hello` with the state of the filter's tasks; then `reset` if the client cannot continue from its cursor."""
        with self.broadcaster.store.reading() as read:
            rows = [task.look_up(read, task_id) for task_id in sorted(self.filter.tasks or ())]
            tasks = [self.broadcaster.describe(read, row, self.prefix) for row in rows if row]
            hello = {"now": clock.now(), "epoch": read.epoch, "heartbeat_s": self.broadcaster.heartbeat_s}
            hello |= {"task": tasks[0] if tasks else None} if self.filter.single_task else {"tasks": tasks}
            self._ended = self._have_ended(read)
        yield frame(hello, name="hello")
        yield from self._begin()

    def _begin(self) -> Iterator[bytes]:
        """Start as a new stream, unless there is a cursor to continue from."""
        if self._reset:
            self.broadcaster.counts["resets", self._reset] += 1
            yield frame({"reason": self._reset}, name="reset")
            self._reset = None
        if self.cursor is None:
            if self._stages is not None:
                self._stages = Stages()
            with self.broadcaster.store.reading() as read:
                head = event.head(read)
                start = head if self.filter.tasks is None else read.floor
                self.cursor = Cursor(read.epoch, start)
                self._ended = self._have_ended(read)
                snapshot = None
                if self.filter.tasks is None:
                    described = [self.broadcaster.describe(read, row, self.prefix) for row in task.unfinished(read)]
                    snapshot = {"now": clock.now(), "tasks": described}
            if snapshot is not None:
                self._sent_id = head
                yield frame(snapshot, id=self.cursor, name="snapshot")
        elif self._stages is not None:
            self._replay_stages(self._stages, self.cursor.seq)

    def _have_ended(self, read: Read) -> bool:
        rows = (task.look_up(read, task_id) for task_id in self.filter.tasks or ())
        return all(row is None or row.finished for row in rows)

    def _new_frames(self) -> Iterator[bytes]:
        """Yield at most a page of what follows the cursor; `reset` and a new start if it cannot be resumed; `end` after the last event."""
        tail = self.broadcaster.tail
        tail.catch_up()
        assert self.cursor is not None
        if self.cursor.epoch != tail.epoch or self.cursor.seq < tail.floor:
            self._reset = "epoch" if self.cursor.epoch != tail.epoch else "pruned"
            self.cursor = None
            yield from self._begin()
            return
        entries = tail.after(self.cursor.seq)
        if entries is None:
            yield from self._read_page()
            return
        yield from chunks(self._selected(entries))
        if not entries:
            yield from self._end()

    def _read_page(self) -> Iterator[bytes]:
        """Yield a page from the database, for a subscription behind the tail. No transaction is open while it is sent."""
        assert self.cursor is not None
        filter = self.filter
        types = filter.types if self._stages is None else None  # the stage table needs the other types, too
        page = replay.page(self.broadcaster.store, self.cursor.seq, EVENT, tasks=filter.tasks, types=types, limit=PAGE)
        if page.epoch != self.cursor.epoch or self.cursor.seq < page.floor:
            # Pruned or restored since the tail last read: it reads again, and `_new_frames` sends `reset`.
            self.broadcaster.store.mark_changed()
            self.wakeup.set()
            return
        frames = [page.text] if self._stages is None else self._with_stages(self._stages, events_of(page.text))
        self.broadcaster.counts["events", ""] += page.count if self._stages is None else len(frames)
        yield from chunks(frames)
        self._ended = True  # perhaps: `_end` looks when nothing is left to read
        self._sent_id = max(self._sent_id, page.last_selected)
        self.cursor = Cursor(page.epoch, page.last)
        time.sleep(0)  # let other greenlets run: neither reading nor sending has to

    def _selected(self, entries: Sequence[Entry]) -> Sequence[bytes]:
        """Return the frames of the selected entries, and move the cursor past all of them."""
        if not entries:
            return ()
        batch = Batch(self.filter, entries)
        self._move_past(batch)
        return batch.frames if self._stages is None else self._with_stages(self._stages, batch.task_frames)

    def _move_past(self, batch: Batch) -> None:
        self.cursor = batch.cursor
        self._sent_id = batch.last_sent or self._sent_id
        self._ended = self._ended if batch.ended is None else batch.ended
        self.broadcaster.counts["events", ""] += len(batch.frames)

    def _with_stages(self, stages: Stages, frames: Sequence[bytes]) -> list[bytes]:
        """Apply events to the stage table, and return the frames of the selected ones, each with the table as of it."""
        with_stages = []
        for id, content in map(decode_event, frames):
            stages.apply(content)
            if self.filter.types is None or content["type"] in self.filter.types:
                with_stages.append(frame(content | {"stages": stages.table()}, id=id))
        return with_stages

    def _end(self) -> Iterator[bytes]:
        """Yield `end` if the single task has ended and all its events were sent. Called when a read has found nothing new."""
        if not self.filter.single_task or not self.cursor or not self._ended:
            return
        with self.broadcaster.store.reading() as read:
            row = task.look_up(read, self.filter.single_task)
            if event.last_of_task(read, self.filter.single_task) > self.cursor.seq:
                return
            status = "deleted" if row is None or row.deleted_at else row.status
        self._ended = self._over = status in ("deleted", *task.FINISHED)
        if self._over:
            # Also past what the filter leaves out, so that a client that reconnects nevertheless gets 204.
            yield from self._send_cursor()
            yield frame({"status": status}, name="end")

    def _heartbeat(self) -> bytes:
        with self.broadcaster.store.reading() as read:
            if self.filter.tasks is None:
                rows: Sequence[task.Task] = task.unfinished(read, limit=50)
            else:
                rows = [row for row in (task.look_up(read, task_id) for task_id in self.filter.tasks) if row and not row.finished]
            signs = [signs_of_life(read, row) for row in rows]
        return frame({"now": clock.now(), "tasks": signs}, name="heartbeat")

    def _send_cursor(self) -> Iterator[bytes]:
        """Yield an id without data: it moves the browser's cursor past events that the filter leaves out, so it stays above the floor."""
        if self.cursor and self.cursor.seq > self._sent_id:
            self._sent_id = self.cursor.seq
            yield frame(id=self.cursor)

    def _replay_stages(self, stages: Stages, until: int) -> None:
        """Apply all events up to the cursor, so that the first event after it carries the whole table."""
        seq = 0
        while seq < until:
            with self.broadcaster.store.reading() as read:
                page = event.after(read, seq, task_ids=self.filter.tasks, limit=PAGE)
            for row in page:
                if row.seq <= until:
                    stages.apply(replay.public(row))
            if len(page) < PAGE:
                return
            seq = page[-1].seq


def watching(tasks: Collection[str] = (), types: Collection[str] = ()) -> Filter:
    """Return the filter of a request: no tasks or no types means all of them."""
    return Filter(frozenset(tasks) or None, frozenset(types) or None)
