"""POST /api/imports puts an import into the queue; GET /api/imports has its script, with files for scripts."""

from __future__ import annotations

import importlib.util
import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import attempt
from models.database import Store
from models.files.blob_store import key_of
from tests.support.presentations import png
from tests.support.task_moves import Moves, published, written
from videogen import install_command


def post(client: FlaskClient, *files: tuple[str, bytes], **fields: str) -> Any:
    return client.post("/api/imports", data={"file": [(io.BytesIO(content), name) for name, content in files], **fields})


def complete_import(store: Store) -> str:
    """Claim the import that waits, and complete it with a script and a picture."""
    claimed = Moves(store).claim()
    work = store.data / "work"
    about = {
        "title": "Bees",
        "format": "markdown",
        "files": ["a.png"],
        "warnings": [{"code": "left_out", "message": "No.", "place": "Slide 3"}],
    }
    files = (
        written(work / "script.md", b"# Bees\n\n![A bee](a.png)\n", kind="script", name="script.md", media_type="text/markdown"),
        written(work / "import.json", json.dumps(about).encode(), kind="import", name="import.json", media_type="application/json"),
        written(work / "a.png", png().getvalue(), kind="picture", name="a.png", position=1, media_type="image/png"),
    )
    attempt.report(store, claimed.lease, [fact for file in files for fact in published(file)])
    attempt.complete(store, claimed.lease)
    return claimed.id


def test_document_is_a_task_and_its_script_comes_with_files(client: FlaskClient, store: Store) -> None:
    answer = post(client, ("City bees.pptx", b"content"), slides="pictures", pages="1-5, 8")
    task = answer.get_json()["task"]
    assert (answer.status_code, answer.get_json()["video"], answer.headers["Location"]) == (201, None, f"/api/tasks/{task['id']}")
    assert (task["kind"], task["title"]) == ("import", "City bees.pptx")
    assert task["payload"] == {"document": "City bees.pptx", "slides": "pictures", "pages": "1-5, 8"}
    early = client.get(f"/api/imports/{task['id']}")
    assert (early.status_code, early.get_json()["hint"]) == (404, "Wait until it has completed; the task's stream tells when.")
    assert complete_import(store) == task["id"]
    imported = client.get(f"/api/imports/{task['id']}").get_json()
    assert (imported["title"], imported["format"], imported["script"][:6]) == ("Bees", "markdown", "# Bees")
    assert imported["warnings"] == [{"code": "left_out", "message": "No.", "place": "Slide 3"}]
    (asset,) = imported["assets"]
    assert (asset["name"], asset["media_type"]) == ("a.png", "image/png")
    assert (store.data / key_of(asset["id"])).read_bytes() == png().getvalue()
    script = {"script": imported["script"], "options": {"voice": "none"}, "assets": {"a.png": asset["id"]}}
    assert client.post("/api/tasks", json=script).status_code == 201
    page = client.get(f"/?import={task['id']}").text
    assert "# Bees" in page
    assert asset["id"] in page


def test_import_leads_to_a_video_that_waits_for_it(client: FlaskClient, store: Store) -> None:
    answer = post(client, ("Bees.pptx", b"content"), video="yes", options='{"voice": "none", "theme": "paper"}').get_json()
    task, video = answer["task"], answer["video"]
    assert (video["kind"], video["title"], video["options"]) == ("video", "Bees", {"voice": "none", "theme": "paper"})
    assert [(other["id"], video["hold_reason"]) for other in video["after"]] == [(task["id"], "waiting_for_tasks")]
    complete_import(store)
    assert client.get(f"/api/tasks/{video['id']}").get_json()["hold_reason"] is None


@pytest.mark.parametrize(
    ("name", "fields", "status", "code"),
    [
        ("talk.key", {}, 422, "bad_document"),
        ("talk.pptx", {"pages": "all"}, 422, "bad_payload"),
        ("talk.pptx", {"slides": "blurred"}, 422, "bad_payload"),
        ("talk.pptx", {"video": "yes", "options": '{"theme": 3}'}, 422, "bad_option"),
        ("talk.pptx", {"video": "yes", "options": "{"}, 400, "bad_request"),
    ],
)
def test_import_that_cannot_be_is_refused_with_a_hint(
    client: FlaskClient, store: Store, name: str, fields: dict[str, str], status: int, code: str
) -> None:
    problem = post(client, (name, b"PK"), **fields).get_json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["hint"]
    assert client.get("/api/tasks").get_json()["tasks"] == []


def test_request_without_exactly_one_file_is_refused(client: FlaskClient) -> None:
    assert post(client, ("a.pptx", b"a"), ("b.pptx", b"b")).status_code == 400
    assert client.post("/api/imports", data={"file": "no file"}, content_type="multipart/form-data").status_code == 400
    assert client.post("/api/imports", json={}).status_code == 415


def test_task_that_is_no_import_has_no_script_to_open(client: FlaskClient, store: Store, tmp_path: Path) -> None:
    video = Moves(store).submit().id
    assert client.get(f"/api/imports/{video}").get_json()["code"] == "not_found"
    assert client.get(f"/?import={video}").status_code == 404


@pytest.mark.parametrize(("name", "library"), [("a.pptx", "pptx"), ("a.pdf", "pypdfium2"), ("a.docx", "mammoth"), ("a.html", "bs4")])
def test_document_that_needs_a_missing_extra_is_refused_before_it_is_queued(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str, library: str
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == library else find_spec(name))
    answer = post(client, (name, b"content"))
    problem = answer.get_json()
    assert (answer.status_code, problem["code"]) == (501, "extra_missing")
    assert install_command("import") in problem["hint"]
    assert client.get("/api/tasks").get_json()["tasks"] == []
    assert post(client, ("a.ipynb", b"content")).status_code == 201
