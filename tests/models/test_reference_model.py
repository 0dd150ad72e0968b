"""The store against a plain model of it: every verb in any order, by current workers and by late ones, while an owner prunes, makes backups
and puts them back, and readers come and go; after each, rows, log and readers are as the model says."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from models import attempt, clock, disk_hold, event, orphans, retention, task, worker
from models.attempt import Fact
from models.database import Store
from models.errors import BadDependency, DiskFull, DuplicateTask, QueueFull, StaleAttempt, TaskGone, TaskNotFound, VideogenError, WrongState
from models.event import EventType
from models.intake import UniqueKey
from models.postgres.schema_objects import FUNCTIONS
from models.server import Server
from models.signals import event_appended
from models.sqlite.backup import backup
from models.sqlite.restore import restore
from models.task import Lease
from models.verify import verify
from tests.models.event_reader import Reader
from tests.models.reference_model import Known, Plain
from tests.support.examples import examples
from tests.support.postgres import Cluster, hand
from tests.support.subscription_reader import streams_of
from tests.support.task_moves import published, written
from videogen.errors.rendering import RendererLost, StageFailed
from videogen.kinds import registry

LEASE_S = 15.0
UNDO_S = 30.0
REST_S = 20.0
# What floats add up without an error, and more than a millisecond: whatever happens at two times does so in the store's eyes, too.
TICK_S = 1 / 512
MAX_QUEUED = 4
WORKERS = 2
READERS = 3
WHICH, OF = st.integers(0, 11), st.integers(1, 3)
LATE = st.integers(0, 3).map(lambda number: number == 0)
PEOPLE = ("submit", "submit_delayed", "submit_locked", "submit_after", "submit_unique", "move", "cancel", "retry", "delete", "undelete")
WORK = ("claim", "claim", "claim", "renew", "report", "publish", "complete", "complete", "fail", "lose", "lose", "requeue", "finish_cancel")
OWNER = ("prune", "purge", "back_up", "put_back", "hold", "let_go")
WHAT = (*PEOPLE, *WORK, *OWNER, "wait", "wait", "sweep", "read_on", "read_on", "drop")


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
        for replacement in self.patches:
            replacement.start()
        # In memory where that is possible: nothing here is about power cuts.
        self.directory = tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        self.place = Path(self.directory.name)
        self.store = self._open(shutil.copytree(self.template, self.place / "data"))
        self.broadcaster = streams_of(self.store)
        self.workers = [worker.register(self.store) for _ in range(WORKERS)]
        self.plain = Plain()
        self.backups: list[tuple[Path, Plain]] = []
        self.known: list[str] = []
        self.readers: list[Reader] = []
        self.leases: list[Lease] = []
        self.steps = 0
        self._read_log()

    def _open(self, data: Path) -> Store:
        return Store(data, progress_events=registry.progress_events)

    def _at(self, seconds: float) -> str:
        return clock.text(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.now + seconds))

    def teardown(self) -> None:
        try:
            for reader in self.readers:
                reader.read_on(self.plain, self.epoch)
            self._rows_log_and_files_agree()
        finally:
            for reader in self.readers:
                reader.drop()
            self.store.close()
            self.directory.cleanup()
            for reader in self.patches:
                reader.stop()

    @initialize(which=WHICH, of=OF)
    def begin(self, which: int, of: int) -> None:
        for number in range(3):
            self.submit(which + number, of)
        self.readers = [Reader(self.broadcaster, task_id) for task_id in (*self.known[: READERS - 1], None)]

    @rule(what=st.sampled_from(WHAT), which=WHICH, of=OF, late=LATE)
    def do(self, what: str, which: int, of: int, late: bool) -> None:
        """One rule for all, since Hypothesis leaves some rules out of each run, and most runs need most of these."""
        getattr(self, what)(which, of, late)
        self.plain.settle(self.now)
        self.now += TICK_S

    # What people do

    def submit_delayed(self, which: int, of: int, *_: int) -> None:
        self.submit(which, of, run_at=self.now + (1.0, 5.0, 700.0)[of - 1])

    def submit_locked(self, which: int, of: int, *_: int) -> None:
        self.submit(which, of, lock="lock")

    def submit_after(self, which: int, of: int, *_: int) -> None:
        before = self.plain.tasks.get(self._any(which))
        if before and before.deleted is None and before.status in ("queued", "running", "completed"):
            self.submit(which, of, after=before.id)
        else:
            with pytest.raises(BadDependency):
                task.submit(self.store, source="# A", format="markdown", after=[self._any(which)])

    def submit_unique(self, which: int, of: int, *_: int) -> None:
        if same := self.plain.of_unique_key("key"):
            assert task.submit(self.store, source="# A", format="markdown", unique=UniqueKey("key"), max_queued=0).id == same.id
        else:
            self.submit(which, of, unique="key")

    def move(self, which: int, of: int, *_: int) -> None:
        priority, at_once = of - 2, of == 3
        known = self._asked(
            lambda store, task_id: task.change_queue(store, task_id, priority=priority, at_once=at_once),
            which,
            lambda known: known.status == "queued",
        )
        if known:
            known.priority, known.run_at = priority, 0.0 if at_once else known.run_at

    def submit(
        self,
        which: int,
        of: int,
        *_: int,
        run_at: float = 0.0,
        lock: str | None = None,
        after: str | None = None,
        unique: str | None = None,
    ) -> None:
        priority, attempts = which % 3 - 1, of
        values: dict[str, Any] = {"lock": lock, "after": [after] if after else [], "unique": UniqueKey(unique) if unique else None}
        values["run_at"] = self._at(run_at - self.now) if run_at else None
        waiting = [model_task for model_task in self.plain.visible() if model_task.status == "queued"]
        try:
            made = task.submit(
                self.store, source="# A", format="markdown", priority=priority, attempts=attempts, max_queued=MAX_QUEUED, **values
            )
        except QueueFull:
            assert len(waiting) >= MAX_QUEUED
            return
        assert len(waiting) < MAX_QUEUED
        known = Known(made.id, priority, self.now, attempts, attempts, run_at=run_at, after=after, lock=lock, unique=unique)
        known.blocked = self.plain.waits(known)
        self.plain.tasks[made.id] = known
        self.known.append(made.id)
        self.now += TICK_S

    def cancel(self, which: int, *_: int) -> None:
        known = self._asked(task.cancel, which, lambda known: known.status in ("queued", "running"))
        if known and known.status == "queued":
            known.end("cancelled", self.now)
        elif known:
            known.cancelling = True

    def retry(self, which: int, *_: int) -> None:
        known = self.plain.tasks.get(self._any(which))
        ended = known and known.deleted is None and known.status in ("failed", "cancelled")
        if known and ended and not self.plain.unmet(known) and self.plain.of_unique_key(known.unique):
            with pytest.raises(DuplicateTask):
                task.retry(self.store, known.id)
            return
        known = self._asked(task.retry, which, lambda known: known.status in ("failed", "cancelled") and not self.plain.unmet(known))
        if known:
            self.plain.requeue(known)

    def delete(self, which: int, *_: int) -> None:
        known = self._asked(task.delete, which, lambda known: True)
        if known:
            if known.finished is None:
                known.end("cancelled", self.now)
            known.deleted = self.now

    def undelete(self, which: int, *_: int) -> None:
        task_id = self._any(which)
        if known := self.plain.tasks.get(task_id):
            task.undelete(self.store, task_id)
            known.deleted = None
        else:
            with pytest.raises(self._refusal(task_id)):
                task.undelete(self.store, task_id)

    # What workers do

    def claim(self, which: int, *_: int) -> None:
        by = self.workers[which % WORKERS]
        due = self.plain.due(self.now)
        claimed = attempt.claim(self.store, by, LEASE_S)
        if claimed is None:
            assert due == []
            return
        assert claimed.id == due[0].id
        due[0].start(by, self.now + LEASE_S)
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

    def publish(self, which: int, of: int, late: bool) -> None:
        file = written(self.place / "work" / "film.mp4", f"{self.now}".encode())
        if known := self._fenced(which, late, lambda lease: attempt.report(self.store, lease, published(file))):
            known.video = f"{self.now}".encode()

    def renew(self, which: int, _: int, late: bool) -> None:
        asked: list[bool] = []
        if known := self._fenced(which, late, lambda lease: asked.append(attempt.renew(self.store, lease, LEASE_S))):
            assert asked == [known.cancelling]
            known.lease_until = self.now + LEASE_S

    def complete(self, which: int, _: int, late: bool) -> None:
        if known := self._fenced(which, late, lambda lease: attempt.complete(self.store, lease)):
            known.end("completed", self.now)
            known.progress = 1.0

    def fail(self, which: int, _: int, late: bool) -> None:
        if known := self._fenced(which, late, lambda lease: attempt.fail(self.store, lease, StageFailed("Broken."), "video")):
            known.end("failed", self.now)

    def lose(self, which: int, _: int, late: bool) -> None:
        if known := self._fenced(which, late, lambda lease: attempt.lose(self.store, lease, RendererLost("Lost."))):
            known.lose(self.now)

    def requeue(self, which: int, _: int, late: bool) -> None:
        if known := self._fenced(which, late, lambda lease: attempt.requeue(self.store, lease)):
            if known.cancelling:
                known.end("cancelled", self.now)
            else:
                known.wait()

    def finish_cancel(self, which: int, _: int, late: bool) -> None:
        if known := self._fenced(which, late, lambda lease: attempt.finish_cancel(self.store, lease)):
            known.end("cancelled", self.now)

    # What the owner does

    def hold(self, *_: int) -> None:
        disk_hold.hold_next(self.store, DiskFull("The disk is nearly full."))
        for model_task in self.plain.due(self.now)[:1]:
            model_task.held = True

    def let_go(self, *_: int) -> None:
        disk_hold.release(self.store)
        for row in self.plain.tasks.values():
            row.held = False

    def prune(self, which: int, of: int, *_: int) -> None:
        old_s, count = (None, 10.0)[which % 2], (None, 0, 1)[of - 1]
        retired = self.plain.retire(self.now, None if old_s is None else self.now - old_s, count)
        if old_s is not None or count is not None:
            self.plain.raise_floor(self.now - UNDO_S, self._at(-REST_S))
        purged = self.plain.purge(self.now - UNDO_S)
        days = None if old_s is None else old_s / retention.DAY_S
        pruned = retention.prune(self.store, UNDO_S, days=days, count=count, rest_s=REST_S)
        assert (set(pruned.retired), set(pruned.purged), pruned.floor) == (retired, purged, self.plain.floor)

    def purge(self, *_: int) -> None:
        """Afterwards only the files of tasks that are there are left, each as it was made."""
        assert set(retention.purge(self.store, UNDO_S)) == self.plain.purge(self.now - UNDO_S)
        orphans.sweep(self.store, unknown_s=0)
        task_ids = {row.id: row.video for row in self.plain.tasks.values() if row.video is not None}
        assert {path.parents[1].name: path.read_bytes() for path in self.store.data.glob("tasks/*/*/*")} == task_ids

    def back_up(self, *_: int) -> None:
        target = self.place / f"backup-{self.steps}"
        backup(self.store, target)
        copy = self.plain.copy()
        copy.put_back(self.now)
        self.backups = [*self.backups[-1:], (target, copy)]

    def put_back(self, which: int, *_: int) -> None:
        if self.backups:
            source, copy = self.backups[which % len(self.backups)]
            restore(self.store.data, source, in_use=True)
            self.plain = copy.copy()
            self.plain.ever = {entry.seq: entry for entry in copy.log}
            self.store.mark_changed()
            event_appended.send(None)  # as each process does that hears of another epoch

    # What time and readers do

    def wait(self, which: int, *_: int) -> None:
        self.now += (0.5, 5.0, 16.0, 40.0, 700.0)[which % 5]

    def sweep(self, *_: int) -> None:
        expired = [
            model_task for model_task in self.plain.visible() if model_task.status == "running" and model_task.lease_until < self.now
        ]
        assert attempt.sweep(self.store) == len(expired)
        for model_task in expired:
            model_task.lose(self.now)

    def read_on(self, which: int, *_: int) -> None:
        self.readers[which % READERS].read_on(self.plain, self.epoch)

    def drop(self, which: int, *_: int) -> None:
        self.readers[which % READERS].drop()

    # What must always be so

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        with self.store.reading() as read:
            for known in self.plain.tasks.values():
                row = task.look_up(read, known.id)
                assert row
                assert (row.status, row.attempt, row.attempts_left, row.worker_id) == (
                    known.status,
                    known.attempt,
                    known.attempts_left,
                    known.worker,
                )
                assert (row.cancel_requested_at is not None, row.deleted_at is not None) == (known.cancelling, known.deleted is not None)
                assert (row.hold_reason is not None, row.finished_at is not None) == (
                    known.held or known.blocked,
                    known.finished is not None,
                )
                assert row.progress == pytest.approx(known.progress)
                assert row.finished == (row.finished_at is not None)
            for gone in set(self.known) - set(self.plain.tasks):
                assert task.look_up(read, gone) is None

    @invariant()
    def log_only_grows_but_for_what_may_leave_it(self) -> None:
        must_stay = {event.seq for event in self.plain.must_stay()}
        before = {entry.seq: entry for entry in self.plain.log}
        self._read_log()
        old = {entry.seq: entry for entry in self.plain.log if entry.seq <= max(before, default=0)}
        assert must_stay <= set(old) <= set(before)
        assert all(value == before[seq] for seq, value in old.items())
        assert all(entry.type == EventType.TASK_DELETED for entry in self.plain.log if entry.task_id in self.plain.purged)

    @invariant()
    def rows_log_and_files_agree_now_and_then(self) -> None:
        self.steps += 1
        if self.steps % 4 == 0:
            self._rows_log_and_files_agree()

    # Helpers

    def _read_log(self) -> None:
        with self.store.reading() as read:
            self.plain.log = event.after(read, 0, limit=100_000)
            self.plain.ever |= {entry.seq: entry for entry in self.plain.log}
            self.epoch = read.epoch
            assert read.floor == self.plain.floor

    def _rows_log_and_files_agree(self) -> None:
        assert verify(self.store, deep=True) == []

    def _any(self, which: int) -> str:
        """A task that is there, deleted, purged, or of another history."""
        return self.known[which % len(self.known)]

    def _refusal(self, task_id: str) -> type[VideogenError]:
        """Of a task that is hidden, or gone: the log knows that there was one, unless that was pruned, too, or is another log."""
        return TaskGone if task_id in self.plain.tasks or self.plain.was_deleted(task_id) else TaskNotFound

    def _asked(self, verb: Callable[[Store, str], object], which: int, may: Callable[[Known], bool]) -> Known | None:
        """Do what a person asks; the model's task when it was done."""
        task_id = self._any(which)
        known = self.plain.tasks.get(task_id)
        refusal: type[VideogenError] | None = None
        if known is None or known.deleted is not None:
            refusal = self._refusal(task_id)
        elif not may(known):
            refusal = WrongState
        if refusal is None:
            verb(self.store, task_id)
            return known
        with pytest.raises(refusal):
            verb(self.store, task_id)
        return None

    def _fenced(self, which: int, late: bool, write: Callable[[Lease], object]) -> Known | None:
        """Write as the worker that has, or had, a lease; the model's task when it was done, and the model too says that it may be."""
        if not self.leases:
            return None
        current = [lease for lease in self.leases if self._holder(lease)]
        leases = self.leases if late or not current else current
        lease = leases[which % len(leases)]
        known = self._holder(lease)
        try:
            write(lease)
        except StaleAttempt:
            assert known is None
            return None
        assert known is not None
        return known

    def _holder(self, lease: Lease) -> Known | None:
        """The task, if the lease still holds it."""
        known = self.plain.tasks.get(lease.task_id)
        is_current = known and (known.status, known.attempt, known.worker) == ("running", lease.attempt, lease.worker_id)
        return known if is_current else None


