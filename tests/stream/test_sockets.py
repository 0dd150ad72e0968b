"""Streams of a real server process, over real sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from itertools import pairwise
from pathlib import Path

import httpx
import httpx_sse
import pytest

from models import Store, attempt, event, task
from models.event import Cursor, EventType
from tests.conftest import ROOT, Serve, Server, free_port
from tests.models.lock import locked
from tests.models.moves import Moves
from tests.models.shell import sqlite
from tests.stream.client import Reader
from videogen.tail import public

WAIT_S = 60.0


@pytest.fixture
def moves(server: Server) -> Moves:
    """A worker at the shared server's store, in which nothing of an earlier test waits."""
    with server.store.reading() as read:
        left = [each.id for each in task.unfinished(read) if each.status == "queued"]
    for each in left:
        task.cancel(server.store, each)
    return Moves(server.store)


def place(server: Server, seq: int) -> str:
    with server.store.reading() as read:
        return str(Cursor(read.epoch, seq))


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def open_streams(server: Server, task_id: str | None = None) -> list[dict[str, object]]:
    streams = server.client.get("/api/streams").json()["streams"]
    return [each for each in streams if task_id is None or each["tasks"] == [task_id]]


def test_finished_task_is_replayed_and_ends(server: Server, moves: Moves) -> None:
    film = moves.make()
    with Reader(server.port, f"/api/tasks/{film.id}/stream") as reader:
        messages = reader.all()
    assert [each.event for each in messages] == ["hello", *["message"] * len(moves.events(film.id)), "end"]
    assert reader.events == [json.loads(json.dumps(public(each))) for each in moves.events(film.id)]
    assert reader.ids == [place(server, each.seq) for each in moves.events(film.id)]


def test_headers_keep_proxies_and_caches_from_holding_it_back(server: Server, moves: Moves) -> None:
    with Reader(server.port, f"/api/tasks/{moves.submit().id}/stream") as reader:
        assert reader.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert reader.headers["Cache-Control"] == "no-cache, no-transform"
        assert reader.headers["X-Accel-Buffering"] == "no"
        assert "Connection" not in reader.headers
        assert "Content-Length" not in reader.headers


def test_another_reader_of_streams_sees_the_same(server: Server, moves: Moves) -> None:
    made = moves.submit()
    got = []
    with httpx_sse.connect_sse(server.client, "GET", f"/api/tasks/{made.id}/stream") as source:
        for each in filter(lambda each: each.data, source.iter_sse()):
            got.append(each)
            if each.event == "hello":
                attempt.requeue(server.store, moves.claim().lease)
            if each.event == "message" and json.loads(each.data)["type"] == "task.requeued":
                task.cancel(server.store, made.id)
    assert [json.loads(each.data)["type"] for each in got if each.event == "message"] == moves.types(made.id)
    assert got[-1].event == "end"


def test_commits_of_another_process_arrive_while_the_reader_waits(server: Server, moves: Moves) -> None:
    made = moves.submit()
    with Reader(server.port, f"/api/tasks/{made.id}/stream") as reader:
        reader.until_type("task.submitted")
        lease = moves.claim().lease
        for number in range(10):
            moves.say(lease, f"Scene {number}")
            assert json.loads(reader.until_type("stage.progress").data)["message"] == f"Scene {number}"
        attempt.complete(server.store, lease)
        reader.all()
    assert [each["type"] for each in reader.events] == moves.types(made.id)


def test_row_put_in_by_hand_arrives_by_the_floor(server: Server) -> None:
    with Reader(server.port, "/api/stream") as reader:
        reader.until_event("snapshot")
        sqlite(server.store.path, "INSERT INTO submit(source) VALUES ('# By hand')")
        assert json.loads(reader.until_type("task.submitted").data)["data"]["title"] == "By hand"


def test_whoever_has_it_all_gets_204(server: Server, moves: Moves) -> None:
    film = moves.make()
    last = place(server, moves.events(film.id)[-1].seq)
    for path in (f"/api/tasks/{film.id}/stream", f"/api/videos/jobs/{film.id}/events", f"/api/stream?task={film.id}"):
        answer = server.client.get(path, headers={"Last-Event-ID": last})
        assert (answer.status_code, answer.content) == (204, b"")


