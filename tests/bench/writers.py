"""Sixteen processes that append for a minute, and one stream of all tasks: what it misses, how late it is, and how late the hub."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier

import gevent
import httpx
from gevent import monkey

from models import event
from models.database import Store
from models.errors import StoreBusy
from models.migrate import migrate
from models.server import Server
from models.task import Lease
from tests.bench.append import append
from tests.bench.place import begun, directory, processes
from tests.bench.row import Row, milliseconds
from tests.support.postgres import Cluster, programs
from tests.torture.application import Application
from tests.torture.clients import frames
from videogen.streams.listener import open_store
from videogen.web.hub_delay import HubDelay

WRITERS = 16
LATE_S = 60.0
HUB = "moving averages, asked for four times a second; the other is of a process beside it with nothing but that timer"
SETTINGS = ("listen_addresses=", "max_connections=200")


@dataclass
class StreamReader:
    """Reads the stream of all tasks. `received` is when each event of a writer came, by task and number."""

    port: int
    received: dict[tuple[str, int], float] = field(default_factory=dict)
    seqs: list[int] = field(default_factory=list)

    def read(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LATE_S)
        connection.request("GET", "/api/stream")
        response = connection.getresponse()
        with suppress(OSError, http.client.HTTPException):
            for message in frames(iter(lambda: response.read1(65536), b"")):
                self._take(message, time.monotonic())

    def _take(self, message: dict[str, str], now: float) -> None:
        if "id" not in message or "event" in message:
            return
        content = json.loads(message["data"])
        self.seqs.append(int(message["id"].partition("-")[2]))
        if "done" in content["data"]:
            self.received[content["task_id"], content["data"]["done"]] = now


def measure(*, quick: bool) -> list[Row]:
    seconds = 3.0 if quick else 60.0
    rows = _rows("SQLite", None, seconds)
    if programs() is None:
        return rows
    cluster = Cluster(SETTINGS)
    try:
        cluster.sql("postgres", "CREATE DATABASE bench")
        return [*_rows("PostgreSQL", Server(cluster.url("bench")), seconds), *rows]
    finally:
        cluster.close()


def _rows(name: str, server: Server | None, seconds: float) -> list[Row]:
    with directory() as data, _store(data, server) as store, ExitStack() as tidy:
        application = Application(data, log=data / "log", workers=0, database_url=server.url if server else "", max_tasks_per_minute=100)
        tidy.callback(application.stop)
        application.wait_until_it_answers()
        leases = [begun(store) for _ in range(WRITERS)]
        with store.reading() as read:
            before_all = event.head(read)
        reader = StreamReader(application.port)
        reading = threading.Thread(target=reader.read, daemon=True)
        reading.start()
        with ExitStack() as during:
            delays = during.enter_context(_hub_delays(application.url))
            bare_delays = during.enter_context(_bare_hub())
            pool = during.enter_context(processes(WRITERS))
            together = during.enter_context(multiprocessing.Manager()).Barrier(WRITERS)
            committed = list(pool.map(_write, [data] * WRITERS, [server] * WRITERS, leases, [together] * WRITERS, [seconds] * WRITERS))
        with store.reading() as read:
            head = event.head(read)
        deadline = time.monotonic() + LATE_S
        while (not reader.seqs or reader.seqs[-1] < head) and time.monotonic() < deadline:
            time.sleep(0.05)
        seqs = [row.seq for row in _all(store)]
    times = {(lease.task_id, number): at for lease, done in zip(leases, committed, strict=True) for number, at in done.items()}
    late = [max(reader.received[key] - at, 0.0) for key, at in times.items() if key in reader.received]
    gaps = sum(seq != before + 1 for before, seq in zip([0, *seqs], seqs, strict=False))
    missed = len({seq for seq in seqs if seq > before_all} - set(reader.seqs))
    twice = len(reader.seqs) - len(set(reader.seqs))
    hub_ms, bare_ms = (max(of, default=0) * 1000 for of in (delays, bare_delays))
    how = f"{WRITERS} processes for {seconds:g} s, {len(times)} transactions; one stream of all tasks over HTTP"
    return [
        Row(f"16 writers, {name}", f"{len(times) / seconds:.0f} appends/s, {gaps} gaps, {missed} missed, {twice} twice", "none", how),
        Row(f"16 writers, {name}: commit to stream", milliseconds(late), "", "from the commit's return to the event at the client"),
        Row(f"16 writers, {name}: hub", f"at most {hub_ms:.0f} ms late; one that does nothing {bare_ms:.0f}", "10 ms", HUB),
    ]


@contextmanager
def _store(data: Path, server: Server | None) -> Iterator[Store]:
    migrate(data, server)
    store = open_store(data, server=server)
    yield store
    store.close()


@contextmanager
def _hub_delays(url: str) -> Iterator[list[float]]:
    """Collect what /metrics says of the hub."""
    delays: list[float] = []
    over = threading.Event()

    def ask() -> None:
        while not over.wait(0.25):
            with suppress(httpx.HTTPError):
                lines = httpx.get(f"{url}/metrics", timeout=10).text.splitlines()
                delays.extend(float(line.split()[1]) for line in lines if line.startswith("videogen_hub_delay_seconds"))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield delays
    finally:
        over.set()
        asking.join()


@contextmanager
def _bare_hub() -> Iterator[list[float]]:
    """Collect the same of a hub without a server, which is late because the machine is busy."""
    delays: list[float] = []
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_measure_bare, args=(there,))
    process.start()
    here.recv()
    try:
        yield delays
    finally:
        here.send("end")
        delays += here.recv()
        process.join(20)


def _measure_bare(owner: Connection) -> None:
    monkey.patch_time()
    delay, delays = HubDelay(), list[float]()
    owner.send("ready")
    while not owner.poll(0):
        gevent.sleep(0.25)
        delays.append(delay.delay_s)
    owner.send(delays)


def _all(store: Store) -> Iterator[event.Event]:
    seq = 0
    while True:
        with store.reading() as read:
            page = event.after(read, seq, limit=5000)
        yield from page
        if not page:
            return
        seq = page[-1].seq


def _write(data: Path, server: Server | None, lease: Lease, together: Barrier, seconds: float) -> dict[int, float]:
    """Append for so long. Return when each commit returned, by number; a transaction that was refused has none."""
    store = open_store(data, server=server)
    committed: dict[int, float] = {}
    together.wait()
    end_at = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end_at:
        number += 1
        with suppress(StoreBusy):
            append(store, lease, number)
            committed[number] = time.monotonic()
    store.close()
    return committed
