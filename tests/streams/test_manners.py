"""What a stream says in silence, at a fault, at its limits, and at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import task
from models.errors import StoreBusy
from models.signals import event_appended
from models.sqlite.dialect import SQLite
from tests.support.subscription_reader import Browser, Open, data_of, streams_of
from tests.support.task_moves import Moves
from videogen.errors.request import TooManyStreams
from videogen.streams.subscription import watching


def test_heartbeat_tells_working_from_hung(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    moves.say(moves.claim().lease, "Drawing")
    finished = moves.submit()
    task.cancel(moves.store, finished.id)
    broadcaster = streams_of(moves.store, heartbeat_s=0.02)
    for filter in (watching([made.id]), watching()):
        beat = data_of(open_(filter, None, broadcaster).until_event("heartbeat"))
        (sign,) = beat["tasks"]
        assert {name: sign[name] for name in ("id", "status", "stage", "message")} == {
            "id": made.id,
            "status": "running",
            "stage": "video",
            "message": "Drawing",
        }
        assert sign["since_event_s"] >= 0
        assert sign["since_worker_s"] >= 0
        assert beat["now"].endswith("Z")


@pytest.mark.parametrize("error", [StoreBusy("Busy."), RuntimeError("unforeseen")])
def test_fault_inside_a_stream_is_said_and_the_stream_closed(
    moves: Moves, open_: Open, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = moves.submit()
    broadcaster = streams_of(moves.store)
    browser = open_(watching([made.id]), None, broadcaster)
    browser.until_type("task.submitted")
    with monkeypatch.context() as broken:
        broken.setattr(SQLite.of(moves.store).fast_reader, "select", raising(error))
        moves.store.mark_changed()
        event_appended.send(made.id)
        messages = browser.until_end()
    assert browser.names[-1] == "problem"
    assert data_of(messages[-1])["code"] == ("store_busy" if isinstance(error, StoreBusy) else "internal_error")
    assert "unforeseen" not in messages[-1].data
    assert "error" not in browser.names, "browsers take that for their own"
    task.cancel(moves.store, made.id)
    again = open_(watching([made.id]), browser.parser.last_event_id, broadcaster)
    again.until_end()
    assert again.types == ["task.cancelled"]


def raising(error: Exception) -> Callable[..., Any]:
    def raise_(*_: object) -> Any:
        raise error

    return raise_


def test_streams_are_counted_as_long_as_they_are_open(moves: Moves, open_: Open) -> None:
    broadcaster = streams_of(moves.store, max_streams=3, max_streams_per_client=2)
    made = moves.submit()
    first, second = open_(watching(), None, broadcaster), open_(watching([made.id]), None, broadcaster)
    first.until_event("snapshot")
    second.until_type("task.submitted")
    with pytest.raises(TooManyStreams):
        broadcaster.subscribe(watching(), None)
    third = Browser(broadcaster.subscribe(watching(), None, "another client"))
    third.until_event("snapshot")
    with pytest.raises(TooManyStreams):
        broadcaster.subscribe(watching(), None, "a third client")
    for stream in (first, second, third):
        stream.close()
    assert broadcaster.open == set()
    assert broadcaster.subscribe(watching(), None) is not None


def test_stream_leaves_nothing_behind(moves: Moves, open_: Open) -> None:
    broadcaster = streams_of(moves.store)
    receivers = set(event_appended.receivers)  # an earlier test's may go at any moment
    made = moves.submit()
    browsers = [open_(watching([made.id]), None, broadcaster) for _ in range(3)]
    for browser in browsers:
        browser.until_type("task.submitted")
    assert set(event_appended.receivers) <= receivers, "one hears for them all"
    assert len(broadcaster.open) == len(broadcaster.listening) == 3
    for browser in browsers:
        browser.close()
    assert not broadcaster.open
    assert not broadcaster.listening


def test_goodbye_is_spread_out(moves: Moves, open_: Open) -> None:
    broadcaster = streams_of(moves.store)
    browsers = [open_(watching(), None, broadcaster) for _ in range(8)]
    for browser in browsers:
        browser.until_event("snapshot")
    broadcaster.close()
    for browser in browsers:
        browser.until_end()
    retries = {browser.parser.retry_ms for browser in browsers}
    assert all(retry is not None and 1000 <= retry <= 3000 for retry in retries)
    assert len(retries) > 1
    with pytest.raises(TooManyStreams):
        broadcaster.subscribe(watching(), None)


def test_old_stream_is_closed_cleanly(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]), None, streams_of(moves.store, max_age_s=0.05))
    browser.until_end()
    assert browser.names == ["hello", "message"]
    assert browser.parser.last_event_id == browser.ids[-1]
