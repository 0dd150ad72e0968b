"""Between replay and live, behind the tail and at it: nothing is lost, and the signal is what wakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import attempt
from models.database import Read, Store
from models.signals import event_appended
from models.task import Task
from tests.support.examples import examples
from tests.support.sqlite_shell import sqlite
from tests.support.subscription_reader import Browser, Open, cursor_at, describe, streams_of
from tests.support.task_moves import Moves
from videogen.streams.listener import Listener, notify
from videogen.streams.subscription import Subscription, watching
from videogen.streams.tail import Tail


@pytest.mark.parametrize("where", ["at hello", "after the tail was read", "before the wait"])
def test_nothing_falls_into_a_seam_between_replay_and_live(moves: Moves, open_: Open, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bell is taken first and cleared before each look: what commits at any moment is seen, and once."""
    made = moves.submit()
    lease = moves.claim().lease
    broadcaster = streams_of(moves.store)
    left = ["now"]

    def commit_once() -> None:
        if left:
            left.pop()
            moves.say(lease, "In the seam")

    class Late(Tail):
        def catch_up(self) -> None:
            super().catch_up()
            if where == "after the tail was read":
                commit_once()

    def late(read: Read, row: Task, prefix: str) -> Mapping[str, Any]:
        if where == "at hello":
            commit_once()
        return describe(read, row, prefix)

    end = Subscription._end

    def late_end(stream: Subscription) -> Iterator[bytes]:
        if where == "before the wait":
            commit_once()
        return end(stream)

    monkeypatch.setattr(Subscription, "_end", late_end)
    broadcaster.describe = late
    broadcaster.tail = Late(moves.store)
    browser = open_(watching([made.id]), None, broadcaster)
    browser.until_type("stage.progress")
    attempt.complete(moves.store, lease)
    browser.until_end()
    assert browser.types == moves.types(made.id)


def test_signal_is_what_wakes_a_stream(moves: Moves, open_: Open) -> None:
    """With the receiver taken out and no floor under it nothing arrives; with it in, everything does."""
    made = moves.submit()
    with Listener(moves.store, poll_interval_s=0), closing(Store(moves.store.data)) as unheard:
        deaf = open_(watching([made.id]), None, streams_of(unheard, heartbeat_s=0.02))
        hearing = open_(watching([made.id]), None, streams_of(moves.store))
        for stream in (deaf, hearing):
            stream.until_type("task.submitted")
        event_appended.disconnect(deaf.stream.broadcaster._on_event)
        sqlite(moves.store.path, f"INSERT INTO cancel VALUES ('{made.id}')")
        notify(moves.store.data / "listen")
        hearing.until_end()
        beats = deaf.names.count("heartbeat")
        deaf.until_event("heartbeat", beats + 3)
        deaf.close()
    assert deaf.types == ["task.submitted"]
    assert hearing.types == moves.types(made.id) == ["task.submitted", "task.cancelled"]


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(size=st.integers(1, 30), cut=st.integers(0, 60), page=st.integers(1, 7))
def test_readers_behind_the_tail_and_at_it_see_the_same(store: Store, size: int, cut: int, page: int) -> None:
    moves = Moves(store)
    broadcaster = streams_of(store)
    broadcaster.tail = Tail(store, size=size)
    broadcaster.tail.catch_up()
    rows = [moves.make(f"Film {number}", reports=6) for number in range(3)]
    everything = moves.events()
    cut = everything[cut % len(everything)].seq
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("videogen.streams.subscription.PAGE", page)
        patched.setattr("videogen.streams.tail.PAGE", page)
        for filter in (watching(), watching([rows[0].id, rows[2].id])):
            wanted = [
                cursor_at(store, event.seq)
                for event in everything
                if event.seq > cut and (not filter.tasks or event.task_id in filter.tasks)
            ]
            browser = Browser(broadcaster.subscribe(filter, cursor_at(store, cut)))
            browser.until(lambda _, browser=browser, wanted=wanted: len(browser.ids) >= len(wanted))  # type: ignore[misc]
            browser.close()
            assert browser.ids == wanted
