"""What sweeps the queue has a thread of its own: a database that does not answer keeps nobody from watching processes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from models import attempt
from models.database import Store
from models.errors import DiskFull, StoreAway, StoreBusy
from tests.support.process_state import until
from tests.support.task_moves import Moves
from videogen.config import Settings
from videogen.processes import sweeper
from videogen.processes.supervisor import Supervisor, listen
from videogen.processes.sweeper import Sweeper, logged_errors


class SilentStore:
    """A store whose database takes questions and gives no answer, as behind a network that drops everything."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.asked, self.answers = threading.Event(), threading.Event()

    @contextmanager
    def reading(self) -> Iterator[Any]:
        self.asked.set()
        self.answers.wait()
        raise StoreAway("PostgreSQL does not answer.")
        yield

    @contextmanager
    def writing(self, **_: object) -> Iterator[Any]:
        with self.reading() as read:
            yield read


def test_process_is_replaced_though_the_database_is_silent(tmp_path: Path) -> None:
    store: Any = SilentStore(tmp_path)
    settings = Settings(data=tmp_path, workers=0)
    supervisor = Supervisor(settings, web=(sys.executable, "-c", "import time; time.sleep(600)"))
    supervisor.listening, supervisor.sweeper = listen("127.0.0.1", 0, 1), Sweeper(store, settings)
    with supervisor.sweeper:
        until(store.asked.is_set)
        supervisor._step(time.monotonic())
        assert supervisor.web.group
        first = supervisor.web.group.pid
        os.kill(first, signal.SIGKILL)

        def replaced() -> bool:
            supervisor._step(time.monotonic())
            return supervisor.web.group is not None and supervisor.web.group.pid != first

        until(replaced)
    store.answers.set()
    supervisor.web.close()
    supervisor.wakeup.close()
    supervisor.listening.close()


def test_leases_of_a_process_that_has_just_ended_are_released_soon(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(attempt, "release_dead", lambda _store, **_how: released.set())
    with Sweeper(store, Settings(data=store.data)) as running:
        running.release_soon()
        assert released.wait(60)


def test_unforeseen_error_does_not_end_the_sweeps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def sweep(_store: Store) -> int:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError
        return 0

    monkeypatch.setattr(attempt, "sweep", sweep)
    monkeypatch.setattr(sweeper, "INTERVAL_S", 0.0)
    monkeypatch.setattr(sweeper, "TICK_S", 0.01)
    Moves(store)
    with Sweeper(store, Settings(data=store.data)):
        until(lambda: len(calls) > 1)


def test_the_same_error_of_the_store_is_logged_once_a_minute(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "_logged_at", {})
    for now in (5.0, 6.0, 64.0, 65.5):
        monkeypatch.setattr(sweeper, "time", SimpleNamespace(monotonic=lambda now=now: now))
        for error in (StoreBusy("Somebody writes."), DiskFull("No space.")):
            with logged_errors():
                raise error
    assert [record.getMessage().split(".")[0] for record in caplog.records] == ["Somebody writes", "No space"] * 2
