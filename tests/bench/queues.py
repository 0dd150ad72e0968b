"""Empty tasks claimed and finished a second, beside two queues on SQLite, and what each promises for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from models import attempt, task, worker
from models.attempt import ClaimRequest, Completion
from tests.bench.place import a_store, directory, processes
from tests.bench.row import Row

BATCH = 20
"""How many tasks of a short kind are claimed together."""
PROMISES = {
    "videogen": "one transaction completes a task and claims the next, each with its event; a dead worker's task is tried again at once, a"
    " late one's write refused",
    f"videogen, {BATCH} at a time": "the same for tasks that are claimed and completed together: each has its attempt, lease and events",
    "huey": "one transaction: a task is gone when it is taken, and with a worker that dies; no state, no log",
    "litequeue": "two transactions: a message stays locked when its worker dies, until somebody finds it; a state, no log",
    "localqueue": "two transactions, in Rust; a lease that ends, a late worker's word is refused by its receipt; a state, no log",
    "firm-queue": "two or three transactions, through SQLAlchemy; jobs of a worker that is seen no more are queued again; a state, no log",
}


def measure(*, quick: bool) -> list[Row]:
    count = 60 if quick else 1000
    rows = []
    for name, run in RUNS.items():
        with processes() as pool:  # each in its own: the neighbours bring another SQLite library
            seconds = pool.submit(run, count).result()
        rows.append(
            Row(f"empty tasks claimed and finished a second, {name}", f"{count / seconds:.0f}", "", f"synchronous=FULL; {PROMISES[name]}")
        )
    return rows


def _videogen(count: int, batch: int = 1) -> float:
    with a_store() as store:
        for _ in range(count + 2 * batch):
            task.submit(store, source="# Empty", format="markdown", max_queued=2 * count)
        request = ClaimRequest(worker.register(store), 15, batches={"video": batch})
        claimed = attempt.claim_batch(store, request)

        def one_batch() -> None:
            nonlocal claimed
            claimed, stale = attempt.complete_all(store, [Completion(one.lease) for one in claimed], request)
            assert not stale
            assert len(claimed) == batch

        return _seconds(one_batch, count // batch)


def _videogen_batches(count: int) -> float:
    return _videogen(count, BATCH)


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


def _localqueue(count: int) -> float:
    from localqueue import DurabilityMode, SimpleQueue

    with directory() as path:
        queue: SimpleQueue[str] = SimpleQueue(str(path), durability=DurabilityMode.DURABLE)
        for _ in range(count):
            queue.put("empty")
        seconds = _seconds(lambda: queue.ack(queue.get_nowait()), count)
        queue.close()
    return seconds


def _firm_queue(count: int) -> float:
    import firm.queue
    from firm.queue import schema
    from firm.queue.worker import run_ready
    from sqlalchemy import event

    with directory() as path:
        runtime = firm.queue.configure(database_url=f"sqlite:///{path / 'firm.db'}")
        event.listen(runtime.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=FULL"))
        schema.create_all(runtime.engine)
        empty = firm.queue.job()(_nothing)
        for _ in range(count):
            empty.enqueue()
        seconds = _seconds(lambda: run_ready(runtime, limit=1), count)
        assert run_ready(runtime) == 0
        runtime.engine.dispose()
    return seconds


RUNS: Mapping[str, Callable[[int], float]] = {
    "videogen": _videogen,
    f"videogen, {BATCH} at a time": _videogen_batches,
    "huey": _huey,
    "litequeue": _litequeue,
    "localqueue": _localqueue,
    "firm-queue": _firm_queue,
}


def _seconds(one: Callable[[], object], count: int) -> float:
    began = time.monotonic()
    for _ in range(count):
        one()
    return time.monotonic() - began
