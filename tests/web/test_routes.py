"""Each route lets in whom its rule names, and nobody else: all are called as each kind of caller. docs/routes.md has the same table."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import share, token
from tests.support.task_moves import Moves
from tests.web.test_openapi import task_of_each_status
from videogen.config import Settings
from videogen.files.password_file import Password
from videogen.files.share_link import link_of
from videogen.web import create_app
from videogen.web.access_rules import AccessRule, Route, routes
from videogen.web.services import services_of

PASSWORD = "correct horse"
CONVERTED = re.compile(r"<(?:(?P<converter>[^<>:]*(?:\([^()]*\))?):)?(?P<name>\w+)>")
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}
LET_IN = {
    AccessRule.OPEN: {"nobody", "share link", "revoked share link", "revoked session", "wrong token", "revoked token", "user", "token"},
    AccessRule.PROBE: {"nobody", "share link", "revoked share link", "revoked session", "wrong token", "revoked token", "user", "token"},
    AccessRule.LOGIN: {"user", "token"},
    AccessRule.SHARE: {"share link"},
}


@dataclass
class Callers:
    """An application, and what each kind of caller shows: a client and headers. `links` has the share link that each puts into a path."""

    app: Flask
    task_id: str
    clients: dict[str, FlaskClient]
    headers: dict[str, dict[str, str]]
    links: dict[str, str]

    def path(self, route: Route, caller: str) -> str:
        """Return an address of the route: the shared video's own."""
        values = {
            "link": self.links.get(caller, "0" * 48),
            "position": "1",
            "percent": "5",
            "kind": "video",
            "filename": "css/app.css",
            "share_id": "0" * 16,
        }

        def filled(match: re.Match[str]) -> str:
            if (match["converter"] or "").startswith("any("):
                return match["converter"][4:-1].split(",")[0].strip(" '\"")
            return values.get(match["name"], self.task_id if match["name"] in ("id", "task_id") else "nothing")

        return CONVERTED.sub(filled, route.path)

    def status(self, route: Route, caller: str, *, method: str | None = None) -> int:
        answer = self.clients[caller].open(
            self.path(route, caller), method=method or route.method, headers=self.headers[caller], environ_base=ELSEWHERE, buffered=True
        )
        return answer.status_code


@pytest.fixture(scope="module")
def callers(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    data = shutil.copytree(template, tmp_path_factory.mktemp("routes") / "data")
    Password(data).set(PASSWORD)
    app = create_app(Settings(data=data, voice="none", floor_s=0, max_stream_age_s=0.001, fast_fanout=False, hosts="box.example"))
    services = services_of(app)
    services.previews.timeline = lambda *_: "<svg/>"  # type: ignore[method-assign,assignment,misc]
    services.previews.sample = lambda *_: data / "secret"  # type: ignore[method-assign,assignment,misc]
    services.previews.narration = lambda *_, **__: {"scenes": [], "script": "# Other", "format": "markdown"}  # type: ignore[method-assign,assignment,misc]
    services.previews.comparison = lambda *_, **__: {"scenes": [], "counts": {}}  # type: ignore[method-assign,assignment,misc]
    task_id = task_of_each_status(Moves(services.store), data)["completed"]
    user, ended = logged_in(app), logged_in(app)
    ended_cookie = ended.get_cookie("videogen").value  # type: ignore[union-attr]
    csrf = re.search(r'name="csrf_token" value="([^"]*)"', ended.get("/").text)[1]  # type: ignore[index]
    ended.post("/logout", data={"csrf_token": csrf})
    thief = app.test_client()
    thief.set_cookie("videogen", ended_cookie)
    good, revoked = token.create(services.store, "good"), token.create(services.store, "revoked")
    token.revoke(services.store, "revoked")
    shared, unshared = share.create(services.store, task_id, 30), share.create(services.store, task_id, 30)
    share.revoke(services.store, task_id, unshared.id)
    secret = str(app.secret_key)
    links = {"share link": link_of(secret, shared.id), "revoked share link": link_of(secret, unshared.id)}
    headers = {
        "wrong token": {"Authorization": f"Bearer {good}x"},
        "revoked token": {"Authorization": f"Bearer {revoked}"},
        "token": {"Authorization": f"Bearer {good}"},
        "share link": {"Authorization": f"Bearer {links['share link']}"},
    }
    clients = {"user": user, "revoked session": thief}
    everybody = LET_IN[AccessRule.OPEN]
    yield Callers(
        app,
        task_id,
        {name: clients.get(name) or app.test_client(use_cookies=False) for name in everybody},
        {name: headers.get(name, {}) for name in everybody},
        links,
    )
    services.close()


def logged_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    csrf = re.search(r'name="csrf_token" value="([^"]*)"', client.get("/login").text)[1]  # type: ignore[index]
    assert client.post("/login", data={"csrf_token": csrf, "password": PASSWORD}).status_code == 303
    return client


# 403 comes after the login: a form without its token, and a password that is wrong.
NOT_LET_IN = {AccessRule.LOGIN: 401, AccessRule.SHARE: 404}


@pytest.mark.parametrize("caller", sorted(LET_IN[AccessRule.OPEN]))
def test_every_route_lets_in_whom_its_rule_names(callers: Callers, caller: str) -> None:
    wrong = []
    for route in routes(callers.app):
        status = callers.status(route, caller)
        let_in = caller in LET_IN[route.rule]
        if route.rule in (AccessRule.OPEN, AccessRule.PROBE):
            right = status not in (401, 500)
        elif let_in:
            right = status < 400 if route.rule is AccessRule.SHARE else status not in (401, 500)
        else:
            right = status == NOT_LET_IN[route.rule]
        if not right:
            wrong.append((route.method, route.path, status))
    assert wrong == []


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "TRACE"])
def test_other_methods_open_no_route(callers: Callers, method: str) -> None:
    for route in routes(callers.app):
        if route.rule not in (AccessRule.OPEN, AccessRule.PROBE):
            assert callers.status(route, "nobody", method=method) in (401, 404, 405), (method, route)


