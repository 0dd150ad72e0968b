"""What starts when: ranks that grow with waiting, delays, locks, unique keys, lists of tasks, and policies of retries."""

from __future__ import annotations

import pytest

from models import attempt, task, worker
from models.database import Store
from models.errors import BadDependency, DuplicateTask, MissingFile, QueueFull, WrongState
from models.event import EventType
from models.files.blob_store import Asset
from models.intake import TaskSpec, UniqueKey, UniqueScope, submit_all
from models.retry_policy import RetryPolicy
from models.server import Server
from models.verify import verify
from tests.models.test_attempt import Clock, time
from tests.support.postgres import hand
from tests.support.task_moves import Moves
from videogen.errors.rendering import RendererLost, StageFailed

__all__ = ["time"]

LATER = "2026-01-01T02:00:00.000Z"


def spec(title: str, **more: object) -> TaskSpec:
    return TaskSpec(source=f"# {title}", format="markdown", title=title, **more)  # type: ignore[arg-type]


def claim(moves: Moves) -> str | None:
    claimed = attempt.claim(moves.store, moves.worker_id, 15)
    return claimed.title if claimed else None


def test_point_of_priority_is_worth_ten_minutes_of_waiting(store: Store, time: Clock) -> None:
    moves = Moves(store)
    moves.submit("Old")
    time.pass_(599)
    moves.submit("Urgent soon", priority=1)
    time.pass_(2)
    moves.submit("Urgent late", priority=1)
    assert [claim(moves) for _ in range(3)] == ["Urgent soon", "Old", "Urgent late"]
    assert verify(store) == []


def test_priority_of_a_queued_task_can_be_changed(store: Store, time: Clock) -> None:
    moves = Moves(store)
    first, second = moves.submit("First"), moves.submit("Second")
    changed = task.change_queue(store, second.id, priority=5)
    with store.reading() as read:
        assert (task.queue_position(read, changed), task.queue_position(read, first)) == (1, 2)
    event = moves.events(second.id)[-1]
    assert (event.type, event.data) == (EventType.TASK_PRIORITY_CHANGED, {"priority": 5, "before": 0})
    assert task.change_queue(store, second.id, priority=5) == changed
    assert len(moves.events(second.id)) == 2
    assert [claim(moves), claim(moves)] == ["Second", "First"]
    with pytest.raises(WrongState):
        task.change_queue(store, second.id, priority=1)
    assert verify(store) == []


def test_delayed_task_starts_when_its_time_has_come(store: Store, time: Clock) -> None:
    moves = Moves(store)
    delayed = moves.submit("Delayed", run_at=LATER, priority=1)
    moves.submit("At once")
    with store.reading() as read:
        assert task.queue_position(read, delayed) is None
    assert [claim(moves), claim(moves)] == ["At once", None]
    time.pass_(7199)
    assert claim(moves) is None
    time.pass_(1)
    assert claim(moves) == "Delayed"
    assert verify(store) == []


def test_time_of_a_delayed_task_can_be_changed_and_taken_away(store: Store, time: Clock) -> None:
    moves = Moves(store)
    delayed = moves.submit("Delayed", run_at=LATER)
    assert task.change_queue(store, delayed.id, run_at="2026-01-01T03:00:00.000Z").run_at == "2026-01-01T03:00:00.000Z"
    assert task.change_queue(store, delayed.id, at_once=True).run_at is None
    assert [event.type for event in moves.events(delayed.id)][1:] == [EventType.TASK_RESCHEDULED] * 2
    assert verify(store) == []
    assert claim(moves) == "Delayed"


def test_tasks_of_one_time_start_in_the_order_in_which_they_were_submitted(store: Store, time: Clock) -> None:
    moves = Moves(store)
    submit_all(store, [spec(str(number), run_at=LATER) for number in range(20)])
    time.pass_(7200)
    assert [claim(moves) for _ in range(20)] == [str(number) for number in range(20)]


