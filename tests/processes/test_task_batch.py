"""What a worker has claimed together: recorded together, put back in time, and never begun once it was cancelled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import cast

import pytest

from models import attempt, task
from models.attempt import ClaimRequest, Completion, Fact
from models.database import Store
from models.errors import StoreBusy
from models.event import EventType
from models.intake import TaskSpec, submit_all
from models.task import Task
from models.verify import verify
from tests.processes.conftest import Workspace
from tests.processes.test_attempt_request import Unstarted
from tests.support.task_moves import Moves
from videogen.config import Settings
from videogen.kinds import registry
from videogen.processes import task_batch
from videogen.processes.attempt_runner import AttemptRunner
from videogen.processes.liveness import Heartbeat
from videogen.processes.renderer_client import RendererClient
from videogen.processes.task_batch import TaskBatch
from videogen.processes.wakeup import Wakeup


class Done:
    """An attempt that is done."""

    def __init__(self, claimed: Task, facts: tuple[Fact, ...] = ()) -> None:
        self.completion = Completion(claimed.lease, facts)
        self.end = ""

    def record_alone(self) -> None:
        self.end = "alone"

    def close(self, *, recorded: bool) -> None:
        self.end = "recorded" if recorded else "stale"


@pytest.fixture
def moves(store: Store) -> Moves:
    return Moves(store)


@pytest.fixture
def batch(moves: Moves) -> TaskBatch:
    batch = TaskBatch(moves.store, ClaimRequest(moves.worker_id, 60, batches={"set": 3}), lambda: True)
    submit_all(moves.store, [TaskSpec(kind="set", title=f"Set {number}") for number in range(4)])
    batch.claim()
    return batch


ENDLESS: dict[str, object] = {}
ENDLESS["again"] = ENDLESS


def begun(batch: TaskBatch) -> Task:
    claimed = batch.next_task()
    assert claimed
    return claimed


def statuses(moves: Moves) -> list[str]:
    with moves.store.reading() as read:
        return [row.status for row in reversed(task.page(read)[0])]


def test_ends_of_a_batch_are_recorded_with_its_last_task_which_brings_the_next(batch: TaskBatch, moves: Moves) -> None:
    done = [Done(begun(batch)) for _ in range(2)]
    for one in done:
        batch.add_done(one)
    assert statuses(moves) == ["running"] * 3 + ["queued"]
    done.append(Done(begun(batch)))
    batch.add_done(done[-1])
    assert statuses(moves) == ["completed"] * 3 + ["running"]
    assert [one.end for one in done] == ["recorded"] * 3
    assert batch.waiting
    assert verify(moves.store) == []


def test_end_is_recorded_soon_though_others_of_the_batch_are_not_done(batch: TaskBatch, moves: Moves) -> None:
    batch.add_done(Done(begun(batch)))
    begun(batch)
    batch.check(time.monotonic() + task_batch.RECORD_WITHIN_S)
    assert statuses(moves) == ["completed", "running", "running", "queued"]


def test_task_that_has_not_begun_in_time_goes_back_to_the_queue(batch: TaskBatch, moves: Moves) -> None:
    began = begun(batch)
    batch.check(time.monotonic() + task_batch.BEGIN_WITHIN_S + 0.001)
    assert statuses(moves) == ["running"] + ["queued"] * 3
    assert batch.next_task() is None
    assert moves.task(began.id).status == "running"
    assert (moves.events()[-1].type, moves.events()[-1].data["reason"]) == ("task.requeued", task_batch.BUSY)
    assert verify(moves.store) == []


def test_end_that_cannot_be_recorded_keeps_no_other_from_being_recorded(batch: TaskBatch, moves: Moves) -> None:
    unstorable = Fact(EventType.STAGE_STARTED, "complete", data=ENDLESS)
    done = [Done(begun(batch), facts) for facts in ((), (unstorable,))]
    for one in done:
        batch.add_done(one)
    done.append(Done(begun(batch)))
    batch.add_done(done[-1])
    assert [one.end for one in done] == ["alone"] * 3
    assert statuses(moves) == ["running"] * 3 + ["queued"]


def test_busy_database_puts_off_what_is_to_be_recorded(batch: TaskBatch, moves: Moves, monkeypatch: pytest.MonkeyPatch) -> None:
    done = [Done(begun(batch)) for _ in range(3)]

    def busy(*_: object) -> None:
        raise StoreBusy("Busy.")

    with monkeypatch.context() as patch:
        patch.setattr(attempt, "complete_all", busy)
        for one in done:
            batch.add_done(one)
    assert statuses(moves) == ["running"] * 3 + ["queued"]
    batch.check(time.monotonic() + task_batch.RECORD_WITHIN_S)
    assert [one.end for one in done] == ["recorded"] * 3


def test_worker_that_stops_records_what_is_done_and_puts_the_others_back(batch: TaskBatch, moves: Moves) -> None:
    batch.add_done(Done(begun(batch)))
    batch.close()
    assert statuses(moves) == ["completed", "queued", "queued", "queued"]
    assert verify(moves.store) == []


@pytest.fixture
def runner(batch: TaskBatch, moves: Moves) -> Iterator[AttemptRunner]:
    claimed, wakeup = begun(batch), Wakeup()
    renderer = cast(RendererClient, Unstarted())
    yield AttemptRunner(moves.store, Settings(data=moves.store.data), claimed, registry.find("set"), renderer, wakeup, Heartbeat(), batch)
    wakeup.close()


def test_task_that_was_cancelled_while_others_ran_is_not_begun(runner: AttemptRunner, moves: Moves) -> None:
    task.cancel(moves.store, runner.task.id)
    runner.run()
    assert cast(Unstarted, runner.renderer).sent_at == float("inf")
    assert moves.types(runner.task.id)[-1] == "task.cancelled"


def test_task_alone_fails_when_its_end_cannot_be_recorded(runner: AttemptRunner, moves: Moves) -> None:
    runner.unreported = [Fact(EventType.STAGE_STARTED, "complete", data=ENDLESS)]
    runner.record_alone()
    assert moves.task(runner.task.id).error_code == "stage_failed"


def test_worker_claims_short_tasks_together_and_completes_each(workspace: Workspace) -> None:
    made = [task.submit(workspace.store, kind="set", payload={"videos": 0}, title=f"Set {number}").id for number in range(3)]
    workspace.start_worker()
    for task_id in made:
        assert workspace.wait_for_end(task_id).status == "completed"
        assert workspace.types(task_id)[-3:] == ["stage.started", "stage.completed", "task.completed"]
    # On a busy machine the first one may take so long that the others go back to the queue.
    started = [event.seq for task_id in made for event in workspace.events(task_id) if (event.type, event.attempt) == ("task.started", 1)]
    assert started == list(range(started[0], started[0] + 3))
    assert verify(workspace.store) == []
