"""POST /api/imports: a presentation becomes a script with uploaded files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from models.database import Store
from models.files.blob_store import key_of
from tests.support.presentations import talk


@pytest.fixture
def deck(tmp_path: Path) -> bytes:
    return talk(tmp_path / "deck.pptx").read_bytes()


def post(client: FlaskClient, *files: tuple[str, bytes]) -> Any:
    return client.post("/api/imports", data={"file": [(io.BytesIO(content), name) for name, content in files]})


def test_presentation_becomes_a_script_whose_files_are_uploaded(client: FlaskClient, store: Store, deck: bytes) -> None:
    answer = post(client, ("City bees.pptx", deck))
    imported = answer.get_json()
    assert (answer.status_code, imported["format"], imported["title"]) == (201, "markdown", "City bees")
    assert imported["warnings"] == [{"code": "hidden_slide", "message": "A hidden slide is left out.", "slide": 3}]
    (asset,) = imported["assets"]
    assert (asset["name"], asset["media_type"]) == ("slide-05-1.png", "image/png")
    assert (store.data / key_of(asset["id"])).stat().st_size == asset["bytes"]
    assert list((store.data / "tmp").glob("import-*")) == []
    task = client.post(
        "/api/tasks", json={"script": imported["script"], "options": {"voice": "none"}, "assets": {asset["name"]: asset["id"]}}
    )
    assert (task.status_code, task.get_json()["title"]) == (201, "City bees")


@pytest.mark.parametrize(
    ("name", "content"), [("talk.pptx", b"no deck"), ("talk.pptx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ("talk.key", b"PK")]
)
def test_file_that_is_no_presentation_is_a_problem_with_a_hint(client: FlaskClient, store: Store, name: str, content: bytes) -> None:
    problem = post(client, (name, content)).get_json()
    assert (problem["status"], problem["code"]) == (422, "bad_document")
    assert problem["hint"]
    assert [path for path in (store.data / "assets").rglob("*") if path.is_file()] == []


def test_request_without_exactly_one_file_is_refused(client: FlaskClient) -> None:
    assert post(client, ("a.pptx", b"a"), ("b.pptx", b"b")).status_code == 400
    assert client.post("/api/imports", data={"file": "no file"}, content_type="multipart/form-data").status_code == 400
    assert client.post("/api/imports", json={}).status_code == 415
