"""The API's document says what the API does: all of its addresses, and every answer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import validate
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import response_schema_conformance

from models import attempt
from models import task as tasks
from models.attempt import Fact
from models.errors import Diagnostic
from models.event import EventType
from tests.support.examples import examples
from tests.support.task_moves import Moves, published, written
from tests.web.response_shapes import hold_to_its_word
from videogen.config import Settings
from videogen.errors import every_error
from videogen.errors.rendering import StageFailed
from videogen.script.video_options import Options
from videogen.web import create_app
from videogen.web.services import services_of
from videogen.web.views import FILES

EXAMPLES = 5
BOARD: dict[str, Any] = {
    "problem": None,
    "title": "A",
    "seconds": 1.0,
    "making_s": None,
    "options": Options().model_dump(mode="json"),
    "warnings": [],
    "unfinished": None,
    "scenes": [],
}
# A script that cannot be used is no fault of the body's form.
CHECKS = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "304", "404", "409", "410", "413", "416", "422"]
negative_data_rejection.expected-statuses = ["200", "201", "204", "304", "4xx"]
missing_required_header.enabled = false
ignored_auth.enabled = false
"""


PLACES = {
    "task_id": "a",
    "position": 1,
    "number": 1,
    "kind": "video",
    "share_id": "0" * 16,
    "draft_id": "0" * 16,
    "schedule_id": "x",
    "name": "x",
    "language": "de",
}
"""What stands in an address where nothing else is asked for."""


@pytest.fixture(scope="module")
def api_app(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, dict[str, str]]]:
    """An application with a task of each status; what draws is replaced, and nothing is waited for."""
    data = shutil.copytree(template, tmp_path_factory.mktemp("api") / "data")
    limits: dict[str, Any] = {
        "max_tasks_per_minute": 100_000,
        "max_queued": 100_000,
        "max_stream_age_s": 0.001,
        "fast_fanout": False,
        "floor_s": 0,
    }
    app = create_app(Settings(data=data, voice="none", script_max_bytes=10_000, upload_max_bytes=200_000, **limits))
    hold_to_its_word(app)
    services = services_of(app)
    services.previews.sketch = lambda *_, **__: BOARD
    services.previews.timeline = lambda *_: "<svg/>"
    services.previews.sample = lambda *_: data / "secret"
    services.previews.narration = lambda *_, **__: {"scenes": [], "script": "# Other", "format": "markdown"}
    services.previews.comparison = lambda *_, **__: {"scenes": [], "counts": {}}
    services.readers.inspect_files = lambda files, **_: ["image/png"] * len(files)
    yield app, task_of_each_status(Moves(services.store), data)
    services.close()


def task_of_each_status(moves: Moves, data: Path) -> dict[str, str]:
    completed = moves.submit("Completed")
    lease = moves.claim().lease
    kinds = [(kind, 0) for kind in FILES] + [("scene", 1), ("scene_picture", 1)]
    files = [written(data / "work" / kind, b"0123456789", kind=kind, name=f"{kind}.x", position=position) for kind, position in kinds]
    attempt.report(moves.store, lease, published(*files))
    warning = {"code": "left_out", "message": "Left out.", "hint": "Mend it.", "line": 3}
    attempt.report(moves.store, lease, [Fact(EventType.TASK_WARNING, stage="video", data=warning)])
    attempt.complete(moves.store, lease)
    failed = moves.submit("Failed")
    attempt.fail(moves.store, moves.claim().lease, StageFailed("It broke.", diagnostics=[Diagnostic("Here.", line=2)]), "audio")
    running, queued, cancelled, deleted = (moves.submit(title) for title in ("Running", "Queued", "Cancelled", "Deleted"))
    moves.say(moves.claim().lease, progress=0.5, stage_progress=0.2)
    tasks.cancel(moves.store, cancelled.id)
    tasks.delete(moves.store, deleted.id)
    made = {"completed": completed, "failed": failed, "running": running, "queued": queued, "cancelled": cancelled, "deleted": deleted}
    return {status: row.id for status, row in made.items()}


@pytest.fixture(scope="module")
def document(api_app: tuple[Flask, dict[str, str]]) -> dict[str, Any]:
    document: dict[str, Any] = api_app[0].test_client().get("/api/openapi.json").get_json()
    return document


@pytest.fixture(scope="module")
def api(api_app: tuple[Flask, dict[str, str]]) -> Any:
    app, _ = api_app

    def from_here(environ: dict[str, Any], start: Any) -> Any:
        return app(environ | {"REMOTE_ADDR": "127.0.0.1"}, start)

    return schemathesis.openapi.from_wsgi("/api/openapi.json", from_here, config=SchemathesisConfig.from_str(CHECKS))


