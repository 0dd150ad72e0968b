"""Leases and fencing: what a worker may write, and what becomes of a task whose worker is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from models import attempt, clock, task, worker
from models.attempt import Fact
from models.database import Store
from models.errors import StaleAttempt
from models.event import EventType
from models.task import Lease, Task
from tests.models.test_task import sooner
from tests.support.task_moves import Moves, published, written
from videogen.errors.rendering import RendererLost, StageFailed

LOST = RendererLost("The renderer was killed.")


class Clock:
    """The steady clock and the wall clock, each moved by hand."""

    def __init__(self) -> None:
        self.steady, self.wall = 1000.0, datetime(2026, 1, 1, tzinfo=UTC)

    def pass_(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += timedelta(seconds=seconds)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    time = Clock()
    monkeypatch.setattr(clock, "monotonic", lambda: time.steady)
    begun = time.steady
    with suppress(ModuleNotFoundError):  # the extra [postgres]
        from models.postgres.dialect import Postgres

        monkeypatch.setattr(Postgres, "seconds", lambda _self, ahead: time.steady - begun + ahead)
    monkeypatch.setattr(clock, "now", lambda: clock.text(time.wall))
    monkeypatch.setattr(clock, "ahead", lambda seconds: clock.text(time.wall + timedelta(seconds=seconds)))
    return time


def test_claim_takes_the_highest_priority_then_the_oldest(store: Store, time: Clock) -> None:
    moves = Moves(store)
    ids = []
    for priority in (0, 2, 0, 2, -1):
        ids.append(moves.submit(priority=priority).id)
        time.pass_(0.001)
    assert [moves.claim().id for _ in ids] == [ids[1], ids[3], ids[0], ids[2], ids[4]]
    assert attempt.claim(store, moves.worker_id, 15) is None


def test_claim_starts_an_attempt_from_nothing(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    first = moves.claim()
    moves.say(first.lease, stage_progress=0.5, progress=0.4)
    attempt.requeue(store, first.lease)
    second = moves.claim()
    assert (second.attempt, second.progress, second.stage, second.stages, second.started_at) == (2, 0.0, None, {}, first.started_at)
    last = moves.events(made.id)[-1]
    assert (last.type, last.attempt, last.progress, last.data) == ("task.started", 2, 0.0, {"worker": moves.worker_id})


def test_each_task_goes_to_one_worker(store: Store) -> None:
    moves = Moves(store)
    ids = {moves.submit().id for _ in range(30)}
    claimed: list[str] = []

    def work() -> None:
        worker_id = worker.register(store)
        while one := attempt.claim(store, worker_id, 15):
            claimed.append(one.id)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for process in workers:
        process.start()
    for process in workers:
        process.join()
    assert (len(claimed), set(claimed)) == (30, ids)


WRITES: list[Callable[[Store, Lease], object]] = [
    lambda store, lease: attempt.renew(store, lease, 15),
    lambda store, lease: attempt.report(store, lease, [Fact(EventType.STAGE_PROGRESS, stage="video", message="Late")]),
    attempt.complete,
    lambda store, lease: attempt.fail(store, lease, StageFailed("Late.")),
    lambda store, lease: attempt.lose(store, lease, LOST),
    attempt.requeue,
    attempt.finish_cancel,
]


def lost(moves: Moves, claimed: Task) -> None:
    attempt.lose(moves.store, claimed.lease, LOST)


def lost_and_claimed_again(moves: Moves, claimed: Task) -> None:
    lost(moves, claimed)
    sooner(moves.store)
    moves.claim()


def put_back_and_claimed_again(moves: Moves, claimed: Task) -> None:
    attempt.requeue(moves.store, claimed.lease)
    moves.claim()


def completed(moves: Moves, claimed: Task) -> None:
    attempt.complete(moves.store, claimed.lease)


def failed(moves: Moves, claimed: Task) -> None:
    attempt.fail(moves.store, claimed.lease, StageFailed("Broken."))


def deleted(moves: Moves, claimed: Task) -> None:
    task.delete(moves.store, claimed.id)


ENDS = (lost, lost_and_claimed_again, put_back_and_claimed_again, completed, failed, deleted)


@pytest.mark.parametrize("end", ENDS)
def test_write_of_a_lost_attempt_is_refused_however_late_it_comes(store: Store, end: Callable[[Moves, Task], None]) -> None:
    """Whatever it is that the late worker writes: no row, no event, no file under its final name."""
    moves = Moves(store)
    made = moves.submit()
    claimed = moves.claim()
    end(moves, claimed)
    with store.reading() as read:
        before = (moves.events(), task.look_up(read, made.id))
    for write in WRITES:
        with pytest.raises(StaleAttempt):
            write(store, claimed.lease)
    file = written(store.data / "work" / "film.mp4")
    with pytest.raises(StaleAttempt):
        attempt.report(store, claimed.lease, published(file))
    with store.reading() as read:
        assert (moves.events(), task.look_up(read, made.id)) == before
    assert file.path.exists(), "its own file is left to it"
    assert not (store.data / "tasks" / made.id).exists()


def test_lease_of_another_worker_opens_nothing(store: Store) -> None:
    moves = Moves(store)
    claimed = moves.submit() and moves.claim()
    before = moves.events()
    for lease in (Lease(claimed.id, 1, "another"), Lease(claimed.id, 2, moves.worker_id), Lease("another", 1, moves.worker_id)):
        for write in WRITES:
            with pytest.raises(StaleAttempt):
                write(store, lease)
    assert moves.events() == before


def test_report_is_all_or_nothing(store: Store) -> None:
    """The second fact names a file that is not there: the first one's event, row and file go back with it."""
    moves = Moves(store)
    made = moves.submit()
    lease = moves.claim().lease
    before = (moves.task(made.id), moves.events())
    good = written(store.data / "work" / "film.mp4")
    missing = written(store.data / "work" / "thumbnail.png", kind="thumbnail", name="thumbnail.png")
    missing.path.unlink()
    with pytest.raises(FileNotFoundError):
        attempt.report(store, lease, published(good, missing))
    assert (moves.task(made.id), moves.events()) == before
    assert good.path.read_bytes() == b"a film"
    assert list((store.data / "tasks").rglob("*.*")) == []
    missing.path.write_bytes(b"a film")
    attempt.report(store, lease, published(good, missing))
    assert (store.data / "tasks" / made.id / "1" / "film.mp4").read_bytes() == b"a film"


