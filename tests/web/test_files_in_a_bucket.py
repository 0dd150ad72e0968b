"""Files that are in a bucket come through the server as from its disk, or straight from the bucket where a setting says so."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import attempt, task
from models.artifact import File
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from models.files.blob_store import key_of
from models.files.storage import BLOCK_BYTES
from tests.support.media_files import picture
from tests.support.s3_server import SECRET
from tests.support.task_moves import LEASE_S
from tests.web.response_shapes import hold_to_its_word
from videogen.config import Settings
from videogen.web import create_app
from videogen.web.services import services_of

CONTENT = bytes(range(256)) * (BLOCK_BYTES // 256 * 2 + 3)


@pytest.fixture
def settings(data: Any, bucket: str, request: pytest.FixtureRequest) -> Settings:
    return Settings(data=data, voice="none", floor_s=0, files_url=f"s3://{bucket}/here", files_redirect_s=getattr(request, "param", 0))


@pytest.fixture
def app(settings: Settings, reader_pool: Any) -> Iterator[Flask]:
    app = create_app(settings)
    hold_to_its_word(app)
    readers = services_of(app).readers
    own, readers.pool = readers.pool, reader_pool
    yield app
    readers.pool = own
    services_of(app).close()


@pytest.fixture
def made(store: Store) -> str:
    """The id of a completed task with a video and captions."""
    from models import worker

    task.submit(store, source="# A", format="markdown", title="A film")
    claimed = attempt.claim(store, worker.register(store), LEASE_S)
    assert claimed
    for kind, name, media_type in (("video", "video.mp4", "video/mp4"), ("captions_vtt", "captions.vtt", "text/vtt")):
        path = store.data / name
        path.write_bytes(CONTENT)
        file = File(kind, path, name, media_type, len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
        attempt.report(store, claimed.lease, [Fact(EventType.ARTIFACT_CREATED, stage="output", data={"kind": kind}, files=(file,))])
    attempt.complete(store, claimed.lease)
    return claimed.id


def test_whole_file_has_the_headers_of_one_on_the_disk(client: FlaskClient, made: str) -> None:
    answer = client.get(f"/api/tasks/{made}/video")
    assert answer.data == CONTENT
    assert answer.headers["ETag"] == f'"{hashlib.sha256(CONTENT).hexdigest()}"'
    assert (answer.headers["Accept-Ranges"], answer.content_length, answer.mimetype) == ("bytes", len(CONTENT), "video/mp4")
    assert client.get(f"/api/tasks/{made}/captions.vtt").headers["Content-Disposition"] == "attachment"
    assert 'filename="A-film.mp4"' in client.get(f"/api/tasks/{made}/video?download").headers["Content-Disposition"]
    head = client.head(f"/api/tasks/{made}/video")
    assert (head.status_code, head.content_length, head.data) == (200, len(CONTENT), b"")


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("0-0", 0, 1), ("10-", 10, len(CONTENT)), ("-7", len(CONTENT) - 7, len(CONTENT)), (f"5-{BLOCK_BYTES + 9}", 5, BLOCK_BYTES + 10)],
)
def test_range_has_just_its_bytes(client: FlaskClient, made: str, asked: str, start: int, stop: int) -> None:
    answer = client.get(f"/api/tasks/{made}/video", headers={"Range": f"bytes={asked}"})
    assert (answer.status_code, answer.data == CONTENT[start:stop]) == (206, True)
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"
    assert answer.content_length == stop - start


def test_range_beyond_the_end_and_unchanged_file_are_told_without_content(client: FlaskClient, made: str) -> None:
    address = f"/api/tasks/{made}/video"
    assert client.get(address, headers={"Range": f"bytes={len(CONTENT)}-"}).status_code == 416
    unchanged = client.get(address, headers={"If-None-Match": client.head(address).headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_file_that_is_gone_is_not_found_and_bucket_that_is_gone_is_an_answer_for_later(
    client: FlaskClient, store: Store, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.files.delete([stored.key for stored in store.files.list("tasks/")])
    assert client.get(f"/api/tasks/{made}/video").status_code == 404
    monkeypatch.setattr(store.files, "bucket", "nobodys-bucket")
    monkeypatch.delattr(store.files, "_client", raising=False)
    answer = client.get(f"/api/tasks/{made}/video")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "files_unavailable")


@pytest.mark.parametrize("settings", [300], indirect=True)
def test_players_are_sent_to_the_bucket_by_a_setting_and_everything_else_comes_from_here(client: FlaskClient, made: str) -> None:
    import httpx

    answer = client.get(f"/api/tasks/{made}/video")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "private, no-store")
    address = answer.headers["Location"]
    assert SECRET not in address
    played = httpx.get(address, headers={"Range": "bytes=3-5"})
    assert (played.status_code, played.content, played.headers["Content-Type"]) == (206, CONTENT[3:6], "video/mp4")
    origin = address.partition("/here")[0].rpartition("/")[0]
    assert f"media-src 'self' {origin}" in client.get(f"/tasks/{made}").headers["Content-Security-Policy"]
    assert client.get(f"/api/tasks/{made}/video?download").status_code == 200
    assert client.get(f"/api/tasks/{made}/captions.vtt").status_code == 200
    link = client.post(f"/api/tasks/{made}/shares", json={}).get_json()
    shared = link["embed_url"].partition("localhost")[2]
    assert f"media-src 'self' {origin}" in client.get(shared).headers["Content-Security-Policy"]


def test_uploaded_file_is_in_the_bucket_and_checks_and_submissions_find_it(client: FlaskClient, store: Store) -> None:
    cat = picture()
    answer = client.post("/api/assets", data={"file": [(io.BytesIO(cat), "cat.png")]})
    id = answer.get_json()["assets"][0]["id"]
    assert [stored.key for stored in store.files.list("assets/")] == [key_of(id)]
    assert not any(path.is_file() for path in (store.data / "assets").rglob("*"))
    script = {"script": "# Cats\n\n![A cat](cat.png)\n", "options": {"voice": "none"}}
    assert client.post("/api/tasks", json=script | {"assets": {"cat.png": id}}).status_code == 201
    missing = client.post("/api/tasks", json=script | {"assets": {"cat.png": "0" * 64}})
    assert (missing.status_code, missing.get_json()["code"]) == (422, "missing_file")


def test_status_says_where_files_are_and_no_secret(client: FlaskClient, settings: Settings) -> None:
    answer = client.get("/api/status")
    assert answer.get_json()["files"] == settings.files_url
    assert SECRET not in answer.text
