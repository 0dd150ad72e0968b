"""Every statement that a request, a worker or a stream makes goes through an index: none reads a whole table of tasks or events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import event as listening

from models import Store, attempt, event, keeping, replay, task, worker
from models.event import Cursor
from tests.models.moves import Moves, published, written
from videogen.config import Settings
from videogen.errors import MakerLost
from videogen.stream import watching
from videogen.streams import Streams
from videogen.web import views

# In an index's own order, as far as the page goes; or the smallest index there is, for a count of everything.
IN_ORDER = {"SCAN tasks USING INDEX tasks_by_age", "SCAN tasks USING INDEX tasks_queued", "SCAN tasks USING COVERING INDEX tasks_by_status"}

Statements = dict[str, Any]


@contextmanager
def executed(store: Store) -> Iterator[Statements]:
    """The statements that are executed meanwhile, each with parameters that it had."""
    statements: Statements = {}

    def before(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.split(maxsplit=1)[0] in ("SELECT", "UPDATE", "DELETE", "WITH", "INSERT"):
            statements.setdefault(statement, parameters)

    engines = (store._reader, store._writer)
    for engine in engines:
        listening.listen(engine, "before_cursor_execute", before)
    yield statements
    for engine in engines:
        listening.remove(engine, "before_cursor_execute", before)


def plan(store: Store, statement: str, parameters: Any) -> list[str]:
    with store.reading() as read:
        return [row[3] for row in read.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


def scans(store: Store, statements: Statements) -> list[str]:
    plans = [(statement, line) for statement, parameters in statements.items() for line in plan(store, statement, parameters)]
    whole = [(statement, line) for statement, line in plans if line.startswith(("SCAN tasks", "SCAN events", "SCAN artifacts"))]
    return [f"{line}: {statement}" for statement, line in whole if line not in IN_ORDER]


def test_work_uses_indexes(store: Store) -> None:
    moves = Moves(store)
    moves.make()
    with executed(store) as statements:
        made = moves.submit(idempotency_key="k")
        lease = moves.claim().lease
        attempt.renew(store, lease, 15)
        moves.render(lease, 1)
        attempt.report(store, lease, published(written(store.data / "work" / "film.mp4")))
        attempt.sweep(store)
        attempt.lose(store, lease, MakerLost("Lost."))
        attempt.release_dead(store)
        worker.see(store, moves.worker_id)
        task.cancel(store, made.id)
        task.retry(store, made.id)
        task.delete(store, made.id)
        task.undelete(store, made.id)
        task.delete(store, made.id)
        keeping.purge(store, 0)
    words = ("id: ", "data: ", "")
    statements |= {event.NEWS: (1, -1), replay.LOG: (), replay.LATEST: (*words, 1, 500)}
    for tasks in ((), ("a",), ("a", "b")):
        for types in ((), ("task.started",)):
            statements[replay.query_of(tasks, types)] = (*types, *words, *tasks, 1, 500)
    assert len(statements) > 20
    assert scans(store, statements) == []


def test_claim_takes_the_first_of_the_index_and_sorts_nothing(store: Store) -> None:
    moves = Moves(store)
    moves.submit()
    with executed(store) as statements:
        moves.claim()
    (claim,) = (statement for statement in statements if statement.startswith("UPDATE tasks SET status"))
    lines = plan(store, claim, statements[claim])
    assert "SCAN tasks USING INDEX tasks_queued" in lines
    assert not any("TEMP B-TREE" in line for line in lines)


@pytest.mark.parametrize("kind", ["one", "all", "some", "late"])
def test_streams_use_indexes(store: Store, kind: str) -> None:
    moves = Moves(store)
    film, waiting = moves.make(), moves.submit()
    streams = Streams(store, views.describe, heartbeat_s=0.001)
    with store.reading() as read:
        late = str(Cursor(read.epoch, 2))
    watch = {"one": watching([waiting.id]), "all": watching(), "some": watching([film.id, waiting.id]), "late": watching([film.id])}[kind]
    with executed(store) as statements:
        stream = streams.new(watch, late if kind == "late" else None)
        assert stream
        frames = list(islice(stream, 12))
    assert len(frames) >= 5
    assert scans(store, statements) == []


def test_pages_use_indexes(store: Store) -> None:
    moves = Moves(store)
    film = moves.make()
    settings = Settings(data=store.data)
    with executed(store) as statements:
        views.task_view(store, settings, film.id)
        views.events_page(store, film.id)
        views.task_list(store, settings)
        views.task_list(store, settings, before=f"{film.created_at}_{film.id}")
        views.task_list(store, settings, status="completed")
        views.task_list(store, settings, words="film")
        views.status_view(store, settings)
    assert scans(store, statements) == []
