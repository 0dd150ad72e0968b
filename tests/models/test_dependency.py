"""Tasks that start after others: they wait, are released, and fail with those that they wait for."""

from __future__ import annotations

import pytest

from models import attempt, dependency, disk_hold, kind_hold, retention, task
from models.database import Store
from models.errors import BadDependency, DiskFull, WrongState
from models.intake import TaskSpec, submit_all
from models.verify import verify
from tests.support.postgres import hand
from tests.support.task_moves import Moves
from videogen.errors.rendering import StageFailed


def test_task_starts_once_all_that_come_before_it_have_completed(store: Store) -> None:
    moves = Moves(store)
    first, second = moves.submit("First"), moves.submit("Second")
    last = moves.submit("Last", after=[first.id, second.id], priority=100)
    assert (last.hold_reason, last.message) == ("waiting_for_tasks", "Waiting for 2 tasks")
    with store.reading() as read:
        assert (task.queue_position(read, last), task.queue_position(read, first)) == (None, 1)
        assert dependency.unfinished(read, last.id) == sorted([(first.id, "First"), (second.id, "Second")])
    assert {moves.claim().id, moves.claim().id} == {first.id, second.id}
    assert attempt.claim(store, moves.worker_id, 15) is None
    attempt.complete(store, moves.task(first.id).lease)
    assert attempt.claim(store, moves.worker_id, 15) is None
    attempt.complete(store, moves.task(second.id).lease)
    assert moves.types(last.id) == ["task.submitted", "task.released"]
    assert verify(store) == []
    assert moves.claim().id == last.id
    late = moves.submit("After a completed one", after=[first.id])
    assert late.hold_reason is None
    assert verify(store) == []


@pytest.mark.parametrize("end", ["failed", "cancelled", "deleted", "cancelled in SQL"])
def test_task_fails_with_one_that_comes_before_it_and_comes_back_with_it(store: Store, end: str) -> None:
    moves = Moves(store)
    chain = [made.task for made in submit_all(store, [spec("A"), spec("B", after=[0]), spec("C", after=[1])])]
    code = "dependency_failed" if end == "failed" else "dependency_cancelled"
    if end == "failed":
        attempt.fail(store, moves.claim().lease, StageFailed("Broken."))
    elif end == "cancelled":
        task.cancel(store, chain[0].id)
    elif end == "deleted":
        task.delete(store, chain[0].id)
    else:
        hand(store, f"INSERT INTO cancel(task_id) VALUES ('{chain[0].id}')")
        assert moves.task(chain[1].id).status == "queued"
        dependency.settle_all(store)
    for made, expected, before in zip(chain[1:], (code, "dependency_failed"), chain, strict=False):
        ended = moves.task(made.id)
        assert (ended.status, ended.error_code, ended.hold_reason) == ("failed", expected, None)
        assert before.id in (ended.error_message or "")
        assert moves.events(made.id)[-1].data["task"] == before.id
    assert verify(store) == []
    if end == "deleted":
        with pytest.raises(WrongState, match=chain[0].id):
            task.retry(store, chain[1].id)
        return
    with pytest.raises(WrongState, match=chain[1].id):
        task.retry(store, chain[2].id)
    task.retry(store, chain[0].id)
    assert [(moves.task(made.id).status, moves.task(made.id).hold_reason) for made in chain[1:]] == [("queued", "waiting_for_tasks")] * 2
    assert verify(store) == []
    for made in chain:
        claimed = moves.claim()
        assert claimed.id == made.id
        attempt.complete(store, claimed.lease)
    assert verify(store) == []


@pytest.mark.parametrize("before", ["nobody", "failed", "cancelled", "deleted"])
def test_nothing_starts_after_a_task_that_will_not_complete(store: Store, before: str) -> None:
    moves = Moves(store)
    made = moves.submit()
    if before == "failed":
        attempt.fail(store, moves.claim().lease, StageFailed("Broken."))
    elif before == "cancelled":
        task.cancel(store, made.id)
    elif before == "deleted":
        task.delete(store, made.id)
    with pytest.raises(BadDependency) as refused:
        moves.submit("Next", after=["0123456789abcdef" if before == "nobody" else made.id])
    assert refused.value.diagnostics[0].path == "after.0"


def test_other_holds_leave_waiting_tasks_alone(store: Store) -> None:
    moves = Moves(store)
    first = moves.submit("First")
    last = moves.submit("Last", after=[first.id], kind="strange")
    kind_hold.hold_unknown(store, ["video"])
    kind_hold.release_known(store, ["video", "strange"])
    disk_hold.hold_next(store, DiskFull("Full."))
    disk_hold.release(store)
    dependency.settle_all(store)
    assert moves.task(last.id).hold_reason == "waiting_for_tasks"
    attempt.complete(store, moves.claim().lease)
    kind_hold.hold_unknown(store, ["video"])
    assert moves.task(last.id).hold_reason == "kind_missing"
    assert verify(store) == []


def test_waiting_task_can_be_cancelled_and_tried_again(store: Store) -> None:
    moves = Moves(store)
    first = moves.submit("First")
    last = moves.submit("Last", after=[first.id])
    task.cancel(store, last.id)
    assert task.retry(store, last.id).hold_reason == "waiting_for_tasks"
    assert verify(store) == []


def test_verify_finds_a_dependency_that_the_log_does_not_say(store: Store) -> None:
    moves = Moves(store)
    first, second = moves.submit("First"), moves.submit("Second")
    with store.writing() as write:
        dependency.register(write, second.id, [first.id])
    assert [finding.task_id for finding in verify(store)] == [second.id]


def spec(title: str, after: list[str | int] | None = None) -> TaskSpec:
    return TaskSpec(source=f"# {title}", format="markdown", title=title, after=after or [])


def test_a_completed_task_that_retention_has_removed_holds_nothing_up(store: Store) -> None:
    moves = Moves(store)
    first, second = moves.submit("First"), moves.submit("Second")
    last = moves.submit("Last", after=[first.id, second.id])
    for _ in range(2):
        moves.claim()
    attempt.complete(store, moves.task(first.id).lease)
    task.delete(store, first.id)
    retention.purge(store, undo_s=-1)
    dependency.settle_all(store)
    assert moves.task(last.id).hold_reason == "waiting_for_tasks"
    attempt.complete(store, moves.task(second.id).lease)
    assert moves.types(last.id) == ["task.submitted", "task.released"]
    assert verify(store) == []
