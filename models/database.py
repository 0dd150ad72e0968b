"""The store's transactions: `reading()` and `writing()`. All other access to the SQLite file goes through them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, TextClause, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from models import DATABASE_NAME
from models.driver import driver
from models.fast_reader import FastReader
from models.files import walk
from models.files.disk import DiskFiles
from models.files.storage import Files
from models.retry_policy import DEFAULT, RetryPolicy
from models.revocation import RevocationList
from models.signals import event_appended
from models.sqlite_errors import retry_while_busy, translated

metadata = MetaData()

ALWAYS_PROGRESS = ("stage.completed", "item.completed")
WAL_BYTES = 16 * 1024 * 1024
LOG = text("SELECT epoch, floor FROM log")
WRITING: ContextVar[bool] = ContextVar("writing", default=False)

Notify = Callable[[Sequence[str | None]], None]
ProgressEvents = Callable[[str], Collection[str]]
RetryPolicies = Callable[[str], RetryPolicy]


@dataclass(frozen=True)
class Read:
    """A read transaction: one snapshot of the store, with the log's epoch and floor in it."""

    connection: Connection
    epoch: str
    floor: int


@dataclass
class Write:
    """A write transaction. `appended` gathers the tasks whose listeners are woken after the commit."""

    connection: Connection
    appended: list[str | None] = field(default_factory=list)
    undo: list[Callable[[], None]] = field(default_factory=list)


class Store:
    """The job store below `data`. It must have been migrated.

    `notify` is called after each commit, outside the transaction, with the ids of the tasks that got events: a notifier of other processes.
    `progress_events` returns, for a kind of task, the types of events after which the loss of an attempt costs nothing, and `retry_policy`
    when another attempt follows. `files` is where artifacts and assets are, the data directory by default.
    """

    def __init__(
        self,
        data: Path,
        notify: Notify | None = None,
        progress_events: ProgressEvents = lambda _kind: ALWAYS_PROGRESS,
        retry_policy: RetryPolicies = lambda _kind: DEFAULT,
        files: Files | None = None,
    ) -> None:
        self.data = Path(data)
        self.files: Files = files or DiskFiles(self.data)
        self.path = self.data / DATABASE_NAME
        self.notify = notify
        self.progress_events = progress_events
        self.retry_policy = retry_policy
        self.change_mark = object()
        self.revocations = RevocationList(self.data)
        self._writer = _engine(self.path, "BEGIN IMMEDIATE", query_only=False)
        self._reader = _engine(self.path, "BEGIN", query_only=True)
        self.fast_reader = FastReader(self._reader, self.path)

    def close(self) -> None:
        self.fast_reader.close()
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def reading(self) -> Iterator[Read]:
        """Open a snapshot. Keep it short, and send nothing to anybody inside: an open snapshot pins the write-ahead log."""
        with translated(self.path):
            connection, log = _begun(self._reader, LOG)
            with connection:
                yield Read(connection, log.epoch, log.floor)

    @contextmanager
    def writing(self, *, wait_s: float | None = None) -> Iterator[Write]:
        """Begin a write transaction, run the block, commit, and only then notify of what was appended. All changes go through here.

        It does not nest. While the database is busy it tries again with a fresh connection and a sleep that lets other greenlets run;
        after `wait_s` (10 s by default) it raises StoreBusy. Nothing inside may switch greenlets.
        """
        if WRITING.get():
            raise RuntimeError("writing() does not nest")
        with translated(self.path):
            connection, _ = _begun(self._writer, wait_s=wait_s)
            write = Write(connection)
            token = WRITING.set(True)
            try:
                with connection:
                    try:
                        yield write
                        connection.commit()
                    except BaseException:
                        # Still under the lock: whoever has it next finds no file that is on its way back.
                        for step in reversed(write.undo):
                            step()
                        raise
            finally:
                WRITING.reset(token)
        self._after_commit(write.appended)

    def _after_commit(self, appended: Sequence[str | None]) -> None:
        tasks = tuple(dict.fromkeys(appended))
        if tasks:
            self.mark_changed()
        for task_id in tasks:
            event_appended.send(task_id)
        if tasks and self.notify:
            self.notify(tasks)

    def mark_changed(self) -> None:
        """Replace `change_mark`, because something was appended, here or elsewhere.

        Who keeps what was read compares the mark to know whether there may be more.
        """
        self.change_mark = object()

    @contextmanager
    def watching(self) -> Iterator[Callable[[], int]]:
        """Open a connection, and return a function for its `PRAGMA data_version`, which changes with each commit of another connection."""
        with translated(self.path):
            # A bare one: SQLAlchemy's would begin a transaction, and a snapshot always answers the same.
            connection = self._reader.raw_connection()
        try:
            cursor = connection.cursor()

            def version() -> int:
                with translated(self.path):
                    return int(cursor.execute("PRAGMA data_version").fetchone()[0])

            yield version
        finally:
            connection.close()

    def wal_bytes(self) -> int:
        """Return the size of the write-ahead log."""
        return walk.size(self.path.with_name(f"{self.path.name}-wal"))

    def checkpoint(self) -> bool:
        """Copy the write-ahead log into the database and empty it; return False if somebody reads or writes now. Waits for nobody."""
        with translated(self.path):
            connection = self._writer.raw_connection()
            try:
                # Most of the work is done in the first, which is in nobody's way; the second then has little left to do under the lock.
                connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
                busy = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                connection.close()
        return not busy

    def pragma(self, name: str) -> Any:
        """Return the value of a pragma on a reading connection."""
        with translated(self.path), self._reader.connect() as connection:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def _engine(path: Path, begin: str, *, query_only: bool) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=driver,
        # Never wait for a connection: each is used for a page or a transaction, and waiting here would block the whole hub.
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=-1,
        connect_args={"isolation_level": None, "timeout": 0, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.text_factory = _decoded
        for pragma in ("synchronous=FULL", "foreign_keys=ON", f"journal_size_limit={WAL_BYTES}", f"query_only={int(query_only)}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _decoded(text: bytes) -> str:
    """Replace what is not UTF-8: a row inserted by hand must not keep readers from the rows beside it."""
    return text.decode("utf-8", "replace")


def _begun(engine: Engine, first: TextClause | None = None, *, wait_s: float | None = None) -> tuple[Connection, Any]:
    """Return a connection in a transaction that has begun, and the row that the statement `first` selects in it.

    A deferred BEGIN takes no lock: the first read does, and is what can find the database busy; so it belongs to what is tried again.
    """

    def begin() -> tuple[Connection, Any]:
        # A fresh Connection for each try: after a BEGIN that failed, the old one would run its statements outside any transaction.
        # Connecting belongs to it: already the pragmas read the file, which is locked while another process recovers or closes it.
        with ExitStack() as tidy:
            connection = tidy.enter_context(engine.connect())
            connection.begin()
            row = connection.execute(first).one() if first is not None else None
            tidy.pop_all()
            return connection, row

    return retry_while_busy(begin, wait_s)
