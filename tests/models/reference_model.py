"""What a store must be, as plain Python: what each verb makes of its tasks, what may leave its log, and what a copy of it is."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from models.event import Event, EventType


@dataclass
class Known:
    """What a task must be."""

    id: str
    priority: int
    created: float
    attempts: int
    attempts_left: int
    status: str = "queued"
    attempt: int = 0
    worker: str | None = None
    lease_until: float = 0.0
    not_before: float = 0.0
    run_at: float = 0.0
    after: str | None = None
    blocked: bool = False
    failed_with_other: bool = False
    lock: str | None = None
    unique: str | None = None
    cancelling: bool = False
    held: bool = False
    progress: float = 0.0
    finished: float | None = None
    deleted: float | None = None
    made: set[int] = field(default_factory=set)
    new: bool = False
    video: bytes | None = None

    def start(self, worker: str, lease_until: float) -> None:
        self.status, self.worker, self.attempt, self.progress, self.new = "running", worker, self.attempt + 1, 0.0, False
        self.held, self.lease_until = False, lease_until

    def wait(self, not_before: float = 0.0) -> None:
        self.status, self.worker, self.not_before, self.finished = "queued", None, not_before, None

    def end(self, status: str, now: float) -> None:
        self.status, self.worker, self.cancelling, self.held, self.finished = status, None, False, False, now
        self.blocked = self.failed_with_other = False

    def lose(self, now: float) -> None:
        if self.cancelling:
            self.end("cancelled", now)
            return
        costs = not self.new
        self.attempts_left -= costs
        if self.attempts_left == 0:
            self.end("failed", now)
        else:
            self.wait(now + (2.0 ** (self.attempts - self.attempts_left) if costs else 0.0))


@dataclass
class Plain:
    """The tasks that there are, those that were purged, the log as it was last read, and all that was ever in it, by seq."""

    tasks: dict[str, Known] = field(default_factory=dict)
    purged: set[str] = field(default_factory=set)
    floor: int = 0
    log: list[Event] = field(default_factory=list)
    ever: dict[int, Event] = field(default_factory=dict)

    def visible(self) -> list[Known]:
        return [row for row in self.tasks.values() if row.deleted is None]

    def due(self, now: float) -> list[Known]:
        """Those that may be started now, in their order: a point of priority is worth ten minutes of waiting."""
        locked = {known.lock for known in self.visible() if known.status == "running" and known.lock}
        due = [
            known
            for known in self.visible()
            if known.status == "queued" and max(known.not_before, known.run_at) <= now and not known.blocked and known.lock not in locked
        ]
        return sorted(due, key=lambda known: (int(max(known.created, known.run_at) * 1000) - known.priority * 600_000, known.created))

    def unmet(self, known: Known) -> bool:
        """Whether the task before this one will not complete as things are."""
        before = self.tasks.get(known.after or "")
        return before is not None and before.status in ("failed", "cancelled")

    def waits(self, known: Known) -> bool:
        """Whether the task before this one is still to complete."""
        before = self.tasks.get(known.after or "")
        return before is not None and before.status in ("queued", "running")

    def of_unique_key(self, key: str | None) -> Known | None:
        """The task that has the key."""
        return next((row for row in self.visible() if key and row.unique == key and row.status in ("queued", "running")), None)

    def requeue(self, known: Known) -> None:
        """Put an ended task back, and those that failed because it had."""
        known.wait()
        known.attempts_left, known.blocked, known.failed_with_other = known.attempts, self.waits(known), False
        for other in sorted(self.visible(), key=lambda row: row.created):
            if other.after == known.id and other.failed_with_other and not self.unmet(other) and not self.of_unique_key(other.unique):
                self.requeue(other)

    def settle(self, now: float) -> None:
        """Release or fail those that wait for tasks which have ended."""
        while ready := [row for row in self.visible() if row.blocked and not self.waits(row)]:
            for row in ready:
                row.blocked = False
                if self.unmet(row):
                    row.end("failed", now)
                    row.failed_with_other = True

    def purge(self, before: float) -> set[str]:
        """Those deleted so long ago are gone."""
        due = {row.id for row in self.tasks.values() if row.deleted is not None and row.deleted <= before}
        self.purged |= due
        self.tasks = {name: one for name, one in self.tasks.items() if name not in due}
        return due

    def retire(self, now: float, before: float | None, count: int | None) -> set[str]:
        """Those finished so long ago, and all but the `count` finished last, are deleted."""
        finished = [(one.finished, one.id) for one in self.visible() if one.finished is not None]
        old = {id for at, id in finished if before is not None and at < before}
        surplus = {id for _, id in sorted(finished, reverse=True)[count:]} if count is not None else set()
        for id in old | surplus:
            self.tasks[id].deleted = now
        return old | surplus

    def raise_floor(self, purged_before: float, young: str) -> None:
        """To just below the first event that is young, or of a task that stays; if that lets go of any task's."""
        above = [event for event in self.log if event.seq > self.floor]
        to = above[-1].seq if above else self.floor
        for one in above:
            known = self.tasks.get(one.task_id or "")
            if one.at > young or (known and (known.deleted is None or known.deleted > purged_before)):
                to = one.seq - 1
                break
        if any(one.seq <= to and one.task_id for one in above):
            self.floor = to

    def was_deleted(self, task_id: str) -> bool:
        """Whether the log knows of it."""
        return any(event.task_id == task_id and event.type == EventType.TASK_DELETED for event in self.log)

    def must_stay(self) -> Iterator[Event]:
        """All events of a task that is there; and above the floor, of one that is not, the last word, and the log's own."""
        last_words = {event.task_id: event.seq for event in self.log if event.type == EventType.TASK_DELETED}
        for event in self.log:
            if event.task_id in self.tasks or (event.seq > self.floor and event.seq == last_words.get(event.task_id, event.seq)):
                yield event

    def copy(self) -> Plain:
        """As a backup has it, once it was put back: nobody works on anything."""
        return deepcopy(self)

    def put_back(self, now: float) -> None:
        """Nobody works on anything that was put back."""
        for row in self.tasks.values():
            if row.status == "running" and row.cancelling:
                row.end("cancelled", now)
            elif row.status == "running":
                row.wait()
        self.settle(now)
