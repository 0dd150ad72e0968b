"""Tasks of any kind over the API: what is admitted, and what is refused with its place."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.task_kinds import sum_installed


@pytest.fixture
def sum_kind() -> Iterator[None]:
    with sum_installed():
        yield


def test_task_of_a_kind_is_admitted_by_its_kind(client: FlaskClient, sum_kind: None) -> None:
    answer = client.post("/api/tasks", json={"kind": "sum", "payload": {"number": 3}, "priority": 2})
    assert answer.status_code == 201
    made = answer.get_json()
    assert (made["kind"], made["title"], made["payload"], made["priority"]) == ("sum", "Sum of 3", {"number": 3}, 2)
    key = {"Idempotency-Key": "k"}
    once, again = (client.post("/api/tasks", json={"kind": "sum", "payload": {"number": 3}}, headers=key).get_json() for _ in range(2))
    assert once["id"] == again["id"]
    assert (
        client.post("/api/tasks", json={"kind": "sum", "payload": {"number": 4}}, headers=key).get_json()["code"] == "idempotency_conflict"
    )


@pytest.mark.parametrize(
    ("body", "status", "code", "path"),
    [
        ({"kind": "nothing", "payload": {}}, 422, "unknown_kind", "kind"),
        ({"kind": 3, "payload": {}}, 400, "bad_request", "kind"),
        ({"kind": "sum", "payload": []}, 422, "bad_payload", "payload"),
        ({"kind": "sum"}, 422, "bad_payload", "payload"),
        ({"kind": "sum", "payload": {"number": "x"}}, 422, "bad_payload", "payload.number"),
        ({"kind": "sum", "payload": {"number": 1}, "priority": 1000}, 400, "bad_request", "priority"),
        ({"kind": "video", "payload": {"script": 3}}, 400, "bad_request", "script"),
    ],
    ids=str,
)
def test_task_that_cannot_be_is_refused_with_its_place(
    client: FlaskClient,
    sum_kind: None,
    body: dict[str, Any],
    status: int,
    code: str,
    path: str,
) -> None:
    answer = client.post("/api/tasks", json=body)
    problem = answer.get_json()
    assert (answer.status_code, problem["code"], [diagnostic["path"] for diagnostic in problem["faults"]]) == (status, code, [path])
    assert problem["hint"]


def test_video_can_be_submitted_as_any_other_kind(client: FlaskClient) -> None:
    answer = client.post("/api/tasks", json={"kind": "video", "payload": {"script": "# Hello", "options": {"voice": "none"}}})
    made = answer.get_json()
    assert (answer.status_code, made["kind"], made["title"], made["options"]) == (201, "video", "Hello", {"voice": "none"})


def test_export_that_needs_a_missing_extra_is_refused_before_it_is_queued(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name in ("fpdf", "pptx") else find_spec(name))
    for format in ("pdf", "pptx"):
        answer = client.post("/api/tasks", json={"kind": "export", "payload": {"task": "0" * 16, "format": format}})
        problem = answer.get_json()
        assert (answer.status_code, problem["code"]) == (501, "extra_missing")
        assert "pip install 'videogen[export]'" in problem["hint"]
    assert client.post("/api/tasks", json={"kind": "export", "payload": {"task": "0" * 16, "format": "html"}}).status_code == 404
    assert client.get("/api/tasks").get_json()["tasks"] == []
