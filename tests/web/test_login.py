"""The door of a server that has a password: who comes in, from where, and for how long."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import failed_login, token
from models.failed_login import LoginLimits
from tests.support.paths import ROOT
from tests.web.response_shapes import hold_to_its_word
from tests.web.test_access import refused, token_of
from videogen.config import Settings
from videogen.files.password_file import Password
from videogen.processes.logs import TextFormatter
from videogen.web import create_app, login_failures
from videogen.web.services import services_of

PASSWORD = "correct horse"
ELSEWHERE = {"REMOTE_ADDR": "10.0.0.7"}
PAGE = {"Accept": "text/html"}
EVERYTHING = (
    "/",
    "/tasks",
    "/status",
    "/metrics",
    "/api/tasks",
    "/api/stream",
    "/api/docs",
    "/api/openapi.json",
    "/api/status",
    "/nothing",
)


@pytest.fixture(scope="module")
def hashed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The password's hash, made once: that takes its time."""
    directory = tmp_path_factory.mktemp("password")
    Password(directory).set(PASSWORD)
    return (directory / "password").read_text()


@pytest.fixture
def app(data: Path, hashed: str) -> Iterator[Flask]:
    (data / "password").write_text(hashed)
    app = create_app(Settings(data=data, voice="none", hosts="box.example", proxies=1, floor_s=0, max_stream_age_s=0.001))
    hold_to_its_word(app)
    yield app
    services_of(app).close()


def log_in(client: FlaskClient, password: str = PASSWORD, next: str = "/tasks", address: str = "127.0.0.1", **headers: str) -> TestResponse:
    from_there = {"REMOTE_ADDR": address}
    page = client.get("/login", environ_base=from_there).text
    csrf = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    form = {"csrf_token": csrf, "password": password, "next": next}
    return client.post("/login", data=form, environ_base=from_there, headers=headers)


@pytest.mark.parametrize("path", EVERYTHING)
def test_nothing_is_shown_to_whoever_has_not_logged_in(client: FlaskClient, path: str) -> None:
    """From this machine neither: it may be a proxy that asks."""
    answer = client.get(path)
    refused(answer, 401, "not_logged_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    for method in ("POST", "DELETE", "PUT"):
        assert client.open(path, method=method).status_code == 401


def test_people_are_led_to_the_login_and_back(client: FlaskClient) -> None:
    answer = client.get("/tasks?status=failed", headers=PAGE)
    assert (answer.status_code, answer.location) == (303, "/login?next=/tasks?status%3Dfailed")
    assert 'value="/tasks?status=failed"' in client.get(answer.location).text
    answer = log_in(client, next="/tasks?status=failed")
    assert (answer.status_code, answer.location) == (303, "/tasks?status=failed")
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize("next", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "", "javascript:alert(1)", "/ü"])
def test_login_leads_nowhere_else(client: FlaskClient, next: str) -> None:
    assert log_in(client, next=next).location == "/"


def test_session_opens_everything_until_it_is_ended(client: FlaskClient) -> None:
    log_in(client)
    for path in EVERYTHING:
        assert client.get(path, environ_base=ELSEWHERE).status_code in (200, 404), path
    assert client.post("/api/tasks", json={"script": "# Hello"}).status_code == 201
    assert client.post("/logout", data={"csrf_token": token_of(client)}).location == "/login"
    refused(client.get("/api/tasks"), 401, "not_logged_in")


