from __future__ import annotations

from contextlib import suppress
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from models import event, task
from models.database import Store
from models.event import MAX_SEQ, Cursor, EventType
from models.text_values import clean, from_json, to_json
from tests.support.postgres import hand, refusal
from tests.support.task_moves import Moves, events_of


@pytest.mark.sqlite_only
def test_event_cannot_be_changed(store: Store) -> None:
    Moves(store).make()
    before = events_of(store)
    for statement in (
        "UPDATE events SET message = 'another' WHERE seq = 2",
        "UPDATE OR REPLACE events SET seq = 1 WHERE seq = 2",
        "UPDATE OR IGNORE events SET data = '{}'",
    ):
        assert "append-only" in refusal(store, statement)
    assert events_of(store) == before


@pytest.mark.sqlite_only
def test_event_cannot_bring_its_own_seq(store: Store) -> None:
    """Also not to take the place of another, which is what REPLACE would do."""
    task.submit(store, source="# A", format="markdown")
    before = events_of(store)
    values = "attempt, type, data, at) VALUES ({}, 0, 'task.warning', '{{}}', '2026')"
    ways = product(("INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"), ("seq", "rowid", "oid", "_rowid_"), (1, 0, -1, -5, 99))
    for how, column, seq in ways:
        with suppress(IntegrityError), store.writing() as write:
            write.connection.exec_driver_sql(f"{how} INTO events ({column}, {values.format(seq)}")
            # -1 is what a row without a seq has in a trigger: the table's own check takes care of it, and IGNORE ignores it.
            assert (how, seq) == ("INSERT OR IGNORE", -1)
        assert events_of(store) == before


def test_events_above_the_floor_are_kept_as_long_as_their_task(store: Store) -> None:
    made = Moves(store).make()
    first, *_, last = (entry.seq for entry in events_of(store))
    assert "are kept" in refusal(store, f"DELETE FROM events WHERE seq = {first}")
    assert "are kept" in refusal(store, "DELETE FROM events")
    hand(store, f"UPDATE log SET floor = {first}", f"DELETE FROM events WHERE seq = {first}")
    assert "are kept" in refusal(store, f"DELETE FROM events WHERE seq = {first + 1}")
    hand(store, f"DELETE FROM tasks WHERE id = '{made.id}'", f"DELETE FROM events WHERE seq < {last}")
    assert [entry.seq for entry in events_of(store)] == [last]


def test_events_of_no_task_are_kept_above_the_floor(store: Store) -> None:
    with store.writing() as write:
        event.append(write, EventType.LOG_PRUNED, None, data={"floor": 0})
    assert "are kept" in refusal(store, "DELETE FROM events")


def test_floor_only_rises_and_the_log_keeps_its_row(store: Store) -> None:
    hand(store, "UPDATE log SET floor = 5")
    assert "only rises" in refusal(store, "UPDATE log SET floor = 4")
    assert "keeps its row" in refusal(store, "DELETE FROM log")
    hand(store, "UPDATE log SET epoch = '00000000', floor = 0")


def test_seqs_are_never_used_again(store: Store) -> None:
    made = Moves(store).make()
    head = events_of(store)[-1].seq
    hand(store, f"UPDATE log SET floor = {head}", "DELETE FROM events", f"DELETE FROM tasks WHERE id = '{made.id}'")
    task.submit(store, source="# A", format="markdown")
    assert [entry.seq for entry in events_of(store)] == [head + 1]


def test_rolled_back_event_leaves_no_hole(store: Store) -> None:
    """Its seq is given again: that is why no seq may be sent before its commit."""
    with pytest.raises(KeyError), store.writing() as write:
        event.append(write, EventType.LOG_PRUNED, None)
        raise KeyError
    task.submit(store, source="# A", format="markdown")
    assert [entry.seq for entry in events_of(store)] == [1]


def test_head_of_a_log_that_was_pruned_is_its_floor(store: Store) -> None:
    made = Moves(store).make()
    head = events_of(store)[-1].seq
    hand(store, f"UPDATE log SET floor = {head}", f"DELETE FROM events WHERE task_id = '{made.id}'")
    with store.reading() as read:
        assert event.head(read) == event.last_of_task(read, made.id) == head
        assert event.reset_reason(read, Cursor(read.epoch, head)) is None


