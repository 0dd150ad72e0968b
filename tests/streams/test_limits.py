"""What readers that freeze, vanish or come in crowds cost the server, and everybody else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.socket_readers import Reader, Speaker, cpu_s, disconnects, messages, open_streams, resident_bytes, soon
from tests.support.web_server import Serve, Server

KIB = 1024
MIB = 1024 * KIB
MANY = int(os.environ.get("TEST_CONNECTS", "200"))


def test_frozen_reader_is_cut_at_the_write_deadline_and_delays_nobody(serve: Serve) -> None:
    for fast_fanout in (True, False):
        server = serve(write_deadline_s=1, fast_fanout=fast_fanout)
        speaker = Speaker(server.store)
        with Reader(server.port, "/api/stream", receive_bytes=4096) as frozen, Reader(server.port, "/api/stream") as other:
            others = other.frames()
            assert [next(others).name for _ in range(2)] == ["hello", "snapshot"]
            soon(lambda server=server: open_streams(server) == 2)
            before = resident_bytes(server.process.pid)
            large = "x" * 20_000
            for number in range(200):
                speaker.say(f"{number} {large}")
                # Whoever reads has it before the next is said, frozen neighbours or not.
                assert messages([next(others)]) == [f"{number} {large}"]
                if open_streams(server) == 1:
                    break
            soon(lambda server=server: open_streams(server) == 1)
            assert disconnects(server) == {"deadline": 1}
            assert resident_bytes(server.process.pid) - before < 5 * MIB + 200 * len(large)  # the tail holds the newest events
            with pytest.raises(ConnectionError):
                list(frozen.frames())
        server.close()


def test_thousand_closed_readers_are_gone_within_a_second_of_work(serve: Serve) -> None:
    server = serve(max_streams_per_client=2000, heartbeat_s=600)
    with crowd(server, 1000):
        soon(lambda: open_streams(server) == 1000)
        before_s = cpu_s(server.process.pid)
    soon(lambda: open_streams(server) == 0)
    assert cpu_s(server.process.pid) - before_s < 1  # of its own time: what else the machine does is not the server's fault
    assert disconnects(server) == {"client": 1000}


@pytest.mark.slow
def test_connects_and_disconnects_leave_nothing_behind(data: Path) -> None:
    with closing(Probed(data, max_streams_per_client=2000)) as server:
        _come_and_go(server)


def _come_and_go(server: Server) -> None:
    speakers = [Speaker(server.store) for _ in range(200)]

    def come_and_go(times: int) -> None:
        for number in range(times):
            with Reader(server.port, f"/api/tasks/{speakers[number % 200].id}/stream" if number % 2 else "/api/stream") as reader:
                reader.socket.recv(1)
        soon(lambda: open_streams(server) == 0)

    def resources() -> dict[str, int]:
        return dict(server.client.get("/api/held").json())

    def growth() -> int:
        memory = resident_bytes(server.process.pid)
        come_and_go(MANY)
        return resident_bytes(server.process.pid) - memory

    come_and_go(100)  # what is loaded and cached once, and never again
    before = resources()
    # An allocator takes some more now and then; a leak takes it every time.
    assert min(growth() for _ in range(3)) < KIB * MANY // 2
    # Fewer than before are no leak: what was just closed when they were counted is gone by now.
    soon(lambda: all(count <= before[name] for name, count in resources().items()))


class Probed(Server):
    """A server that tells what it holds."""

    def _launch(self) -> subprocess.Popen[bytes]:
        with (self.data / "web.log").open("ab") as log:
            command = (sys.executable, "-m", "tests.streams.probed_server")
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True)


@contextmanager
def crowd(server: Server, size: int) -> Iterator[list[Reader]]:
    """So many readers of all tasks, all of them open."""
    with ExitStack() as readers:
        yield [readers.enter_context(Reader(server.port, "/api/stream")) for _ in range(size)]
