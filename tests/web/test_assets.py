"""Files for scripts: uploaded, named by a submission, and used by its video."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import task
from models.database import Store
from models.files.blob_store import key_of
from tests.support.media_files import picture
from tests.support.task_moves import events_of

CAT, DOG = picture(), picture(colour=(10, 90, 200))
QUIET = {"voice": "none"}


def upload(client: FlaskClient, *files: tuple[str, bytes]) -> Any:
    return client.post("/api/assets", data={"file": [(io.BytesIO(content), name) for name, content in files]})


def uploaded(client: FlaskClient, *files: tuple[str, bytes]) -> dict[str, str]:
    return {file["name"]: file["id"] for file in upload(client, *files).get_json()["assets"]}


def test_uploaded_files_are_kept_by_their_content(client: FlaskClient, store: Store) -> None:
    answer = upload(client, ("cat.png", CAT), ("sub/dog.png", DOG), ("again.png", CAT))
    assert answer.status_code == 201
    assets = answer.get_json()["assets"]
    assert [(asset["name"], asset["media_type"], asset["bytes"]) for asset in assets] == [
        ("cat.png", "image/png", len(CAT)),
        ("sub/dog.png", "image/png", len(DOG)),
        ("again.png", "image/png", len(CAT)),
    ]
    assert assets[0]["id"] == assets[2]["id"] == hashlib.sha256(CAT).hexdigest()
    files = sorted(path for path in (store.data / "assets").rglob("*") if path.is_file())
    assert sorted(path.read_bytes() for path in files) == sorted([CAT, DOG])
    assert {path.name for path in files} == {asset["id"] for asset in assets}


def test_of_files_that_are_no_good_none_is_kept_and_each_is_named(client: FlaskClient, store: Store) -> None:
    answer = upload(client, ("cat.png", CAT), ("notes.pdf", b"%PDF-1.7\0"), ("half.png", CAT[:60]))
    problem = answer.get_json()
    assert (answer.status_code, problem["code"]) == (422, "bad_asset")
    assert [diagnostic["path"] for diagnostic in problem["faults"]] == ["notes.pdf", "half.png"]
    assert [path for path in (store.data / "assets").rglob("*") if path.is_file()] == []


def test_upload_without_a_file_or_of_another_type_is_refused(client: FlaskClient) -> None:
    assert client.post("/api/assets", data={"file": "no file"}, content_type="multipart/form-data").status_code == 400
    assert client.post("/api/assets", json={}).status_code == 415
    assert upload(client, ("big.png", b"x" * 300_000)).status_code == 413


@pytest.fixture
def cat(client: FlaskClient) -> str:
    return uploaded(client, ("cat.png", CAT))["cat.png"]


def test_task_knows_its_files_and_the_log_says_them(client: FlaskClient, store: Store, cat: str) -> None:
    made = client.post("/api/tasks", json={"script": "# A", "options": QUIET, "assets": {"cat.png": cat}}).get_json()
    assert made["assets"] == [{"name": "cat.png", "id": cat, "media_type": "image/png", "bytes": len(CAT)}]
    assert events_of(store)[0].data["assets"] == {"cat.png": cat}


def test_idempotency_key_stands_for_the_files_too(client: FlaskClient, cat: str) -> None:
    def post(**assets: str) -> Any:
        body = {"script": "# A", "options": QUIET, "assets": assets}
        return client.post("/api/tasks", json=body, headers={"Idempotency-Key": "k"})

    first, same = post(cat=cat), post(cat=cat)
    assert first.get_json()["id"] == same.get_json()["id"]
    assert post(dog=cat).status_code == post().status_code == 409


def test_made_from_keeps_the_files_unless_they_are_given_anew(client: FlaskClient, store: Store, cat: str) -> None:
    dog = uploaded(client, ("dog.png", DOG))["dog.png"]
    first = client.post("/api/tasks", json={"script": "# A", "options": QUIET, "assets": {"a.png": cat, "b.png": cat}}).get_json()
    body = {"script": "# B", "options": QUIET, "made_from": first["id"], "assets": {"b.png": dog, "c.png": dog}}
    second = client.post("/api/tasks", json=body).get_json()
    assert {file["name"]: file["id"] for file in second["assets"]} == {"a.png": cat, "b.png": dog, "c.png": dog}
    task.delete(store, first["id"])
    assert client.post("/api/tasks", json=body).get_json()["assets"][0]["name"] == "b.png"


def test_multipart_submission_brings_its_files_along(client: FlaskClient, store: Store) -> None:
    data = {"script": (io.BytesIO(b"# Cats"), "talk.md"), "options": json.dumps(QUIET), "cat.png": (io.BytesIO(CAT), "cat.png")}
    answer = client.post("/api/tasks", data=data)
    assert answer.status_code == 201
    assert [file["name"] for file in answer.get_json()["assets"]] == ["cat.png"]
    assert (store.data / key_of(answer.get_json()["assets"][0]["id"])).read_bytes() == CAT


def test_file_that_was_never_uploaded_is_a_fault_and_no_task(client: FlaskClient, store: Store) -> None:
    answer = client.post("/api/tasks", json={"script": "# A", "options": QUIET, "assets": {"cat.png": "0" * 64}})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "missing_file")
    assert answer.get_json()["faults"][0]["path"] == "assets.cat.png"
    assert events_of(store) == []


@pytest.mark.parametrize("assets", [[], "x", {"": "0" * 64}, {"a": "../../secret"}, {"a": 1}, {"a": "A" * 64}, {"a\n": "0" * 64}])
def test_what_is_no_name_and_id_is_refused(client: FlaskClient, assets: object) -> None:
    for address in ("/api/tasks", "/api/preview"):
        answer = client.post(address, json={"script": "# A", "options": QUIET, "assets": assets})
        assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")
