"""When tasks start, over HTTP: delays, priorities, chains, locks, unique keys, lists, schedules."""

from __future__ import annotations

from typing import Any

import pytest

from models import schedule, task
from models.database import Store
from models.verify import verify
from tests.support.task_moves import Moves

SCRIPT = "# Hello\n\nA sentence."
LATER = "2100-01-31T09:00:00+01:00"


def post(client: Any, **more: Any) -> Any:
    return client.post("/api/tasks", json={"script": SCRIPT, "options": {"voice": "none"}} | more)


def test_task_says_when_it_starts(client: Any, store: Store) -> None:
    shape = post(client, run_at=LATER, lock="printer", priority=3).json
    assert (shape["run_at"], shape["lock"], shape["queue_position"]) == ("2100-01-31T08:00:00.000Z", "printer", None)
    assert shape["starts_in_s"] > 1e9
    Moves(store)  # a worker, so that it is not the lack of one that the summary tells
    assert client.get(f"/api/tasks/{shape['id']}").json["summary"] == "Starts at 2100-01-31 08:00 UTC"


def test_priority_and_start_of_a_queued_task_can_be_changed(client: Any, store: Store) -> None:
    id = post(client, run_at=LATER).json["id"]
    changed = client.patch(f"/api/tasks/{id}", json={"priority": 10, "run_at": None}).json
    assert (changed["priority"], changed["run_at"], changed["queue_position"]) == (10, None, 1)
    Moves(store).claim()
    refused = client.patch(f"/api/tasks/{id}", json={"priority": 1})
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")
    assert client.patch("/api/tasks/0123456789abcdef", json={"priority": 1}).status_code == 404
    assert verify(store) == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "priority"),
        ({"title": "x"}, "title"),
        ({"priority": 101}, "priority"),
        ({"priority": "high"}, "priority"),
        ({"run_at": "tomorrow"}, "run_at"),
        ({"run_at": 5}, "run_at"),
        ({"run_at": "2027-01-01T00:00"}, "run_at"),
    ],
)
def test_change_that_is_none_is_refused_with_its_field(client: Any, body: dict[str, Any], path: str) -> None:
    id = post(client).json["id"]
    refused = client.patch(f"/api/tasks/{id}", json=body)
    expected = (422, "bad_start", path) if path == "run_at" else (400, "bad_request", path)
    assert (refused.status_code, refused.json["code"], refused.json["faults"][0]["path"]) == expected


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"run_at": "9999-12-31T23:59:59Z"}, "run_at"),
        ({"after": "x"}, "after"),
        ({"after": [True]}, "after"),
        ({"after": ["A B"]}, "after"),
        ({"after": ["a"] * 101}, "after"),
        ({"lock": ""}, "lock"),
        ({"lock": 7}, "lock"),
        ({"lock": "a\nb"}, "lock"),
        ({"unique": 7}, "unique"),
        ({"unique": {"key": ""}}, "unique.key"),
        ({"unique": {"key": "a", "scope": "always"}}, "unique.scope"),
        ({"unique": {"key": "a", "refuse": "yes"}}, "unique.refuse"),
        ({"unique": {"name": "a"}}, "unique"),
    ],
)
def test_field_that_cannot_be_used_is_named(client: Any, more: dict[str, Any], path: str) -> None:
    refused = post(client, **more)
    assert (refused.status_code, refused.json["code"], refused.json["faults"][0]["path"]) == (422, "bad_start", path)


def test_chain_of_tasks_says_what_it_waits_for(client: Any, store: Store) -> None:
    first = post(client).json["id"]
    second = post(client, after=[first]).json
    assert second["after"] == [{"id": first, "title": "Hello", "status": "queued"}]
    assert (second["hold_reason"], second["trouble"], second["message"]) == ("waiting_for_tasks", None, "Waiting for “Hello”")
    client.post(f"/api/tasks/{first}/cancel")
    failed = client.get(f"/api/tasks/{second['id']}").json
    assert (failed["status"], failed["error"]["code"], failed["allowed"]) == ("failed", "dependency_cancelled", ["retry", "delete"])
    refused = post(client, after=[first])
    assert (refused.status_code, refused.json["code"], refused.json["faults"][0]["path"]) == (422, "bad_dependency", "after.0")
    assert client.post(f"/api/tasks/{second['id']}/retry").json["code"] == "wrong_state"


def test_unique_key_answers_with_the_task_that_has_it(client: Any) -> None:
    first = post(client, unique="news")
    again = post(client, unique={"key": "news"})
    assert (first.status_code, again.status_code, again.json["id"]) == (201, 200, first.json["id"])
    assert first.json["unique_key"] == "news"
    refused = post(client, unique={"key": "news", "refuse": True})
    assert (refused.status_code, refused.json["code"]) == (409, "duplicate_task")
    client.post(f"/api/tasks/{first.json['id']}/cancel")
    assert post(client, unique="news").status_code == 201