def test_reports_move_the_row_and_the_log_together(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    lease = moves.claim().lease
    moves.say(lease, "Reading", stage="input", stage_progress=0.5, progress=0.1)
    moves.say(lease, None, stage="input", stage_progress=0.9)  # without a message the last one stays
    row, last = moves.task(made.id), moves.events(made.id)[-1]
    assert (row.stage, row.message, row.progress, row.stages["input"]["progress"]) == ("input", "Reading", 0.1, 0.9)
    assert (last.stage, last.message, last.progress, last.stage_progress) == ("input", "Reading", 0.1, 0.9)


def test_progress_never_goes_back_and_only_the_end_says_one(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    lease = moves.claim().lease
    for progress in (0.2, 0.5, 0.3, None, -1.0, float("nan"), 1.0, 7.0):
        moves.say(lease, progress=progress)
    levels = [event.progress or 0.0 for event in moves.events(made.id)]
    assert levels == sorted(levels)
    assert levels[-1] < 1
    attempt.complete(store, lease)
    assert moves.task(made.id).progress == moves.events(made.id)[-1].progress == 1.0


def test_fact_that_changes_a_stage_names_it() -> None:
    for wrong in ({"type": EventType.STAGE_STARTED}, {"type": EventType.STAGE_PROGRESS, "stage_progress": 0.5}):
        with pytest.raises(ValueError, match="names none"):
            Fact(**wrong)
    Fact(EventType.TASK_WARNING, message="Of no stage")


def test_lease_lasts_as_long_as_it_is_renewed(store: Store, time: Clock) -> None:
    moves = Moves(store)
    made = moves.submit()
    lease = moves.claim(lease_s=15).lease
    for _ in range(4):
        time.pass_(14)
        assert attempt.sweep(store) == 0
        attempt.renew(store, lease, 15)
    time.pass_(15.1)
    assert attempt.sweep(store) == 1
    assert attempt.sweep(store) == 0
    lost = moves.events(made.id)[-1]
    assert (lost.type, lost.data["code"], lost.data["attempt"]) == ("attempt.lost", "worker_lost", 1)
    assert (moves.task(made.id).status, moves.task(made.id).worker_id) == ("queued", None)


def test_clock_that_jumps_neither_ends_a_lease_nor_keeps_one(store: Store, time: Clock) -> None:
    moves = Moves(store)
    moves.submit()
    moves.claim(lease_s=15)
    time.wall += timedelta(days=400)
    assert attempt.sweep(store) == 0
    time.wall -= timedelta(days=800)
    time.steady += 15.1
    assert attempt.sweep(store) == 1


def test_clock_set_back_does_not_keep_a_task_waiting(store: Store, time: Clock) -> None:
    moves = Moves(store)
    moves.submit()
    attempt.lose(store, moves.claim().lease, LOST)
    assert attempt.claim(store, moves.worker_id, 15) is None, "its back-off"
    time.wall -= timedelta(days=1)
    assert attempt.claim(store, moves.worker_id, 15)


@pytest.mark.sqlite_only
def test_lease_of_another_boot_has_expired(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    moves = Moves(store)
    moves.submit()
    moves.claim(lease_s=1e6)
    monkeypatch.setattr(clock, "boot_id", lambda: "another boot")
    assert attempt.sweep(store) == 1


def test_task_made_to_run_by_hand_is_swept(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    with store.writing() as write:
        write.connection.exec_driver_sql("UPDATE tasks SET status = 'running', attempt = 1")
    assert attempt.sweep(store) == 1
    assert moves.task(made.id).status == "queued"


def test_lease_is_shown_in_utc(store: Store, time: Clock) -> None:
    moves = Moves(store)
    moves.submit()
    assert moves.claim(lease_s=15).lease_expires_at == "2026-01-01T00:00:15.000Z"


def test_attempts_come_to_an_end(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit(attempts=3)
    for left in (2, 1):
        attempt.lose(store, moves.claim().lease, LOST)
        assert (moves.task(made.id).status, moves.task(made.id).attempts_left) == ("queued", left)
        sooner(store)
    moves.say(moves.claim().lease, progress=0.3)
    attempt.lose(store, moves.task(made.id).lease, LOST)
    ended = moves.task(made.id)
    assert (ended.status, ended.attempts_left, ended.error_code, ended.error_stage) == ("failed", 0, "renderer_lost", "video")
    assert moves.types(made.id)[-2:] == ["attempt.lost", "task.failed"]


def test_swept_task_without_attempts_fails_as_worker_lost(store: Store, time: Clock) -> None:
    moves = Moves(store)
    made = moves.submit(attempts=1)
    moves.claim(15)
    time.pass_(16)
    assert attempt.sweep(store) == 1
    assert (moves.task(made.id).status, moves.task(made.id).error_code) == ("failed", "worker_lost")
    assert moves.events(made.id)[-1].data["hint"]


def test_lost_attempt_that_finished_something_new_costs_nothing(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit(attempts=2)
    for position in (1, 2, 3):
        lease = moves.claim().lease
        for earlier in range(1, position + 1):
            moves.render(lease, earlier)
        attempt.lose(store, lease, LOST)
        assert (moves.task(made.id).attempts_left, moves.task(made.id).not_before is not None) == (2, True)
        assert moves.events(made.id)[-1].data["wait_s"] == 0
    lease = moves.claim().lease
    for position in (1, 2, 3):
        moves.render(lease, position)
    attempt.lose(store, lease, LOST)
    assert moves.task(made.id).attempts_left == 1, "what an earlier attempt had finished is not new"


def test_stage_is_new_once(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit(attempts=5)
    for left in (5, 4, 3):
        lease = moves.claim().lease
        attempt.report(store, lease, [Fact(EventType.STAGE_COMPLETED, stage="input", stage_progress=1.0)])
        attempt.lose(store, lease, LOST)
        assert moves.task(made.id).attempts_left == left
        sooner(store)


def test_losses_of_a_video_with_three_scenes_end_however_they_come(store: Store) -> None:
    """The worst case: one scene more each time, then nothing new."""
    moves = Moves(store)
    made = moves.submit(attempts=3)
    losses = 0
    while moves.task(made.id).status == "queued":
        sooner(store)
        lease = moves.claim().lease
        for position in range(1, min(losses + 1, 3) + 1):
            moves.render(lease, position)
        attempt.lose(store, lease, LOST)
        losses += 1
    assert (moves.task(made.id).status, losses) == ("failed", 3 + 3)


def test_polite_stop_costs_no_attempt(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit(attempts=1)
    for _ in range(3):
        attempt.requeue(store, moves.claim().lease, "The worker was asked to stop")
    row = moves.task(made.id)
    assert (row.status, row.attempts_left, row.attempt, row.worker_id) == ("queued", 1, 3, None)


@pytest.mark.parametrize("leave", [attempt.requeue, lambda store, lease: attempt.lose(store, lease, LOST)])
def test_task_that_was_asked_to_be_cancelled_does_not_wait_again(store: Store, leave: Callable[[Store, Lease], None]) -> None:
    moves = Moves(store)
    made = moves.submit()
    lease = moves.claim().lease
    task.cancel(store, made.id)
    leave(store, lease)
    row = moves.task(made.id)
    assert (row.status, row.cancel_requested_at, moves.types(made.id)[-1]) == ("cancelled", None, "task.cancelled")


def test_back_off_grows_with_each_attempt_that_cost_one(store: Store, time: Clock) -> None:
    moves = Moves(store)
    made = moves.submit(attempts=4)
    waits = []
    for _ in range(3):
        attempt.lose(store, moves.claim().lease, LOST)
        assert attempt.claim(store, moves.worker_id, 15) is None
        waits.append(moves.events(made.id)[-1].data["wait_s"])
        time.pass_(waits[-1])
    assert waits == [2, 4, 8]


def test_tasks_of_dead_workers_are_released_at_once(store: Store) -> None:
    moves = Moves(store)
    mine, other = moves.submit(priority=1), moves.submit()
    moves.claim()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        dead = worker.register(store, process.pid)
        attempt.claim(store, dead, 1e6)
        assert attempt.release_dead(store) == 0
    assert attempt.release_dead(store) == 1
    assert (moves.task(mine.id).status, moves.task(other.id).status) == ("running", "queued")
    with store.reading() as read:
        assert [alive.id for alive in worker.alive(read)] == [moves.worker_id]


def test_failure_says_everything_in_row_and_log(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    error = StageFailed("A \ud800 broke.", hint="Mend it.")
    attempt.fail(store, moves.claim().lease, error, "audio")
    row, last = moves.task(made.id), moves.events(made.id)[-1]
    assert (row.error_code, row.error_message, row.error_hint, row.error_stage) == ("stage_failed", "A \ufffd broke.", "Mend it.", "audio")
    assert (last.type, last.stage, last.message, last.data["hint"], last.data["stage"]) == (
        "task.failed",
        "audio",
        "A \ufffd broke.",
        "Mend it.",
        "audio",
    )
    assert last.data["retryable"] is True
