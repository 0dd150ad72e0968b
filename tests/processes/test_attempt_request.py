"""An attempt whose task cannot be read now, because the database is away, waits for it; the task does not fail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, cast

import pytest

from models import asset, event
from models.attempt import ClaimRequest
from models.database import Store
from models.errors import StoreAway
from tests.support.task_moves import Moves
from videogen.config import Settings
from videogen.kinds import registry
from videogen.processes.attempt_runner import AttemptRunner
from videogen.processes.liveness import Heartbeat
from videogen.processes.renderer_client import RendererClient
from videogen.processes.task_batch import TaskBatch
from videogen.processes.wakeup import Wakeup


class Unstarted:
    """In place of a renderer: an attempt that begins needs no more of it."""

    killed = False
    sent_at = float("inf")

    def written_bytes(self) -> int:
        return 0

    def send_request(self, *_request: object) -> None:
        self.sent_at = time.monotonic()

    def kill(self) -> None:
        self.killed = True


@pytest.fixture
def attempt(store: Store) -> Iterator[AttemptRunner]:
    moves = Moves(store)
    moves.submit()
    claimed = moves.claim()
    renderer = cast(RendererClient, Unstarted())
    wakeup, kind = Wakeup(), registry.find(claimed.kind)
    batch = TaskBatch(store, ClaimRequest(moves.worker_id, 60), lambda: False)
    yield AttemptRunner(store, Settings(data=store.data), claimed, kind, renderer, wakeup, Heartbeat(), batch)
    wakeup.close()


def test_request_is_made_once_the_database_is_back(attempt: AttemptRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Any] = [StoreAway("PostgreSQL does not answer."), StoreAway("PostgreSQL does not answer."), []]

    def of_task(*_: object) -> list[Any]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return cast(list[Any], answer)

    monkeypatch.setattr(asset, "of_task", of_task)
    assert attempt._fetch_request().name
    assert answers == []


def test_renderer_is_not_called_silent_for_the_time_before_its_request(attempt: AttemptRunner) -> None:
    attempt._send_request()
    assert attempt.reports.last_report_at >= cast(Unstarted, attempt.renderer).sent_at


def test_worker_that_has_to_stop_meanwhile_gives_the_task_back(attempt: AttemptRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def of_task(*_: object) -> list[Any]:
        attempt.wakeup.stop_asked = True
        raise StoreAway("PostgreSQL does not answer.")

    monkeypatch.setattr(asset, "of_task", of_task)
    attempt.run()
    with attempt.store.reading() as read:
        assert [row.type for row in event.after(read, 0)][-1] == "task.requeued"