@pytest.mark.parametrize("caller", ["nobody", "share link", "revoked session", "wrong token"])
def test_no_route_writes_for_whoever_is_not_let_in(callers: Callers, caller: str) -> None:
    for route in routes(callers.app):
        for method in ("POST", "DELETE", "PUT", "PATCH"):
            if route.rule is AccessRule.LOGIN:
                assert callers.status(route, caller, method=method) == 401, (method, route)
            elif route.rule is AccessRule.SHARE:
                assert callers.status(route, caller, method=method) in (401, 405), (method, route)


def test_every_write_needs_the_origin_of_the_server(callers: Callers) -> None:
    for route in routes(callers.app):
        if route.write:
            answer = callers.clients["user"].open(
                callers.path(route, "user"), method=route.method, headers={"Origin": "http://evil.example"}, json={}
            )
            assert (answer.status_code, answer.get_json()["code"]) == (403, "foreign_origin"), route


def test_every_form_needs_the_token_of_its_session(callers: Callers) -> None:
    for route in routes(callers.app):
        if "form token" in route.write:
            answer = callers.clients["user"].open(callers.path(route, "user"), method=route.method, data={"csrf_token": "x"})
            assert (answer.status_code, answer.get_json()["code"]) == (403, "bad_csrf_token"), route


def test_answers_are_not_kept_by_a_shared_browser(callers: Callers) -> None:
    """Pages and JSON are not stored; files are asked about each time. Only what holds no secret may be used unasked."""
    unasked = {"/static/<path:filename>", "/icon/<any(queued, running, completed, failed, cancelled):status>-<int(max=100):percent>.svg"}
    for route in routes(callers.app):
        if route.method == "GET" and route.path not in unasked:
            caller = "share link" if route.rule is AccessRule.SHARE else "user"
            answer = callers.clients[caller].get(callers.path(route, caller), buffered=True, environ_base=ELSEWHERE)
            rules = set(answer.headers["Cache-Control"].replace(" ", "").split(","))
            assert "no-store" in rules or "no-cache" in rules, route
            assert "public" not in rules, route
            if answer.mimetype == "text/html":
                assert rules == {"no-store"}, route


def test_hsts_comes_over_tls_of_a_trusted_proxy_alone(callers: Callers, data: Path) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    assert "Strict-Transport-Security" not in callers.clients["nobody"].get("/login", headers=forwarded).headers
    Password(data).set(PASSWORD)
    app = create_app(Settings(data=data, voice="none", floor_s=0, proxies=1))
    client = app.test_client()
    assert client.get("/login", headers=forwarded).headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in client.get("/login").headers
    services_of(app).close()
