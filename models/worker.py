"""Who works: one row a worker process, renewed with its lease."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Index, Integer, Row, Table, Text, bindparam, delete, func, insert, select, update

from models import clock
from models.database import Read, Store, Write, metadata
from models.prepared_statement import PreparedStatement

ALIVE_S = 20.0


@dataclass(frozen=True)
class Worker:
    """A worker process. `born` is the system's mark of when its process began, so that a pid used again is not taken for it."""

    id: str
    host: str
    boot: str
    pid: int
    born: str
    started_at: str
    seen_at: str
    task_id: str | None


workers = Table(
    "workers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("boot", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("born", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("task_id", Text),
    Index("workers_by_sight", "seen_at"),
    sqlite_strict=True,
)

SEEN = PreparedStatement(
    update(workers).where(workers.c.id == bindparam("worker_id")).values(seen_at=bindparam("new_seen_at"), task_id=bindparam("new_task_id"))
)
SEEN_AT = select(workers.c.seen_at).where(workers.c.id == bindparam("worker_id"))
# Nor is a sign from the future one: the clock was set back, and who lives gives another one soon.
LATELY = workers.c.seen_at.between(bindparam("since"), bindparam("until"))
ALIVE = select(workers).where(LATELY).order_by(workers.c.started_at)
COUNT_ALIVE = select(func.count()).select_from(workers).where(LATELY)


def register(store: Store, pid: int | None = None) -> str:
    """Enter this process (or `pid` of this machine) as a worker and give its id."""
    pid = pid or os.getpid()
    worker_id = f"{socket.gethostname()}-{pid}-{secrets.token_hex(3)}"
    with store.writing() as write:
        _insert(write, worker_id, pid)
    return worker_id


def unregister(store: Store, worker_id: str) -> None:
    with store.writing() as write:
        write.connection.execute(delete(workers).where(workers.c.id == worker_id))


def see(store: Store, worker_id: str, task_id: str | None = None) -> None:
    """Record that this process, a worker, is alive, and what it works on."""
    with store.writing() as write:
        seen(write, worker_id, task_id)


def seen(write: Write, worker_id: str, task_id: str | None, at: str | None = None) -> None:
    """Do the same in the caller's transaction.

    The worker is entered again if its row has gone: with what a promoted standby lacked, or since it was stopped for a day.
    """
    values = {"worker_id": worker_id, "new_seen_at": at or clock.now(), "new_task_id": task_id}
    if not SEEN.execute(write, values).rowcount:
        _insert(write, worker_id, os.getpid(), task_id)


def alive(read: Read) -> list[Worker]:
    """Return the workers that gave a sign in the last 20 s."""
    return [_worker(row) for row in read.connection.execute(ALIVE, _lately())]


def count_alive(read: Read) -> int:
    return int(read.connection.execute(COUNT_ALIVE, _lately()).scalar_one())


def seen_at(read: Read, worker_id: str | None) -> str | None:
    """Return when the worker was last seen."""
    return read.connection.execute(SEEN_AT, {"worker_id": worker_id}).scalar() if worker_id else None


def every(read: Read | Write) -> list[Worker]:
    """Return the registered workers, whether alive or not."""
    return [_worker(row) for row in read.connection.execute(select(workers))]


def dead(read: Read | Write) -> list[Worker]:
    """Return the workers whose process has ended for certain."""
    return read.dialect.dead(every(read))


def has_ended(of: Worker) -> bool:
    """Return whether a worker of this machine and boot has ended, even if another process has its pid now."""
    return of.host == socket.gethostname() and of.boot == clock.boot_id() and born(of.pid) != of.born


def forget(write: Write, worker_id: str) -> None:
    write.connection.execute(delete(workers).where(workers.c.id == worker_id))


def born(pid: int) -> str | None:
    """Return when the process began, in the system's own count (field 22 of /proc/PID/stat), or None if it does not exist."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return _alive_without_proc(pid)
    after_name = stat.rpartition(")")[2].split()
    return None if after_name[0] in "ZX" else after_name[19]


def _alive_without_proc(pid: int) -> str | None:
    if Path("/proc/self").exists():
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return ""


def _insert(write: Write, worker_id: str, pid: int, task_id: str | None = None) -> None:
    at = clock.now()
    values = {"id": worker_id, "started_at": at, "seen_at": at, "task_id": task_id}
    process = {"host": socket.gethostname(), "boot": clock.boot_id(), "pid": pid, "born": born(pid) or ""}
    write.connection.execute(insert(workers), values | process)


def _lately() -> dict[str, str]:
    return {"since": clock.ahead(-ALIVE_S), "until": clock.ahead(ALIVE_S)}


def _worker(row: Row[Any]) -> Worker:
    return Worker(row.id, row.host, row.boot, row.pid, row.born, row.started_at, row.seen_at, row.task_id)
