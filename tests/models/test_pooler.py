"""A store behind pgbouncer in transaction mode, where each transaction may run in another session."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from models import event
from models.database import Store
from models.server import Server
from models.signals import event_appended
from models.verify import verify
from tests.support.missing import missing
from tests.support.pooler import PROGRAM, Pooler
from tests.support.postgres import Cluster
from tests.support.task_moves import Moves, events_of
from videogen.streams.listener import Listener, open_store

pytest.importorskip("psycopg", reason="the extra [postgres] is not installed")

SESSIONS = 3
WRITERS, EACH = 4, 8
"""So often each statement comes again that a connection of its own would have prepared it."""


@pytest.fixture
def pooled(cluster: Cluster) -> Iterator[Server]:
    if PROGRAM is None:
        missing("no pgbouncer here: install it, for example with apt-get install pgbouncer")
    with cluster.database() as url, closing(Pooler(str(cluster.home), size=SESSIONS)) as pooler:
        yield pooler.server(url.partition("@/")[2].partition("?")[0], url)


@pytest.fixture
def open_again(tmp_path: Path, pooled: Server) -> Iterator[Callable[[], Store]]:
    """Opens the store, as a process of its own would."""
    stores: list[Store] = []

    def open_again() -> Store:
        stores.append(open_store(tmp_path, server=pooled))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()


def test_writers_that_share_sessions_lose_nothing_and_are_heard(open_again: Callable[[], Store], pooled: Server) -> None:
    from models.postgres.engine import connect

    heard = threading.Event()
    store = open_again()

    def on_event(_task: str | None) -> None:
        if threading.current_thread().name == "listener":
            heard.set()

    def write(writer: Store) -> None:
        moves = Moves(writer)
        for _ in range(EACH):
            moves.submit()
            event.changes(writer, None)

    with event_appended.connected_to(on_event), Listener(store, poll_interval_s=0), ThreadPoolExecutor(WRITERS) as threads:
        for writing in [threads.submit(write, open_again()) for _ in range(WRITERS)]:
            writing.result(60)
        assert heard.wait(20)
    assert [entry.seq for entry in events_of(store)] == list(range(1, WRITERS * EACH + 1))
    assert verify(store) == []
    with closing(connect(pooled.url, prepares=False)) as one, closing(connect(pooled.url, prepares=False)) as two:
        for connection in (one, two):
            connection.execute("BEGIN")  # so they are two sessions
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",), "a commit there would wait for no disk"


def test_lock_of_a_session_is_one_process_s(open_again: Callable[[], Store]) -> None:
    with open_again().alone("janitor") as mine, open_again().alone("janitor") as others:
        assert mine
        assert mine()
        assert others is None
