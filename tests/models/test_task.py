from __future__ import annotations

from dataclasses import fields

import pytest

from models import attempt, event, intake, retention, task
from models.database import Store
from models.errors import IdempotencyConflict, QueueFull, TaskGone, TaskNotFound, WrongState
from models.event import EventType
from models.task_table import change
from tests.support.task_moves import Moves
from videogen.errors.rendering import StageFailed


def test_submitted_task_waits_and_its_log_says_so(store: Store) -> None:
    moves = Moves(store)
    made = task.submit(store, source="# Hi", format="markdown", title=" Hi ", options={"voice": "none"}, priority=3, attempts=5)
    assert moves.task(made.id) == made
    assert (made.title, made.status, made.attempts_left, made.options, made.progress) == ("Hi", "queued", 5, {"voice": "none"}, 0.0)
    (first,) = moves.events(made.id)
    assert (first.type, first.at, first.status, first.data) == (
        "task.submitted",
        made.created_at,
        "queued",
        {"kind": "video", "title": "Hi", "format": "markdown", "priority": 3},
    )


def test_a_row_has_a_value_for_each_field_of_a_task(store: Store) -> None:
    made = Moves(store).submit()
    assert vars(made).keys() == {field.name for field in fields(made)}


def test_id_is_short_and_safe_in_an_address(store: Store) -> None:
    ids = {Moves(store).submit().id for _ in range(20)}
    assert len(ids) == 20
    assert all(len(id) == 16 and set(id) <= set("0123456789abcdef") for id in ids)


def test_same_key_and_same_script_is_the_same_task(store: Store) -> None:
    moves = Moves(store)
    first = moves.submit(idempotency_key="k", options={"a": 1, "b": 2})
    assert moves.submit(idempotency_key="k", options={"b": 2, "a": 1}).id == first.id
    assert moves.types(first.id) == ["task.submitted"]
    assert moves.submit(idempotency_key="other").id != first.id


def test_same_key_for_something_else_is_a_conflict(store: Store) -> None:
    moves = Moves(store)
    moves.submit(idempotency_key="k")
    with pytest.raises(IdempotencyConflict):
        moves.submit("Another", idempotency_key="k")
    assert len(moves.events()) == 1


def test_key_of_a_deleted_task_makes_no_other(store: Store) -> None:
    moves = Moves(store)
    first = moves.submit(idempotency_key="k")
    task.delete(store, first.id)
    with pytest.raises(TaskGone):
        moves.submit(idempotency_key="k")


def test_full_queue_takes_no_more_and_nothing_is_written(store: Store) -> None:
    moves = Moves(store)
    for _ in range(2):
        moves.submit(max_queued=2)
    with pytest.raises(QueueFull):
        moves.submit(max_queued=2)
    assert len(moves.events()) == 2
    moves.claim()
    moves.submit(max_queued=2)