def test_header_wins_over_the_query(server: Server, moves: Moves) -> None:
    """A browser that reconnects sends the newest cursor there, while its address still has the first one."""
    film = moves.make()
    seqs = [each.seq for each in moves.events(film.id)]
    path = f"/api/tasks/{film.id}/stream?last_event_id={place(server, seqs[0])}"
    with Reader(server.port, path) as reader:
        reader.all()
        assert reader.ids[0] == place(server, seqs[1])
    with Reader(server.port, path, {"Last-Event-ID": place(server, seqs[3])}) as reader:
        reader.all()
        assert reader.ids[0] == place(server, seqs[4])


@pytest.mark.parametrize(
    ("cursor", "reason"),
    [("what", "malformed"), ("\xff\xfe", "malformed"), ("ffffffff-1", "epoch"), ("HEAD+1000", "ahead"), ("00000000-01", "malformed")],
)
def test_bad_cursor_is_reset_and_never_refused(server: Server, moves: Moves, cursor: str, reason: str) -> None:
    film = moves.make()
    cursor = cursor.replace("HEAD+1000", place(server, 10**9))
    with Reader(server.port, f"/api/tasks/{film.id}/stream", {"Last-Event-ID": cursor}) as reader:
        messages = reader.all()
    assert [each.event for each in messages[:2]] == ["hello", "reset"]
    assert json.loads(messages[1].data) == {"reason": reason}
    assert len(reader.events) == len(moves.events(film.id))


def test_unknown_and_deleted_tasks_are_problems(server: Server, moves: Moves) -> None:
    gone = moves.make()
    task.delete(server.store, gone.id)
    for name in ("tasks/{}/stream", "videos/jobs/{}/events", "tasks/{}/events"):
        for task_id, status, code in (("nothing", 404, "task_not_found"), (gone.id, 410, "task_deleted")):
            with Reader(server.port, f"/api/{name.format(task_id)}") as reader:
                problem = reader.problem()
            assert (reader.status, problem["status"], problem["code"]) == (status, status, code)
            assert problem["hint"]


def test_unknown_type_is_refused_with_the_known_ones(server: Server) -> None:
    with Reader(server.port, "/api/stream?type=task.exploded") as reader:
        problem = reader.problem()
    assert reader.status == 400
    assert "task.completed" in problem["hint"]


def test_silence_is_filled_with_heartbeats(server: Server, moves: Moves) -> None:
    made = moves.submit()
    with Reader(server.port, f"/api/tasks/{made.id}/stream") as reader:
        reader.until_event("heartbeat")
        beat = json.loads(reader.until_event("heartbeat").data)
        assert [(each["id"], each["status"]) for each in beat["tasks"]] == [(made.id, "queued")]


def test_jobs_messages_carry_the_table_of_stages(server: Server, moves: Moves) -> None:
    film = moves.make()
    with Reader(server.port, f"/api/videos/jobs/{film.id}/events") as reader:
        reader.all()
    assert [each["type"] for each in reader.events] == moves.types(film.id)
    assert reader.events[-1]["stages"] == json.loads(json.dumps(dict(film.stages)))


