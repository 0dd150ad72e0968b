"""Empty tasks claimed and finished a second, beside two queues on SQLite, and what each promises for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from models import attempt, task, worker
from tests.bench.place import a_store, directory, processes
from tests.bench.row import Row

PROMISES = {
    "videogen": "two transactions, each with its event; a dead worker's task is tried again, a late one's write refused",
    "huey": "one transaction: a task is gone when it is taken, and with a worker that dies; no state, no log",
    "litequeue": "two transactions: a message stays locked when its worker dies, until somebody finds it; a state, no log",
}


def measure(*, quick: bool) -> list[Row]:
    count = 50 if quick else 1000
    rows = []
    for name, run in {"videogen": _videogen, "huey": _huey, "litequeue": _litequeue}.items():
        with processes() as pool:  # each in its own: the neighbours bring another SQLite library
            seconds = pool.submit(run, count).result()
        rows.append(
            Row(f"empty tasks claimed and finished a second, {name}", f"{count / seconds:.0f}", "", f"synchronous=FULL; {PROMISES[name]}")
        )
    return rows


def _videogen(count: int) -> float:
    with a_store() as store:
        for _ in range(count):
            task.submit(store, source="# Empty", format="markdown", max_queued=count)
        me = worker.register(store)

        def one() -> None:
            claimed = attempt.claim(store, me, 15)
            assert claimed
            attempt.complete(store, claimed.lease)

        return _seconds(one, count)


def _huey(count: int) -> float:
    from huey import SqliteHuey

    with directory() as path:
        huey = SqliteHuey(filename=str(path / "huey.db"), fsync=True)
        empty = huey.task()(_nothing)
        for _ in range(count):
            empty()
        seconds = _seconds(lambda: huey.execute(huey.dequeue()), count)
        assert huey.pending_count() == 0
        huey.storage.close()
    return seconds


def _litequeue(count: int) -> float:
    from litequeue import LiteQueue

    with directory() as path:
        queue = LiteQueue(path / "queue.db")
        queue.conn.execute("PRAGMA synchronous=FULL")
        for _ in range(count):
            queue.put("empty")
        seconds = _seconds(lambda: queue.done(queue.pop().message_id), count)
        assert queue.empty()
        queue.conn.close()
    return seconds


def _nothing() -> None:
    """What an empty task does."""


def _seconds(one: Callable[[], object], count: int) -> float:
    began = time.monotonic()
    for _ in range(count):
        one()
    return time.monotonic() - began
