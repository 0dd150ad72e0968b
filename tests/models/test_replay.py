"""Events in JSON that SQLite writes: the same as the careful way gives, whatever is in a row."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Text

from models import event, replay
from models.database import Store
from models.event import EventType
from models.replay import Affixes, public
from models.sqlite import replay as sqlite_replay
from models.text_values import clean
from tests.support.database_damage import by_hand

AFFIXES = Affixes("<", "|", "\n\n")
TEXTS = st.text(st.characters(exclude_categories=()) | st.sampled_from("\r\n\0\x85\u2028\ufeff\ud800\\\"'/"))
LEAVES = TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()
DATA = st.dictionaries(TEXTS, st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=6))
FRACTIONS = st.none() | st.floats(0, 1).map(lambda value: round(value, 12))


def replayed(store: Store, **wanted: Any) -> list[tuple[str, Any]]:
    """Cursor and content of each event, as a page has them; the newest events have to have the same."""
    page = replay.page(store, 0, AFFIXES, **{"tasks": None, "types": None, "limit": 500} | wanted)
    texts = [text[1:].partition("|")[::2] for text in page.text.decode().split("\n\n")[:-1]]
    assert len(texts) == page.count
    if not wanted:
        assert b"".join(entry.text for entry in replay.latest(store, 0, AFFIXES, limit=500).entries) == page.text
    return [(cursor, json.loads(content)) for cursor, content in texts]


def carefully(store: Store) -> list[tuple[str, Any]]:
    with store.reading() as read:
        return [(f"{read.epoch}-{entry.seq}", json.loads(json.dumps(public(entry)))) for entry in event.after(read, 0)]


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(message=st.none() | TEXTS, data=DATA, stage=st.none() | TEXTS.map(clean), progress=FRACTIONS, stage_progress=FRACTIONS)
def test_whatever_is_in_an_event_both_ways_tell_the_same(store: Store, message: str | None, data: dict[str, Any], **more: Any) -> None:
    with store.writing() as write:
        event.append(write, EventType.STAGE_PROGRESS, "task", attempt=1, status="running", message=message, data=data, **more)
    assert replayed(store)[-1:] == carefully(store)[-1:]


WOUNDS = {
    "no JSON": "data = '{oops'",
    "no object": "data = '[1]'",
    "half a character": r"""data = '{"a":"\ud800"}'""",
    "JSON5": "data = '{a:1}'",
    "nested too deep": f"data = '{'[' * 5000}{']' * 5000}'",
    "not a moment": "at = 'once'",
    "no month": "at = '2026-13-01T08:10:11.123Z'",
    "not UTF-8": "message = CAST(x'61ff62' AS TEXT), type = CAST(x'ff' AS TEXT)",
    "lines": """data = '{"a":' || char(10) || '1,' || char(13) || '"b":2}'""",
    "NUL": "message = 'a' || char(0) || 'b'",
    "out of range": "progress = 1e999, stage_progress = -1",
    "a task's id that is none": "task_id = CAST(x'00' AS TEXT)",
}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("wound", WOUNDS)
def test_damaged_row_is_told_as_the_careful_way_tells_it_and_does_no_harm_to_its_neighbours(store: Store, wound: str) -> None:
    with store.writing() as write:
        for type in (EventType.STAGE_PROGRESS, EventType.STAGE_PROGRESS, EventType.TASK_WARNING):
            event.append(write, type, "task", message="Drawing")
    by_hand(store.path, f"UPDATE events SET {WOUNDS[wound]} WHERE seq = 2")
    assert replayed(store) == carefully(store)
    assert len(replayed(store)) == 3
    warned = [entry for entry in carefully(store) if entry[1]["type"] == EventType.TASK_WARNING]
    assert replayed(store, types={EventType.TASK_WARNING}) == warned
    assert len(warned) == 1


@pytest.mark.sqlite_only
def test_row_of_other_types_than_its_columns_is_read_with_care(store: Store) -> None:
    """Bytes that rotted in the file: the checks of the table saw the row when it was whole."""
    with store.writing() as write:
        for _ in range(3):
            event.append(write, EventType.STAGE_PROGRESS, "task", status="running", stage="video", message="Drawing", progress=0.5)
    columns = [entry.name for entry in event.events.c if entry.name not in ("seq", "data")]
    for column in columns:
        for rotten in ("x'00'", "x''", "7", "'text'"):
            row = ", ".join(f"{rotten if name == column else name} AS {name}" for name in (*columns, "seq", "data"))
            with store.reading() as read:
                plain = read.connection.exec_driver_sql(
                    f"SELECT {sqlite_replay.WELL_FORMED} FROM (SELECT {row} FROM events WHERE seq = 2)"
                ).scalar()
            whole = isinstance(event.events.c[column].type, Text) and rotten == "'text'" and column != "at"
            assert bool(plain) == (whole or (column, rotten) == ("attempt", "7")), (column, rotten)


def test_page_leaves_out_what_is_not_wanted_and_goes_on_after_it(store: Store) -> None:
    with store.writing() as write:
        for number in range(6):
            event.append(write, EventType.TASK_WARNING if number % 2 else EventType.STAGE_PROGRESS, f"task {number // 2}")
        event.append(write, EventType.LOG_PRUNED, None)
    first = replay.page(store, 0, AFFIXES, tasks=None, types={"task.warning"}, limit=3)
    assert (first.count, first.last_selected, first.last) == (1, 2, 3)
    rest = replay.page(store, first.last, AFFIXES, tasks=None, types={"task.warning"}, limit=30)
    assert (rest.count, rest.last_selected, rest.last) == (2, 6, 7)
    some = replay.page(store, 0, AFFIXES, tasks={"task 0", "task 2"}, types=None, limit=30)
    assert (some.count, some.last_selected, some.last) == (4, 6, 7)
    none = replay.page(store, 7, AFFIXES, tasks=None, types=None, limit=30)
    assert (none.text, none.count, none.last_selected, none.last) == (b"", 0, 0, 7)


def test_page_of_several_tasks_is_in_order(store: Store) -> None:
    with store.writing() as write:
        for number in range(130):
            event.append(write, EventType.STAGE_PROGRESS, f"task {number * 7 % 3}")
    wanted = [entry for entry in carefully(store) if entry[1]["task_id"] != "task 1"]
    assert replayed(store, tasks={"task 0", "task 2"}) == wanted
    assert replayed(store, tasks={"task 0", "task 1", "task 2"}) == replayed(store) == carefully(store)


def test_page_of_large_events_is_short(store: Store) -> None:
    with store.writing() as write:
        for _ in range(200):
            event.append(write, EventType.STAGE_PROGRESS, "task", message="x" * 20_000)
    page = replay.page(store, 0, AFFIXES, tasks=None, types=None, limit=500)
    assert page.count == page.last < 100
    latest = replay.latest(store, 0, AFFIXES, limit=500)
    assert latest.entries[-1].cursor.seq < latest.head
