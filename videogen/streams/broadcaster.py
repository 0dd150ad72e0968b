"""All subscriptions of a process: limits on them, their wakeups, and counts of what they did."""

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
    """The open subscriptions, over one tail. `listening` are those that are woken by signals; the others are parked in `FastFanout`."""

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
        # One receiver for all: with one for each, sending the signal would take longer than sending the event. The signal refers to it
        # weakly, so it is called as long as this object exists.
        event_appended.connect(self._on_event)

    def subscribe(
        self, filter: Filter, cursor: str | None, client: str = "", prefix: str = "", credential: object = None
    ) -> Subscription | None:
        """Return a new subscription, or None if nothing is left to send: its task has ended, and the client has all events.

        `credential` is what the client authenticated with; the stream ends when it is revoked (`revoke_access`).

        Raises TaskNotFound, TaskGone, and TooManyStreams.
        """
        if self.closing:
            raise TooManyStreams("The server is shutting down.", hint="Wait until it has been started again.")
        if len(self.open) >= self.max_streams:
            raise TooManyStreams(f"Too many streams are open ({len(self.open)} of {self.max_streams}).")
        if sum(stream.client == client for stream in self.open) >= self.max_streams_per_client:
            most = self.max_streams_per_client
            raise TooManyStreams(f"Too many streams are open from {client} ({most} of {most}).")
        with self.store.reading() as read:
            rows = [task.find(read, task_id) for task_id in sorted(filter.tasks or ())]
            after = Cursor.parse(cursor) if cursor else None
            reset = event.reset_reason(read, after) if cursor else None
            if reset:
                after = None
            self.counts["replays", ""] += after is not None
            if filter.single_task and after and rows[0].finished and event.last_of_task(read, filter.single_task) <= after.seq:
                return None
        return Subscription(self, filter, after, reset, client, prefix, credential)

    def revoke_access(self, credential: object) -> None:
        """End the streams that were opened with this credential."""
        for stream in tuple(self.open):
            if stream.credential == credential:
                stream.revoke_access()

    def close(self) -> None:
        """End all streams. Each sends a `retry` with a random delay before, so that clients do not reconnect all at once."""
        self.closing = True
        for stream in tuple(self.open):
            stream.wakeup.set()

    def enter(self, stream: Subscription) -> None:
        """Add an open subscription, and wake it by signals from now on."""
        self.store.mark_changed()
        self.open.add(stream)
        self.listening.add(stream)

    def leave(self, stream: Subscription, cause: str) -> None:
        """Remove a subscription that has ended, and count the cause."""
        self.open.discard(stream)
        self.listening.discard(stream)
        self.counts["disconnects", cause] += 1
        log.info("stream of %s to %s closed: %s, at %s", stream.filter, stream.client, cause, stream.cursor)

    def _on_event(self, task_id: str | None) -> None:
        # Only set flags: an exception would reach the code that has committed.
        for stream in tuple(self.listening):
            if task_id is None or stream.filter.tasks is None or task_id in stream.filter.tasks:
                stream.wakeup.set()