def test_document_is_openapi(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_address_has_its_promise(api_app: tuple[Flask, dict[str, str]]) -> None:
    app, _ = api_app
    ours = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert [rule.rule for rule in ours if not hasattr(app.view_functions[rule.endpoint], "operation")] == [], "add @described"


def test_shapes_are_those_of_real_tasks(api_app: tuple[Flask, dict[str, str]]) -> None:
    """Looked at by `hold_to_its_word`."""
    app, ids = api_app
    client = app.test_client()
    for status, task_id in ids.items():
        if status != "deleted":
            assert client.get(f"/api/tasks/{task_id}").get_json()["id"] == task_id
            assert client.get(f"/api/tasks/{task_id}/events").get_json()["events"]
    assert {row["status"] for row in client.get("/api/tasks").get_json()["tasks"]} >= {"completed", "failed", "running", "queued"}
    assert client.get("/api/status").get_json()["workers"]


def test_head_says_the_same_without_a_body(api_app: tuple[Flask, dict[str, str]], document: dict[str, Any]) -> None:
    app, ids = api_app
    client = app.test_client()
    for path, methods in document["paths"].items():
        if "get" in methods and "stream" not in path and "jobs" not in path:
            url = path.format_map(PLACES | {"task_id": ids["completed"], "name": "0" * 16 + ".png"})
            head, get = client.head(url, buffered=True), client.get(url, buffered=True)
            assert (head.status_code, head.data, head.mimetype) == (get.status_code, b"", get.mimetype), url


def test_page_for_people_has_every_address_and_every_error(client: FlaskClient, document: dict[str, Any]) -> None:
    page = client.get("/api/docs").text
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert f'id="{operation["operationId"]}"' in page, (method, path)
    for error in every_error():
        assert f'<tr id="{error.code}">' in page
        assert all(f'<span id="{code}">' in page for code in error.former_codes)
    assert "http://" not in page.replace("http://127.0.0.1", "")
    assert "https://" not in page


def test_what_can_be_chosen_is_told(client: FlaskClient) -> None:
    assert client.get("/api/schema").get_json()["title"] == "Script"
    kinds = {scene["kind"]: scene for scene in client.get("/api/scenes").get_json()["scenes"]}
    assert "code" in kinds["code"]["fields"]["required"]
    assert [theme["name"] for theme in client.get("/api/themes").get_json()["themes"] if theme["default"]] == ["slate"]
    assert "none" in [voice["name"] for voice in client.get("/api/voices").get_json()["voices"]]


@pytest.mark.parametrize("mode", schemathesis.GenerationMode, ids=lambda mode: mode.value)
def test_every_answer_is_as_described(api: Any, api_app: tuple[Flask, dict[str, str]], mode: schemathesis.GenerationMode) -> None:
    """What fits the document, and what does not. Two of three requests go to a task that there is, and none waits long."""
    ids = list(api_app[1].values())

    def check(case: Any) -> None:
        asked = str(case.path_parameters.get("task_id", ""))
        if len(asked) % 3:
            case.path_parameters["task_id"] = ids[len(asked) % len(ids)]
        if isinstance(case.query, dict) and "wait" in case.query:
            case.query["wait"] = 0
        # Names of files have no control characters, which no pattern says in all dialects of regular expressions.
        if mode is schemathesis.GenerationMode.POSITIVE and isinstance(case.body, dict) and case.body.get("assets"):
            case.body["assets"] = {}
        # OpenAPI 3.1 says nothing of the messages of a stream, and schemathesis takes the schema of the text for that of each message.
        streamed = "stream" in case.path or "jobs" in case.path
        checks = [response_schema_conformance] if streamed else None
        # A compressed answer would be checked as it is, since nothing decodes it in process.
        case.call_and_validate(excluded_checks=checks, headers={"Accept-Encoding": "identity"})

    thorough = settings(
        max_examples=examples(EXAMPLES), derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    for operation in api.get_all_operations():
        with suppress(Unsatisfiable):  # an address without a parameter takes anything
            thorough(given(operation.ok().as_strategy(generation_mode=mode))(check))()


def test_options_names_the_methods_of_the_document(client: FlaskClient, document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        url = path.format_map(PLACES)
        documented = {method.upper() for method in methods} | {"OPTIONS"} | ({"HEAD"} if "get" in methods else set())
        allowed = set(client.options(url).allow)
        is_like_an_id = path in ("/api/tasks/batch", "/api/sets/check")
        assert documented <= allowed if is_like_an_id else documented == allowed, path


def test_streams_are_described_as_text(document: dict[str, Any]) -> None:
    """A schema of one message would make a generated client parse the whole stream as one."""
    contents = {path: methods["get"]["responses"]["200"]["content"] for path, methods in document["paths"].items() if "get" in methods}
    streams = {path: content["text/event-stream"] for path, content in contents.items() if "text/event-stream" in content}
    assert streams.keys() == {"/api/stream", "/api/tasks/{task_id}/stream", "/api/videos/jobs/{task_id}/events"}
    assert {stream["schema"]["type"] for stream in streams.values()} == {"string"}


def test_a_longer_wait_than_the_limit_is_neither_refused_nor_declared_an_error(client: FlaskClient, document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/events"]["get"]["parameters"]
    wait = next(parameter for parameter in parameters if parameter["name"] == "wait")
    assert "maximum" not in wait["schema"]
    assert client.get("/api/events?wait=1000").status_code == 200
