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
    cancelling: bool = False
    held: bool = False
    progress: float = 0.0
    finished: float | None = None
    deleted: float | None = None
    made: set[int] = field(default_factory=set)
    new: bool = False
    film: bytes | None = None

    def start(self, worker: str, lease_until: float) -> None:
        self.status, self.worker, self.attempt, self.progress, self.new = "running", worker, self.attempt + 1, 0.0, False
        self.held, self.lease_until = False, lease_until

    def wait(self, not_before: float = 0.0) -> None:
        self.status, self.worker, self.not_before, self.finished = "queued", None, not_before, None

    def end(self, status: str, now: float) -> None:
        self.status, self.worker, self.cancelling, self.held, self.finished = status, None, False, False, now

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
        return [each for each in self.tasks.values() if each.deleted is None]

    def due(self, now: float) -> list[Known]:
        """Those that may be started now, in their order."""
        due = [each for each in self.visible() if each.status == "queued" and each.not_before <= now]
        return sorted(due, key=lambda each: (-each.priority, each.created))

    def purge(self, before: float) -> set[str]:
        """Those deleted so long ago are gone."""
        due = {each.id for each in self.tasks.values() if each.deleted is not None and each.deleted <= before}
        self.purged |= due
        self.tasks = {name: each for name, each in self.tasks.items() if name not in due}
        return due

    def retire(self, now: float, before: float | None, count: int | None) -> set[str]:
        """Those finished so long ago, and all but the `count` finished last, are deleted."""
        finished = [(each.finished, each.id) for each in self.visible() if each.finished is not None]
        old = {id for at, id in finished if before is not None and at < before}
        surplus = {id for _, id in sorted(finished, reverse=True)[count:]} if count is not None else set()
        for id in old | surplus:
            self.tasks[id].deleted = now
        return old | surplus

    def raise_floor(self, purged_before: float, young: str) -> None:
        """To just below the first event that is young, or of a task that stays; if that lets go of any task's."""
        above = [each for each in self.log if each.seq > self.floor]
        to = above[-1].seq if above else self.floor
        for each in above:
            known = self.tasks.get(each.task_id or "")
            if each.at > young or (known and (known.deleted is None or known.deleted > purged_before)):
                to = each.seq - 1
                break
        if any(each.seq <= to and each.task_id for each in above):
            self.floor = to

    def was_deleted(self, task_id: str) -> bool:
        """Whether the log knows of it."""
        return any(each.task_id == task_id and each.type == EventType.TASK_DELETED for each in self.log)

    def must_stay(self) -> Iterator[Event]:
        """All events of a task that is there; and above the floor, of one that is not, the last word, and the log's own."""
        last_words = {each.task_id: each.seq for each in self.log if each.type == EventType.TASK_DELETED}
        for each in self.log:
            if each.task_id in self.tasks or (each.seq > self.floor and each.seq == last_words.get(each.task_id, each.seq)):
                yield each

    def copy(self) -> Plain:
        """As a backup has it, once it was put back: nobody works on anything."""
        return deepcopy(self)

    def put_back(self, now: float) -> None:
        """Nobody works on anything that was put back."""
        for each in self.tasks.values():
            if each.status == "running" and each.cancelling:
                each.end("cancelled", now)
            elif each.status == "running":
                each.wait()
