"""The same log without a stream: in pages, and waiting for the next event."""

from __future__ import annotations

import json
import threading

import pytest

from models import event, task
from models.event import EventType
from models.replay import public
from tests.support.subscription_reader import cursor_at
from tests.support.task_moves import Moves
from tests.support.web_server import Server


def events(server: Server, task_id: str, **query: object) -> dict[str, object]:
    answer = server.client.get(f"/api/tasks/{task_id}/events", params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    page: dict[str, object] = answer.json()
    return page


def test_log_can_be_had_in_pages(server: Server, shared: Moves) -> None:
    made_task = shared.make()
    wanted = [{"id": cursor_at(server.store, entry.seq)} | json.loads(json.dumps(public(entry))) for entry in shared.events(made_task.id)]
    got: list[object] = []
    page: dict[str, object] = {"cursor": "", "ended": False}
    while not page["ended"]:
        page = events(server, made_task.id, after=page["cursor"], limit=3)
        assert isinstance(page["events"], list)
        assert len(page["events"]) <= 3
        got += page["events"]
    assert got == wanted
    assert events(server, made_task.id, after=page["cursor"]) == {"events": [], "cursor": page["cursor"], "ended": True}


def test_limit_has_a_largest_value_and_nonsense_is_refused(server: Server, shared: Moves) -> None:
    made = shared.submit()
    with server.store.writing() as write:
        for _ in range(1100):
            event.append(write, EventType.TASK_WARNING, made.id, status="queued")
    page = events(server, made.id, limit=1000)
    assert isinstance(page["events"], list)
    assert len(page["events"]) == 1000
    for query in (
        "limit=1001",
        "limit=x",
        "limit=-1",
        "limit=",
        "limit=²",
        "wait=x",
        "wait=-1",
        "wait=nan",
        "wait=1e9",
        "limit=" + "9" * 5000,
    ):
        answer = server.client.get(f"/api/tasks/{made.id}/events?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request"), query


def test_waiting_request_is_answered_by_the_next_event(server: Server, shared: Moves) -> None:
    made = shared.submit()
    first = events(server, made.id)
    answers: list[dict[str, object]] = []
    waiting = threading.Thread(target=lambda: answers.append(events(server, made.id, after=first["cursor"], wait=20)))
    waiting.start()
    task.cancel(server.store, made.id)
    waiting.join()
    (page,) = answers
    assert isinstance(page["events"], list)
    assert [entry["type"] for entry in page["events"]] == ["task.cancelled"]
    assert page["ended"] is True
    assert events(server, made.id, after=page["cursor"], wait=20)["ended"] is True, "nothing is left to wait for"


def test_waiting_request_ends_by_itself_with_the_cursor_given(server: Server, shared: Moves) -> None:
    made = shared.submit()
    cursor = events(server, made.id)["cursor"]
    assert events(server, made.id, after=cursor, wait=0.05) == {"events": [], "cursor": cursor, "ended": False}


def test_waiting_request_learns_of_a_deletion(server: Server, shared: Moves) -> None:
    made = shared.submit()
    cursor = events(server, made.id)["cursor"]
    statuses: list[int] = []
    path = f"/api/tasks/{made.id}/events?after={cursor}&wait=20"
    waiting = threading.Thread(target=lambda: statuses.append(server.client.get(path).status_code))
    waiting.start()
    task.delete(server.store, made.id)
    waiting.join()
    assert statuses == [410]


@pytest.mark.parametrize(("cursor", "reason"), [("what", "malformed"), ("ffffffff-1", "epoch"), ("\U0001f600", "malformed")])
def test_page_from_a_bad_cursor_begins_again_and_says_why(server: Server, shared: Moves, cursor: str, reason: str) -> None:
    made_task = shared.make()
    page = events(server, made_task.id, after=cursor, wait=20)
    assert page["reset"] == reason
    assert isinstance(page["events"], list)
    assert len(page["events"]) == len(shared.events(made_task.id))
