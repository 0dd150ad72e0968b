"""Clients that send half a request, or send slowly, take nothing from those who ask for a page."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.support.process_state import until
from tests.support.web_server import Serve, Server

HALVES = 300


def connected(server: Server, content: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    connection.sendall(content)
    return connection


def answered(server: Server, count: int) -> int:
    """How many of so many requests, each on a connection of its own, get their page."""
    return sum(httpx.get(f"{server.url}/tasks", timeout=60).status_code == 200 for _ in range(count))


@pytest.fixture
def halves(serve: Serve, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server, and 300 clients that have sent half a request."""
    server = serve(max_connections=request.param, header_deadline_s=1000)
    with ExitStack() as open_:
        for number in range(HALVES):
            half = b"GET /tasks HTTP/1.1\r\nHost: localhost\r\nX-Half: " if number % 2 else b""
            open_.enter_context(connected(server, half))
        yield server


@pytest.mark.parametrize("halves", [100, 1000], indirect=True, ids=["more than may be", "fewer than may be"])
def test_pages_are_answered_while_three_hundred_requests_are_only_half_there(halves: Server) -> None:
    assert answered(halves, 30) == 30


@pytest.mark.parametrize("half", [b"", b"GET /tasks HTTP/1.1\r\n", b"GET /tasks HTTP/1.1\r\nHost: localhost\r\n"])
def test_headers_that_do_not_arrive_in_time_end_the_connection(serve: Serve, half: bytes) -> None:
    server = serve(header_deadline_s=0.3)
    with connected(server, half) as connection:
        assert connection.recv(100) == b""
    assert answered(server, 1) == 1
    assert "1 slow" in server.log


def test_body_that_does_not_arrive_in_time_is_refused_and_the_connection_ends(serve: Serve) -> None:
    server = serve(body_deadline_s=0.3)
    head = b"POST /api/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    with connected(server, head + b'{"script": "') as connection:
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"request_too_slow" in answer
    assert b"Connection: close" in answer


def test_long_body_that_nobody_wants_is_not_waited_for(serve: Serve) -> None:
    """Of who is refused anyway only a little is read."""
    server = serve()
    head = b"POST /api/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50000000\r\n\r\n"
    with connected(server, head) as connection:
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"Connection: close" in answer


def test_short_body_that_nobody_wants_leaves_the_connection_open(serve: Serve) -> None:
    server = serve()
    head = b"POST /api/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello"
    with connected(server, head) as connection:
        answers = b""
        while b"not_found" not in answers:
            answers += connection.recv(65536)
        connection.sendall(b"GET /api/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        answers += b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"HTTP/1.1 200 OK" in answers or b"HTTP/1.0 200 OK" in answers


def test_connections_of_clients_that_wait_are_counted_in_few_lines_of_the_log(serve: Serve) -> None:
    server = serve(header_deadline_s=0.1)
    for _ in range(20):
        with connected(server) as connection:
            assert connection.recv(100) == b""
    assert server.log.count("connections closed") == 1


@pytest.mark.parametrize("headers", [b"X: a\r\n" * 500, b"X: " + b"a" * 70_000 + b"\r\n"], ids=["many", "long"])
def test_headers_beyond_all_measure_are_refused_in_a_line_of_the_log(serve: Serve, headers: bytes) -> None:
    server = serve()
    with connected(server, b"GET /tasks HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\n") as connection:
        assert connection.recv(100).startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
    assert answered(server, 1) == 1
    assert ("1 malformed" in server.log, "Traceback" in server.log) == (True, False)


def test_requests_are_logged_if_that_is_asked_for(serve: Serve) -> None:
    assert httpx.get(f"{serve(access_log=True).url}/api/health").status_code == 200
    server = serve(access_log=True, log_format="json")
    httpx.get(f"{server.url}/api/nothing?secret=1")
    until(lambda: '"path": "/api/nothing", "status": "404"' in server.log)  # the line follows the answer
    assert "secret" not in server.log
