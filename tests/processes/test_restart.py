"""SIGHUP replaces every process of a running server, and nobody who uses it meanwhile notices more than a stream that goes on."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from models import attempt
from models.database import Store
from tests.processes.test_supervisor import children
from tests.support.paths import ROOT
from tests.support.process_state import living, until
from tests.support.stream_client import Reader
from tests.support.subscription_reader import cursor_at
from tests.support.task_moves import Moves
from tests.support.web_server import free_port

STREAMS = 100


@pytest.fixture
def port(data: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A whole server without workers, as a daemon has it: without a terminal."""
    number = free_port()
    settings = {"DATA": data, "PORT": number, "WORKERS": 0, "VOICE": "none", "PROXIES": 0}
    environment = os.environ | {f"VIDEOGEN_{name}": str(value) for name, value in settings.items()}
    process = subprocess.Popen([sys.executable, "app.py", "serve"], cwd=ROOT, env=environment, start_new_session=True)
    until(lambda: healthy(number))
    yield number, process
    process.terminate()
    process.wait(60)


def healthy(port: int) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=60).is_success
    return False


def web_of(pid: int) -> int:
    return next(child for child in sorted(children(pid)) if b"videogen.web.server" in Path(f"/proc/{child}/cmdline").read_bytes())


def test_restart_with_a_hundred_streams_refuses_no_connection_and_loses_no_event(
    port: tuple[int, subprocess.Popen[bytes]], store: Store
) -> None:
    number, process = port
    moves = Moves(store)
    made = moves.submit(priority=1)
    path = f"/api/tasks/{made.id}/stream"
    got: list[list[str]] = [[] for _ in range(STREAMS)]
    failures: list[BaseException] = []
    snapped = threading.Semaphore(0)

    def follow(ids: list[str]) -> None:
        """As a browser does: comes back with the last id. That a connection is refused, or ends uncleanly, is a failure."""
        cursor = ""
        try:
            while True:
                with Reader(number, path, {"Last-Event-ID": cursor} if cursor else {}) as reader:
                    if reader.status == 204:
                        return
                    assert reader.status == 200, reader.status
                    for message in reader:
                        assert message.event != "reset"
                        if message.event == "message":
                            ids.append(message.id)
                            snapped.release()
                    cursor = reader.parser.last_event_id or cursor
        except (OSError, AssertionError, http.client.HTTPException) as error:
            failures.append(error)

    following = [threading.Thread(target=follow, args=(ids,), daemon=True) for ids in got]
    asking, asked = threading.Event(), [0]

    def ask() -> None:
        """A new connection each time."""
        try:
            while not asking.is_set():
                assert httpx.get(f"http://127.0.0.1:{number}/api/health", timeout=60).status_code == 200
                asked[0] += 1
        except (httpx.TransportError, AssertionError) as error:
            failures.append(error)

    for client in following:
        client.start()
    for _ in range(STREAMS):
        assert snapped.acquire(timeout=60)
    asker = threading.Thread(target=ask, daemon=True)
    asker.start()
    lease = moves.claim().lease
    before = web_of(process.pid)
    process.send_signal(signal.SIGHUP)
    scene, deadline = 0, time.monotonic() + 120
    while living([before]):
        assert not failures
        assert time.monotonic() < deadline, "the old web process goes on"
        scene += 1
        moves.say(lease, f"Scene {scene}")
        threading.Event().wait(0.02)
    attempt.complete(store, lease)
    for client in following:
        client.join(60)
        assert not client.is_alive()
    asking.set()
    asker.join(60)
    assert failures == []
    assert asked[0] > 10
    assert process.poll() is None
    assert web_of(process.pid) != before
    wanted = [cursor_at(store, event.seq) for event in moves.events(made.id)]
    for ids in got:
        assert ids == wanted


def test_a_new_web_process_that_does_not_start_leaves_the_old_one_serving(data: Path, tmp_path: Path) -> None:
    """As when an upgrade went wrong."""
    broken = tmp_path / "broken"
    fails = f"import os, sys\nif os.path.exists({str(broken)!r}): sys.exit(3)\nimport runpy\n"
    fails += "runpy.run_module('tests.processes.stand_in_web', run_name='__main__')"
    serve = "import sys; from videogen.processes.supervisor import Supervisor; from videogen.config import settings\n"
    serve += f"Supervisor(settings(), (sys.executable, '-c', {fails!r})).run()"
    number = free_port()
    environment = os.environ | {"VIDEOGEN_DATA": str(data), "VIDEOGEN_PORT": str(number), "VIDEOGEN_WORKERS": "0"}
    with subprocess.Popen(
        [sys.executable, "-c", serve], cwd=ROOT, env=environment, start_new_session=True, stderr=subprocess.PIPE
    ) as process:
        try:
            until(lambda: healthy(number))
            broken.touch()
            process.send_signal(signal.SIGHUP)
            assert process.stderr is not None
            line = b""
            while b"the old one goes on" not in line:
                line = process.stderr.readline()
                assert line
            assert b"exit code 3" in line
            assert healthy(number)
        finally:
            process.terminate()