class TheStoreOnPostgreSQL(TheStore):
    """The same on PostgreSQL, whose clock for leases is moved by hand. There are no backups of ours."""

    cluster: Cluster

    def _open(self, data: Path) -> Store:
        from models.postgres.dialect import Postgres

        self.leaving = ExitStack()
        url = self.leaving.enter_context(self.cluster.database())
        self.patches.append(patch.object(Postgres, "seconds", lambda _self, ahead: self.now + ahead))
        self.patches[-1].start()
        store = Store(data, progress_events=registry.progress_events, server=Server(url))
        hand(store, "CREATE OR REPLACE FUNCTION videogen_clock() RETURNS float8 LANGUAGE sql AS 'SELECT CAST(0 AS float8)'")
        self.leaving.callback(self._restore_clock, store)
        return store

    def _restore_clock(self, store: Store) -> None:
        hand(store, f"CREATE OR REPLACE FUNCTION videogen_clock() {FUNCTIONS['videogen_clock()']}")

    def teardown(self) -> None:
        super().teardown()
        self.leaving.close()

    def back_up(self, *_: int) -> None:
        """Do nothing: pg_dump does it."""

    def put_back(self, *_: int) -> None:
        """Do nothing: pg_restore does it."""


@pytest.mark.slow
def test_store_on_postgresql_is_as_the_same_model(template: Path, cluster: Cluster) -> None:
    TheStoreOnPostgreSQL.template, TheStoreOnPostgreSQL.cluster = template, cluster
    quick = settings(max_examples=examples(4), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(TheStoreOnPostgreSQL, settings=quick)


@pytest.mark.slow
def test_store_is_as_its_model_whatever_happens(template: Path) -> None:
    TheStore.template = template
    quick = settings(max_examples=examples(15), stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(TheStore, settings=quick)


def test_unknown_task_is_not_there(store: Store) -> None:
    for verb in (task.get, task.cancel, task.retry, task.delete, task.undelete):
        with pytest.raises(TaskNotFound):
            verb(store, "0123456789abcdef")
