"""A share link opens one video and nothing else, until it expires or is revoked."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import share, task
from models.errors import ShareNotFound
from tests.support.event_stream_parser import Parser
from tests.support.task_moves import Moves
from tests.web.response_shapes import hold_to_its_word
from tests.web.test_access import refused, token_of
from tests.web.test_openapi import task_of_each_status
from videogen.config import Settings
from videogen.files.password_file import Password
from videogen.files.share_link import LINK, link_of, share_id_of, without_signature
from videogen.processes.logs import JsonFormatter, TextFormatter
from videogen.web import create_app
from videogen.web.services import services_of
from videogen.web.shared_progress import public_frames

PASSWORD = "correct horse"
NOT_THERE = {"running": "is being made", "queued": "is being made", "failed": "There is no video"}
FILES = ("video", "thumbnail", "captions.vtt", "captions.srt", "transcript")


@pytest.fixture(scope="module")
def template_with_videos(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    data = shutil.copytree(template, tmp_path_factory.mktemp("shares") / "data")
    Password(data).set(PASSWORD)
    app = create_app(Settings(data=data, voice="none", floor_s=0))
    ids = task_of_each_status(Moves(services_of(app).store), data)
    services_of(app).close()
    return data, ids


@pytest.fixture
def ids(template_with_videos: tuple[Path, dict[str, str]]) -> dict[str, str]:
    return template_with_videos[1]


@pytest.fixture
def app(tmp_path: Path, template_with_videos: tuple[Path, dict[str, str]]) -> Iterator[Flask]:
    """A server with a password and a video of each status."""
    data = shutil.copytree(template_with_videos[0], tmp_path / "shared")
    app = create_app(Settings(data=data, voice="none", floor_s=0))
    hold_to_its_word(app)
    yield app
    services_of(app).close()


@pytest.fixture
def user(app: Flask) -> FlaskClient:
    client = app.test_client()
    csrf = client.get("/login").text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    assert client.post("/login", data={"csrf_token": csrf, "password": PASSWORD}).status_code == 303
    return client


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def created(user: FlaskClient, task_id: str, **body: float) -> dict[str, Any]:
    answer = user.post(f"/api/tasks/{task_id}/shares", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def path_of(made: dict[str, Any]) -> str:
    path = made["url"].removeprefix("http://localhost")
    assert LINK.fullmatch(path.removeprefix("/s/"))
    return str(path)


def test_link_opens_page_player_and_files_without_a_login(user: FlaskClient, visitor: FlaskClient, ids: dict[str, str]) -> None:
    path = path_of(created(user, ids["completed"]))
    page = visitor.get(path)
    assert page.status_code == 200
    assert "<h1>Completed</h1>" in page.text
    assert f'src="{path}/video"' in page.text
    assert visitor.get(f"{path}/embed").status_code == 200
    for name in FILES:
        answer = visitor.get(f"{path}/{name}", buffered=True)
        assert (answer.status_code, answer.data) == (200, b"0123456789"), name
        again = visitor.get(f"{path}/{name}", headers={"If-None-Match": answer.headers["ETag"]}, buffered=True)
        assert again.status_code == 304
        assert answer.headers["Cache-Control"] == "private, no-cache"
    part = visitor.get(f"{path}/video", headers={"Range": "bytes=2-4"}, buffered=True)
    assert (part.status_code, part.data) == (206, b"234")
    assert "Completed" in visitor.get(f"{path}/video?download", buffered=True).headers["Content-Disposition"]


def test_link_tells_pages_of_any_site_how_far_its_video_is_and_no_more(
    user: FlaskClient, visitor: FlaskClient, ids: dict[str, str]
) -> None:
    path = path_of(created(user, ids["running"]))
    answer = visitor.get(f"{path}/progress", headers={"Origin": "https://other.example"})
    state = answer.get_json()
    assert (state["status"], state["finished"], answer.headers["Access-Control-Allow-Origin"]) == ("running", False, "*")
    assert set(state) == {
        *("title", "status", "label", "summary", "progress", "finished", "elapsed_s", "remaining_s", "stages"),
    }
    assert {key for stage in state["stages"] for key in stage} == {"label", "status", "progress"}
    assert "Access-Control-Allow-Origin" not in visitor.get(path).headers
    assert visitor.get("/s/nothing/progress").status_code == 404


def test_shared_stream_has_states_and_no_events(user: FlaskClient, visitor: FlaskClient, ids: dict[str, str]) -> None:
    for name in ("completed", "failed"):
        path = path_of(created(user, ids[name]))
        answer = visitor.get(f"{path}/stream")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        hello, *states, end = Parser().feed(answer.data)
        assert (hello.event, json.loads(hello.data)["task"]["status"], end.event) == ("hello", name, "end")
        assert states
        for state in states:
            shown = json.loads(state.data)
            assert (state.event, set(shown), shown["status"]) == ("message", {"status", "progress", "message", "data"}, name)
        assert visitor.get(f"{path}/stream?last_event_id={states[-1].id}").status_code == 204


def test_shared_stream_ends_when_its_link_is_revoked() -> None:
    def gone() -> dict[str, Any]:
        raise ShareNotFound("gone")

    hello = b'event: hello\ndata: {"heartbeat_s": 15}\n\n'
    (last,) = public_frames([hello[:9], hello[9:], b"id: a-1\ndata: {}\n\n"], gone)
    assert b"event: problem" in last
    assert b"share_not_found" in last


def test_link_is_kept_to_whoever_has_it(user: FlaskClient, visitor: FlaskClient, ids: dict[str, str]) -> None:
    path = path_of(created(user, ids["completed"]))
    for rest in ("", "/embed", "/video"):
        headers = visitor.get(path + rest, buffered=True).headers
        assert "Set-Cookie" not in headers
        assert "Vary" not in headers or "Cookie" not in headers["Vary"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
    assert visitor.get(path).headers["Cache-Control"] == "no-store"


def test_only_the_player_may_stand_in_other_pages(user: FlaskClient, visitor: FlaskClient, ids: dict[str, str]) -> None:
    path = path_of(created(user, ids["completed"]))
    assert "frame-ancestors *" in visitor.get(f"{path}/embed").headers["Content-Security-Policy"]
    for rest in ("", "/video"):
        assert "frame-ancestors 'none'" in visitor.get(path + rest, buffered=True).headers["Content-Security-Policy"]


def test_page_leads_nowhere_else(user: FlaskClient, visitor: FlaskClient, ids: dict[str, str]) -> None:
    path = path_of(created(user, ids["completed"]))
    for page in (visitor.get(path).text, visitor.get(f"{path}/embed").text, user.get(path).text):
        assert "/api/" not in page
        assert "/tasks" not in page
        assert ids["completed"] not in page
        assert "csrf" not in page


def test_link_opens_nothing_else(app: Flask, user: FlaskClient, visitor: FlaskClient, ids: dict[str, str]) -> None:
    path = path_of(created(user, ids["completed"]))
    link, other = path.removeprefix("/s/"), ids["running"]
    visitor.get(path)
    of_tasks = ("", "/video", "/stream", "/events", "/shares")
    addresses = [f"/api/tasks/{ids[name]}{rest}" for name in ("completed", "running") for rest in of_tasks]
    addresses += ["/", "/tasks", f"/tasks/{ids['completed']}", "/api/stream", "/api/tasks", "/metrics", "/api/labels"]
    shown = {"Authorization": f"Bearer {link}", "Referer": f"http://localhost{path}"}
    for address in addresses:
        for query in ("", f"?link={link}", f"?share={link}"):
            refused(visitor.get(address + query), 401, "not_logged_in")
        refused(visitor.get(address, headers=shown), 401, "not_logged_in")
    crooked = (
        "/metadata",
        "/scenes/1.png",
        "/timeline.svg",
        "/events",
        "/script",
        "/",
        "//",
        "/../../api/tasks",
        "/%2e%2e/%2e%2e/api/tasks",
    )
    for rest in (*crooked, f"/video/../../../api/tasks/{other}"):
        assert visitor.get(path + rest).status_code in (401, 404), rest


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_link_changes_nothing(user: FlaskClient, visitor: FlaskClient, ids: dict[str, str], method: str) -> None:
    made = created(user, ids["completed"])
    path = path_of(made)
    for address in (path, f"{path}/embed", f"{path}/video", f"/api/tasks/{ids['completed']}/shares", f"/tasks/{ids['completed']}/shares"):
        assert visitor.open(address, method=method, json={}).status_code in (401, 403, 404, 405), address
    assert visitor.get(path).status_code == 200


def test_link_that_is_wrong_revoked_or_expired_says_the_same(
    user: FlaskClient, visitor: FlaskClient, app: Flask, ids: dict[str, str]
) -> None:
    revoked, expired, good = (created(user, ids["completed"]) for _ in range(3))
    assert user.delete(f"/api/tasks/{ids['completed']}/shares/{revoked['id']}").get_json() == {"revoked": 1}
    store = services_of(app).store
    with store.writing() as write:
        write.connection.exec_driver_sql("UPDATE shares SET expires_at = '2020-01-01T00:00:00.000Z' WHERE id = ?", (expired["id"],))
    good_path = path_of(good)
    forged = good_path[:-1] + ("0" if good_path[-1] != "0" else "1")
    of_other = f"/s/{revoked['id']}{good_path[-32:]}"
    texts = set()
    malformed = [f"/s/{text}" for text in (good_path[3:-1], good_path[3:] + "0", good_path[3:].upper(), "x", "ü", "%00")]
    for path in (path_of(revoked), path_of(expired), forged, of_other, *malformed):
        for rest in ("", "/embed", "/video"):
            answer = visitor.get(path + rest)
            refused(answer, 404, "share_not_found")
            texts.add(answer.text)
    assert len(texts) == 1
    page = visitor.get(forged, headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "This link does not work" in page.text
    assert "/tasks" not in page.text
    assert visitor.get(good_path).status_code == 200


def test_link_of_a_deleted_video_opens_nothing(user: FlaskClient, visitor: FlaskClient, app: Flask, ids: dict[str, str]) -> None:
    path = path_of(created(user, ids["completed"]))
    task.delete(services_of(app).store, ids["completed"])
    for rest in ("", "/video"):
        assert visitor.get(path + rest).status_code == 410
    refused(user.post(f"/api/tasks/{ids['completed']}/shares"), 410, "task_deleted")


@pytest.mark.parametrize("status", NOT_THERE)
def test_link_of_a_video_that_is_not_there_says_so(user: FlaskClient, visitor: FlaskClient, ids: dict[str, str], status: str) -> None:
    path = path_of(created(user, ids[status]))
    assert NOT_THERE[status] in visitor.get(path).text
    assert visitor.get(f"{path}/embed").status_code == 200
    refused(visitor.get(f"{path}/video"), 404, "not_found")


def test_links_are_listed_with_their_use_and_revoked_together(user: FlaskClient, visitor: FlaskClient, ids: dict[str, str]) -> None:
    address = f"/api/tasks/{ids['completed']}/shares"
    first, second = created(user, ids["completed"]), created(user, ids["completed"], days=0.5)
    assert first["expires_at"] > second["expires_at"]
    visitor.get(path_of(second))
    listed = user.get(address).get_json()["shares"]
    assert [(row["id"], row["url"], row["used_at"] is not None) for row in listed] == [
        (first["id"], first["url"], False),
        (second["id"], second["url"], True),
    ]
    assert user.delete(address).get_json() == {"revoked": 2}
    assert user.get(address).get_json() == {"shares": []}
    refused(visitor.get(path_of(first)), 404, "share_not_found")


@pytest.mark.parametrize("body", [{"days": 0}, {"days": -1}, {"days": 4000}, {"days": "7"}, {"days": True}, {"days": None}, [], "x", 1e400])
def test_days_must_be_a_number_in_bounds(user: FlaskClient, ids: dict[str, str], body: object) -> None:
    answer = user.post(f"/api/tasks/{ids['completed']}/shares", json=body)
    refused(answer, 400, "bad_request")


def test_forms_of_the_page_need_their_token(user: FlaskClient, app: Flask, ids: dict[str, str]) -> None:
    address = f"/tasks/{ids['completed']}/shares"
    refused(user.post(address, data={"days": "7"}), 403, "bad_csrf_token")
    csrf = token_of(user)
    made = user.post(address, data={"days": "7", "csrf_token": csrf})
    assert made.location == f"/tasks/{ids['completed']}?shares=#share"
    (row,) = share.of_task(services_of(app).store, ids["completed"])
    assert row.id in user.get(made.location).text
    refused(user.post(f"{address}/{row.id}/revoke"), 403, "bad_csrf_token")
    for _ in range(2):  # pressed again in another tab, it is no error
        assert user.post(f"{address}/{row.id}/revoke", data={"csrf_token": csrf}).status_code == 303
    assert share.of_task(services_of(app).store, ids["completed"]) == []
    assert user.post(address, data={"days": "x", "csrf_token": csrf}).status_code == 400


def test_other_sites_create_no_link(user: FlaskClient, ids: dict[str, str]) -> None:
    for origin in ("http://evil.example", "null"):
        answer = user.post(f"/api/tasks/{ids['completed']}/shares", json={}, headers={"Origin": origin})
        refused(answer, 403, "foreign_origin")
        refused(user.delete(f"/api/tasks/{ids['completed']}/shares", headers={"Origin": origin}), 403, "foreign_origin")


def test_link_of_another_server_opens_nothing() -> None:
    link = link_of("a secret", "0123456789abcdef")
    assert share_id_of("a secret", link) == "0123456789abcdef"
    assert share_id_of("another", link) is None


def test_log_has_no_signature() -> None:
    link = link_of("a secret", "0123456789abcdef")
    for path in (f"/s/{link}", f"/s/{link}/video", f"/videogen/s/{link}/embed"):
        assert without_signature(path) == path.replace(link, "0123456789abcdef…")
    assert link not in without_signature(f"/s///{link}/video")  # the server redirects it to the right address
    for text in (f"Invalid HTTP method: 'GET /s/{link}/../x HTTP/1.1'", f"/S/{link.upper()}", f"http://box.lan/s/{link}"):
        assert link[20:] not in without_signature(text).lower()
    for message in (f"GET /s/{link}", f"refused: '/s/{link}'"):
        record = logging.LogRecord("x", logging.INFO, "", 1, message, (), None)
        assert link not in TextFormatter("web").format(record) + JsonFormatter("web").format(record)
    assert without_signature("/tasks/0123456789abcdef0123") == "/tasks/0123456789abcdef0123"


def test_without_a_password_a_link_opens_on_this_machine_only(data: Path) -> None:
    app = create_app(Settings(data=data, voice="none", floor_s=0))
    made = Moves(services_of(app).store).submit()
    client = app.test_client()
    path = path_of(created(client, made.id))
    assert client.get(path).status_code == 200
    refused(client.get(path, environ_base={"REMOTE_ADDR": "10.0.0.7"}), 403, "door_closed")
    refused(client.get(f"{path[:-1]}x"), 404, "share_not_found")
    services_of(app).close()
