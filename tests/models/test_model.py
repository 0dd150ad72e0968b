"""The store against a plain model of it: every verb in any order, by current workers and by late ones; after each, rows and log agree."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from models import Store, attempt, clock, event, keeping, task, worker
from models.attempt import Fact
from models.event import Event, EventType
from models.task import Lease
from models.verify import verify
from tests.examples import examples
from videogen.errors import MakerLost, QueueFull, StageFailed, StaleAttempt, TaskGone, TaskNotFound, VideogenError, WrongState

LEASE_S = 15.0
UNDO_S = 30.0
MAX_QUEUED = 4
WORKERS = 2
WHICH, OF = st.integers(0, 11), st.integers(1, 3)
LATE = st.integers(0, 3).map(lambda number: number == 0)
PEOPLE = ("submit", "submit", "cancel", "retry", "delete", "undelete", "purge")
WORK = ("claim", "claim", "claim", "renew", "report", "report", "complete", "fail", "lose", "lose", "requeue", "finish_cancel")
WHAT = (*PEOPLE, *WORK, "wait", "sweep", "read_on")


@dataclass
class Model:
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
    progress: float = 0.0
    deleted: float | None = None
    made: set[int] = field(default_factory=set)
    new: bool = False

    def leave(self, status: str) -> None:
        self.status, self.worker, self.cancelling = status, None, False

    def lose(self, now: float) -> None:
        if self.cancelling:
            self.leave("cancelled")
            return
        costs = not self.new
        self.attempts_left -= costs
        if self.attempts_left == 0:
            self.leave("failed")
        else:
            self.leave("queued")
            self.not_before = now + (2.0 ** (self.attempts - self.attempts_left) if costs else 0.0)


class TheStore(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.patches: list[Any] = [
            patch.object(clock, "monotonic", lambda: 1000.0 + self.now),
            patch.object(clock, "now", lambda: self._at(0)),
            patch.object(clock, "ahead", self._at),
        ]
        for each in self.patches:
            each.start()
        # In memory where that is possible: nothing here is about power cuts.
        self.directory = tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        self.store = Store(shutil.copytree(self.template, Path(self.directory.name) / "data"))
        self.workers = [worker.register(self.store) for _ in range(WORKERS)]
        self.model: dict[str, Model] = {}
        self.purged: set[str] = set()
        self.leases: list[Lease] = []
        self.told: list[Event] = []
        self.seen: list[Event] = []

    def _at(self, seconds: float) -> str:
        return clock.text(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.now + seconds))

    def teardown(self) -> None:
        self.store.close()
        self.directory.cleanup()
        for each in self.patches:
            each.stop()

    @initialize(which=WHICH, of=OF)
    def begin(self, which: int, of: int) -> None:
        for number in range(3):
            self.submit(which + number, of)

    @rule(what=st.sampled_from(WHAT), which=WHICH, of=OF, late=LATE)
    def do(self, what: str, which: int, of: int, late: bool) -> None:
        """One rule for all, since Hypothesis leaves some rules out of each run, and most runs need most of these."""
        getattr(self, what)(which, of, late)

    # What people do

    def submit(self, which: int, of: int, *_: int) -> None:
        priority, attempts = which % 3 - 1, of
        waiting = [each for each in self._visible() if each.status == "queued"]
        try:
            made = task.submit(self.store, source="# A", format="markdown", priority=priority, attempts=attempts, max_queued=MAX_QUEUED)
        except QueueFull:
            assert len(waiting) >= MAX_QUEUED
            return
        assert len(waiting) < MAX_QUEUED
        self.model[made.id] = Model(made.id, priority, self.now, attempts, attempts)
        self.now += 0.001

    def cancel(self, which: int, *_: int) -> None:
        known = self._asked(task.cancel, which, lambda known: known.status in ("queued", "running"))
        if known and known.status == "queued":
            known.leave("cancelled")
        elif known:
            known.cancelling = True

    def retry(self, which: int, *_: int) -> None:
        known = self._asked(task.retry, which, lambda known: known.status in ("failed", "cancelled"))
        if known:
            known.leave("queued")
            known.attempts_left, known.not_before = known.attempts, 0.0

    def delete(self, which: int, *_: int) -> None:
        known = self._asked(task.delete, which, lambda known: True)
        if known:
            if known.status in ("queued", "running"):
                known.leave("cancelled")
            known.deleted = self.now

    def undelete(self, which: int, *_: int) -> None:
        task_id = self._any(which)
        if task_id in self.purged:
            with pytest.raises(TaskGone):
                task.undelete(self.store, task_id)
        else:
            task.undelete(self.store, task_id)
            self.model[task_id].deleted = None

    def purge(self, *_: int) -> None:
        due = {each.id for each in self.model.values() if each.deleted is not None and each.deleted <= self.now - UNDO_S}
        assert set(keeping.purge(self.store, UNDO_S)) == due
        self.purged |= due
        for each in due:
            del self.model[each]

    # What workers do

    def claim(self, which: int, *_: int) -> None:
        by = which % WORKERS
        due = [each for each in self._visible() if each.status == "queued" and each.not_before <= self.now]
        due.sort(key=lambda each: (-each.priority, each.created))
        claimed = attempt.claim(self.store, self.workers[by], LEASE_S)
        if claimed is None:
            assert due == []
            return
        known = due[0]
        assert claimed.id == known.id
        known.status, known.worker, known.attempt, known.progress, known.new = "running", self.workers[by], known.attempt + 1, 0.0, False
        known.lease_until = self.now + LEASE_S
        self.leases.append(claimed.lease)

    def report(self, which: int, of: int, late: bool) -> None:
        progress, position = which / 11, of
        started = Fact(EventType.STAGE_STARTED, stage="video")
        moved = Fact(EventType.STAGE_PROGRESS, "video", progress, progress, "Drawing")
        rendered = Fact(EventType.SCENE_RENDERED, stage="video", data={"position": position})
        if known := self._fenced(which, late, lambda lease: attempt.report(self.store, lease, [started, moved, rendered])):
            known.progress = max(known.progress, min(progress, attempt.BELOW_ONE))
            # New when no earlier attempt made it; what this one made before stays new.
            known.new = known.new or position not in known.made
            known.made.add(position)

    def renew(self, which: int, _: int, late: bool) -> None:
        asked: list[bool] = []
        if known := self._fenced(which, late, lambda lease: asked.append(attempt.renew(self.store, lease, LEASE_S))):
            assert asked == [known.cancelling]
            known.lease_until = self.now + LEASE_S

    def complete(self, which: int, _: int, late: bool) -> None:
        if known := self._fenced(which, late, lambda lease: attempt.complete(self.store, lease)):
            known.leave("completed")
            known.progress = 1.0

    def fail(self, which: int, _: int, late: bool) -> None:
        if known := self._fenced(which, late, lambda lease: attempt.fail(self.store, lease, StageFailed("Broken."), "video")):
            known.leave("failed")

    def lose(self, which: int, _: int, late: bool) -> None:
        if known := self._fenced(which, late, lambda lease: attempt.lose(self.store, lease, MakerLost("Lost."))):
            known.lose(self.now)

    def requeue(self, which: int, _: int, late: bool) -> None:
        if known := self._fenced(which, late, lambda lease: attempt.requeue(self.store, lease)):
            known.leave("cancelled" if known.cancelling else "queued")

    def finish_cancel(self, which: int, _: int, late: bool) -> None:
        if known := self._fenced(which, late, lambda lease: attempt.finish_cancel(self.store, lease)):
            known.leave("cancelled")

    # What time does

    def wait(self, which: int, *_: int) -> None:
        self.now += (0.5, 5.0, 16.0, 40.0)[which % 4]

    def sweep(self, *_: int) -> None:
        expired = [each for each in self._visible() if each.status == "running" and each.lease_until < self.now]
        assert attempt.sweep(self.store) == len(expired)
        for each in expired:
            each.lose(self.now)

    def read_on(self, which: int, *_: int) -> None:
        """A reader with a cursor, a page at a time."""
        with self.store.reading() as read:
            self.seen += event.after(read, self.seen[-1].seq if self.seen else 0, limit=1 + which)

    # What must always be so

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        with self.store.reading() as read:
            for known in self.model.values():
                row = task.look_up(read, known.id)
                assert row
                assert (row.status, row.attempt, row.attempts_left, row.worker_id) == (
                    known.status,
                    known.attempt,
                    known.attempts_left,
                    known.worker,
                )
                assert (row.cancel_requested_at is not None, row.deleted_at is not None) == (known.cancelling, known.deleted is not None)
                assert row.progress == pytest.approx(known.progress)
                assert row.finished == (row.finished_at is not None)
            for gone in self.purged:
                assert task.look_up(read, gone) is None

    @invariant()
    def log_agrees_with_rows(self) -> None:
        assert verify(self.store) == []

    @invariant()
    def log_only_grows(self) -> None:
        with self.store.reading() as read:
            log = event.after(read, 0, limit=100_000)
        kept = [each for each in self.told if each.task_id not in self.purged or each.type == EventType.TASK_DELETED]
        assert [each for each in log if each.seq <= (kept[-1].seq if kept else 0)] == [
            each for each in kept if each.task_id not in self.purged or each in log
        ]
        self.told = log

    @invariant()
    def reader_misses_nothing(self) -> None:
        seqs = [each.seq for each in self.seen]
        assert seqs == sorted(set(seqs))
        read = {each.seq for each in self.told if seqs and each.seq <= seqs[-1]}
        assert read <= set(seqs)

    # Helpers

    def _visible(self) -> list[Model]:
        return [each for each in self.model.values() if each.deleted is None]

    def _any(self, which: int) -> str:
        """A task that is there, deleted, or gone."""
        everyone = [*self.model, *sorted(self.purged)]
        return everyone[which % len(everyone)]

    def _asked(self, verb: Callable[[Store, str], object], which: int, may: Callable[[Model], bool]) -> Model | None:
        """Do what a person asks; the model's task when it was done."""
        task_id = self._any(which)
        known = self.model.get(task_id)
        refusal: type[VideogenError] | None = None
        if known is None or known.deleted is not None:
            refusal = TaskGone
        elif not may(known):
            refusal = WrongState
        if refusal is None:
            verb(self.store, task_id)
            return known
        with pytest.raises(refusal):
            verb(self.store, task_id)
        return None

    def _fenced(self, which: int, late: bool, write: Callable[[Lease], object]) -> Model | None:
        """Write as the worker that has, or had, a lease; the model's task when it was done, and the model too says that it may be."""
        if not self.leases:
            return None
        held = [lease for lease in self.leases if self._holder(lease)]
        leases = self.leases if late or not held else held
        lease = leases[which % len(leases)]
        known = self._holder(lease)
        try:
            write(lease)
        except StaleAttempt:
            assert known is None
            return None
        assert known is not None
        return known

    def _holder(self, lease: Lease) -> Model | None:
        """The task, if the lease still holds it."""
        known = self.model.get(lease.task_id)
        held = known and (known.status, known.attempt, known.worker) == ("running", lease.attempt, lease.worker_id)
        return known if held else None


def test_store_is_as_its_model_whatever_happens(template: Path) -> None:
    TheStore.template = template
    quick = settings(max_examples=examples(25), stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(TheStore, settings=quick)


def test_unknown_task_is_not_there(store: Store) -> None:
    for verb in (task.get, task.cancel, task.retry, task.delete, task.undelete):
        with pytest.raises(TaskNotFound):
            verb(store, "0123456789abcdef")
