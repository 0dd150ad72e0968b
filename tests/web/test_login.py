"""The door of a server that has a password: who comes in, from where, and for how long."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import token
from tests.web.response_shapes import hold_to_its_word
from tests.web.test_access import refused, token_of
from videogen.config import Settings
from videogen.files.password_file import Password
from videogen.web import create_app
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


def log_in(client: FlaskClient, password: str = PASSWORD, next: str = "/tasks") -> TestResponse:
    page = client.get("/login").text
    csrf = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    return client.post("/login", data={"csrf_token": csrf, "password": password, "next": next})


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
    services_of(app).login_limiter.max_per_minute = 2
    answers = [log_in(client, f"wrong horse {number}") for number in range(3)]
    assert [each.status_code for each in answers] == [403, 403, 429]
    assert "The password is wrong" in answers[0].text
    assert log_in(client).status_code == 429
    refused(client.get("/api/tasks"), 401, "not_logged_in")
    assert "horse" not in caplog.text + answers[0].text


def test_form_of_another_site_logs_nobody_in(client: FlaskClient) -> None:
    refused(client.post("/login", data={"password": PASSWORD}), 403, "bad_csrf_token")


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
    stranger.set_cookie("videogen", client.get_cookie("videogen").value)  # type: ignore[union-attr]
    refused(stranger.get("/api/tasks"), 401, "not_logged_in")
    services_of(app).close()