def test_client_of_http_1_0_gets_no_chunks(server: Server, moves: Moves) -> None:
    film = moves.make()
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S) as connection:
        connection.sendall(f"GET /api/tasks/{film.id}/stream HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert body.startswith(b"retry: 1000\n\nevent: hello\n")
    assert body.endswith(b'event: end\ndata: {"status":"completed"}\n\n')


def test_request_sent_ahead_does_not_disturb_the_stream(server: Server, moves: Moves) -> None:
    made = moves.submit()
    with Reader(server.port, f"/api/tasks/{made.id}/stream") as reader:
        reader.until_type("task.submitted")
        reader.connection.sock.sendall(b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        task.cancel(server.store, made.id)
        reader.until_event("end")


def test_head_of_a_stream_is_answered_and_opens_none(server: Server, moves: Moves) -> None:
    made = moves.submit()
    answer = server.client.head(f"/api/tasks/{made.id}/stream")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
    assert open_streams(server, made.id) == [], "and the connection can be used for the next request"


# Long-poll


def events(server: Server, task_id: str, **query: object) -> dict[str, object]:
    answer = server.client.get(f"/api/tasks/{task_id}/events", params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    page: dict[str, object] = answer.json()
    return page


def test_log_can_be_had_in_pages(server: Server, moves: Moves) -> None:
    film = moves.make()
    wanted = [{"id": place(server, each.seq)} | json.loads(json.dumps(public(each))) for each in moves.events(film.id)]
    got: list[object] = []
    page: dict[str, object] = {"cursor": "", "ended": False}
    while not page["ended"]:
        page = events(server, film.id, after=page["cursor"], limit=3)
        assert isinstance(page["events"], list)
        assert len(page["events"]) <= 3
        got += page["events"]
    assert got == wanted
    assert events(server, film.id, after=page["cursor"]) == {"events": [], "cursor": page["cursor"], "ended": True}


def test_limit_too_large_is_capped_and_nonsense_refused(server: Server, moves: Moves) -> None:
    made = moves.submit()
    with server.store.writing() as write:
        for _ in range(1100):
            event.append(write, EventType.TASK_WARNING, made.id, status="queued")
    page = events(server, made.id, limit=10**9)
    assert isinstance(page["events"], list)
    assert len(page["events"]) == 1000
    for query in ("limit=x", "limit=-1", "limit=", "limit=²", "wait=x", "wait=-1", "wait=nan", "wait=1e9", "limit=" + "9" * 5000):
        answer = server.client.get(f"/api/tasks/{made.id}/events?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request"), query


def test_waiting_request_is_answered_by_the_next_event(server: Server, moves: Moves) -> None:
    made = moves.submit()
    first = events(server, made.id)
    answers: list[dict[str, object]] = []
    waiting = threading.Thread(target=lambda: answers.append(events(server, made.id, after=first["cursor"], wait=20)))
    waiting.start()
    task.cancel(server.store, made.id)
    waiting.join()
    (page,) = answers
    assert isinstance(page["events"], list)
    assert [each["type"] for each in page["events"]] == ["task.cancelled"]
    assert page["ended"] is True
    assert events(server, made.id, after=page["cursor"], wait=20)["ended"] is True, "nothing is left to wait for"


def test_waiting_request_ends_by_itself_with_the_cursor_given(server: Server, moves: Moves) -> None:
    made = moves.submit()
    cursor = events(server, made.id)["cursor"]
    assert events(server, made.id, after=cursor, wait=0.05) == {"events": [], "cursor": cursor, "ended": False}


def test_waiting_request_learns_of_a_deletion(server: Server, moves: Moves) -> None:
    made = moves.submit()
    cursor = events(server, made.id)["cursor"]
    statuses: list[int] = []
    path = f"/api/tasks/{made.id}/events?after={cursor}&wait=20"
    waiting = threading.Thread(target=lambda: statuses.append(server.client.get(path).status_code))
    waiting.start()
    task.delete(server.store, made.id)
    waiting.join()
    assert statuses == [410]


@pytest.mark.parametrize(("cursor", "reason"), [("what", "malformed"), ("ffffffff-1", "epoch"), ("\U0001f600", "malformed")])
def test_page_from_a_bad_cursor_begins_again_and_says_why(server: Server, moves: Moves, cursor: str, reason: str) -> None:
    film = moves.make()
    page = events(server, film.id, after=cursor, wait=20)
    assert page["reset"] == reason
    assert isinstance(page["events"], list)
    assert len(page["events"]) == len(moves.events(film.id))


# A server of the test's own: gone browsers, slow ones, many, a busy store, its own end


@pytest.fixture(params=["true", "false"], ids=["fanout", "plain"])
def own(serve: Serve, request: pytest.FixtureRequest) -> Server:
    """Silent for longer than any test, and without the floor: nothing arrives only because of a heartbeat or a look at the store."""
    return serve(heartbeat_s=1000, floor_s=0, fast_fanout=request.param, write_deadline_s=0.5, max_streams_per_client=60)


def test_streams_of_a_server_keep_their_promises(own: Server) -> None:
    """One server for all of these: starting one takes longer than they do."""
    moves = Moves(own.store)
    gone_browser_is_noticed_at_once(own, moves)
    every_reader_gets_everything(own, moves)
    reader_that_does_not_read_is_cut_off_and_resumes(own, moves)
    if own.environment["VIDEOGEN_FAST_FANOUT"] == "true":  # the others have nothing to do with how readers are served
        busy_store_holds_up_nobody_but_who_writes(own, moves)
        too_many_streams_are_refused(own)
        killed_server_loses_nothing(own, moves)
    asked_to_end_it_says_goodbye(own, moves)


def gone_browser_is_noticed_at_once(server: Server, moves: Moves) -> None:
    made = moves.submit()
    reader = Reader(server.port, f"/api/tasks/{made.id}/stream")
    reader.until_type("task.submitted")
    assert len(open_streams(server, made.id)) == 1
    reader.close()
    until(lambda: open_streams(server, made.id) == [])


def every_reader_gets_everything(server: Server, moves: Moves) -> None:
    """Forty at once, some from the beginning, some from the head, one that is slow at times."""
    made = moves.submit(priority=1)
    readers = [Reader(server.port, f"/api/tasks/{made.id}/stream") for _ in range(20)]
    with server.store.reading() as read:
        head = str(Cursor(read.epoch, event.head(read)))
    readers += [Reader(server.port, "/api/stream", {"Last-Event-ID": head}) for _ in range(20)]
    reading = [threading.Thread(target=reader.until_type, args=("task.completed",), daemon=True) for reader in readers]
    for each in reading:
        each.start()
    lease = moves.claim().lease
    for number in range(60):
        moves.say(lease, f"Scene {number} {'x' * 2000}")
    attempt.complete(server.store, lease)
    for each in reading:
        each.join()
    wanted = [place(server, each.seq) for each in moves.events(made.id)]
    for reader in readers[:20]:
        assert reader.ids == wanted
    for reader in readers[20:]:
        assert reader.ids == wanted[1:]
    for reader in readers:
        reader.close()


def reader_that_does_not_read_is_cut_off_and_resumes(server: Server, moves: Moves) -> None:
    made = moves.submit(priority=1)
    reader = Reader(server.port, f"/api/tasks/{made.id}/stream", receive_bytes=4096)
    reader.until_event("hello")
    lease = moves.claim().lease
    for number in range(60):
        moves.say(lease, f"{number} {'x' * 20_000}")
    until(lambda: open_streams(server, made.id) == [])
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        reader.all()
    reader.close()
    attempt.complete(server.store, lease)
    ids = reader.ids
    for again in followed(server, f"/api/tasks/{made.id}/stream", reader.parser.last_event_id):
        with suppress(http.client.HTTPException, OSError):  # on a busy machine this one can be too slow as well
            again.all()
        ids += again.ids
    assert ids == [place(server, each.seq) for each in moves.events(made.id)]


def busy_store_holds_up_nobody_but_who_writes(server: Server, moves: Moves) -> None:
    """Another program holds the write lock: a submission waits for it, and everything else goes on."""
    statuses: list[int] = []
    body = {"script": "# Hello", "options": {"voice": "none"}}
    submitting = threading.Thread(target=lambda: statuses.append(server.client.post("/api/tasks", json=body).status_code))
    with locked(server.store.path) as let_go:
        submitting.start()
        for _ in range(20):
            assert server.client.get("/api/status").status_code == 200
        with Reader(server.port, "/api/stream") as reader:
            reader.until_event("snapshot")
        assert statuses == []
        let_go()
    submitting.join()
    assert statuses == [201]


def too_many_streams_are_refused(server: Server) -> None:
    with ExitStack() as open_:
        for _ in range(60):
            open_.enter_context(Reader(server.port, "/api/stream")).until_event("snapshot")
        refused = open_.enter_context(Reader(server.port, "/api/stream"))
        assert (refused.status, refused.problem()["code"]) == (503, "too_many_streams")
        assert int(refused.headers["Retry-After"]) > 0
    until(lambda: open_streams(server) == [])


def followed(server: Server, path: str, cursor: str = "") -> Iterator[Reader]:
    """The readers of a browser that comes back with the last id it had, until the server says that nothing is left."""
    while True:
        try:
            reader = Reader(server.port, path, {"Last-Event-ID": cursor} if cursor else {})
        except OSError:
            time.sleep(0.02)
            continue
        if reader.status == 204:
            reader.close()
            return
        yield reader
        cursor = reader.parser.last_event_id or cursor
        reader.close()


def killed_server_loses_nothing(server: Server, moves: Moves) -> None:
    """Three times in the middle of a film, while a browser follows it: every event once, in order, and no reset."""
    made = moves.submit(priority=1)
    lease = moves.claim().lease
    got: list[Reader] = []

    def follow() -> None:
        for reader in followed(server, f"/api/tasks/{made.id}/stream"):
            got.append(reader)
            with suppress(http.client.HTTPException, OSError):
                reader.all()

    def seen(part: int) -> bool:
        return any(f"Scene {part} " in each.data for reader in tuple(got) for each in tuple(reader.messages))

    following = threading.Thread(target=follow, daemon=True)
    following.start()
    for part in range(3):
        for number in range(30):
            moves.say(lease, f"Scene {part} {number}")
            if number == 15:
                until(partial(seen, part))
                server.stop(signal.SIGKILL)
        server.start_again()
    attempt.complete(server.store, lease)
    following.join(timeout=60)
    ids = [each for reader in got for each in reader.ids]
    assert ids == [place(server, each.seq) for each in moves.events(made.id)]
    assert not any(message.event == "reset" for reader in got for message in reader.messages)
    assert len(got) > 3


def asked_to_end_it_says_goodbye(server: Server, moves: Moves) -> None:
    made = moves.submit()
    readers = [Reader(server.port, path) for path in [f"/api/tasks/{made.id}/stream"] * 5 + ["/api/stream"] * 5]
    for each in readers:
        each.until(lambda message: message.event in ("message", "snapshot"))
    assert server.stop() == 0
    for each in readers:
        each.all()  # raises where the end is not a clean one
        assert each.parser.retry_ms is not None
        assert 1000 <= each.parser.retry_ms <= 3000
        each.close()
    assert any(one.parser.retry_ms != other.parser.retry_ms for one, other in pairwise(readers))


def test_streams_work_under_gunicorn(data: Path, store: Store) -> None:
    """Its gevent worker gives the socket too: a gone browser is noticed, and both ways of sending hold."""
    port = free_port()
    environment = os.environ | {"VIDEOGEN_DATA": str(data), "VIDEOGEN_HEARTBEAT_S": "1000", "VIDEOGEN_VOICE": "none"}
    command = (sys.executable, "-m", "gunicorn", "-k", "gevent", "-b", f"127.0.0.1:{port}", "--log-level", "warning", "app:create_app()")
    moves = Moves(store)
    made = moves.submit()
    path = f"/api/tasks/{made.id}/stream"
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            until(lambda: answers(port))
            gone = Reader(port, path)
            gone.until_type("task.submitted")
            gone.close()
            until(lambda: httpx.get(f"http://127.0.0.1:{port}/api/streams").json()["streams"] == [])
            with Reader(port, path) as reader:
                reader.until_type("task.submitted")
                lease = moves.claim().lease
                for number in range(5):
                    moves.say(lease, f"Scene {number}")
                    reader.until_type("stage.progress")
                attempt.complete(store, lease)
                reader.all()
                assert [each["type"] for each in reader.events] == moves.types(made.id)
                assert reader.messages[-1].event == "end"
        finally:
            process.terminate()


def answers(port: int) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/api/health").status_code == 200
    return False
