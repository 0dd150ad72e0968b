"""The door: who is let in while there is no password, and whose writes are taken."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import task
from models.database import Store
from tests.support.task_moves import Moves, events_of
from videogen.config import Settings
from videogen.web import create_app
from videogen.web.auth import host_name
from videogen.web.rate_limiter import RateLimiter
from videogen.web.services import services_of

SCRIPT = {"script": "# Hello"}


def refused(answer: TestResponse, status: int, code: str) -> None:
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    problem = answer.get_json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"]
    assert problem["detail"]
    assert problem["hint"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]", "[::1]:8000"])
def test_names_of_this_machine_are_answered_to(client: FlaskClient, host: str) -> None:
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


FOREIGN = "evil.example localhost.evil.example 127.0.0.1.evil.example evil.example:80 127.0.0.2 0.0.0.0 [::2] evil@localhost localhost:x"
NO_HOST = ("localhost:80:90", "localhost/..", "localhost.", "[::1", "::1", "", "localhost, evil.example")


@pytest.mark.parametrize("host", [*FOREIGN.split(), *NO_HOST])
def test_other_names_are_not(client: FlaskClient, host: str) -> None:
    """Or a page of another site could reach this server by a name that it has pointed here."""
    for path in ("/login", "/", "/api/tasks/nothing/stream", "/static/css/app.css", "/nothing"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 421, path
    refused(client.get("/api/tasks", headers={"Host": host}), 421, "foreign_host")


@pytest.mark.parametrize("host", ["10.1.2.3:8000", "203.0.113.7", "[2001:db8::1]:8000"])
@pytest.mark.parametrize("path", ["/api/health", "/api/ready"])
def test_health_checks_are_answered_by_address_and_not_by_foreign_name(client: FlaskClient, path: str, host: str) -> None:
    from_there = {"REMOTE_ADDR": "10.9.9.9"}
    assert client.get(path, headers={"Host": host}, environ_base=from_there).get_json() == {"status": "ok"}
    refused(client.get(path, headers={"Host": "evil.example"}), 421, "foreign_host")
    refused(client.get("/api/tasks", headers={"Host": host}), 421, "foreign_host")


def test_further_names_can_be_set(data: Path) -> None:
    app = create_app(Settings(data=data, hosts="box.lan, Other.example"))
    client = app.test_client()
    for host, status in (("box.lan:8000", 200), ("other.example", 200), ("third.example", 421), ("lan", 421)):
        assert client.get("/api/health", headers={"Host": host}).status_code == status
    services_of(app).close()


@pytest.mark.parametrize("host", ["a b", "a\tb", "a/b", "a\\b", "é", "a%2eb", "a_b@c", "[::1]x", "[v1.x]"])
def test_what_is_no_name_has_none(host: str) -> None:
    assert host_name(host) == ""


@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.7", "::2", "::ffff:10.0.0.1", "", "unix:"])
def test_other_machines_are_kept_out_as_long_as_there_is_no_password(client: FlaskClient, address: str) -> None:
    refused(client.get("/api/tasks", environ_base={"REMOTE_ADDR": address}), 403, "door_closed")


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_every_address_of_this_machine_is_let_in(client: FlaskClient, address: str) -> None:
    assert client.get("/api/health", environ_base={"REMOTE_ADDR": address}).status_code == 200


PROXY = "Forwarded X-Forwarded-For x-forwarded-host X-Forwarded-Proto X-Forwarded-Port X-Forwarded-Anything X-Real-IP"


@pytest.mark.parametrize("header", PROXY.split())
def test_proxy_in_front_would_publish_it(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/tasks", headers={header: "for=10.0.0.1"})
    refused(answer, 403, "door_closed")
    assert "ssh" in answer.get_json()["hint"].lower()


OWN = "http://localhost"


@pytest.mark.parametrize("headers", [{}, {"Origin": OWN}, {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
def test_own_pages_and_programs_may_write(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/api/tasks", json=SCRIPT, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:8001"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": OWN},
    ],
)
def test_pages_of_other_sites_may_write_nothing(client: FlaskClient, store: Store, headers: dict[str, str]) -> None:
    made = Moves(store).submit()
    before = events_of(store)
    for method, path in (
        ("POST", "/api/tasks"),
        ("POST", f"/api/tasks/{made.id}/cancel"),
        ("DELETE", f"/api/tasks/{made.id}"),
        ("POST", "/api/preview"),
        ("POST", "/"),
        ("POST", f"/tasks/{made.id}/cancel"),
        ("POST", f"/tasks/{made.id}/delete"),
    ):
        answer = client.open(path, method=method, json=SCRIPT, headers=headers)
        refused(answer, 403, "foreign_origin")
    assert events_of(store) == before


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json", "application/xml"])
def test_what_a_form_of_another_page_could_send_is_not_taken(client: FlaskClient, store: Store, kind: str) -> None:
    """For browsers that send no Origin: none of these comes with a word from the server first."""
    refused(client.post("/api/tasks", data='{"script": "# Hello"}', content_type=kind), 415, "unsupported_media_type")
    assert events_of(store) == []


def test_body_without_a_type_is_not_taken_for_json(client: FlaskClient) -> None:
    refused(client.post("/api/tasks", data=b'{"script": "# Hello"}'), 415, "unsupported_media_type")


def test_verbs_need_no_body(client: FlaskClient, store: Store) -> None:
    made = Moves(store).submit()
    assert client.post(f"/api/tasks/{made.id}/cancel").get_json()["status"] == "cancelled"
    assert client.post(f"/api/tasks/{made.id}/retry").get_json()["status"] == "queued"
    assert client.delete(f"/api/tasks/{made.id}").get_json()["deleted"] is True
    assert client.get(f"/api/tasks/{made.id}").status_code == 410
    assert client.post(f"/api/tasks/{made.id}/undelete").get_json()["status"] == "cancelled"


def token_of(client: FlaskClient) -> str:
    page = client.get("/").text
    field = page.split('name="csrf_token" value="', 1)[1]
    return field.split('"', 1)[0]


def test_form_with_its_token_is_taken(client: FlaskClient, store: Store) -> None:
    answer = client.post("/", data={"script": "# Hello", "csrf_token": token_of(client)})
    (made,) = events_of(store)
    assert (answer.status_code, answer.location) == (303, f"/tasks/{made.task_id}")


@pytest.mark.parametrize("token", [None, "", "0" * 32, "ünïcödé", "\U0001f600", "a" * 50_000])
def test_form_without_its_token_is_refused(client: FlaskClient, store: Store, token: str | None) -> None:
    client.get("/")
    answer = client.post("/", data={"script": "# Hello"} | ({} if token is None else {"csrf_token": token}))
    refused(answer, 403, "bad_csrf_token")
    assert events_of(store) == []


def test_token_of_another_session_is_refused(app: Flask, store: Store) -> None:
    mine, other = app.test_client(), app.test_client()
    token = token_of(other)
    token_of(mine)
    refused(mine.post("/", data={"script": "# Hello", "csrf_token": token}), 403, "bad_csrf_token")
    assert events_of(store) == []


def test_forms_of_a_task_need_the_token_too(client: FlaskClient, store: Store) -> None:
    made = Moves(store).submit()
    for verb in ("cancel", "retry", "delete", "undelete"):
        refused(client.post(f"/tasks/{made.id}/{verb}"), 403, "bad_csrf_token")
    token = token_of(client)
    assert client.post(f"/tasks/{made.id}/cancel", data={"csrf_token": token}).status_code == 303
    assert task.get(store, made.id).status == "cancelled"


def test_token_holds_in_every_process_of_a_server(data: Path) -> None:
    """They share the key, also when they begin at the same moment."""
    asked = "import sys, pathlib, secrets, videogen.files.secret_file as s\n"
    asked += "print(s.load_or_create(pathlib.Path(sys.argv[1]) / 'secret', secrets.token_hex))"
    root = Path(__file__).resolve().parents[2]
    running = [subprocess.Popen([sys.executable, "-c", asked, data], stdout=subprocess.PIPE, cwd=root) for _ in range(3)]
    secrets = {process.communicate(timeout=60)[0] for process in running}
    assert len(secrets) == 1
    assert len(secrets.pop()) > 32
    assert stat.S_IMODE((data / "secret").stat().st_mode) == 0o600


def test_answers_tell_browsers_to_be_strict(client: FlaskClient) -> None:
    for path in ("/", "/api/health", "/nothing"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_session_cookie_is_for_this_site_and_no_script(client: FlaskClient) -> None:
    cookie = client.get("/").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_address_may_submit_so_many_tasks_a_minute(data: Path) -> None:
    app = create_app(Settings(data=data, voice="none", max_tasks_per_minute=2))
    client = app.test_client()
    answers = [client.post("/api/tasks", json=SCRIPT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    refused(answers[2], 429, "too_many_requests")
    assert int(answers[2].headers["Retry-After"]) > 0
    services_of(app).close()


def test_limit_is_each_addresss_own_and_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("videogen.web.rate_limiter.time.monotonic", lambda: now[0])
    limiter = RateLimiter(1)
    limiter.check("a")
    limiter.check("b")
    now[0] = 61.0
    limiter.check("a")