def test_time_in_the_past_is_no_way_to_the_head_of_the_queue(store: Store, time: Clock) -> None:
    moves = Moves(store)
    moves.submit("First")
    time.pass_(1)
    moves.submit("Second", run_at="1970-01-01T00:00:00.000Z")
    assert [claim(moves), claim(moves)] == ["First", "Second"]


def test_tasks_with_one_lock_run_one_at_a_time(store: Store) -> None:
    moves = Moves(store)
    for title, lock in (("One", "printer"), ("Two", "printer"), ("Other", "scanner"), ("Free", None)):
        moves.submit(title, lock=lock)
    one = moves.claim()
    assert [one.title, claim(moves), claim(moves), claim(moves)] == ["One", "Other", "Free", None]
    attempt.complete(store, one.lease)
    assert claim(moves) == "Two"
    assert verify(store) == []


@pytest.mark.parametrize(
    ("scope", "allowed_after"),
    [
        ("queued", {"running", "completed", "failed", "cancelled", "deleted"}),
        ("unfinished", {"completed", "failed", "cancelled", "deleted"}),
        ("successful", {"failed", "cancelled", "deleted"}),
    ],
)
def test_unique_key_belongs_to_one_task_of_its_scope(store: Store, scope: UniqueScope, allowed_after: set[str]) -> None:
    moves = Moves(store)
    key = UniqueKey("report", scope)
    first = moves.submit(unique=key)

    def is_new() -> bool:
        made = moves.submit(unique=key)
        new = made.id != first.id
        if new:
            task.delete(store, made.id)
        return new

    assert not is_new()
    with pytest.raises(DuplicateTask, match=first.id):
        moves.submit(unique=UniqueKey("report", scope, refuse=True))
    assert moves.submit(unique=key, kind="export", title="Of another kind").id != first.id
    lease = next(claimed for claimed in iter(moves.claim, None) if claimed.id == first.id).lease
    found = {"running"} if is_new() else set()
    attempt.fail(store, lease, StageFailed("Broken."))
    found |= {"failed"} if is_new() else set()
    task.retry(store, first.id)
    task.cancel(store, first.id)
    found |= {"cancelled"} if is_new() else set()
    task.retry(store, first.id)
    attempt.complete(store, next(claimed for claimed in iter(moves.claim, None) if claimed.id == first.id).lease)
    found |= {"completed"} if is_new() else set()
    task.delete(store, first.id)
    found |= {"deleted"} if is_new() else set()
    assert found == allowed_after
    assert verify(store) == []


def test_cancelled_task_whose_unique_key_another_has_is_not_tried_again(store: Store) -> None:
    moves = Moves(store)
    first = moves.submit(unique=UniqueKey("report"))
    task.cancel(store, first.id)
    second = moves.submit(unique=UniqueKey("report"))
    with pytest.raises(DuplicateTask, match=second.id):
        task.retry(store, first.id)


def test_list_of_tasks_is_submitted_in_its_order(store: Store) -> None:
    moves = Moves(store)
    made = submit_all(store, [spec(str(number), run_at="2020-01-01T00:00:00.000Z") for number in range(20)])
    assert [claim(moves) for _ in made] == [str(number) for number in range(20)]
    assert verify(store) == []


@pytest.mark.parametrize(
    ("last", "limit", "refusal", "path"),
    [
        (spec("Late"), 2, QueueFull, "tasks.2"),
        (spec("Late", after=["0123456789abcdef"]), 100, BadDependency, "tasks.2.after.0"),
        (spec("Late", after=[2]), 100, BadDependency, "tasks.2.after.0"),
        (spec("Late", assets=[Asset("a.png", "0" * 64, "image/png", 1)]), 100, MissingFile, "tasks.2.assets.a.png"),
    ],
)
def test_list_with_a_task_that_is_refused_makes_none(store: Store, last: TaskSpec, limit: int, refusal: type[Exception], path: str) -> None:
    with pytest.raises(refusal) as refused:
        submit_all(store, [spec("One"), spec("Two"), last], max_queued=limit)
    assert [diagnostic.path for diagnostic in refused.value.diagnostics] == [path]  # type: ignore[attr-defined]
    assert Moves(store).events() == []


