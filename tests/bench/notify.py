"""From the commit's return in one process to the rows read in another: our wakes beside a bare Unix datagram and SELECT."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from models import clock
from models.signals import event_appended
from tests.bench.append import append
from tests.bench.place import a_store, bare, begun
from tests.bench.row import Row, milliseconds, times_as_much
from videogen.streams.listener import Listener, open_store
from videogen.streams.tail import Tail

SELECT = (
    "SELECT seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at FROM events WHERE seq > ? ORDER BY seq"
)
INSERT = "INSERT INTO events (attempt, type, data, at) VALUES (0, 'log.pruned', '{}', ?)"


def measure(*, quick: bool) -> list[Row]:
    times = 50 if quick else 1000
    ours, theirs = in_turn(times)
    return [
        Row(
            "commit here to rows read there",
            f"{milliseconds(ours, 2)}, {times_as_much(ours, theirs)}",
            "p50 at most 2 times",
            f"{times} appends; a bare Unix datagram and SELECT, in turn with it: {milliseconds(theirs, 2)}",
        )
    ]


def in_turn(times: int) -> tuple[list[float], list[float]]:
    """Seconds of each wake of ours and of each bare one, both readers at one store, so that both meet the same disk and the same rows."""
    with a_store() as store:
        lease = begun(store)
        plain = bare(store.path)
        address = str(store.data / "bare")
        sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        returned = 0.0

        ring = store.notify
        assert ring

        def note_and_ring(tasks: Sequence[str | None]) -> None:
            nonlocal returned
            returned = time.monotonic()  # first thing after the commit
            ring(tasks)

        store.notify = note_and_ring

        def commit() -> float:
            append(store, lease, 0)
            return returned

        def commit_bare() -> float:
            plain.execute(INSERT, (clock.now(),))
            returned = time.monotonic()
            sender.sendto(b"!", address)
            return returned

        with _reader(_listen, store.data) as listening, _reader(_listen_bare, store.data) as heard_bare:
            late: list[float] = []
            late_bare: list[float] = []
            for _ in range(times):
                late.append(_late(commit, listening))
                late_bare.append(_late(commit_bare, heard_bare))
        plain.close()
        sender.close()
    return late, late_bare


def _late(commit: Callable[[], float], listening: Connection) -> float:
    returned = commit()
    assert listening.poll(10), "nobody was woken"
    return float(listening.recv()) - returned


@contextmanager
def _reader(listen: Callable[[Path, Connection], None], data: Path) -> Iterator[Connection]:
    """A process that listens and says when it has read something; it ends when it is told to."""
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=listen, args=(data, there))
    process.start()
    assert here.poll(60), "the reader did not start"
    here.recv()
    yield here
    here.send("end")
    process.join(timeout=20)


def _listen(data: Path, owner: Connection) -> None:
    # As the web process has it: what the listener reads, it reads for everybody.
    store = open_store(data)
    tail = Tail(store)
    tail.catch_up()
    cursor = tail.head

    def read_on(_task_id: str | None) -> None:
        nonlocal cursor
        tail.catch_up()
        rows = tail.after(cursor) or ()
        read_at = time.monotonic()
        cursor = rows[-1].cursor.seq if rows else cursor
        if any(row.task_id for row in rows):  # what the bare writer commits has none, and rings nobody here
            owner.send(read_at)

    # The floor is off: only the ring can wake it.
    with event_appended.connected_to(read_on), Listener(store, changes=tail.changes, poll_interval_s=0):
        owner.send("ready")
        owner.recv()
    store.close()


def _listen_bare(data: Path, owner: Connection) -> None:
    connection = bare(data / "videogen.db")
    cursor = connection.execute("SELECT max(seq) FROM events").fetchone()[0]
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(str(data / "bare"))
    owner.send("ready")
    while not owner.poll(0):
        receiver.settimeout(1)
        try:
            receiver.recv(1)
        except TimeoutError:
            continue
        rows = connection.execute(SELECT, (cursor,)).fetchall()
        read_at = time.monotonic()
        cursor = rows[-1][0]
        owner.send(read_at)
    connection.close()
