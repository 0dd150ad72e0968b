"""Streams of all tasks, of some, of some types, and of a job with its stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models import attempt, event, task
from models.attempt import Fact
from models.database import Read
from models.event import EventType
from models.task import Task
from tests.support.subscription_reader import Open, cursor_at, data_of, describe, streams_of
from tests.support.task_moves import Moves
from videogen.streams.subscription import Filter, watching


def test_stream_of_all_tasks_begins_with_a_snapshot_of_the_unfinished(moves: Moves, open_: Open) -> None:
    moves.make()
    running, waiting = moves.submit(), moves.submit()
    moves.claim()
    browser = open_(watching())
    snapshot = browser.until_event("snapshot")
    assert {(row["id"], row["status"]) for row in data_of(snapshot)["tasks"]} == {(running.id, "running"), (waiting.id, "queued")}
    assert snapshot.id == cursor_at(moves.store, moves.events()[-1].seq)
    task.cancel(moves.store, waiting.id)
    browser.until_type("task.cancelled")
    assert browser.types == ["task.cancelled"], "what the snapshot shows is not told again"


def test_snapshot_and_its_id_are_of_one_moment(moves: Moves, open_: Open) -> None:
    """What commits while the snapshot is made is either in it or told after it."""
    made = moves.submit()
    broadcaster = streams_of(moves.store)

    def late(read: Read, row: Task, prefix: str) -> Mapping[str, Any]:
        if row.status == "queued" and moves.task(made.id).status == "queued":
            task.cancel(moves.store, made.id)
        return describe(read, row, prefix)

    broadcaster.describe = late
    browser = open_(watching(), None, broadcaster)
    browser.until_type("task.cancelled")
    assert data_of(browser.until_event("snapshot"))["tasks"] == [{"id": made.id, "status": "queued"}]


def test_stream_of_some_tasks_begins_at_their_beginning_and_leaves_out_the_others(moves: Moves, open_: Open) -> None:
    rows = [moves.make(f"Film {number}") for number in range(3)]
    browser = open_(watching([rows[0].id, rows[2].id]))
    wanted = [cursor_at(moves.store, entry.seq) for entry in moves.events() if entry.task_id != rows[1].id]
    browser.until(lambda _: len(browser.ids) == len(wanted))
    assert browser.ids == wanted
    assert len(data_of(browser.messages[0])["tasks"]) == 2


def test_types_are_chosen_and_the_cursor_passes_over_the_rest(moves: Moves, open_: Open) -> None:
    made_task = moves.make()
    browser = open_(Filter(frozenset({made_task.id}), frozenset({"task.started"})))
    browser.until_end()
    assert browser.names == ["hello", "message", "end"]
    last = moves.events(made_task.id)[-1].seq
    assert browser.parser.last_event_id == cursor_at(moves.store, last)
    assert streams_of(moves.store).subscribe(browser.stream.filter, browser.parser.last_event_id) is None, "or it would come back for ever"


def test_rare_type_is_found_in_a_long_log_without_waiting(moves: Moves, open_: Open) -> None:
    """Pages in which nothing is wanted are no silence."""
    first = moves.submit()
    with moves.store.writing() as write:
        for _ in range(1600):
            event.append(write, EventType.LOG_PRUNED, None)
    task.cancel(moves.store, first.id)
    browser = open_(Filter(None, frozenset({"task.cancelled"})), cursor_at(moves.store, 1))
    browser.until_type("task.cancelled")


def test_quiet_reader_does_not_fall_below_the_floor(moves: Moves, open_: Open) -> None:
    quiet = moves.submit()
    browser = open_(watching([quiet.id]), None, streams_of(moves.store, heartbeat_s=0.02))
    browser.until_type("task.submitted")
    moves.make(priority=1)
    head = cursor_at(moves.store, moves.events()[-1].seq)
    browser.until(lambda _: browser.parser.last_event_id == head)
    assert browser.types == ["task.submitted"]


def test_each_message_of_a_job_has_the_stages_as_of_that_event(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    lease = moves.claim().lease
    rows: list[dict[str, Any]] = [{}, {}]
    for fact in (
        Fact(EventType.STAGE_STARTED, stage="input"),
        Fact(EventType.STAGE_PROGRESS, stage="input", stage_progress=0.5),
        Fact(EventType.STAGE_COMPLETED, stage="input", data={"made": 1, "reused": 0}),
        Fact(EventType.STAGE_STARTED, stage="parsing"),
    ):
        attempt.report(moves.store, lease, [fact])
        rows.append(dict(moves.task(made.id).stages))
    attempt.requeue(moves.store, lease)
    moves.claim()
    rows += [rows[-1], {}]
    whole = open_(Filter(frozenset({made.id}), with_stages=True))
    whole.until(lambda _: len(whole.ids) == len(rows))
    assert [data_of(entry)["stages"] for entry in whole.messages[1:]] == rows
    later = open_(Filter(frozenset({made.id}), with_stages=True), whole.ids[3])
    later.until(lambda _: len(later.ids) == len(rows) - 4)
    assert [data_of(entry)["stages"] for entry in later.messages[1:]] == rows[4:]
