"""All streams of a process: how many may be open, who is rung for what, and what is counted."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models import event, task
from models.database import Read, Store
from models.event import Cursor
from models.signals import event_appended
from videogen.errors.request import TooManyStreams
from videogen.streams.subscription import Filter, Subscription
from videogen.streams.tail import Tail

log = logging.getLogger(__name__)

Describe = Callable[[Read, task.Task, str], Mapping[str, Any]]
"""Returns a task as JSON values; the third argument is the prefix of its URLs."""


@dataclass
class Broadcaster:
    """The streams that are open, over one tail; `listening` are those of them that are rung, and not served by another meanwhile."""

    store: Store
    describe: Describe
    heartbeat_s: float = 15.0
    max_streams: int = 2000
    max_streams_per_client: int = 200
    max_age_s: float | None = None
    write_deadline_s: float = 20.0
    open: set[Subscription] = field(default_factory=set)
    listening: set[Subscription] = field(default_factory=set)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    closing: bool = False

    def __post_init__(self) -> None:
        self.tail = Tail(self.store)
        # One receiver for all: one for each would take longer at every event than sending it does. The signal holds it weakly, and so
        # it hears for as long as these streams are there.
        event_appended.connect(self._on_event)

    def subscribe(
        self, filter: Filter, cursor: str | None, client: str = "", prefix: str = "", credential: object = None
    ) -> Subscription | None:
        """A stream for this client, or None when there is nothing left to say: its tasks have ended and it has read it all.

        `credential` is what let the client in; the stream ends when it is revoked (`revoke_access`).

        Raises TaskNotFound, TaskGone, and TooManyStreams.
        """
        if self.closing:
            raise TooManyStreams("The server is about to end.", hint="Wait until it has been started again.")
        if len(self.open) >= self.max_streams:
            raise TooManyStreams(f"{len(self.open)} streams are open, as many as may be.")
        if sum(stream.client == client for stream in self.open) >= self.max_streams_per_client:
            raise TooManyStreams(f"{self.max_streams_per_client} streams are open from {client}, as many as may be.")
        with self.store.reading() as read:
            found = [task.find(read, each) for each in sorted(filter.tasks or ())]
            place = Cursor.parse(cursor) if cursor else None
            reason = event.why_not(read, place) if cursor else None
            self.counts["replays", ""] += place is not None and not reason
            if filter.one and cursor and not reason and found[0].finished and place and event.last_of_task(read, filter.one) <= place.seq:
                return None
        return Subscription(self, filter, place if not reason else None, reason, client, prefix, credential)

    def revoke_access(self, credential: object) -> None:
        """End the streams that were opened with this credential."""
        for stream in tuple(self.open):
            if stream.credential == credential:
                stream.revoke_access()

    def close(self) -> None:
        """Say goodbye to everyone: each stream sends a jittered `retry`, so that they come back spread out, and ends."""
        self.closing = True
        for stream in tuple(self.open):
            stream.wakeup.set()

    def enter(self, stream: Subscription) -> None:
        """It listens from now on, and is one of those that are open."""
        self.store.mark_changed()
        self.open.add(stream)
        self.listening.add(stream)

    def leave(self, stream: Subscription, cause: str) -> None:
        self.open.discard(stream)
        self.listening.discard(stream)
        self.counts["disconnects", cause] += 1
        log.info("stream of %s to %s closed: %s, at %s", stream.filter, stream.client, cause, stream.cursor)

    def _on_event(self, task_id: str | None) -> None:
        # A receiver only sets flags: one that raises would raise in whoever has committed.
        for stream in tuple(self.listening):
            if task_id is None or stream.filter.tasks is None or task_id in stream.filter.tasks:
                stream.wakeup.set()
