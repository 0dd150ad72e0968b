"""A server of the test's own: gone browsers, slow ones, many, a busy store, its own end by force and by request."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from models import attempt, event
from models.database import Store
from models.event import Cursor
from tests.streams.running_server import open_streams, until
from tests.support.database_lock import locked
from tests.support.paths import ROOT
from tests.support.ports import Port
from tests.support.stream_client import Reader
from tests.support.subscription_reader import cursor_at
from tests.support.task_moves import Moves
from tests.support.web_server import Serve, Server


@pytest.fixture(params=["true", "false"], ids=["fanout", "plain"])
def own(serve: Serve, request: pytest.FixtureRequest) -> Server:
    """Silent for longer than any test, and without the floor: nothing arrives only because of a heartbeat or a look at the store."""
    return serve(heartbeat_s=1000, floor_s=0, fast_fanout=request.param, write_deadline_s=0.5, max_streams_per_client=60)


@pytest.mark.slow
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
    for thread in reading:
        thread.start()
    lease = moves.claim().lease
    for number in range(60):
        moves.say(lease, f"Scene {number} {'x' * 500}")  # all of it fits the buffers, so that no busy machine makes one late
    attempt.complete(server.store, lease)
    for thread in reading:
        thread.join()
    wanted = [cursor_at(server.store, entry.seq) for entry in moves.events(made.id)]
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
    assert ids == [cursor_at(server.store, entry.seq) for entry in moves.events(made.id)]


def busy_store_holds_up_nobody_but_who_writes(server: Server, moves: Moves) -> None:
    """Another program holds the write lock: a submission waits for it, and everything else goes on."""
    statuses: list[int] = []
    body = {"script": "# Hello", "options": {"voice": "none"}}
    submitting = threading.Thread(target=lambda: statuses.append(server.client.post("/api/tasks", json=body).status_code))
    with locked(server.store.path) as let_go:
        submitting.start()
        for _ in range(5):
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
    """Three times in the middle of a video, while a browser follows it: every event once, in order, and no reset."""
    made = moves.submit(priority=1)
    lease = moves.claim().lease
    got: list[Reader] = []

    def follow() -> None:
        for reader in followed(server, f"/api/tasks/{made.id}/stream"):
            got.append(reader)
            with suppress(http.client.HTTPException, OSError):
                reader.all()

    def seen(part: int) -> bool:
        return any(f"Scene {part} " in entry.data for reader in tuple(got) for entry in tuple(reader.messages))

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
    ids = [id for reader in got for id in reader.ids]
    assert ids == [cursor_at(server.store, entry.seq) for entry in moves.events(made.id)]
    assert not any(message.event == "reset" for reader in got for message in reader.messages)
    assert len(got) > 3


def asked_to_end_it_says_goodbye(server: Server, moves: Moves) -> None:
    made = moves.submit()
    readers = [Reader(server.port, path) for path in [f"/api/tasks/{made.id}/stream"] * 5 + ["/api/stream"] * 5]
    for reader in readers:
        reader.until(lambda message: message.event in ("message", "snapshot"))
    assert server.stop() == 0
    for reader in readers:
        reader.all()  # raises where the end is not a clean one
        assert reader.parser.retry_ms is not None
        assert 1000 <= reader.parser.retry_ms <= 3000
        reader.close()
    assert any(one.parser.retry_ms != other.parser.retry_ms for one, other in pairwise(readers))


def test_streams_work_under_gunicorn(data: Path, store: Store) -> None:
    """Its gevent worker gives the socket too: a gone browser is noticed, and both ways of sending hold."""
    reserved = Port()
    port = reserved.number
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
                assert [entry["type"] for entry in reader.events] == moves.types(made.id)
                assert reader.messages[-1].event == "end"
        finally:
            process.terminate()
            reserved.close()


def answers(port: int) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/api/health").status_code == 200
    return False
