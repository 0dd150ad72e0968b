"""Scripts are read, and previews drawn, in processes of their own: the web process never does it, and nobody waits for somebody else."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from models.errors import DiskFull
from tests.support.paths import ROOT
from tests.support.web_server import Serve
from videogen.processes.pool_client import RequestEnded

# Parsers, decoders and what draws: none of them is ever in the web process.
NEVER = (
    *("av", "fontTools", "hibari", "markdown_it", "matplotlib", "mdit_py_plugins", "moviepy", "numpy", "onnxruntime", "PIL"),
    *("pyparsing", "uharfbuzz", "videogen.scenes", "videogen.render.scene", "videogen.script.markdown", "videogen.script.document"),
    *("videogen.pipeline.script_check", "videogen.pipeline.storyboard", "videogen.media.images"),
)


def formulas(number: int) -> str:
    """A script with formulas of its own."""
    one, two = f"$$\\frac{{a_{{{number}}}}}{{b}}$$", f"$$\\sqrt{{x^{{{number}}}}}$$"
    return f"# Film {number}\n\n## One\n\n{one}\n\n## Two\n\n{two}\n\nWith $e^{{{number}}}$ said.\n"


def test_scripts_with_formulas_that_come_at_once_are_all_taken(serve: Serve) -> None:
    """matplotlib's parser has a lock of its own, which greenlets and threads of one process took from one another."""
    server = serve(max_tasks_per_minute=1000, max_queued=1000)
    with ThreadPoolExecutor(24) as people:
        answers = list(people.map(lambda n: server.client.post("/api/tasks", json={"script": formulas(n)}), range(48)))
        previews = list(people.map(lambda n: server.client.post("/api/preview", json={"script": formulas(n), "page": f"p{n}"}), range(4)))
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers if answer.status_code != 201]
    assert {answer.json()["title"] for answer in answers} == {f"Film {number}" for number in range(48)}
    assert [answer.json()["problem"] for answer in previews] == [None] * 4
    assert "Traceback" not in server.log


def test_the_web_process_imports_nothing_that_reads_or_draws(tmp_path: Path) -> None:
    """All of it in a process patched as the server's is: pages, forms, submissions, files, previews, samples and faults."""
    code = f"""
from gevent import monkey
monkey.patch_all()
import io, os, re, sys, tempfile
from pathlib import Path
from videogen.config import Settings
from videogen.web import create_app
from videogen.web.services import services_of

app = create_app(Settings(data=Path({str(tmp_path / "data")!r}), voice="none"))
client = app.test_client()
page = client.get("/").text
token = re.search('name="csrf_token" value="(.+?)"', page)[1]
for address in ("/", "/?example=tour.md", "/tasks", "/status", "/login"):
    client.get(address)
for address in ("samples", "scenes", "schema", "voices", "themes", "openapi.json", "docs", "status"):
    assert client.get("/api/" + address).status_code == 200
made = client.post("/api/tasks", json={{"script": {formulas(1)!r}}})
assert made.status_code == 201, made.text
client.get("/api/tasks/" + made.json["id"]), client.get("/tasks/" + made.json["id"])
assert client.get("/api/tasks/" + made.json["id"] + "/timeline.svg").status_code == 200
assert client.post("/", data={{"csrf_token": token, "script": {formulas(2)!r}}}).status_code == 303
assert client.post("/api/tasks", json={{"script": "scenes: 3", "format": "yaml"}}).status_code == 422
assert client.post("/api/preview", json={{"script": {formulas(3)!r}}}).status_code == 200
table = (io.BytesIO(b"a,b\\n1,2\\n"), "numbers.csv")
assert client.post("/api/assets", data={{"file": table}}, content_type="multipart/form-data").status_code == 201
print(*[name for name in {NEVER!r} if name in sys.modules])
services_of(app).close()
sys.stdout.flush()
os._exit(0)
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.returncode) == ("\n", 0), ran.stderr


def test_of_the_previews_of_one_page_the_newest_is_answered(serve: Serve) -> None:
    server = serve()

    def preview(number: int) -> int:
        return server.client.post("/api/preview", json={"script": formulas(number), "page": "same"}).status_code

    with ThreadPoolExecutor(8) as people:
        statuses = list(people.map(preview, range(8)))
    assert set(statuses) <= {200, 409}
    assert 200 in statuses


@pytest.mark.parametrize(
    ("reason", "message"),
    [("too_long", "took longer than 15 s"), ("too_large", "MiB of memory"), ("lost", "process that made the sketch")],
)
def test_a_preview_that_is_ended_is_a_problem_of_the_moment(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, reason: Any, message: str
) -> None:
    def ended(*_: object, **__: object) -> None:
        raise RequestEnded(reason)

    monkeypatch.setattr("videogen.processes.pool_client.PoolClient.call", ended)
    answer = client.post("/api/preview", json={"script": "# A"})
    assert answer.status_code == 503
    assert answer.json
    assert (answer.json["code"], answer.headers["Retry-After"]) == ("preview_failed", "5")
    assert message in answer.json["detail"]


@pytest.mark.parametrize("reason", ["too_long", "too_large", "lost"])
def test_a_preview_whose_pictures_cannot_be_drawn_has_its_scenes_and_says_why(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, reason: Any
) -> None:
    scene = {"position": 1, "kind": "title", "title": "A", "line": 1, "narration": "A.", "seconds": 2.0, "picture": None}
    scene |= {"spoken": False, "rendered": False}
    board = {"title": "A", "seconds": 2.0, "options": {}, "warnings": [], "problem": None, "unfinished": "drawing", "scenes": [scene]}

    def ended(*_: object, **__: object) -> None:
        raise RequestEnded(reason, board)

    monkeypatch.setattr("videogen.processes.pool_client.PoolClient.call", ended)
    answer = client.post("/api/preview", json={"script": "# A"})
    assert answer.status_code == 200 and answer.json
    assert answer.json["scenes"] == [scene]
    assert answer.json["unfinished"]["reason"] == reason and answer.json["unfinished"]["message"]


def test_a_preview_on_a_full_disk_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull("No space left on device.")  # as a renderer says it

    monkeypatch.setattr("videogen.processes.pool_client.PoolClient.call", full)
    answer = client.post("/api/preview", json={"script": "# A"})
    assert (answer.status_code, (answer.json or {})["code"]) == (507, DiskFull.code)