def test_failure_of_a_handler_costs_an_attempt_where_the_policy_says_so(store: Store, database: Server | None, time: Clock) -> None:
    with_policy = Store(
        store.data, server=database, retry_policy=lambda _kind: RetryPolicy(wait_s=10, factor=3, max_wait_s=20, failures=True)
    )
    moves = Moves(with_policy)
    made = moves.submit(attempts=3)
    for left, wait_s in ((2, 10), (1, 20)):
        attempt.fail(with_policy, moves.claim().lease, StageFailed("No answer."), "video")
        event = moves.events(made.id)[-1]
        assert (event.type, event.status, event.data["attempts_left"], event.data["wait_s"]) == ("attempt.failed", "queued", left, wait_s)
        assert (event.data["code"], event.data["message"]) == ("stage_failed", "No answer.")
        time.pass_(wait_s - 1)
        assert claim(moves) is None
        time.pass_(1)
        assert verify(with_policy) == []
    attempt.fail(with_policy, moves.claim().lease, StageFailed("No answer."), "video")
    assert (moves.task(made.id).status, moves.types(made.id)[-1]) == ("failed", "task.failed")
    assert verify(with_policy) == []
    with_policy.close()


def test_waits_after_lost_attempts_are_those_of_the_policy(store: Store, database: Server | None, time: Clock) -> None:
    with_policy = Store(store.data, server=database, retry_policy=lambda _kind: RetryPolicy(wait_s=1, factor=1))
    moves = Moves(with_policy)
    made = moves.submit(attempts=4)
    for _ in range(3):
        attempt.lose(with_policy, moves.claim().lease, RendererLost("Killed."))
        assert moves.events(made.id)[-1].data["wait_s"] == 1
        time.pass_(1)
    with_policy.close()


@pytest.mark.parametrize("values", [{"attempts": 0}, {"wait_s": -1}, {"factor": 0.5}, {"max_wait_s": 3601}])
def test_policy_that_makes_no_sense_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        RetryPolicy(**values)  # type: ignore[arg-type]
    assert RetryPolicy(wait_s=2, factor=10).wait_before(10_000) == 3600


def test_delay_and_lock_can_be_submitted_in_sql(store: Store) -> None:
    moves = Moves(store)
    insert = "INSERT INTO submit(source, run_at, lock, priority) VALUES ('# Later', '2100-01-01 12:00', 'printer', 3)"
    hand(store, insert)
    with store.reading() as read:
        (made,) = task.unfinished(read)
    assert (made.run_at, made.lock) == ("2100-01-01T12:00:00.000Z", "printer")
    assert verify(store) == []
    assert claim(moves) is None
    assert hand(store, "SELECT run_at, lock, CASE WHEN waits_for IS NULL THEN 1 END FROM queue") == "2100-01-01T12:00:00.000Z|printer|1"


def test_tasks_that_may_not_start_hold_up_no_other(store: Store, time: Clock) -> None:
    """Those of a kind that nobody knows, delayed ones and locked ones stand before it in the queue."""
    moves = Moves(store)
    submit_all(store, [spec(str(number), lock="one", priority=50) for number in range(5)])
    submit_all(store, [spec("Later", run_at=LATER, priority=100), spec("Strange", kind="strange", priority=100)])
    moves.submit("Free")
    kinds = {"video": 2}
    assert attempt.claim(store, moves.worker_id, 15, kinds).title == "0"  # type: ignore[union-attr]
    assert attempt.claim(store, moves.worker_id, 15, kinds).title == "Free"  # type: ignore[union-attr]
    assert attempt.claim(store, worker.register(store), 15, kinds) is None
