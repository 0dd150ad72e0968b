"""How soon an event is with everybody: our streams beside sse-starlette and django-eventstream, in one run, with one and the same reader.

BENCH_STREAMS=1,1000,5000 says how many readers there are to be.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from models import attempt, event
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from tests.bench import notify
from tests.bench.crowd import Crowd, reading
from tests.bench.place import a_store, begun
from tests.bench.row import Row, milliseconds, percentile, times_as_much
from tests.support.paths import ROOT
from tests.support.socket_readers import cpu_s, resident_bytes
from tests.support.web_server import Server, free_port

STREAMS = os.environ.get("BENCH_STREAMS", "1,100,1000")
BURST = 10
PAUSE_S = 0.05


class StreamServer(ABC):
    """A server of streams that is measured."""

    name: str
    path: str
    begins: bytes
    port: int
    pid: int

    @abstractmethod
    def say(self, text: str, times: int) -> float:
        """Publish so many events; when the first was committed (or taken, where nothing is), in seconds of the steady clock."""


class Ours(StreamServer):
    """Events are committed by this process, which is another than the server's."""

    path = "/api/stream"
    begins = b"event: snapshot"

    def __init__(self, server: Server, store: Store, name: str) -> None:
        self.name, self.port, self.pid = name, server.port, server.process.pid
        self.store, self.lease = store, begun(store)
        self.committed = 0.0
        ring = store.notify
        assert ring

        def note_and_ring(tasks: Sequence[str | None]) -> None:
            self.committed = time.monotonic()  # first thing after the commit
            ring(tasks)

        store.notify = note_and_ring

    def say(self, text: str, times: int) -> float:
        attempt.report(self.store, self.lease, [Fact(EventType.STAGE_PROGRESS, "video", 0.3, 0.52, text)] * times)
        return self.committed


class Neighbour(StreamServer):
    """Events are published inside the server, when it is asked to."""

    path = "/stream"
    begins = b"stream-open"

    def __init__(self, name: str, port: int, pid: int) -> None:
        self.name, self.port, self.pid = f"{name} on uvicorn", port, pid
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120)

    def say(self, text: str, times: int) -> float:
        return float(self.ask("say", text, times)["at"])

    def ask(self, what: str, text: str, times: int) -> dict[str, Any]:
        return dict(self.client.get(f"/{what}", params={"of": text, "times": times}).raise_for_status().json())


@contextmanager
def ours(*, fast_fanout: bool) -> Iterator[Ours]:
    settings = {"max_streams": 20_000, "max_streams_per_client": 20_000, "heartbeat_s": 600}
    with a_store() as store, closing(Server(store.data, fast_fanout=fast_fanout, **settings)) as server:
        yield Ours(server, store, f"videogen, fast_fanout {'on' if fast_fanout else 'off'}")


@contextmanager
def neighbour(name: str) -> Iterator[Neighbour]:
    with a_store() as store:  # for its directory
        port = free_port()
        process = subprocess.Popen([sys.executable, "-m", "tests.bench.neighbours", name, str(port), str(store.data)], cwd=ROOT)
        try:
            server = Neighbour(name, port, process.pid)
            _until_up(server)
            yield server
        finally:
            process.kill()
            process.wait()


@dataclass(frozen=True)
class Figures:
    """What came out for one house with so many readers: seconds, deliveries a second, bytes, and the reader's own cost a delivery."""

    late: list[float]
    last: list[float]
    rate: float
    bytes_a_stream: float
    reader_s: float


def measure(*, quick: bool) -> list[Row]:
    counts = (1, 20) if quick else tuple(int(count) for count in STREAMS.split(","))
    rounds = 3 if quick else 30
    rows: list[Row] = []
    for count in counts:
        figures_by_server = {server.name: _figures(server, count, rounds) for server in _servers()}
        quickest = next(iter(figures_by_server.values()))
        for name, figures in figures_by_server.items():
            times = percentile(figures.last, 50) / percentile(quickest.last, 50)
            aim = "a third of sse-starlette's, 20 KiB a stream" if count >= 1000 and figures is quickest else ""
            rows.append(_row(name, count, rounds, figures, times, aim))
        if count == 1:
            rows.append(_beside_bare(quickest, rounds))
    return rows + _replay(5_000 if quick else 100_000)


def _servers() -> Iterator[StreamServer]:
    for fast_fanout in (True, False):
        with ours(fast_fanout=fast_fanout) as server:
            yield server
    for name in ("sse-starlette", "django-eventstream"):
        with neighbour(name) as other:
            yield other