def test_unknown_task_and_deleted_task_are_told_apart(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    task.delete(store, made.id)
    with pytest.raises(TaskGone):
        task.get(store, made.id)
    for id in ("nothing", "", "' OR 1=1 --", "a\x00b", made.id.upper() + "x"):
        with pytest.raises(TaskNotFound):
            task.get(store, id)


def test_pages_of_tasks_are_newest_first_without_seam(store: Store) -> None:
    moves = Moves(store)
    ids = [moves.submit(f"Film {number}").id for number in range(7)]
    gone = ids.pop(3)
    task.delete(store, gone)
    with store.reading() as read:
        listed, before = [], None
        while True:
            page, before = task.page(read, limit=2, before=before)
            listed += [row.id for row in page]
            if before is None:
                break
        assert sorted(listed) == sorted(ids)
        assert [row.created_at for row in task.page(read)[0]] == sorted((row.created_at for row in task.page(read)[0]), reverse=True)
        assert task.page(read, before="no such place")[0] != []
        assert [row.id for row in task.page(read, status="cancelled")[0]] == []


def test_place_in_the_queue_is_the_order_of_claiming(store: Store) -> None:
    moves = Moves(store)
    ids = [moves.submit(f"Film {number}", priority=priority).id for number, priority in enumerate((0, 5, 0, -3, 5))]
    with store.reading() as read:
        positions = {id: task.queue_position(read, task.find(read, id)) for id in ids}
    claimed = [moves.claim().id for _ in ids]
    assert [positions[id] for id in claimed] == [1, 2, 3, 4, 5]
    assert claimed[:2] == [ids[1], ids[4]]
    with store.reading() as read:
        assert task.queue_position(read, task.find(read, ids[0])) is None


def test_waiting_task_is_cancelled_at_once(store: Store) -> None:
    moves = Moves(store)
    made = task.cancel(store, moves.submit().id)
    assert (made.status, made.finished_at) == ("cancelled", moves.events(made.id)[-1].at)
    assert attempt.claim(store, moves.worker_id, 15) is None


def test_running_task_is_asked_once_and_its_worker_ends_it(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    lease = moves.claim().lease
    assert attempt.renew(store, lease, 15) is False
    for _ in range(3):
        assert task.cancel(store, made.id).status == "running"
    assert attempt.renew(store, lease, 15) is True
    attempt.finish_cancel(store, lease)
    assert moves.types(made.id) == ["task.submitted", "task.started", "task.cancelling", "task.cancelled"]
    ended = moves.task(made.id)
    assert (ended.status, ended.worker_id, ended.lease_until_s, ended.cancel_requested_at) == ("cancelled", None, None, None)


def test_ended_task_cannot_be_cancelled_nor_a_completed_one_retried(store: Store) -> None:
    moves = Moves(store)
    made = moves.make()
    before = moves.events()
    with pytest.raises(WrongState):
        task.cancel(store, made.id)
    with pytest.raises(WrongState):
        task.retry(store, made.id)
    waiting = moves.submit()
    with pytest.raises(WrongState):
        task.retry(store, waiting.id)
    assert moves.events()[: len(before)] == before


def test_retry_gives_a_failed_task_a_fresh_budget_and_forgets_the_error(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit(attempts=2)
    attempt.lose(store, moves.claim().lease, StageFailed("Lost."))
    sooner(store)
    attempt.fail(store, moves.claim().lease, StageFailed("Broken."), "video")
    failed = moves.task(made.id)
    assert (failed.attempts_left, failed.error_code, failed.error_stage) == (1, "stage_failed", "video")
    again = task.retry(store, made.id)
    assert (again.status, again.attempts_left, again.error_code, again.error_stage, again.finished_at) == ("queued", 2, None, None, None)
    assert moves.claim().attempt == 3


def sooner(store: Store) -> None:
    """Nobody waits for a back-off in a test."""
    with store.writing() as write:
        write.connection.exec_driver_sql("UPDATE tasks SET not_before = NULL")


def test_deleted_task_is_hidden_at_once_and_can_be_brought_back(store: Store) -> None:
    moves = Moves(store)
    made = moves.make()
    task.delete(store, made.id)
    with pytest.raises(TaskGone):
        task.get(store, made.id)
    for verb in (task.cancel, task.retry, task.delete):
        with pytest.raises(TaskGone):
            verb(store, made.id)
    with store.reading() as read:
        assert task.page(read)[0] == []
    assert task.undelete(store, made.id) == task.undelete(store, made.id) == made
    assert moves.types(made.id)[-2:] == ["task.deleted", "task.undeleted"]


def test_deleting_a_running_task_takes_it_from_its_worker(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    moves.claim()
    task.delete(store, made.id)
    assert moves.types(made.id)[-2:] == ["task.cancelled", "task.deleted"]
    with store.reading() as read:
        assert (row := task.look_up(read, made.id))
        assert (row.status, row.worker_id) == ("cancelled", None)


def test_purged_task_leaves_its_last_word_and_cannot_come_back(store: Store) -> None:
    moves = Moves(store)
    made, remaining = moves.make(), moves.make()
    task.delete(store, made.id)
    assert retention.purge(store, 30) == []
    assert retention.purge(store, 0) == [made.id]
    assert [entry.type for entry in moves.events(made.id)] == [EventType.TASK_DELETED]
    assert moves.task(remaining.id) == remaining
    for verb in (task.get, task.undelete, task.retry):
        with pytest.raises(TaskGone):
            verb(store, made.id)
    with store.reading() as read:
        assert event.was_deleted(read, made.id)
        assert not event.was_deleted(read, remaining.id)


def test_task_can_be_made_from_another(store: Store) -> None:
    moves = Moves(store)
    first = moves.make()
    assert moves.submit(made_from=first.id).made_from_task_id == first.id


def test_tasks_are_counted_by_status(store: Store) -> None:
    moves = Moves(store)
    moves.make()
    task.delete(store, moves.submit().id)
    moves.submit()
    moves.claim()
    moves.submit()
    with store.reading() as read:
        assert task.count_by_status(read) == {"queued": 1, "running": 1, "completed": 1, "failed": 0, "cancelled": 0}
        assert {row.status for row in task.unfinished(read)} == {"queued", "running"}


def test_title_and_message_are_text_that_a_terminal_shows_as_it_is(store: Store) -> None:
    with store.writing() as write:
        submitted = intake.insert_task(
            write, store, intake.TaskSpec(title="A\x1b]0;own\x07er\x9b31m\r\nof it\u2028 "), "2026-01-01T00:00:00.000Z", 10
        ).task
        changed = change(write, submitted, message="One\x1b[2Jtwo\nthree\x85")
    assert submitted.title == "A ]0;own er 31m of it"
    assert changed.message == "One [2Jtwo\nthree "
