"""Replay, live, end: everything once and in order."""

from __future__ import annotations

import gc
import json
from itertools import islice

import pytest

from models import attempt, retention, task
from models.errors import TaskGone, TaskNotFound
from models.replay import public
from tests.support.subscription_reader import Open, cursor_at, data_of, streams_of
from tests.support.task_moves import Moves
from videogen.errors.rendering import StageFailed
from videogen.streams.subscription import watching


def test_finished_task_is_replayed_whole_and_ends(moves: Moves, open_: Open) -> None:
    made_task = moves.make()
    browser = open_(watching([made_task.id]))
    messages = browser.until_end()
    assert browser.names == ["hello", *["message"] * len(moves.events(made_task.id)), "end"]
    assert [data_of(event) for event in messages[1:-1]] == [json.loads(json.dumps(public(event))) for event in moves.events(made_task.id)]
    assert browser.ids == [cursor_at(moves.store, event.seq) for event in moves.events(made_task.id)]
    assert (data_of(messages[0])["task"]["status"], data_of(messages[-1])) == ("completed", {"status": "completed"})
    assert browser.parser.retry_ms == 1000


def test_hello_end_and_heartbeat_have_no_id(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]), None, streams_of(moves.store, heartbeat_s=0.01))
    browser.until_event("heartbeat")
    task.cancel(moves.store, made.id)
    messages = browser.until_end()
    ids = {event.event: event.id for event in messages}
    assert ids["hello"] == ""
    assert ids["heartbeat"] in {event.id for event in messages if event.event == "message"}, "it keeps the one before"
    assert messages[-1].id == messages[-2].id


def test_events_come_as_they_are_committed_and_the_stream_ends_with_the_task(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]))
    browser.until_type("task.submitted")
    lease = moves.claim().lease
    for number in range(20):
        moves.say(lease, f"Scene {number}")
    attempt.complete(moves.store, lease)
    browser.until_end()
    assert browser.types == moves.types(made.id)
    assert browser.names[-1] == "end"


def test_reader_holds_no_snapshot_while_it_sends(moves: Moves) -> None:
    """One that is open pins the write-ahead log for as long as a slow reader takes."""
    made_task = moves.make()
    moves.submit()
    for filter in (watching(), watching([made_task.id])):
        stream = streams_of(moves.store, heartbeat_s=0.01).subscribe(filter, None)
        assert stream
        assert all(moves.store.checkpoint() for _ in islice(stream, 5))


def test_receiver_is_not_collected_as_garbage(moves: Moves, open_: Open) -> None:
    """blinker keeps weak references unless told otherwise."""
    made = moves.submit()
    browser = open_(watching([made.id]))
    browser.until_type("task.submitted")
    gc.collect()
    task.cancel(moves.store, made.id)
    browser.until_end()


def test_client_that_has_it_all_gets_nothing_more(moves: Moves) -> None:
    made_task = moves.make()
    broadcaster = streams_of(moves.store)
    last = moves.events(made_task.id)[-1].seq
    assert broadcaster.subscribe(watching([made_task.id]), cursor_at(moves.store, last)) is None
    assert broadcaster.subscribe(watching([made_task.id]), cursor_at(moves.store, last - 1)) is not None
    assert broadcaster.subscribe(watching([made_task.id]), None) is not None


def test_client_resumes_after_its_last_event(moves: Moves, open_: Open) -> None:
    made_task = moves.make()
    seqs = [event.seq for event in moves.events(made_task.id)]
    for cut in (0, 1, len(seqs) // 2, len(seqs) - 2):
        browser = open_(watching([made_task.id]), cursor_at(moves.store, seqs[cut]))
        browser.until_end()
        assert browser.ids == [cursor_at(moves.store, seq) for seq in seqs[cut + 1 :]]
        assert "reset" not in browser.names


def test_retried_task_has_more_to_say(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    attempt.fail(moves.store, moves.claim().lease, StageFailed("Broken."))
    first = open_(watching([made.id]))
    first.until_end()
    task.retry(moves.store, made.id)
    second = open_(watching([made.id]), first.ids[-1])
    second.until_type("task.retried")
    attempt.complete(moves.store, moves.claim().lease)
    second.until_end()
    assert first.types + second.types == moves.types(made.id)
    assert data_of(second.messages[-1]) == {"status": "completed"}


def test_replay_does_not_end_at_an_earlier_end(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    task.cancel(moves.store, made.id)
    task.retry(moves.store, made.id)
    browser = open_(watching([made.id]))
    browser.until_type("task.retried")
    task.cancel(moves.store, made.id)
    browser.until_end()
    assert browser.names.count("end") == 1
    assert browser.types == moves.types(made.id)


def test_deleted_task_says_so_and_ends(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    moves.claim()
    browser = open_(watching([made.id]))
    browser.until_type("task.started")
    task.delete(moves.store, made.id)
    browser.until_end()
    assert browser.types[-2:] == ["task.cancelled", "task.deleted"]
    assert data_of(browser.messages[-1]) == {"status": "deleted"}
    with pytest.raises(TaskGone):
        streams_of(moves.store).subscribe(watching([made.id]), None)


def test_task_that_was_brought_back_ends_like_any_other(moves: Moves, open_: Open) -> None:
    made_task = moves.make()
    task.delete(moves.store, made_task.id)
    task.undelete(moves.store, made_task.id)
    browser = open_(watching([made_task.id]))
    browser.until_end()
    assert browser.types[-3:] == ["task.completed", "task.deleted", "task.undeleted"]


def test_purged_task_ends_the_streams_that_watch_it(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]))
    browser.until_type("task.submitted")
    task.delete(moves.store, made.id)
    retention.purge(moves.store, 0)
    browser.until_end()
    assert data_of(browser.messages[-1]) == {"status": "deleted"}


def test_unknown_task_is_refused(moves: Moves) -> None:
    with pytest.raises(TaskNotFound):
        streams_of(moves.store).subscribe(watching(["nothing"]), None)
    with pytest.raises(TaskNotFound):
        streams_of(moves.store).subscribe(watching([moves.submit().id, "nothing"]), None)
