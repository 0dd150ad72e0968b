"""Whatever is sent: a problem with code and hint, nothing written, never a 500."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from models.database import Store
from tests.support.examples import examples
from tests.support.task_moves import Moves, events_of
from tests.web.test_access import refused

JSON = "application/json"


def post(client: FlaskClient, body: Any, **more: Any) -> TestResponse:
    raw = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post("/api/tasks", data=raw, content_type=JSON, **more)


def hello(**more: Any) -> dict[str, Any]:
    return {"script": "# Hello"} | more


BAD: list[tuple[str, Any, int, str]] = [
    ("empty script", {"script": ""}, 422, "empty_script"),
    ("blank script", {"script": " \n\t\n"}, 422, "empty_script"),
    ("script too long", {"script": "# " + "x" * 10_001}, 413, "script_too_large"),
    ("script too long in bytes", {"script": "# " + "ä" * 5_000}, 413, "script_too_large"),
    ("NUL in the script", {"script": "# a\0b"}, 422, "script_not_text"),
    ("garbage", {"script": bytes(range(256)).decode("latin-1") * 4}, 422, "script_not_text"),
    ("lone surrogate in the script", b'{"script": "# a\\ud800b"}', 422, "script_not_text"),
    ("surrogate bytes", b'{"script": "# a\xed\xa0\x80b"}', 422, "script_not_text"),
    ("format that does not exist", hello(format="docx"), 422, "unknown_format"),
    ("format with a surrogate", b'{"script": "# a", "format": "\\udfff"}', 422, "unknown_format"),
    ("format that is no text", hello(format=3), 400, "bad_request"),
    ("no script", {}, 400, "bad_request"),
    ("script that is no text", {"script": ["# Hello"]}, 400, "bad_request"),
    ("script that is null", {"script": None}, 400, "bad_request"),
    ("unknown option", hello(options={"colour": "red"}), 422, "bad_option"),
    ("option with a surrogate", b'{"script": "# a", "options": {"\\ud800": "\\udfff"}}', 422, "bad_option"),
    ("option of the wrong type", hello(options={"height": "tall"}), 422, "bad_option"),
    ("option that is huge", hello(options={"height": 10**400}), 422, "bad_option"),
    ("option that is infinite", b'{"script": "# a", "options": {"lead_in_s": 1e999}}', 422, "bad_option"),
    ("option that nests deep", hello(options={"height": json.loads("[" * 200 + "]" * 200)}), 422, "bad_option"),
    ("options that are no object", hello(options=[1]), 422, "bad_option"),
    ("priority that is no number", hello(priority="high"), 400, "bad_request"),
    ("priority that is true", hello(priority=True), 400, "bad_request"),
    ("priority that is huge", hello(priority=10**30), 400, "bad_request"),
    ("priority that is a fraction", hello(priority=1.5), 400, "bad_request"),
    ("made from what is no id", hello(made_from="../../etc"), 400, "bad_request"),
    ("made from a surrogate", b'{"script": "# a", "made_from": "\\ud800"}', 400, "bad_request"),
    ("no JSON", b"{", 400, "bad_request"),
    ("nothing", b"", 400, "bad_request"),
    ("bytes that are no text", b'{"script": "\xff\xfe"}', 400, "bad_request"),
    ("JSON that is no object", b'["# Hello"]', 400, "bad_request"),
    ("deep JSON", b"[" * 100_000, 400, "bad_request"),
    ("deep JSON objects", b'{"a":' * 20_000, 400, "bad_request"),
    ("NaN", b'{"script": "# a", "priority": NaN}', 400, "bad_request"),
    ("number of many digits", b'{"script": "# a", "priority": ' + b"9" * 10_000 + b"}", 400, "bad_request"),
    ("JSON that no script could make so long", b'{"script": "' + b"x" * 150_000 + b'"}', 413, "body_too_large"),
]


@pytest.mark.parametrize(("body", "status", "code"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_submission_is_a_problem_and_writes_nothing(client: FlaskClient, store: Store, body: Any, status: int, code: str) -> None:
    refused(post(client, body), status, code)
    assert events_of(store) == []


def test_broken_yaml_is_named_with_line_and_column(client: FlaskClient, store: Store) -> None:
    answer = post(client, {"script": "title: Hello\nscenes:\n  - kind: section\n    title: 'open\n  - kind: outro\n", "format": "yaml"})
    refused(answer, 422, answer.get_json()["code"])
    (diagnostic, *_) = answer.get_json()["faults"]
    assert diagnostic["line"] >= 3
    assert diagnostic["column"] >= 1
    assert events_of(store) == []


def test_unknown_scene_is_named_and_the_known_ones_listed(client: FlaskClient, store: Store) -> None:
    answer = post(client, {"script": "title: Hello\nscenes:\n  - kind: explosion\n", "format": "yaml"})
    refused(answer, 422, "unknown_scene")
    problem = answer.get_json()
    text = json.dumps(problem)
    assert "explosion" in text
    assert all(kind in text for kind in ("title", "section", "text", "list", "code", "outro"))
    assert problem["faults"][0]["line"] == 3
    assert events_of(store) == []


def test_unknown_voice_and_theme_are_found_out_at_once(client: FlaskClient, store: Store) -> None:
    for options in ({"voice": "nobody"}, {"theme": "nothing"}):
        answer = post(client, hello(options=options))
        assert answer.status_code == 422
        assert answer.get_json()["hint"]
    assert events_of(store) == []


def test_full_queue_says_when_to_come_back(client: FlaskClient, store: Store) -> None:
    for _ in range(5):
        assert post(client, hello()).status_code == 201
    answer = post(client, hello())
    refused(answer, 503, "queue_full")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("key", ["", " ", "a" * 201, "a b", "\xe4", "a\tb"])
def test_key_that_cannot_be_used_is_refused(client: FlaskClient, store: Store, key: str) -> None:
    answer = post(client, hello(), headers={"Idempotency-Key": key})
    assert answer.status_code in (201, 400)
    if answer.status_code == 400:
        refused(answer, 400, "bad_request")
        assert events_of(store) == []


def test_same_key_gives_the_same_task_and_another_body_a_conflict(client: FlaskClient, store: Store) -> None:
    key = {"Idempotency-Key": "once"}
    first, second = post(client, hello(), headers=key), post(client, hello(), headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json()["id"] == second.get_json()["id"]
    refused(post(client, {"script": "# Another"}, headers=key), 409, "idempotency_conflict")
    assert len(events_of(store)) == 1


def form(client: FlaskClient, **fields: Any) -> TestResponse:
    return client.post("/api/tasks", data=fields, content_type="multipart/form-data")


def test_script_can_come_as_a_file(client: FlaskClient) -> None:
    talk = io.BytesIO("\ufefftitle: Größe\nscenes:\n  - kind: section\n    title: One\n".encode())
    answer = form(client, script=(talk, "talk.yaml"), options='{"voice": "none"}')
    assert answer.status_code == 201, answer.text
    assert (answer.get_json()["title"], answer.get_json()["format"]) == ("Größe", "yaml")


def test_bad_form_is_a_problem_and_writes_nothing(client: FlaskClient, store: Store) -> None:
    for fields, status, code in (
        ({}, 400, "bad_request"),
        ({"script": (io.BytesIO(b"\xff\xfe\x00"), "talk.md")}, 422, "script_not_text"),
        ({"script": (io.BytesIO(b"PK\x03\x04" + bytes(200)), "talk.md")}, 422, "script_not_text"),
        ({"script": "# a", "options": "{"}, 400, "bad_request"),
        ({"script": "# a", "options": "[" * 20_000}, 400, "bad_request"),
        ({"script": "# a", "options": '{"height": NaN}'}, 400, "bad_request"),
        ({"script": "# a", "options": '"none"'}, 422, "bad_option"),
        ({"script": "# a", "priority": "²"}, 400, "bad_request"),
        ({"script": "# a", "priority": "9" * 10_000}, 400, "bad_request"),
        ({"script": "# " + "x" * 140_000}, 413, "body_too_large"),
    ):
        refused(form(client, **fields), status, code)
    for broken in (b"", b"--", b"--x\r\n\r\n", b"--x\r\nContent-Disposition: form-data; name=script\r\n\r\n# a"):
        answer = client.post("/api/tasks", data=broken, content_type="multipart/form-data; boundary=x")
        assert answer.status_code == 400, broken
        refused(client.post("/api/tasks", data=broken, content_type="multipart/form-data"), 400, "bad_request")
    assert events_of(store) == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/nothing",
        "/api/tasks/%ED%A0%80",
        "/api/tasks/%00",
        "/api/tasks/nothing/video",
        "/api/tasks/nothing/scenes/99999999999999999999999.png",
        "/api/tasks/nothing/scenes/1.exe",
        "/api/tasks/nothing/scenes/-1.png",
        "/api/tasks/../../etc/passwd",
        "/api/tasks/nothing/..%2f..%2fetc%2fpasswd",
        "/api/sketches/..%2f..%2fvideogen.db",
        "/api/sketches/videogen.db",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/tasks/nothing",
        "/tasks/%ED%A0%80",
        "/" + "a" * 10_000,
    ],
)
def test_address_of_nothing_is_404(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    refused(answer, 404, answer.get_json()["code"])


def test_files_of_a_task_say_why_they_are_not_there(client: FlaskClient, store: Store) -> None:
    moves = Moves(store)
    waiting, made_task = moves.submit(priority=-1), moves.make()
    for task_id, word in ((waiting.id, "yet"), (made_task.id, "no video")):
        for name in ("video", "thumbnail", "captions.vtt", "scenes/1.png", "scenes/99999.mp4"):
            refused(client.get(f"/api/tasks/{task_id}/{name}"), 404, "not_found")
        assert word in client.get(f"/api/tasks/{task_id}/video").get_json()["detail"]


def test_queries_that_make_no_sense_are_refused_or_harmless(client: FlaskClient, store: Store) -> None:
    Moves(store).submit()
    nonsense = ("limit=x", "limit=-1", "limit=99999999", "limit=0", "limit=" + "9" * 5000, "status=lost", "status=%ED%A0%80")
    for query in (*nonsense, "before=%00", "before=x", "before=%ED%A0%80", "before=" + "9" * 5000):
        refused(client.get(f"/api/tasks?{query}"), 400, "bad_request")
    for query in ("before=9_9", "before=", "nothing=1"):
        assert client.get(f"/api/tasks?{query}").status_code == 200, query


def test_method_that_is_not_possible_names_those_that_are(client: FlaskClient) -> None:
    answer = client.put("/api/health", json={})
    refused(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_unknown_verb_is_refused_with_the_known_ones(client: FlaskClient, store: Store) -> None:
    answer = client.post(f"/api/tasks/{Moves(store).submit().id}/explode")
    refused(answer, 404, "not_found")
    assert "cancel" in answer.get_json()["hint"]


def test_verb_that_does_not_fit_the_state_is_a_conflict(client: FlaskClient, store: Store) -> None:
    made_task = Moves(store).make()
    refused(client.post(f"/api/tasks/{made_task.id}/cancel"), 409, "wrong_state")
    refused(client.post(f"/api/tasks/{made_task.id}/retry"), 409, "wrong_state")


def test_unforeseen_fault_tells_nothing_of_the_inside(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("videogen.web.views.task_view", broken)
    answer = client.get("/api/tasks/anything")
    refused(answer, 500, "internal_error")
    assert "secret" not in answer.text


def test_people_get_a_page(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert client.get("/api/nothing", headers={"Accept": "text/html"}).mimetype == "application/problem+json"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("script", "format", "options", "priority", "made_from", "page")


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), ANYTHING, max_size=5))
def test_no_body_makes_the_server_stumble(client: FlaskClient, store: Store, body: dict[str, Any]) -> None:
    before = len(events_of(store))
    answer = post(client, body)
    assert answer.status_code in (201, 400, 413, 422, 429, 503), answer.text
    assert len(events_of(store)) == before + (answer.status_code == 201)
    if answer.status_code != 201:
        refused(answer, answer.status_code, answer.get_json()["code"])


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(raw=st.binary(max_size=300))
def test_no_bytes_make_the_server_stumble(client: FlaskClient, raw: bytes) -> None:
    assert post(client, raw).status_code in (400, 422)