def test_events_come_in_pages_without_seam(store: Store) -> None:
    moves = Moves(store)
    for number in range(3):
        moves.make(f"Film {number}", reports=5)
    everything = moves.events()
    with store.reading() as read:
        paged, seq = [], 0
        while page := event.after(read, seq, limit=4):
            assert len(page) <= 4
            paged += page
            seq = page[-1].seq
    assert paged == everything


def test_events_of_some_tasks_leave_out_the_others(store: Store) -> None:
    moves = Moves(store)
    ids = [moves.make(f"Film {number}").id for number in range(3)]
    with store.reading() as read:
        assert {entry.task_id for entry in event.after(read, 0, task_ids=ids[:2])} == set(ids[:2])
        assert event.after(read, 0, task_ids=ids[:1]) == [entry for entry in event.after(read, 0) if entry.task_id == ids[0]]
        assert event.after(read, 0, task_ids=["no such task"]) == []


SEQS = ("", "01", "-1", "+1", " 1", "1 ", "1\n", "²", "١", "1e3", "0x1", "1_0", "1\x00", "9223372036854775808", "9" * 5000)
MALFORMED = ("", "-", "1", "0000000-1", "000000000-1", "0000000G-1", "0000000A-1", "\ud800", *(f"00000000-{seq}" for seq in SEQS))


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed_cursor_is_none(text: str) -> None:
    assert Cursor.parse(text) is None


@given(st.integers(0, MAX_SEQ), st.integers(0, 2**32 - 1))
def test_cursor_survives_its_text(seq: int, epoch: int) -> None:
    cursor = Cursor(f"{epoch:08x}", seq)
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.slow
@given(st.text())
def test_no_text_makes_parsing_a_cursor_fail(text: str) -> None:
    cursor = Cursor.parse(text)
    assert cursor is None or str(cursor) == text


def test_why_not_names_the_cause(store: Store) -> None:
    Moves(store).make()
    hand(store, "UPDATE log SET floor = 2", "DELETE FROM events WHERE seq <= 2")
    with store.reading() as read:
        head, epoch = event.head(read), read.epoch
        assert event.reset_reason(read, None) == "malformed"
        assert event.reset_reason(read, Cursor("00000000" if epoch != "00000000" else "11111111", 3)) == "epoch"
        assert event.reset_reason(read, Cursor(epoch, head + 1)) == "ahead"
        assert event.reset_reason(read, Cursor(epoch, 1)) == "pruned"
        assert event.reset_reason(read, Cursor(epoch, 2)) is None
        assert event.reset_reason(read, Cursor(epoch, head)) is None


@given(text=st.text(st.characters(exclude_categories=())), number=st.integers())
def test_whatever_text_comes_the_store_can_hold_it(text: str, number: int) -> None:
    """Lone surrogates are what UTF-8 cannot hold; they are replaced where text comes in, and all else is kept as it is."""
    clean(text).encode()
    assert clean(text) == text or any("\ud800" <= character <= "\udfff" for character in text)
    value = {"text": text, "number": number}
    to_json(value).encode()
    assert from_json(to_json(value)) == {"text": clean(text), "number": number}


def test_text_of_an_event_is_cleaned_on_its_way_in_and_out(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit("A \ud800 title")
    claimed = moves.claim()
    moves.say(claimed.lease, "A \udc00 message", data={"na\ud800me": ["\udfff", "\ud83d\ude00"]})
    last = moves.events(made.id)[-1]
    assert (made.title, last.message, last.data) == ("A \ufffd title", "A \ufffd message", {"na\ufffdme": ["\ufffd", "\U0001f600"]})
    at = "2026-11-22T08:00:00.000Z"
    by_hand = f"""INSERT INTO events (task_id, attempt, type, data, at) VALUES (NULL, 0, 'log.pruned', '{{"a": "\\ud800"}}', '{at}')"""
    hand(store, by_hand)
    assert events_of(store)[-1].data == {"a": "\ufffd"}


def test_every_type_says_what_it_is() -> None:
    for event_type in EventType:
        assert event_type.description.endswith(".")
        assert event_type == event_type.value