def test_list_of_tasks_is_made_whole_and_once(client: Any, store: Store) -> None:
    items = [{"script": SCRIPT}, {"script": "# Two", "after": [0]}, {"kind": "video", "payload": {"script": "# Three"}, "priority": 5}]
    answers = [client.post("/api/tasks/batch", json={"tasks": items}, headers={"Idempotency-Key": "list"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    first, again = ([item["id"] for item in answer.json["tasks"]] for answer in answers)
    assert first == again
    assert [item["title"] for item in answers[0].json["tasks"]] == ["Hello", "Two", "Three"]
    assert answers[0].json["tasks"][1]["after"][0]["id"] == first[0]
    assert verify(store) == []


@pytest.mark.parametrize(
    ("tasks", "status", "path"),
    [
        ([], 400, "tasks"),
        ("x", 400, "tasks"),
        ([{"script": SCRIPT}] * 501, 400, "tasks"),
        ([{"script": SCRIPT}, 7], 400, "tasks.1"),
        ([{"script": SCRIPT}, {"script": ""}], 422, "tasks.1"),
        ([{"script": SCRIPT}, {"kind": "export", "payload": {"task": "x"}}], 422, "tasks.1.payload.format"),
        ([{"script": SCRIPT}, {"script": SCRIPT, "after": [1]}], 422, "tasks.1.after.0"),
        ([{"script": SCRIPT}] * 6, 503, "tasks.5"),
    ],
)
def test_list_with_a_task_that_is_refused_makes_none(client: Any, tasks: Any, status: int, path: str) -> None:
    refused = client.post("/api/tasks/batch", json={"tasks": tasks})
    assert (refused.status_code, refused.json["faults"][0]["path"]) == (status, path)
    assert client.get("/api/tasks").json["tasks"] == []


def test_schedule_is_added_paused_moved_and_removed(client: Any, store: Store) -> None:
    body = {"name": "News", "cron": "0 9 * * MON", "timezone": "Europe/Berlin", "task": {"script": SCRIPT, "priority": 2}}
    added = client.post("/api/schedules", json=body)
    assert (added.status_code, added.json["task"]["title"], added.json["paused"]) == (201, "Hello", False)
    assert "Monday" in added.json["text"]
    assert client.post("/api/schedules", json=body).json["code"] == "schedule_exists"
    address = f"/api/schedules/{added.json['id']}"
    assert client.patch(address, json={"paused": True}).json["paused"]
    moved = client.patch("/api/schedules/News", json={"paused": False, "cron": "30 6 * * *"}).json
    assert (moved["paused"], moved["cron"]) == (False, "30 6 * * *")
    assert client.get("/api/schedules").json["schedules"] == [moved]
    assert client.get(address).json == moved
    assert client.delete(address).json["id"] == moved["id"]
    assert client.get(address).status_code == 404


def test_schedule_repeats_a_task(client: Any, store: Store) -> None:
    made = post(client, priority=7).json
    client.post("/api/schedules", json={"name": "Again", "cron": "* * * * *", "repeat": made["id"], "overlap": True})
    with store.writing() as write:
        write.connection.exec_driver_sql("UPDATE schedules SET next_at = '2026-01-01T00:00:00.000Z'")
    assert schedule.fire_due(store) == 1
    with store.reading() as read:
        (fired, _) = task.page(read)[0]
    assert (fired.title, fired.priority, fired.options, fired.made_from_task_id) == ("Hello", 7, {"voice": "none"}, made["id"])
    assert client.get("/api/schedules/Again").json["last_task_id"] == fired.id


@pytest.mark.parametrize(
    ("more", "status", "path"),
    [
        ({"name": ""}, 422, "name"),
        ({"cron": "never"}, 422, "cron"),
        ({"timezone": "Mars"}, 422, "timezone"),
        ({"overlap": 1}, 422, "overlap"),
        ({"task": None}, 422, "repeat"),
        ({"task": 7}, 422, "task"),
        ({"task": {"script": ""}}, 422, "task"),
        ({"task": {"script": SCRIPT, "run_at": LATER}}, 422, "task.run_at"),
        ({"task": None, "repeat": 7}, 422, "repeat"),
    ],
)
def test_schedule_that_cannot_be_used_is_refused_with_its_field(client: Any, more: dict[str, Any], status: int, path: str) -> None:
    body = {"name": "News", "cron": "0 9 * * *", "task": {"script": SCRIPT}} | more
    refused = client.post("/api/schedules", json=body)
    assert (refused.status_code, refused.json["faults"][0]["path"]) == (status, path)
    assert client.get("/api/schedules").json == {"schedules": []}


def test_kinds_tell_their_limits_batches_and_retries(client: Any) -> None:
    kinds = {kind["name"]: kind for kind in client.get("/api/kinds").json["kinds"]}
    video = kinds["video"]
    assert (video["batch"], kinds["set"]["batch"]) == (1, 20)
    assert (video["limit"], video["retry"]) == (
        None,
        {"attempts": None, "wait_s": 2.0, "factor": 2.0, "max_wait_s": 3600.0, "failures": False},
    )
