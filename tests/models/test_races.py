"""What several processes do to the same task at the same moment: one after the other, and never half."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from models import attempt, retention, task
from models.database import Store
from models.errors import IdempotencyConflict, StaleAttempt, TaskGone, VideogenError, WrongState
from models.task import Task
from models.verify import verify
from tests.support.database_lock import locked
from tests.support.paths import ROOT
from tests.support.postgres import hand, server_of
from tests.support.task_moves import Moves
from videogen.streams.listener import open_store

pytestmark = pytest.mark.integration

PROCESSES, MOVES = 3, 100


def at_once(shared: Store, *acts: Callable[[Store], Any]) -> list[Any]:
    """What each act gives or raises, all begun together, each by a store of its own."""
    together = threading.Barrier(len(acts))

    def one(act: Callable[[Store], Any]) -> Any:
        store = open_store(shared.data, server=server_of(shared))
        try:
            together.wait()
            return act(store)
        except VideogenError as error:
            return error
        finally:
            store.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))


def test_processes_that_do_everything_at_once_leave_row_and_log_agreed(store: Store) -> None:
    server = server_of(store)
    command = [sys.executable, "-m", "tests.models.concurrent_writers", str(store.data)]
    commands = [[*command, str(seed), str(MOVES), server.url if server else ""] for seed in range(PROCESSES)]
    running = [subprocess.Popen(one, cwd=ROOT, stderr=subprocess.PIPE) for one in commands]
    for process in running:
        _, output = process.communicate(timeout=120)
        assert process.returncode == 0, output.decode()
    assert verify(store) == []
    log = Moves(store).events()
    assert "task.deleted" in {event.type for event in log}, "what happened before that may have been purged with its task"
    started = [(event.task_id, event.attempt) for event in log if event.type == "task.started"]
    assert len(started) == len(set(started)), "two workers had the same attempt"


@pytest.mark.parametrize("same", [True, False])
def test_one_key_used_at_the_same_moment_makes_one_task(store: Store, same: bool) -> None:
    def submit(number: int) -> Callable[[Store], Any]:
        source = "# One" if same else f"# {number}"
        return lambda opened: task.submit(opened, source=source, format="markdown", idempotency_key="k")

    answers = at_once(store, *(submit(number) for number in range(6)))
    made = {answer.id for answer in answers if not isinstance(answer, VideogenError)}
    assert len(made) == 1
    assert sum(isinstance(answer, IdempotencyConflict) for answer in answers) == (0 if same else 5)
    assert Moves(store).types(made.pop()) == ["task.submitted"]


def test_empty_key_is_none(store: Store) -> None:
    first, second = (task.submit(store, source="# Same", format="markdown", idempotency_key="") for _ in range(2))
    assert first.id != second.id


ENDS: dict[str, Callable[[Task, Store], Any]] = {
    "cancel": lambda claimed, store: task.cancel(store, claimed.id),
    "delete": lambda claimed, store: task.delete(store, claimed.id),
    "complete": lambda claimed, store: attempt.complete(store, claimed.lease),
    "requeue": lambda claimed, store: attempt.requeue(store, claimed.lease),
    "sweep": lambda _claimed, store: attempt.sweep(store),
    "renew": lambda claimed, store: attempt.renew(store, claimed.lease, 15),
}


@pytest.mark.parametrize(("one", "other"), [("cancel", "complete"), ("delete", "complete"), ("delete", "requeue"), ("sweep", "renew")])
def test_of_two_ends_at_the_same_moment_each_is_whole_or_refused(store: Store, one: str, other: str) -> None:
    moves = Moves(store)
    for _ in range(5):
        moves.submit()
        claimed = moves.claim(0 if "sweep" in (one, other) else 15)
        answers = at_once(store, partial(ENDS[one], claimed), partial(ENDS[other], claimed))
        refused = [answer for answer in answers if isinstance(answer, VideogenError)]
        assert all(isinstance(error, StaleAttempt | WrongState | TaskGone) for error in refused)
        if (left := find(store, claimed.id)) and not left.finished:
            task.delete(store, left.id)  # the next round begins with an empty queue
    assert verify(store) == []


def find(store: Store, task_id: str) -> Task | None:
    with store.reading() as read:
        row = task.look_up(read, task_id)
    return row if row and not row.deleted_at else None


@pytest.mark.sqlite_only
def test_worker_that_could_not_renew_comes_before_whoever_sweeps(store: Store) -> None:
    """While another program holds the lock leases expire, though their workers are well: a sweep that waits for it could be first."""
    moves = Moves(store)
    moves.submit()
    lease = moves.claim(0).lease
    with locked(store.path) as let_go, ThreadPoolExecutor() as threads:
        renewed = threads.submit(attempt.renew, store, lease, 15)
        assert [attempt.sweep(store) for _ in range(5)] == [0] * 5
        assert not renewed.done(), "it waits on"
        let_go()
        assert renewed.result() is False
    assert attempt.sweep(store) == 0
    attempt.complete(store, lease)


def test_retry_of_what_an_old_worker_still_believes_to_have_is_out_of_its_reach(store: Store) -> None:
    """Deleted, brought back and tried again while the old worker slept: by the same worker's hands it is another attempt."""
    moves = Moves(store)
    made = moves.submit()
    old = moves.claim().lease
    task.delete(store, made.id)
    task.undelete(store, made.id)
    task.retry(store, made.id)
    with pytest.raises(StaleAttempt):
        moves.say(old)
    new = moves.claim().lease
    with pytest.raises(StaleAttempt):
        attempt.complete(store, old)
    attempt.complete(store, new)
    assert verify(store) == []


def test_undo_that_comes_too_late_brings_nothing_back(store: Store) -> None:
    moves = Moves(store)
    made = [moves.make(str(number)).id for number in range(5)]
    for row in made:
        task.delete(store, row)
        _, undone = at_once(store, lambda one: retention.purge(one, 0), lambda one, row=row: task.undelete(one, row))  # type: ignore[misc]
        assert isinstance(undone, TaskGone) or undone.deleted_at is None
        assert (find(store, row) is None) == isinstance(undone, TaskGone)
    assert verify(store) == []


def test_cancel_in_sql_and_by_a_verb_ask_once(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    lease = moves.claim().lease
    task.cancel(store, made.id)
    hand(store, f"INSERT INTO cancel VALUES ('{made.id}')")
    task.cancel(store, made.id)
    assert moves.types(made.id) == ["task.submitted", "task.started", "task.cancelling"]
    attempt.requeue(store, lease)
    assert moves.types(made.id)[-1] == "task.cancelled"
    assert verify(store) == []
