"""Several tasks claimed in one transaction and completed in one: each has its attempt, its events and its lease all the same."""

from __future__ import annotations

from typing import Any

import pytest

from models import attempt, task
from models.attempt import ClaimRequest, Completion, Fact
from models.database import Store
from models.errors import StaleAttempt
from models.event import EventType
from models.intake import TaskSpec, submit_all
from models.task import Task
from models.verify import verify
from tests.models.test_attempt import Clock, time
from tests.support.task_moves import LEASE_S, Moves

__all__ = ["time"]

SHORT = "short"


def request(moves: Moves, most: int = 10, lease_s: float = LEASE_S, limit: int | None = None) -> ClaimRequest:
    return ClaimRequest(moves.worker_id, lease_s, {SHORT: limit, "video": None}, {SHORT: most})


def submit(moves: Moves, *kinds: str, **more: Any) -> list[Task]:
    specs = [TaskSpec(title=f"{kind} {number}", kind=kind, **more) for number, kind in enumerate(kinds)]
    return [submitted.task for submitted in submit_all(moves.store, specs)]


def titles(tasks: list[Task]) -> list[str]:
    return [row.title for row in tasks]


def test_end_of_a_task_claims_the_next_one_in_the_same_transaction(store: Store) -> None:
    moves = Moves(store)
    first, second = submit(moves, "video", "video")
    assert moves.claim().id == first.id
    (claimed,) = attempt.complete(store, moves.task(first.id).lease, then=request(moves))
    assert (claimed.id, claimed.status, claimed.attempt) == (second.id, "running", 1)
    assert [(event.type, event.task_id) for event in moves.events()][-2:] == [("task.completed", first.id), ("task.started", second.id)]
    assert attempt.complete(store, claimed.lease, then=request(moves)) == []
    assert verify(store) == []


def test_end_of_a_task_brings_what_the_attempt_reports(store: Store) -> None:
    moves = Moves(store)
    (made,) = submit(moves, "video")
    facts = [Fact(EventType.STAGE_STARTED, "video", 0.0), Fact(EventType.STAGE_COMPLETED, "video", 1.0, 0.9)]
    attempt.complete(store, moves.claim().lease, facts)
    assert moves.types(made.id)[2:] == ["stage.started", "stage.completed", "task.completed"]
    assert verify(store) == []


def test_batch_is_of_one_kind_and_passes_nothing_over(store: Store) -> None:
    moves = Moves(store)
    submit(moves, SHORT, SHORT, "video", SHORT)
    submit(moves, SHORT, priority=1)
    claimed = [titles(attempt.claim_batch(store, request(moves))) for _ in range(4)]
    assert claimed == [["short 0", "short 0", "short 1"], ["video 2"], ["short 3"], []]
    assert verify(store) == []


def test_batch_has_no_more_tasks_than_it_is_to_have_nor_than_may_run(store: Store) -> None:
    moves = Moves(store)
    submit(moves, *[SHORT] * 6)
    assert len(attempt.claim_batch(store, request(moves, most=3))) == 3
    assert len(attempt.claim_batch(store, request(moves, limit=5))) == 2
    assert attempt.claim_batch(store, request(moves, limit=5)) == []


def test_tasks_of_a_batch_keep_locks_and_delays(store: Store, time: Clock) -> None:
    moves = Moves(store)
    submit(moves, SHORT, lock="printer")
    time.pass_(1)
    submit(moves, "video", lock="printer")
    submit(moves, SHORT, run_at="2026-01-01T02:00:00.000Z")
    claimed = attempt.claim_batch(store, request(moves))
    assert titles(claimed) == ["short 0"]
    (second,) = attempt.complete(store, claimed[0].lease, then=request(moves))
    assert second.title == "video 0"
    time.pass_(7200)
    assert titles(attempt.complete(store, second.lease, then=request(moves))) == ["short 0"]
    assert verify(store) == []


def test_task_that_comes_after_one_of_a_batch_starts_with_its_end(store: Store) -> None:
    moves = Moves(store)
    first, second = submit(moves, SHORT, SHORT)
    last = moves.submit("Last", kind=SHORT, after=[first.id, second.id])
    claimed = attempt.claim_batch(store, request(moves))
    assert [row.id for row in claimed] == [first.id, second.id]
    then, stale = attempt.complete_all(store, [Completion(row.lease) for row in claimed], request(moves))
    assert ([row.id for row in then], stale) == ([last.id], [])
    assert verify(store) == []


def test_one_that_was_lost_meanwhile_keeps_no_other_from_being_completed(store: Store) -> None:
    moves = Moves(store)
    submit(moves, *[SHORT] * 3)
    claimed = attempt.claim_batch(store, request(moves))
    task.delete(store, claimed[1].id)
    facts = [Fact(EventType.STAGE_STARTED, "add", 0.0)]
    _, stale = attempt.complete_all(store, [Completion(row.lease, facts) for row in claimed])
    assert stale == [claimed[1].lease]
    assert [moves.types(row.id)[-1] for row in claimed] == ["task.completed", "task.deleted", "task.completed"]
    assert moves.types(claimed[1].id) == ["task.submitted", "task.started", "task.cancelled", "task.deleted"]
    assert verify(store) == []


def test_lost_worker_releases_its_whole_batch_and_is_believed_no_more(store: Store, time: Clock) -> None:
    moves = Moves(store)
    submit(moves, *[SHORT] * 3)
    claimed = attempt.claim_batch(store, request(moves, lease_s=15))
    time.pass_(16)
    assert attempt.sweep(store) == 3
    completions = [Completion(row.lease) for row in claimed]
    assert attempt.complete_all(store, completions, request(moves)) == ([], [row.lease for row in claimed])
    with pytest.raises(StaleAttempt):
        attempt.complete(store, claimed[0].lease, then=request(moves))
    assert {moves.task(row.id).status for row in claimed} == {"queued"}
    assert verify(store) == []
