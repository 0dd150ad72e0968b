"""Never a silent hole: a reader that cannot go on is told why, and begins again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models import event, task
from models.database import Store
from models.event import EventType
from models.signals import event_appended
from tests.support.sqlite_shell import sqlite
from tests.support.subscription_reader import Open, cursor_at, data_of, streams_of
from tests.support.task_moves import Moves
from videogen.streams.subscription import Subscription, watching


def cursors(store: Store) -> dict[str, str]:
    """A cursor for each cause; the store is pruned up to seq 2."""
    sqlite(store.path, "UPDATE log SET floor = 2", "DELETE FROM events WHERE seq <= 2")
    return {"malformed": "what", "epoch": "ffffffff-3", "ahead": cursor_at(store, 10_000), "pruned": cursor_at(store, 1)}


@pytest.mark.parametrize("cause", ["malformed", "epoch", "ahead", "pruned"])
def test_cursor_that_cannot_be_gone_on_from_is_reset_with_the_cause(moves: Moves, open_: Open, cause: str) -> None:
    """Never a hole, never a refusal; before anything but hello; then as a new stream does."""
    made_task = moves.make()
    cursor = cursors(moves.store)[cause]
    one = open_(watching([made_task.id]), cursor)
    one.until_end()
    assert one.names[:2] == ["hello", "reset"]
    assert data_of(one.messages[1]) == {"reason": cause}
    assert one.messages[1].id == "", "only the log's own events and the snapshot move the cursor"
    assert one.ids == [cursor_at(moves.store, entry.seq) for entry in moves.events(made_task.id)]
    everyone = open_(watching(), cursor)
    snapshot = everyone.until_event("snapshot")
    assert everyone.names == ["hello", "reset", "snapshot"]
    assert snapshot.id == cursor_at(moves.store, moves.events()[-1].seq)


def test_reader_that_falls_below_the_floor_is_reset(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]))
    browser.until_type("task.submitted")
    moves.submit("Another")
    with moves.store.writing() as write:
        event.append(write, EventType.LOG_PRUNED, None, data={"floor": 3})
        write.connection.exec_driver_sql("UPDATE log SET floor = 3")  # above all that it can have read, however quick it is
    assert data_of(browser.until_event("reset")) == {"reason": "pruned"}
    task.cancel(moves.store, made.id)
    browser.until_end()
    assert browser.types[-1] == "task.cancelled"


def test_reader_behind_the_tail_does_not_step_over_what_is_pruned(moves: Moves, open_: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tail looked before the pruning, the reader reads after it."""
    made_task = moves.make(reports=20)
    broadcaster = streams_of(moves.store)
    page = Subscription._read_page
    left = ["now"]

    def pruned_first(stream: Subscription) -> Iterator[bytes]:
        if left:
            left.pop()
            sqlite(moves.store.path, "UPDATE log SET floor = 10", "DELETE FROM events WHERE seq <= 10")
        return page(stream)

    monkeypatch.setattr(Subscription, "_read_page", pruned_first)
    browser = open_(watching([made_task.id]), None, broadcaster)
    browser.until_end()
    assert browser.names[:2] == ["hello", "reset"]
    assert browser.ids == [cursor_at(moves.store, entry.seq) for entry in moves.events(made_task.id)]


def test_another_history_resets_who_reads_and_goes_on_with_it(moves: Moves, open_: Open) -> None:
    moves.make()
    waiting = moves.submit()
    one, everyone = open_(watching([waiting.id])), open_(watching())
    one.until_type("task.submitted")
    everyone.until_event("snapshot")
    sqlite(moves.store.path, "UPDATE log SET epoch = 'ffffffff'")
    moves.store.mark_changed()
    event_appended.send(None)
    assert data_of(one.until_event("reset")) == data_of(everyone.until_event("reset")) == {"reason": "epoch"}
    assert everyone.until_event("snapshot", 2).id.startswith("ffffffff-")
    task.cancel(moves.store, waiting.id)
    one.until_end()
    assert one.ids[-2:] == [cursor_at(moves.store, entry.seq) for entry in moves.events(waiting.id)]


def test_history_in_which_the_task_has_ended_ends_the_stream(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]))
    browser.until_type("task.submitted")
    sqlite(
        moves.store.path,
        f"INSERT INTO cancel VALUES ('{made.id}')",
        "UPDATE log SET epoch = 'ffffffff', floor = 2",
        "DELETE FROM events",
    )
    moves.store.mark_changed()
    event_appended.send(None)
    browser.until_end()
    assert browser.names[-2:] == ["reset", "end"]
