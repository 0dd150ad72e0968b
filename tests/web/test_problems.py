"""Whatever is wrong with a request is said in words of this project, never in those of a library."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import retention, task
from models.database import Store
from models.event import EventType
from tests.support.task_moves import Moves
from videogen.config import Settings
from videogen.script.video_options import Options
from videogen.web import create_app
from videogen.web.services import services_of

# How pydantic, json, werkzeug, SQLAlchemy, sqlite3, YAML's readers, Python and click begin to speak.
OF_LIBRARIES = re.compile(
    r"[Ii]nput should|[Vv]alid(ation)? error|[Ff]ield required|[Ee]xtra inputs|pydantic|unable to parse|[Ee]xpecting (value|property|'.')|"
    r"[Ii]nvalid control character|[Uu]nterminated string|[Ee]xtra data|[Ii]nvalid \\\\|codec can't|The browser \(or proxy\)|"
    r"The server could not|[Ff]ailed to decode|werkzeug|sqlalchemy|sqlite3|OperationalError|Traceback|invalid literal|NoneType|"
    r"could not convert|while parsing|mapping values|did not find expected|scanning|is not a valid|object has no|unhashable|KeyError"
)
WRONG: tuple[Any, ...] = ("nonsense", "", 3, -1, 1.5, 10**30, True, None, [], ["a"], {}, {"a": {"b": 1}}, "\x00", "a" * 5000)
BROKEN = (
    "{", "[", "", '{"script": tru}', "{'script': 1}", '{"script" 1}', '{"script": 1,}', '{"script": "a', '{"script": "a\nb"}',
    '{"script": "a\x01b"}', '{"script": "\\q"}', '{"script": "\\u12"}', '{"script": "a"} b', '{"script":\f"# a"}', '{"script": NaN}',
)  # fmt: skip


@pytest.fixture
def app(data: Path) -> Iterator[Flask]:
    """An application that takes as much as is sent."""
    limits = {"max_tasks_per_minute": 100_000, "max_queued": 100_000, "max_stream_age_s": 0.001, "floor_s": 0}
    app = create_app(Settings.model_validate({"data": data, "voice": "none", "script_max_bytes": 10_000, **limits}))
    yield app
    services_of(app).close()


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/api/openapi.json").get_json()
    return document


def spoken(answer: TestResponse) -> str:
    """What an answer says to a person, of what was wrong."""
    problem: Any = answer.get_json(silent=True) if answer.status_code < 500 else {"detail": answer.text}
    if not isinstance(problem, dict):
        return ""
    problem = problem.get("problem") or problem  # a preview is answered, with the problem in it
    return json.dumps({name: problem.get(name) for name in ("title", "detail", "message", "hint", "faults")})


def check(answer: TestResponse, of: object) -> None:
    assert answer.status_code < 500, (of, answer.text)
    match = OF_LIBRARIES.search(spoken(answer))
    assert match is None, (of, match, spoken(answer))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "stream" not in path or method != "get":
                yield path, method, operation


def test_no_parameter_is_refused_in_a_librarys_words(client: FlaskClient, store: Store, document: dict[str, Any]) -> None:
    made = Moves(store).make()
    for path, method, operation in operations(document):
        of_path = re.sub(r"\{\w+\}", "1", path.replace("{task_id}", made.id))
        for parameter in operation.get("parameters", ()):
            for value in ("nonsense", "-1", "1e9", "\x00", "9" * 5000, "ä", "[", ""):
                if parameter["in"] == "query":
                    answer = client.open(of_path, method=method.upper(), query_string={parameter["name"]: value}, buffered=True)
                elif parameter["in"] == "header":
                    header = {parameter["name"]: value.replace("\x00", "?")}
                    answer = client.open(of_path, method=method.upper(), headers=header, json={"script": "# a"}, buffered=True)
                else:
                    name = "{" + parameter["name"] + "}"
                    address = re.sub(r"\{\w+\}", "1", path.replace(name, value.replace("\x00", "%00") or "%20"))
                    answer = client.open(address, method=method.upper(), buffered=True)
                check(answer, (method, path, parameter["name"], value))


def test_no_field_of_a_body_is_refused_in_a_librarys_words(client: FlaskClient, document: dict[str, Any]) -> None:
    shapes = document["components"]["schemas"]
    for path, _, operation in operations(document):
        body = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in body or path == "/api/preview":  # what a preview answers, its reader says: see below
            continue
        shape = shapes[body["application/json"]["schema"]["$ref"].rpartition("/")[2]]
        choices = [shapes[choice["$ref"].rpartition("/")[2]] for choice in shape["anyOf"]] if "anyOf" in shape else [shape]
        for field in (field for choice in choices for field in choice["properties"]):
            for value in WRONG:
                check(client.post(path, json={"script": "# a"} | {field: value}), (path, field, value))
                if not isinstance(value, dict | list):
                    sent = {"script": "# a"} | {field: str(value)}
                    check(client.post(path, data=sent, content_type="multipart/form-data"), (path, field, value, "multipart"))


@pytest.mark.parametrize("body", BROKEN)
def test_broken_json_is_explained_in_plain_words_with_its_place(client: FlaskClient, body: str) -> None:
    answer = client.post("/api/tasks", data=body.encode(), content_type="application/json")
    check(answer, body)
    assert answer.status_code == 400
    assert not re.search(r"\bat\.|from\.", answer.get_json()["detail"]), "a sentence that stops in the middle"


def test_line_separators_that_javascript_writes_raw_are_taken_in_a_body(client: FlaskClient) -> None:
    body = '{"script": "# One\u2028two\u2029three\u0085four"}'.encode()
    assert client.post("/api/tasks", data=body, content_type="application/json").status_code == 201


def test_no_option_is_refused_in_a_librarys_words(client: FlaskClient) -> None:
    for name in Options.model_fields:
        for value in WRONG:
            check(client.post("/api/tasks", json={"script": "# a", "options": {name: value}}), (name, value))


def test_files_that_are_none_are_refused_in_plain_words(client: FlaskClient) -> None:
    for content in (b"", b"\x00", b"nonsense", b"\x89PNG\r\n\x1a\n broken", b"GIF89a"):
        sent = {"file": (io.BytesIO(content), "a.png")}
        check(client.post("/api/assets", data=sent, content_type="multipart/form-data"), content)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("/api/tasks?status=lost", "queued"),
        ("/api/tasks?limit=0", "1 to 200"),
        ("/api/tasks?limit=201", "1 to 200"),
        ("/api/tasks?before=x", "next"),
        ("/api/events?limit=1001", "1 to 1000"),
        ("/api/events?wait=-1", "0 to 30"),
        ("/api/stream?type=task.explodes", str(EventType.TASK_STARTED)),
    ],
)
def test_value_that_a_query_does_not_know_is_refused_with_those_that_it_does(client: FlaskClient, query: str, named: str) -> None:
    answer = client.get(query)
    assert answer.status_code == 400
    assert named in answer.get_json()["hint"]


def test_deleted_task_is_said_to_be_there_as_long_as_it_can_be_brought_back(client: FlaskClient, store: Store) -> None:
    made = Moves(store).make()
    task.delete(store, made.id)
    gone = client.get(f"/api/tasks/{made.id}")
    assert gone.status_code == 410
    assert f"/api/tasks/{made.id}/undelete" in gone.get_json()["hint"]
    assert client.post(f"/api/tasks/{made.id}/undelete").status_code == 200
    task.delete(store, made.id)
    retention.purge(store, undo_s=-1)
    gone = client.post(f"/api/tasks/{made.id}/undelete")
    assert gone.status_code == 410
    assert "undelete" not in gone.get_json()["hint"]