def test_wrong_password_opens_nothing_and_is_not_tried_for_ever(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = app.test_client()
    services_of(app).login_limits = LoginLimits(address=2)
    answers = [log_in(client, f"wrong horse {number}") for number in range(3)]
    refused(answers[0], 403, "wrong_password")
    refused(answers[1], 403, "wrong_password")
    refused(answers[2], 429, "too_many_logins")
    assert log_in(client).status_code == 429
    refused(client.get("/api/tasks"), 401, "not_logged_in")
    assert "horse" not in caplog.text + answers[0].text
    assert log_in(client, address="10.0.0.8").status_code == 303


def test_people_are_told_on_the_form_and_when_they_may_try_again(app: Flask) -> None:
    client = app.test_client()
    services_of(app).login_limits = LoginLimits(address=1)
    wrong, limited = log_in(client, "wrong", Accept="text/html"), log_in(client, Accept="text/html")
    assert (wrong.status_code, limited.status_code) == (403, 429)
    assert "The password is wrong" in wrong.text
    assert "Too many wrong passwords" in limited.text
    assert 0 < int(limited.headers["Retry-After"]) <= failed_login.WINDOW_S
    assert 'name="password"' in limited.text


def test_failed_login_is_one_line_that_a_filter_matches_and_is_counted(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    services_of(app).login_limits = LoginLimits(address=1)
    client = app.test_client()
    log_in(client, "wrong", address="2001:db8::7")
    log_in(client, "wrong", address="2001:db8::7")
    client.get("/api/tasks", headers={"Authorization": "Bearer x"}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    client.get("/api/tasks", headers={"Authorization": "Bearer x"}, environ_base={"REMOTE_ADDR": "203.0.113.9\nforged"})
    client.get("/api/tasks", headers={"Authorization": "Bearer x"}, environ_base={"REMOTE_ADDR": "fe80::1%eth0 from 192.0.2.1:"})
    formatter = TextFormatter("web")
    lines = [formatter.format(record) for record in caplog.records if getattr(record, "event", "") == "login.failed"]
    (pattern,) = re.findall(r"^failregex = (.*)$", (ROOT / "docs" / "access.md").read_text(encoding="utf-8"), re.MULTILINE)
    host = re.compile(pattern.replace("<HOST>", "(?P<host>[0-9a-f:.]+)"))
    assert [match["host"] if (match := host.search(line)) else None for line in lines] == [
        "2001:db8::7",
        "2001:db8::7",
        "203.0.113.9",
        None,
        "fe80::1",
    ]
    assert not any("\n" in line for line in lines)
    forged = "2026-11-29T21:50:12.123Z INFO web 10.0.0.1 GET /Z WARNING web login.failed failed login from 192.0.2.1: 404 9 0.1 s"
    assert not host.search(forged)
    secret = token.create(services_of(app).store, "metrics")
    metrics = client.get("/metrics", headers={"Authorization": f"Bearer {secret}"}).text
    assert 'videogen_failed_logins_total{reason="wrong password"} 1.0' in metrics
    assert 'videogen_failed_logins_total{reason="wrong token"} 3.0' in metrics
    assert 'videogen_failed_logins_total{reason="too many wrong passwords"} 1.0' in metrics


def test_flood_of_wrong_tokens_does_not_flood_the_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    client = app.test_client()
    for _ in range(login_failures.LINES_PER_MINUTE + 5):
        client.get("/api/tasks", headers={"Authorization": "Bearer x"})
    assert sum(getattr(record, "event", "") == "login.failed" for record in caplog.records) == login_failures.LINES_PER_MINUTE


def test_login_gives_a_session_that_nobody_could_know_before(client: FlaskClient, app: Flask) -> None:
    log_in(client)
    first = cookie_value(client)
    client.post("/login", data={"csrf_token": token_of(client), "password": PASSWORD})
    assert cookie_value(client) != first
    stranger = app.test_client()
    stranger.set_cookie("videogen", first)
    refused(stranger.get("/api/tasks"), 401, "not_logged_in")


def test_logout_ends_the_session_also_for_whoever_has_its_cookie(client: FlaskClient, app: Flask) -> None:
    log_in(client)
    thief = app.test_client()
    thief.set_cookie("videogen", cookie_value(client))
    assert thief.get("/api/tasks").status_code == 200
    answer = client.post("/logout", data={"csrf_token": token_of(client)})
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    refused(thief.get("/api/tasks"), 401, "not_logged_in")


def test_cookie_is_not_sent_again_with_every_answer(client: FlaskClient) -> None:
    log_in(client)
    client.get("/tasks")
    for path in ("/tasks", "/api/tasks", "/"):
        assert "Set-Cookie" not in client.get(path).headers


def cookie_value(client: FlaskClient) -> str:
    return client.get_cookie("videogen").value


def test_form_of_another_site_logs_nobody_in(client: FlaskClient) -> None:
    refused(client.post("/login", data={"password": PASSWORD}), 403, "bad_csrf_token")


def test_a_tab_logs_in_although_another_tab_has_got_another_cookie_since(client: FlaskClient) -> None:
    """Several tabs come to the login at once, each without a cookie: the last answer's cookie stays."""
    first = client.get("/login").text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    client.delete_cookie("videogen")
    client.get("/login")
    form = {"csrf_token": first, "password": PASSWORD, "next": "/tasks"}
    refused(client.post("/login", data=form, headers={"Origin": "http://evil.example"}), 403, "foreign_origin")
    refused(client.post("/login", data=form, headers={"Origin": "null"}), 403, "foreign_origin")
    refused(client.post("/login", data=form), 403, "bad_csrf_token")
    assert client.post("/login", data=form, headers={"Origin": "http://localhost"}).status_code == 303
    assert client.get("/tasks").status_code == 200


def test_new_password_ends_every_session(client: FlaskClient, app: Flask) -> None:
    log_in(client)
    assert client.get("/tasks").status_code == 200
    services_of(app).password.set("another horse")
    refused(client.get("/tasks"), 401, "not_logged_in")


def test_token_opens_everything_until_it_is_revoked(client: FlaskClient, app: Flask) -> None:
    store = services_of(app).store
    secret = token.create(store, "laptop")
    shown = {"Authorization": f"Bearer {secret}"}
    for path in EVERYTHING:
        assert client.get(path, headers=shown, environ_base=ELSEWHERE).status_code in (200, 404), path
    assert client.post("/api/tasks", json={"script": "# Hello"}, headers=shown).status_code == 201
    for wrong in ("Bearer", "Bearer x", f"Bearer {secret}x", f"Basic {secret}", secret, "Bearer \xfc"):
        refused(client.get("/api/tasks", headers={"Authorization": wrong}), 401, "not_logged_in")
    token.revoke(store, "laptop")
    refused(client.get("/api/tasks", headers=shown), 401, "not_logged_in")


def test_what_is_needed_before_the_door_is_open(client: FlaskClient) -> None:
    for path in ("/login", "/static/css/app.css", "/api/health"):
        assert client.get(path, environ_base=ELSEWHERE, buffered=True).status_code == 200


def test_other_names_are_not_answered_to_with_a_password_either(client: FlaskClient) -> None:
    refused(client.get("/api/health", headers={"Host": "evil.example"}), 421, "foreign_host")
    assert client.get("/api/health", headers={"Host": "box.example"}).status_code == 200


def test_behind_a_proxy_with_tls_pages_can_write(client: FlaskClient, app: Flask) -> None:
    through = {"X-Forwarded-For": "10.0.0.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "box.example"}
    page = client.get("/login", headers=through)
    cookie = page.headers["Set-Cookie"]
    assert "Secure" in cookie
    csrf = page.text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    form = {"csrf_token": csrf, "password": PASSWORD}
    through["Cookie"] = cookie.partition(";")[0]
    strangers = app.test_client(use_cookies=False)
    assert strangers.post("/login", data=form, headers=through | {"Origin": "https://box.example"}).status_code == 303
    refused(strangers.post("/login", data=form, headers=through | {"Origin": "http://box.example"}), 403, "foreign_origin")


def test_cookie_of_another_server_opens_nothing(client: FlaskClient, data: Path) -> None:
    log_in(client)
    (data / "secret").write_text("another secret")
    app = create_app(Settings(data=data, voice="none", floor_s=0))
    stranger = app.test_client()
    stranger.set_cookie("videogen", client.get_cookie("videogen").value)
    refused(stranger.get("/api/tasks"), 401, "not_logged_in")
    services_of(app).close()
