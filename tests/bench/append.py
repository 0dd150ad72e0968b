"""What an append costs: the task's row and its event in one transaction, beside the same two statements on the bare driver."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path
from threading import Barrier
from typing import Any

from sqlalchemy.dialects import sqlite

from models import attempt, clock
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from models.sqlite.dialect import APPEND
from models.task import Lease
from tests.bench.place import a_store, bare, begun, processes
from tests.bench.row import Row, milliseconds, times_as_much
from videogen.streams.listener import open_store

NAMED = sqlite.dialect(paramstyle="named")
RECORD = attempt.RECORD.statement.compile(dialect=NAMED)


def measure(*, quick: bool) -> list[Row]:
    with processes() as pool:
        ours, theirs = pool.submit(_one_by_one, 50 if quick else 1000).result()
    seconds = 1.0 if quick else 5.0
    return [
        Row(
            "one append, row and event",
            f"{milliseconds(ours, 2)}, {times_as_much(ours, theirs)}",
            "p50 at most 3 times",
            f"attempt.report, {len(ours)} times; the same two statements on the bare driver, in turn with it: {milliseconds(theirs, 2)}",
        ),
        *(_a_second_row(count, seconds) for count in (1, 4)),
    ]


def _a_second_row(count: int, seconds: float) -> Row:
    named = "one process" if count == 1 else f"{count} processes"
    return Row(f"appends a second, {named}", f"{_a_second(count, seconds):.0f}", "", "each a transaction of its own, synchronous=FULL")


def append(store: Store, lease: Lease, number: int) -> None:
    fact = Fact(
        EventType.STAGE_PROGRESS, stage="video", stage_progress=0.5, progress=0.5, message=f"Drawing {number}", data={"done": number}
    )
    attempt.report(store, lease, [fact])


class Bare:
    """The same two statements, word for word, on a connection of the driver."""

    def __init__(self, path: Path, lease: Lease) -> None:
        self.connection = bare(path)
        self.lease = lease
        self.tell, self.insert = str(RECORD), APPEND
        self.constants = RECORD.params

    def append(self, number: int) -> None:
        values: dict[str, Any] = {
            "of_task": self.lease.task_id,
            "of_attempt": self.lease.attempt,
            "of_worker": self.lease.worker_id,
            "new_stage": "video",
            "stages_patch": '{"video":{"progress":0.5}}',
            "new_progress": 0.5,
            "new_message": f"Drawing {number}",
        }
        self.connection.execute("BEGIN IMMEDIATE")
        status, stage, progress, message = self.connection.execute(self.tell, self.constants | values).fetchone()
        values = {"task_id": self.lease.task_id, "attempt": self.lease.attempt, "type": "stage.progress", "stage_progress": 0.5}
        values |= {"status": status, "stage": stage, "progress": progress, "message": message}
        values |= {"data": f'{{"done":{number}}}', "at": clock.now()}
        self.connection.execute(self.insert, values)
        self.connection.execute("COMMIT")


def _one_by_one(times: int) -> tuple[list[float], list[float]]:
    """Seconds of each append of ours and of each bare one, in turn on one store, so that both meet the same disk."""
    with a_store() as store:
        lease, other = begun(store), begun(store)
        plain = Bare(store.path, other)
        for number in range(20):
            append(store, lease, number)
            plain.append(number)
        ours, theirs = [], []
        for number in range(times):
            ours.append(_seconds(lambda number=number: append(store, lease, number)))  # type: ignore[misc]
            theirs.append(_seconds(lambda number=number: plain.append(number)))  # type: ignore[misc]
        plain.connection.close()
    return ours, theirs


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _a_second(count: int, seconds: float) -> float:
    """Appends a second of so many processes, each at a task of its own."""
    with a_store() as store, multiprocessing.Manager() as manager, processes(count) as pool:
        leases = [begun(store) for _ in range(count)]
        together = manager.Barrier(count)
        return sum(pool.map(_many, [store.data] * count, leases, [together] * count, [seconds] * count)) / seconds


def _many(data: Path, lease: Lease, together: Barrier, seconds: float) -> int:
    """How many appends one process makes in so many seconds, beginning when all the others do."""
    store = open_store(data)
    append(store, lease, 0)
    together.wait()
    end_at = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end_at:
        number += 1
        append(store, lease, number)
    store.close()
    return number
