"""The store's transactions: `reading()` and `writing()`. All other access to the database goes through them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, MetaData

from models import DATABASE_NAME
from models.files.disk import DiskFiles
from models.files.storage import Files
from models.retry_policy import DEFAULT, RetryPolicy
from models.revocation import RevocationList
from models.server import Server
from models.signals import event_appended

if TYPE_CHECKING:
    from models.dialect import Dialect

metadata = MetaData()

ALWAYS_PROGRESS = ("stage.completed", "item.completed")
WRITING: ContextVar[bool] = ContextVar("writing", default=False)

Notify = Callable[[Sequence[str | None]], None]
ProgressEvents = Callable[[str], Collection[str]]
RetryPolicies = Callable[[str], RetryPolicy]


@dataclass(frozen=True)
class Read:
    """A read transaction: one snapshot of the store, with the log's epoch and floor in it."""

    connection: Connection
    dialect: Dialect
    epoch: str
    floor: int

    @property
    def driver(self) -> Any:
        """The driver's connection, which is in the transaction."""
        return self.connection.connection.driver_connection


@dataclass
class Write:
    """A write transaction. `appended` gathers the tasks whose listeners are woken after the commit.

    `buffered` gathers the rows of the log, which are inserted at the commit.
    """

    connection: Connection
    dialect: Dialect
    buffered: list[dict[str, Any]] = field(default_factory=list)
    appended: list[str | None] = field(default_factory=list)
    undo: list[Callable[[], None]] = field(default_factory=list)

    @cached_property
    def driver(self) -> Any:
        """The driver's connection, which is in the transaction."""
        return self.connection.connection.driver_connection

    def lock(self, name: str) -> None:
        """Hold the lock `name` until the end of the transaction.

        Take it before rows are changed, or two transactions may wait for each other.
        """
        self.dialect.lock(self, name)

    def share_lock(self, name: str) -> None:
        """Hold the lock `name` together with others that share it; who takes it alone waits for all of them."""
        self.dialect.share_lock(self, name)


class Store:
    """The job store below `data`. It must have been migrated.

    `notify` is called after each commit, outside the transaction, with the ids of the tasks that got events: a notifier of other processes.
    `progress_events` returns, for a kind of task, the types of events after which the loss of an attempt costs nothing, and `retry_policy`
    when another attempt follows. `files` is where artifacts and assets are, the data directory by default. The database is that of
    PostgreSQL at `server`, by default a file of SQLite in the data directory.
    """

    def __init__(
        self,
        data: Path,
        notify: Notify | None = None,
        progress_events: ProgressEvents = lambda _kind: ALWAYS_PROGRESS,
        retry_policy: RetryPolicies = lambda _kind: DEFAULT,
        files: Files | None = None,
        server: Server | None = None,
    ) -> None:
        self.data = Path(data)
        self.files: Files = files or DiskFiles(self.data)
        self.path = self.data / DATABASE_NAME
        self.notify = notify
        self.progress_events = progress_events
        self.retry_policy = retry_policy
        self.change_mark = object()
        self.revocations = RevocationList(self.data)
        self.dialect: Dialect = _postgres(server) if server else _sqlite(self.path)

    def close(self) -> None:
        self.dialect.close()

    @contextmanager
    def reading(self) -> Iterator[Read]:
        """Open a snapshot. Keep it short, and send nothing to anybody inside: an open snapshot pins the write-ahead log."""
        with self.dialect.translated():
            read = self.dialect.begin_read()
            failed = True
            try:
                yield read
                failed = False
            finally:
                self.dialect.end_read(read, failed=failed)

    @contextmanager
    def writing(self, *, wait_s: float | None = None) -> Iterator[Write]:
        """Begin a write transaction, run the block, commit, and only then notify of what was appended. All changes go through here.

        It does not nest. While the database is busy it tries again with a fresh connection and a sleep that lets other greenlets run;
        after `wait_s` (10 s by default) it raises StoreBusy. On SQLite nothing inside may switch greenlets.
        """
        if WRITING.get():
            raise RuntimeError("writing() does not nest")
        with self.dialect.translated():
            write = self.dialect.begin_write(wait_s)
            token = WRITING.set(True)
            failed = True
            try:
                yield write
                self.dialect.commit(write)
                failed = False
            except BaseException:
                # Still under the lock: whoever has it next finds no file that is on its way back.
                for step in reversed(write.undo):
                    step()
                raise
            finally:
                WRITING.reset(token)
                self.dialect.end_write(write, failed=failed)
        self._after_commit(write.appended)

    def _after_commit(self, appended: Sequence[str | None]) -> None:
        tasks = tuple(dict.fromkeys(appended))
        if not tasks:
            return
        # The others first: they wake while this process goes on.
        self.dialect.notify()
        if self.notify:
            self.notify(tasks)
        self.mark_changed()
        for task_id in tasks:
            event_appended.send(task_id)

    def mark_changed(self) -> None:
        """Replace `change_mark`, because something was appended, here or elsewhere.

        Who keeps what was read compares the mark to know whether there may be more.
        """
        self.change_mark = object()

    def alone(self, name: str, *, wait: bool = False) -> AbstractContextManager[Callable[[], bool] | None]:
        """Hold the lock `name` against other hosts of the store: None if another has it, unless `wait`.

        Call what is returned to know whether it is still held.
        """
        return self.dialect.alone(name, wait=wait)

    def watching(self) -> AbstractContextManager[Callable[[], object]]:
        """Open a connection, and return a function for a value that changes with each commit of another connection."""
        return self.dialect.watching()

    def wal_bytes(self) -> int:
        """Return the size of the write-ahead log beside the database; 0 where a server keeps it."""
        return self.dialect.wal_bytes()

    def checkpoint(self) -> bool:
        """Empty that log; return False if somebody reads or writes now. Waits for nobody."""
        return self.dialect.checkpoint()


def _postgres(server: Server) -> Dialect:
    from models.migrate import postgres

    postgres()  # raises DriverMissing
    from models.postgres.dialect import Postgres

    return Postgres(server)


def _sqlite(path: Path) -> Dialect:
    from models.sqlite.dialect import SQLite  # its statements need the tables, and these this module

    return SQLite(path)
