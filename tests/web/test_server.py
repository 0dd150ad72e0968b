"""The web process itself: patched first, deaf to nothing, and its answers arrive whatever is sent."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from models.database import Store
from tests.support.paths import ROOT
from tests.support.task_moves import Moves, events_of
from tests.support.web_server import Serve, Server

WAIT_S = 60.0


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def exchange(server: Server, *parts: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send these bytes on a connection of their own, all of them, and only then read: status, headers and body."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S) as connection:
        for part in parts:
            connection.sendall(part)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += connection.recv(65536) or pytest.fail("the connection was closed without an answer")
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        while len(body) < int(headers.get("content-length", 0)):
            body += connection.recv(65536) or pytest.fail("the answer was cut off")
    return int(first.split()[1]), headers, body


def request(length: int | str, kind: str = "application/json", more: str = "") -> bytes:
    size = f"Content-Length: {length}\r\n" if isinstance(length, int) else f"Transfer-Encoding: {length}\r\n"
    return f"POST /api/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n{size}{more}\r\n".encode()


def in_chunks(body: bytes) -> bytes:
    parts = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in [*parts, b""])


TOO_MUCH = b'{"script": "' + b"x" * 8_000_000 + b'"}'


@pytest.mark.parametrize("how", ["length", "chunks", "multipart", "script"])
def test_body_over_the_limit_is_read_out_so_that_the_answer_arrives(server: Server, how: str) -> None:
    """A client that is still sending when the connection is closed sees a reset, and never the answer."""
    before = len(events_of(server.store))
    part = b'--x\r\nContent-Disposition: form-data; name="script"; filename="a.md"\r\n\r\n' + TOO_MUCH + b"\r\n--x--\r\n"
    over = b'{"script": "' + b"x" * 200_000 + b'"}'
    status, headers, body = exchange(
        server,
        *{
            "length": (request(len(TOO_MUCH)), TOO_MUCH),
            "chunks": (request("chunked"), in_chunks(TOO_MUCH)),
            "multipart": (request(len(part), "multipart/form-data; boundary=x"), part),
            "script": (request(len(over)), over),
        }[how],
    )
    problem = json.loads(body)
    assert (status, headers["content-type"]) == (413, "application/problem+json")
    assert problem["code"] == ("script_too_large" if how == "script" else "body_too_large")
    assert problem["hint"]
    assert len(events_of(server.store)) == before


def test_client_that_asks_first_need_not_send_what_is_too_much(server: Server) -> None:
    status, _, body = exchange(server, request(10**9, more="Expect: 100-continue\r\n"))
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")


def test_body_that_announces_more_than_it_is_does_not_hold_the_server(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S) as connection:
        connection.sendall(request(1000) + b'{"script"')
        assert server.client.get("/api/health").status_code == 200
    assert server.client.get("/api/health").status_code == 200


@pytest.mark.parametrize(
    "wire",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST /api/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\n",
        b"POST /api/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % number for number in range(5000)) + b"\r\n",
    ],
    ids=["tls", "short", "version", "bytes", "two hosts", "length", "negative", "long", "headers"],
)
def test_nonsense_is_refused_and_the_server_goes_on(server: Server, wire: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S) as connection:
        with suppress(OSError):  # it may have been refused before all of it was sent
            connection.sendall(wire)
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        with suppress(ConnectionResetError):
            answer = connection.recv(65536)
    assert not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201", b"HTTP/1.1 5"))
    assert server.client.get("/api/health").status_code == 200


def test_connection_is_used_for_many_requests(server: Server) -> None:
    wire = b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 3
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S) as connection:
        connection.sendall(wire)
        answer = b""
        while answer.count(b'"ok"') < 3:
            answer += connection.recv(65536) or pytest.fail("closed")


def test_web_process_is_patched_before_anything_is_imported() -> None:
    """Else threads, sockets and sleeps of what was imported first would stop every stream. gevent says so with a warning."""
    asked = (
        "import videogen.web.server, threading, socket, time, ssl, gevent.monkey as monkey;"
        "assert all(map(monkey.is_module_patched, ('threading', 'socket', 'time', 'ssl', 'subprocess', 'select')));"
        "import sqlalchemy.pool.impl, threading; assert 'gevent' in type(threading.Lock()).__module__"
    )
    ran = subprocess.run([sys.executable, "-W", "error", "-c", asked], cwd=ROOT, capture_output=True, text=True, timeout=WAIT_S)
    assert ran.returncode == 0, ran.stderr


def test_other_processes_are_not_patched() -> None:
    asked = "import videogen.processes.worker_process, videogen.processes.supervisor, videogen.processes.renderer, sys\n"
    asked += "assert 'gevent' not in sys.modules"
    ran = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, timeout=WAIT_S)
    assert ran.returncode == 0, ran.stderr


def test_port_that_is_taken_is_told_from_a_crash(server: Server) -> None:
    environment = server.environment | {"VIDEOGEN_DATA": str(server.data)}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.support.cold_server"], cwd=ROOT, env=environment, capture_output=True, timeout=WAIT_S
    )
    assert ran.returncode == 98
    assert b"cannot listen" in ran.stderr


def test_web_process_frees_the_task_of_a_lost_worker(server: Server) -> None:
    """Also where no other worker and no supervisor is left to do it."""
    moves = Moves(server.store)
    made = moves.submit(priority=100)
    moves.claim(lease_s=0.1)
    until(lambda: moves.types(made.id)[-1] == "attempt.lost")


def test_store_of_a_newer_version_is_not_served(data: object, store: Store, serve: Serve) -> None:
    with store.writing() as write:
        write.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RuntimeError, match=r"version 9999.* Install the newer version"):
        serve()


def test_a_replaced_web_process_has_all_templates_ready_before_it_takes_a_connection(tmp_path: Path) -> None:
    code = f"""
from videogen.web import server
app = server.create_app(server.environment().model_copy(update={{"data": __import__("pathlib").Path({str(tmp_path / "data")!r})}}))
server.warm_up_pages(app)
print(set(app.jinja_env.list_templates(extensions=["html"])) - {{name for _, name in app.jinja_env.cache.keys()}})
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (result.stdout, result.stderr) == ("set()\n", "")
