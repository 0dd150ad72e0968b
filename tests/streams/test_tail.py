"""How a frame is spelt, and the newest events in memory."""

from __future__ import annotations

import json
import threading

import httpx
import httpx_sse
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import event, replay
from models.database import Store
from models.errors import StoreBusy
from models.event import Cursor, EventType
from models.sqlite.dialect import SQLite
from models.text_values import clean
from tests.support.awkward_texts import VALUES
from tests.support.event_stream_parser import Message, Parser, parse
from tests.support.examples import examples
from tests.support.sqlite_shell import sqlite
from tests.support.task_moves import Moves
from videogen.streams.framing import frame
from videogen.streams.tail import Tail

PLACE = Cursor("0123abcd", 7)


def as_stored(value: object) -> object:
    """The value with what UTF-8 cannot hold as the frame gives it."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [as_stored(item) for item in value]
    if isinstance(value, dict):
        return {as_stored(name): as_stored(item) for name, item in value.items()}
    return value


@settings(max_examples=examples(60))
@given(value=VALUES, name=st.sampled_from([None, "hello", "heartbeat"]), cursor=st.sampled_from([None, PLACE]))
def test_whatever_is_in_an_event_the_reader_gets_it_back(value: object, name: str | None, cursor: Cursor | None) -> None:
    """And only it: no text forges a frame, a name, an id or the time to retry; none makes the server stumble either."""
    wire = frame(value, id=cursor, name=name)
    parser = Parser()
    (message,) = parser.feed(wire)
    assert (message.event, message.id, parser.retry_ms) == (name or "message", str(cursor or ""), None)
    assert json.loads(message.data) == as_stored(value)
    (other,) = as_httpx_reads(wire)
    assert (other.event, other.id, json.loads(other.data)) == (message.event, message.id, json.loads(message.data))


def as_httpx_reads(wire: bytes) -> list[httpx_sse.ServerSentEvent]:
    answer = httpx.Response(200, headers={"Content-Type": "text/event-stream"}, stream=httpx.ByteStream(wire))
    return list(httpx_sse.EventSource(answer).iter_sse())


@settings(max_examples=examples(40))
@given(st.lists(VALUES, max_size=5))
def test_frames_do_not_run_into_each_other(values: list[object]) -> None:
    wire = b"".join(frame(value, id=Cursor("0123abcd", seq)) for seq, value in enumerate(values, 1))
    messages = parse(wire)
    assert [json.loads(entry.data) for entry in messages] == [as_stored(value) for value in values]
    assert [entry.id for entry in messages] == [f"0123abcd-{seq}" for seq in range(1, len(values) + 1)]


def test_frame_with_an_id_alone_moves_the_cursor_and_is_no_message() -> None:
    parser = Parser()
    assert list(parser.feed(frame({"a": 1}, id=PLACE) + frame(id=Cursor("0123abcd", 9)))) == [Message("message", '{"a":1}', str(PLACE))]
    assert parser.last_event_id == "0123abcd-9"


def test_json_is_one_line_and_as_short_as_it_can_be() -> None:
    assert frame({"a": [1, "é\n"]}, id=PLACE) == 'id: 0123abcd-7\ndata: {"a":[1,"é\\n"]}\n\n'.encode()


def seqs(tail: Tail, after: int) -> list[int] | None:
    entries = tail.after(after)
    return None if entries is None else [entry.cursor.seq for entry in entries]


def test_tail_begins_at_the_head_and_goes_on(store: Store) -> None:
    moves = Moves(store)
    moves.submit()
    tail = Tail(store)
    tail.catch_up()
    assert (seqs(tail, 0), seqs(tail, 1)) == (None, [])
    moves.submit()
    assert seqs(tail, 1) == [], "nothing is asked of the database unless somebody rang"
    store.mark_changed()
    tail.catch_up()
    assert (seqs(tail, 1), tail.head) == ([2], 2)


def test_tail_keeps_the_newest(store: Store) -> None:
    tail = Tail(store, size=3)
    tail.catch_up()
    moves = Moves(store)
    for _ in range(5):
        moves.submit()
    store.mark_changed()
    tail.catch_up()
    assert [seqs(tail, after) for after in range(6)] == [None, None, [3, 4, 5], [4, 5], [5], []]


def test_tail_catches_up_over_more_than_a_page(store: Store) -> None:
    tail = Tail(store)
    tail.catch_up()
    with store.writing() as write:
        for _ in range(1234):
            event.append(write, EventType.LOG_PRUNED, None)
    store.mark_changed()
    tail.catch_up()
    assert seqs(tail, 0) == list(range(1, 1235))


def test_tail_passes_over_what_it_would_not_keep(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tail = Tail(store, size=100)
    tail.catch_up()
    with store.writing() as write:
        for _ in range(3000):
            event.append(write, EventType.LOG_PRUNED, None)
    read: list[int] = []
    latest = replay.latest
    monkeypatch.setattr(replay, "latest", lambda *arguments, **more: read.append(arguments[1]) or latest(*arguments, **more))
    store.mark_changed()
    tail.catch_up()
    assert (seqs(tail, 2899), seqs(tail, 2900)) == (None, list(range(2901, 3001)))
    assert read == [0, 2900]


def test_tail_of_another_history_forgets_the_one_before(store: Store) -> None:
    tail = Tail(store)
    tail.catch_up()
    Moves(store).submit()
    store.mark_changed()
    tail.catch_up()
    sqlite(store.path, "UPDATE log SET epoch = '00000000'")
    store.mark_changed()
    tail.catch_up()
    assert (tail.epoch, seqs(tail, 0), seqs(tail, 1)) == ("00000000", None, [])


def test_tail_goes_on_where_all_that_was_new_is_pruned_already(store: Store) -> None:
    tail = Tail(store)
    tail.catch_up()
    moves = Moves(store)
    for _ in range(3):
        moves.submit()
    sqlite(store.path, "UPDATE log SET floor = 3", "DELETE FROM events")
    tail.catch_up()
    assert (tail.floor, tail.head, seqs(tail, 2)) == (3, 3, None)
    moves.submit()
    tail.catch_up()
    assert seqs(tail, 3) == [4]


def test_tail_that_could_not_read_knows_that_it_is_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tail = Tail(store)
    tail.catch_up()
    Moves(store).submit()
    store.mark_changed()
    with monkeypatch.context() as patched:
        patched.setattr(SQLite.of(store).fast_reader, "select", busy)
        with pytest.raises(StoreBusy):
            tail.catch_up()
    tail.catch_up()
    assert seqs(tail, 0) == [1]


def busy(*_: object) -> None:
    raise StoreBusy("Busy.")


def test_readers_side_by_side_see_the_same(store: Store) -> None:
    tail = Tail(store, size=50)
    tail.catch_up()
    moves = Moves(store)
    results: list[list[int]] = []

    def read() -> None:
        seqs_read: list[int] = []
        while len(seqs_read) < 40:
            store.mark_changed()
            tail.catch_up()
            seqs_read += seqs(tail, seqs_read[-1] if seqs_read else 0) or []
        results.append(seqs_read)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(40):
        moves.submit()
    for reader in readers:
        reader.join()
    assert results == [list(range(1, 41))] * 3


def test_cleaned_text_passes_as_it_is() -> None:
    (message,) = parse(frame(clean("a\ud800b")))
    assert json.loads(message.data) == "a\ufffdb"