def _figures(server: StreamServer, streams: int, rounds: int) -> Figures:
    with reading(server.port, server.path, 1, server.begins) as crowd:
        _round(server, crowd, 1, 1)  # warm
    empty = resident_bytes(server.pid)
    late: list[float] = []
    last: list[float] = []
    spent_s = 0.0
    with reading(server.port, server.path, streams, server.begins) as crowd:
        _round(server, crowd, streams, 1)
        bytes_a_stream = (resident_bytes(server.pid) - empty) / streams
        for _ in range(rounds):
            at, cpu_s = _round(server, crowd, streams, 1)
            late += at
            last.append(at[-1])
            spent_s += cpu_s
            time.sleep(PAUSE_S)
        burst, _ = _round(server, crowd, streams, BURST)
    return Figures(late, last, streams * BURST / burst[-1], bytes_a_stream, spent_s / (streams * rounds))


def _round(server: StreamServer, crowd: Crowd, streams: int, times: int) -> tuple[list[float], float]:
    """How long after the commit of the first each reader had each of so many events, and what reading cost."""
    crowd.expect(streams * times)
    committed = server.say("Drawing the scenes", times)
    arrivals = crowd.arrivals()
    return [at - committed for at in arrivals.at], arrivals.cpu_s


def _beside_bare(figures: Figures, rounds: int) -> Row:
    _, bare = notify.in_turn(rounds)
    return Row(
        "commit to 1 stream, beside a bare datagram and SELECT",
        f"{times_as_much(figures.late, bare)} as long",
        "at most 3 times",
        f"fast_fanout on; from one process through the server to another; a Unix datagram and SELECT: {milliseconds(bare, 2)}",
    )


def _row(name: str, streams: int, rounds: int, figures: Figures, times: float, aim: str) -> Row:
    last_ms = percentile(figures.last, 50) * 1000
    return Row(
        f"commit to {streams} stream{'s' if streams > 1 else ''}: {name}",
        f"{milliseconds(figures.late, 1)}; to the last p50 {last_ms:.1f} ms ({times:.1f} times the first row's); "
        f"{figures.rate:,.0f} deliveries/s" + (f"; {figures.bytes_a_stream / 1024:.0f} KiB a stream" if streams >= 100 else ""),
        aim,
        f"{rounds} events one by one, then {BURST} at once (ours in one commit); the reader itself took {figures.reader_s * 1e6:.1f} µs"
        " of a processor a delivery",
    )


def _replay(events: int) -> list[Row]:
    """The same number of stored events to one reader that comes too late."""
    with a_store() as store, closing(Server(store.data)) as server:
        lease = begun(store)
        with store.writing() as write:
            for _ in range(events):
                event.append(
                    write,
                    EventType.STAGE_PROGRESS,
                    lease.task_id,
                    attempt=1,
                    status="running",
                    stage="video",
                    stage_progress=0.3,
                    progress=0.52,
                    message="Drawing the scenes",
                )
        our_s, our_cpu_s = _replayed_s(server.process.pid, server.port, f"/api/tasks/{lease.task_id}/stream", events)
    with neighbour("django-eventstream") as other:
        last_id = other.ask("fill", "Drawing the scenes", events)["last_id"]
        their_s, their_cpu_s = _replayed_s(other.pid, other.port, f"/stream?lastEventId={last_id}", events)
    return [
        Row(
            f"replay of {events:,} events",
            f"{our_s:.2f} s ({events / our_s:,.0f}/s), {their_s / our_s:.1f} times as fast as django-eventstream",
            "10 times as fast",
            f"from the request to the last event, {our_cpu_s / events * 1e6:.0f} µs of the server's processor an event; "
            f"django-eventstream took {their_s:.2f} s, {their_cpu_s / events * 1e6:.0f} µs an event",
        )
    ]


def _replayed_s(pid: int, port: int, path: str, events: int) -> tuple[float, float]:
    """How long it took, and how much of the server's processor."""
    before_s = cpu_s(pid)
    with reading(port, path, 1, b"") as crowd:  # it reads from the first byte, however much is there already
        began = time.monotonic()
        crowd.expect(events)
        taken_s = crowd.arrivals().at[-1] - began
    return taken_s, cpu_s(pid) - before_s


def _until_up(server: Neighbour) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            server.ask("say", "", 1)
            return
        except httpx.TransportError:
            assert time.monotonic() < deadline, "it did not start"
            time.sleep(0.1)
