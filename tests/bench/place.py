"""Stores and processes to measure on: each in a directory of its own, gone afterwards."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from models import attempt, task, worker
from models.database import Store
from models.migrate import migrate
from models.sqlite.driver import connect
from models.task import Lease
from videogen.streams.listener import open_store


@contextmanager
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="videogen-bench-") as path:
        yield Path(path)


@contextmanager
def a_store() -> Iterator[Store]:
    """A new store whose commits ring."""
    with directory() as data:
        migrate(data)
        store = open_store(data)
        yield store
        store.close()


@contextmanager
def processes(count: int = 1) -> Iterator[ProcessPoolExecutor]:
    """Processes that have nothing of this one: another SQLite library may live there, and nothing is shared."""
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def begun(store: Store) -> Lease:
    """A task of its own that somebody works on."""
    submitted = task.submit(store, source="# Hello", format="markdown", title="Hello", priority=1, max_queued=1_000_000)
    claimed = attempt.claim(store, worker.register(store), 3600)
    assert claimed, "nothing waits"
    assert claimed.id == submitted.id, "another task waited"
    return claimed.lease


def bare(path: Path) -> Any:
    """The driver's own connection, as safe against a power cut as the store's."""
    connection = connect(path)
    connection.execute("PRAGMA synchronous=FULL")
    return connection
