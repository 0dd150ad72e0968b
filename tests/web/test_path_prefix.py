"""Below a path of a site: every address that the server gives leads back to it, whoever says what the path is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import attempt
from models.database import Store
from tests.support.task_moves import Moves, published, written
from videogen.config import Settings
from videogen.web import create_app
from videogen.web.services import services_of

ADDRESS = re.compile(r"""(?:href|src|action|poster)="(/[^"]*)\"""")
PROXY = {"Host": "localhost", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
PASSWORD = "a long password"


class Below:
    """A client of an application that is shown below `prefix`; `sent` is the path's beginning that the proxy leaves on.

    It keeps the cookie by itself: a browser judges its path by the address that the proxy has, which nobody has here.
    """

    def __init__(self, data: Path, prefix: str, sent: str = "", *, configured: bool = False) -> None:
        self.prefix, self.sent, self.cookie = prefix, sent, ""
        settings = Settings(data=data, voice="none", floor_s=0, proxies=1, prefix=prefix if configured else "")
        self.app: Flask = create_app(settings)
        services_of(self.app).password.set(PASSWORD)
        self.client: FlaskClient = self.app.test_client(use_cookies=False)
        self.headers = PROXY | ({"X-Forwarded-Prefix": prefix} if prefix and not configured else {})

    def get(self, path: str, **headers: str) -> Any:
        return self._kept(self.client.get(f"{self.sent}{path}", headers=self._headers() | headers, base_url="https://localhost"))

    def post(self, path: str, form: dict[str, str]) -> Any:
        headers = self._headers() | {"Origin": "https://localhost"}
        return self._kept(self.client.post(f"{self.sent}{path}", data=form, headers=headers, base_url="https://localhost"))

    def _headers(self) -> dict[str, str]:
        return self.headers | ({"Cookie": self.cookie} if self.cookie else {})

    def _kept(self, answer: Any) -> Any:
        for cookie in answer.headers.getlist("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        return answer

    def log_in(self) -> Any:
        page = self.get("/login?next=" + f"{self.prefix}/tasks").text
        (csrf,) = re.findall(r'name="csrf_token" value="([^"]+)"', page)
        return self.post("/login", {"password": PASSWORD, "csrf_token": csrf, "next": f"{self.prefix}/tasks"})


WAYS = {
    "at the root": ("", "", False),
    "told by the proxy": ("/videogen", "", False),
    "told by the proxy, which leaves it on": ("/videogen", "/videogen", False),
    "deeper": ("/a/b.c", "", False),
    "set": ("/videogen", "", True),
    "set, and left on by the proxy": ("/videogen", "/videogen", True),
}


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def below(data: Path, request: pytest.FixtureRequest) -> Iterator[Below]:
    prefix, sent, configured = request.param
    below = Below(data, prefix, sent, configured=configured)
    yield below
    services_of(below.app).close()


def test_every_address_on_every_page_begins_with_the_prefix(below: Below) -> None:
    assert below.log_in().headers["Location"] == f"{below.prefix}/tasks"
    store: Store = services_of(below.app).store
    made = Moves(store).submit(title="Hello")
    for page in ("/", "/tasks", f"/tasks/{made.id}", "/status", "/api/docs"):
        answer = below.get(page, Accept="text/html")
        assert answer.status_code == 200
        addresses = ADDRESS.findall(answer.text)
        assert addresses
        assert [address for address in addresses if not address.startswith(f"{below.prefix}/")] == []
        if below.prefix:
            assert not [address for address in addresses if address.startswith(below.prefix * 2)]


def test_static_files_are_where_the_pages_say(below: Below) -> None:
    page = below.get("/login").text
    files = [address for address in ADDRESS.findall(page) if "/static/" in address]
    assert files
    for address in files:
        with below.get(address.removeprefix(below.prefix)) as answer:
            assert answer.status_code == 200


def test_cookie_goes_to_the_prefix_alone_and_is_taken_there(below: Below) -> None:
    answer = below.log_in()
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all(f"Path={below.prefix or '/'};" in cookie + ";" for cookie in cookies)
    assert all("Secure" in cookie for cookie in cookies)
    assert below.get("/tasks", Accept="text/html").status_code == 200


def test_redirects_to_the_login_and_back_stay_below_the_prefix(below: Below) -> None:
    answer = below.get("/tasks?status=queued", Accept="text/html")
    assert answer.headers["Location"].partition("?")[0] == f"{below.prefix}/login"
    assert "next=" in answer.headers["Location"]
    (wanted,) = re.findall(r'name="next" value="([^"]*)"', below.get("/login" + answer.headers["Location"].partition("/login")[2]).text)
    assert wanted == f"{below.prefix}/tasks?status=queued"


def test_addresses_in_json_and_in_streams_have_the_prefix(below: Below) -> None:
    below.log_in()
    store: Store = services_of(below.app).store
    moves = Moves(store)
    made = moves.submit(title="Hello")
    lease = moves.claim().lease
    attempt.report(store, lease, published(written(services_of(below.app).settings.data / "work" / "film.mp4")))
    assert below.get("/api/openapi.json").json["servers"] == [{"url": below.prefix or "/"}]
    assert below.get("/api/tasks/none").json["type"] == f"{below.prefix}/api/docs#task_not_found"
    shown = below.get(f"/api/tasks/{made.id}").json
    stream = below.get(f"/api/tasks/{made.id}/stream")
    hello = next(frame for frame in stream.response if b"event: hello" in frame)
    report = json.loads(re.findall(rb"^data: (.*)$", hello, re.MULTILINE)[0])["task"]
    stream.close()
    for view in (shown, report):
        assert view["artifacts"]
        assert all(file["url"].startswith(f"{below.prefix}/api/tasks/{made.id}/") for file in view["artifacts"])


@pytest.mark.parametrize("forged", ["//other.example", "/a b", "/a?b", "javascript:alert(1)", "/a\\b", "/a//b", "/ü"])
def test_prefix_that_is_no_plain_path_is_ignored(data: Path, forged: str) -> None:
    below = Below(data, "")
    answer = below.get("/tasks", Accept="text/html", **{"X-Forwarded-Prefix": forged})
    assert answer.headers["Location"].startswith("/login?")
    services_of(below.app).close()


def test_without_a_trusted_proxy_nobody_says_what_the_prefix_is(data: Path) -> None:
    app = create_app(Settings(data=data, voice="none", floor_s=0))
    services_of(app).password.set(PASSWORD)
    answer = app.test_client().get("/tasks", headers={"X-Forwarded-Prefix": "/evil", "Accept": "text/html"})
    assert answer.headers["Location"].startswith("/login?")
    services_of(app).close()


def test_the_setting_wins_over_the_header(data: Path) -> None:
    below = Below(data, "/videogen", configured=True)
    answer = below.get("/tasks", Accept="text/html", **{"X-Forwarded-Prefix": "/other"})
    assert answer.headers["Location"].startswith("/videogen/login?")
    services_of(below.app).close()
