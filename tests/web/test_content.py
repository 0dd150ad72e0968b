"""Files of users in answers: what they hold is never active content in our origin."""

from __future__ import annotations

import io
from hashlib import sha256

import pytest
from flask.testing import FlaskClient

from models import attempt
from models.artifact import File
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from tests.support.task_moves import Moves
from videogen.web import content

EVIL = b'<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "run"</script><rect width="9" height="9"/></svg>'
SHOWN = (*sorted(content.RASTER_PICTURES | content.SOUNDS | content.VIDEOS),)
SAVED = (
    *sorted(content.TEXTS),
    "image/svg+xml",
    "text/html",
    "application/xhtml+xml",
    "text/xml",
    "application/pdf",
    "text/javascript",
    "no type\r\nX-Evil: 1",
)


@pytest.mark.parametrize("media_type", [*SHOWN, *SAVED])
def test_file_is_answered_as_what_can_run_nothing(client: FlaskClient, store: Store, media_type: str) -> None:
    answer = client.get(published(store, media_type), buffered=True)
    assert answer.status_code == 200
    assert answer.data == EVIL
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[0].split()[0] == "sandbox"
    assert "allow-scripts" not in policy[0]
    assert "default-src 'none'" in policy
    assert not any("script-src" in rule or "connect-src" in rule for rule in policy)
    if media_type in SHOWN:
        assert answer.mimetype == media_type
        assert not answer.headers.get("Content-Disposition", "inline").startswith("attachment")
    else:
        assert answer.mimetype == (media_type if media_type in content.TEXTS else "application/octet-stream")
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "X-Evil" not in answer.headers


@pytest.mark.parametrize("headers", [{"Range": "bytes=0-3"}, {"If-None-Match": f'"{sha256(EVIL).hexdigest()}"'}, {"Range": "bytes=900-"}])
def test_parts_of_a_file_and_unchanged_files_are_guarded_alike(client: FlaskClient, store: Store, headers: dict[str, str]) -> None:
    answer = client.get(published(store, "image/svg+xml"), headers=headers, buffered=True)
    assert answer.status_code in (206, 304, 416)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy or answer.mimetype == "application/problem+json"
    assert answer.mimetype != "image/svg+xml"


def test_uploaded_file_has_no_address(client: FlaskClient) -> None:
    """Every route is tried with the file's id wherever a route takes a word."""
    (asset,) = client.post("/api/assets", data={"file": (io.BytesIO(EVIL), "a.svg")}).get_json()["assets"]
    words = {"path": asset["id"], "string": asset["id"], "default": asset["id"]}
    tried = 0
    for rule in client.application.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.arguments or "stream" in rule.rule or rule.rule.endswith("/events"):
            continue
        address = "".join(words["string"] if dynamic else part for dynamic, part in rule._trace).lstrip("|")
        answer = client.get(address, buffered=True)
        assert EVIL not in answer.data, rule.rule
        tried += 1
    assert tried > 5


def test_drawing_of_a_task_is_in_a_sandbox(client: FlaskClient, store: Store) -> None:
    task = Moves(store).submit("<script>alert(1)</script>")
    answer = client.get(f"/api/tasks/{task.id}/timeline.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == content.INERT
    assert b"<script" not in answer.data


def published(store: Store, media_type: str) -> str:
    """Register the drawing as a scene's picture of that type; return its address."""
    moves = Moves(store)
    task = moves.submit()
    path = store.data / "work" / "scene.png"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(EVIL)
    file = File("scene_picture", path, "scene.png", media_type, len(EVIL), sha256(EVIL).hexdigest(), 1)
    attempt.report(store, moves.claim().lease, [Fact(EventType.ARTIFACT_CREATED, "video", data={"kind": "scene_picture"}, files=(file,))])
    return f"/api/tasks/{task.id}/scenes/1.png"
