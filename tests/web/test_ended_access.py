"""What was opened by a session or a token ends with it: streams and requests that wait, in a server that runs."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from models import token
from models.sqlite.backup import backup
from models.sqlite.restore import restore
from tests.support.stream_client import Reader
from tests.support.task_moves import Moves
from tests.support.web_server import Serve, Server
from videogen.files.password_file import Password

PASSWORD = "correct horse"
AT_ONCE_S = 5.0
"""The check comes every second; machines are busy."""


@pytest.fixture
def guarded(serve: Serve, data: Path) -> Server:
    """A server with a password, silent between events."""
    Password(data).set(PASSWORD)
    return serve(heartbeat_s=1000)


LogIn = Callable[[Server], httpx.Client]


@pytest.fixture
def log_in() -> Iterator[LogIn]:
    """Logs in with a browser of its own."""
    with ExitStack() as browsers:

        def log_in(server: Server) -> httpx.Client:
            browser = browsers.enter_context(httpx.Client(base_url=server.url, timeout=60))
            send_form(browser, "/login", "/login", password=PASSWORD)
            return browser

        yield log_in


def send_form(browser: httpx.Client, page: str, address: str, **fields: str) -> httpx.Response:
    csrf = re.search(r'name="csrf_token" value="([^"]*)"', browser.get(page).text)[1]  # type: ignore[index]
    response = browser.post(address, data={"csrf_token": csrf, **fields})
    assert response.status_code == 303, response.text
    return response


def cookie_of(browser: httpx.Client) -> dict[str, str]:
    return {"Cookie": f"videogen={browser.cookies['videogen']}"}


def log_out(server: Server, browser: httpx.Client) -> None:
    send_form(browser, "/tasks", "/logout")


def change_password(server: Server, _browser: httpx.Client) -> None:
    Password(server.data).set("another horse")


def remove_password(server: Server, _browser: httpx.Client) -> None:
    Password(server.data).remove()


def restore_backup(server: Server, _browser: httpx.Client) -> None:
    backup(server.store, server.data.parent / "backup")
    restore(server.data, server.data.parent / "backup", in_use=True)


End = Callable[[Server, httpx.Client], None]


@pytest.mark.parametrize("end", [log_out, change_password, remove_password, restore_backup], ids=lambda end: end.__name__)
def test_streams_of_a_session_end_with_it(guarded: Server, log_in: LogIn, end: End) -> None:
    browser = log_in(guarded)
    cookie = cookie_of(browser)
    made = Moves(guarded.store).submit()
    for path in ("/api/stream", f"/api/tasks/{made.id}/stream"):
        assert guarded.client.get(path, headers={"Last-Event-ID": "x"}).status_code == 401
    with (
        Reader(guarded.port, "/api/stream", headers=cookie) as of_all,
        Reader(guarded.port, f"/api/tasks/{made.id}/stream", headers=cookie) as of_one,
    ):
        of_all.until_event("snapshot")
        of_one.until_type("task.submitted")
        started = time.monotonic()
        end(guarded, browser)
        for reader in (of_all, of_one):
            (*_, last) = reader.all()
            assert last.event == "problem"
            assert '"code":"not_logged_in"' in last.data.replace(" ", "")
        assert time.monotonic() - started < AT_ONCE_S
    if end is not remove_password:
        assert guarded.client.get("/api/stream", headers=cookie).status_code == 401
        assert guarded.client.get("/api/tasks", headers=cookie).status_code == 401


def test_streams_of_others_go_on(guarded: Server, log_in: LogIn) -> None:
    mine, other = log_in(guarded), log_in(guarded)
    secret = token.create(guarded.store, "laptop")
    headers = ({"Authorization": f"Bearer {secret}"}, cookie_of(other))
    moves = Moves(guarded.store)
    with (
        Reader(guarded.port, "/api/stream", headers=headers[0]) as program,
        Reader(guarded.port, "/api/stream", headers=headers[1]) as person,
    ):
        for reader in (program, person):
            reader.until_event("snapshot")
        with Reader(guarded.port, "/api/stream", headers=cookie_of(mine)) as ended:
            ended.until_event("snapshot")
            log_out(guarded, mine)
            assert ended.all()[-1].event == "problem"
        moves.submit()
        for reader in (program, person):
            reader.until_type("task.submitted")


def test_streams_of_a_token_end_when_it_is_revoked(guarded: Server) -> None:
    """Revoked by another process, as the command line does."""
    headers = {"Authorization": f"Bearer {token.create(guarded.store, 'laptop')}"}
    with Reader(guarded.port, "/api/stream", headers=headers) as reader:
        reader.until_event("snapshot")
        token.revoke(guarded.store, "laptop")
        assert reader.all()[-1].event == "problem"


def test_streams_that_needed_no_password_end_when_there_is_one(serve: Serve, data: Path) -> None:
    server = serve(heartbeat_s=1000)
    with Reader(server.port, "/api/stream") as reader:
        reader.until_event("snapshot")
        Password(data).set(PASSWORD)
        assert reader.all()[-1].event == "problem"


def test_streams_end_without_the_fast_fanout_too(serve: Serve, data: Path, log_in: LogIn) -> None:
    Password(data).set(PASSWORD)
    server = serve(heartbeat_s=1000, fast_fanout=False)
    browser = log_in(server)
    with Reader(server.port, "/api/stream", headers=cookie_of(browser)) as reader:
        reader.until_event("snapshot")
        log_out(server, browser)
        assert reader.all()[-1].event == "problem"


def test_session_that_nobody_uses_ends_its_streams(serve: Serve, data: Path, log_in: LogIn) -> None:
    Password(data).set(PASSWORD)
    server = serve(heartbeat_s=1000, session_idle_days=2 / 86400)
    with Reader(server.port, "/api/stream", headers=cookie_of(log_in(server))) as reader:
        reader.until_event("snapshot")
        assert reader.all()[-1].event == "problem"


def test_request_that_waits_shows_nothing_when_its_session_has_ended(guarded: Server, log_in: LogIn) -> None:
    browser = log_in(guarded)
    cookie = cookie_of(browser)
    cursor = guarded.client.get("/api/events", headers=cookie).json()["cursor"]
    answers: list[httpx.Response] = []

    def wait() -> None:
        answers.append(httpx.get(f"{guarded.url}/api/events?wait=20&after={cursor}", headers=cookie, timeout=60))

    waiting = threading.Thread(target=wait)
    waiting.start()
    log_out(guarded, browser)
    Moves(guarded.store).submit("Secret")
    waiting.join()
    assert answers[0].status_code == 401
    assert "Secret" not in answers[0].text
