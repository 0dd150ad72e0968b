"""The two doors to the SQLite file: `reading()` and `writing()`. All that is SQLite's own stands here and in the migrations."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, MetaData, TextClause, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from models import DATABASE_NAME
from models.errors import DiskFailing, DiskFull, StoreBusy, StoreDamaged, StoreUnusable, VideogenError
from models.files import walk
from models.revocation import RevocationList
from models.signals import event_appended

# The one place where the driver is imported: two SQLite libraries in one process drop each other's POSIX locks, and with them commits.
try:
    from pysqlite3 import dbapi2 as driver
except ImportError:  # no wheel for this platform
    from sqlite3 import dbapi2 as driver

T = TypeVar("T")

metadata = MetaData()

__all__ = [
    "Execute",
    "Notify",
    "ProgressEvents",
    "Read",
    "Store",
    "Write",
    "connect",
    "driver",
    "has_wal_reset_bug",
    "metadata",
    "sqlite_version",
    "translated",
]

ALWAYS_PROGRESS = ("stage.completed", "item.completed")
BUSY_S = 10.0
ROOM_BYTES = 64 * 1024
WAL_BYTES = 16 * 1024 * 1024
LOG = text("SELECT epoch, floor FROM log")
WRITING: ContextVar[bool] = ContextVar("writing", default=False)

Notify = Callable[[Sequence[str | None]], None]
ProgressEvents = Callable[[str], Collection[str]]
Execute = Callable[[str, Sequence[Any]], Any]


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
    `progress_events` returns, for a kind of task, the types of events after which the loss of an attempt costs nothing.
    """

    def __init__(self, data: Path, notify: Notify | None = None, progress_events: ProgressEvents = lambda _kind: ALWAYS_PROGRESS) -> None:
        self.data = Path(data)
        self.path = self.data / DATABASE_NAME
        self.notify = notify
        self.progress_events = progress_events
        self.change_mark = object()
        self.revocations = RevocationList(self.data)
        self._writer = _engine(self.path, "BEGIN IMMEDIATE", query_only=False)
        self._reader = _engine(self.path, "BEGIN", query_only=True)
        self._asking: PoolProxiedConnection | None = None
        self._execute: Execute | None = None
        self._asking_lock = threading.Lock()

    def close(self) -> None:
        with self._asking_lock:
            self._stop_asking()
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def reading(self) -> Iterator[Read]:
        """One snapshot. Keep it short, and never send to anybody inside: an open snapshot pins the write-ahead log."""
        with translated(self.path):
            connection, log = _begun(self._reader, LOG)
            with connection:
                yield Read(connection, log.epoch, log.floor)

    @contextmanager
    def writing(self, *, wait_s: float | None = None) -> Iterator[Write]:
        """The one door for changes: begins IMMEDIATE, runs the block, commits, and only then rings for what was appended.

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
        """Take note that something was appended, here or elsewhere: `change_mark` is another object from now on.

        So whoever keeps what was read knows by it whether there may be more.
        """
        self.change_mark = object()

    def ask(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """The rows of a single SELECT, a snapshot by itself. For what is asked at each ring: `reading()` takes ten times as long."""
        return self._asked(lambda execute: execute(statement, values).fetchall())

    def snapshot(self, look: Callable[[Execute], T]) -> T:
        """What `look` finds by SELECTs of the driver's own in one snapshot. As quick as `ask`, for what takes more than one."""

        def looked(execute: Execute) -> T:
            execute("BEGIN", ())
            found = look(execute)
            execute("COMMIT", ())
            return found

        return self._asked(looked)

    def _asked(self, look: Callable[[Execute], T]) -> T:
        try:
            return self._looked(look)  # at first without all that makes it sure: a wake waits for this
        except (DatabaseError, driver.DatabaseError, UnicodeDecodeError):
            with translated(self.path):
                return _when_free(partial(self._looked, look))

    def _looked(self, look: Callable[[Execute], T]) -> T:
        with self._asking_lock:
            try:
                return look(self._execute or self._start_asking())
            except BaseException:
                self._stop_asking()  # which ends its transaction
                raise

    def _start_asking(self) -> Execute:
        self._asking = self._reader.raw_connection()
        execute: Execute = self._asking.driver_connection.execute  # type: ignore[union-attr]
        self._execute = execute
        return execute

    def _stop_asking(self) -> None:
        self._execute = None
        if self._asking:
            self._asking.close()
            self._asking = None

    @contextmanager
    def watching(self) -> Iterator[Callable[[], int]]:
        """A way to ask `PRAGMA data_version`, on a connection of its own: it moves with every commit of any other connection."""
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
        """The size of the write-ahead log."""
        return walk.size(self.path.with_name(f"{self.path.name}-wal"))

    def checkpoint(self) -> bool:
        """Empty the write-ahead log into the database; false when somebody reads or writes right now. Waits for nobody."""
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
        """The value of a pragma on a reading connection."""
        with translated(self.path), self._reader.connect() as connection:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def connect(path: Path, *, read_only: bool = False) -> Any:
    """A bare driver connection in autocommit mode, for backup, the shell and the doctor."""
    uri = f"{path.resolve().as_uri()}{'?mode=ro' if read_only else ''}"
    return driver.connect(uri, uri=True, isolation_level=None, timeout=5)


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library in use."""
    return tuple(driver.sqlite_version_info)


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether this SQLite can corrupt a database when its write-ahead log is reset (fixed in 3.51.3, 3.50.7 and 3.44.6)."""
    return not (version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45))


def _engine(path: Path, begin: str, *, query_only: bool) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=driver,
        # Nobody ever waits for a connection: each is held for a page or a transaction, and waiting here would stop a whole hub.
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
    """Text that is not UTF-8, which only a row put in by hand can hold, must not keep every reader from the rows beside it."""
    return text.decode("utf-8", "replace")


def _begun(engine: Engine, first: TextClause | None = None, *, wait_s: float | None = None) -> tuple[Connection, Any]:
    """A connection in a transaction that has begun, and the row that the statement `first` found in it.

    A deferred BEGIN takes no lock: the first read does, and is what can find the database busy; so it belongs to what is tried again.
    """

    def begin() -> tuple[Connection, Any]:
        # A fresh Connection for each try: after a BEGIN that failed, the old one would run its statements outside any transaction.
        # Connecting belongs to it: already the pragmas read the file, which is locked while another process recovers or closes it.
        with ExitStack() as tidy:
            connection = tidy.enter_context(engine.connect())
            connection.begin()
            found = connection.execute(first).one() if first is not None else None
            tidy.pop_all()
            return connection, found

    return _when_free(begin, wait_s)


def _when_free(act: Callable[[], T], wait_s: float | None = None) -> T:
    """Does it as soon as the database is not busy, trying for so long (10 s by default)."""
    give_up_at = time.monotonic() + (BUSY_S if wait_s is None else wait_s)
    while True:
        try:
            return act()
        except (DatabaseError, driver.DatabaseError) as error:
            if not _is_busy(error) or time.monotonic() > give_up_at:
                raise
        time.sleep(random.uniform(0.001, 0.01))  # noqa: S311 - lets other greenlets run once gevent has patched it


@contextmanager
def translated(place: Path) -> Iterator[None]:
    """SQLite's own errors as ours, with the cause kept. `place` is the database, or its directory."""
    try:
        yield
    except (DatabaseError, driver.DatabaseError) as error:
        raise _meaning(error, place) from error
    except UnicodeDecodeError as error:
        # SQLite's sentence quotes what it could not read.
        raise StoreDamaged("SQLite says what is no text: there is garbage where names should be.") from error


def _is_busy(error: Exception) -> bool:
    return any(word in _reason(error) for word in ("database is locked", "database table is locked", "locking protocol"))


def _reason(error: Exception) -> str:
    """SQLite's own words."""
    return str(error.orig if isinstance(error, DatabaseError) else error)


def _meaning(error: Exception, place: Path) -> Exception:
    reason = _reason(error)
    if _is_busy(error):
        return StoreBusy(f"The database was busy for more than {BUSY_S:g} seconds.")
    meanings: tuple[tuple[str, type[VideogenError]], ...] = (
        ("disk is full", DiskFull),
        # Also what SQLite says when there is no room left for the file that its processes share.
        ("disk I/O error", DiskFull if _free_bytes(place) < ROOM_BYTES else DiskFailing),
        ("malformed", StoreDamaged),
        ("not a database", StoreDamaged),
        ("readonly", StoreUnusable),
        ("unable to open", StoreUnusable),
    )
    for words, meaning in meanings:
        if words in reason:
            return meaning(f"SQLite says: {reason}.")
    return error


def _free_bytes(place: Path) -> int:
    """The free space of the disk that holds it; 0 where even that cannot be told."""
    try:
        return walk.free_bytes(place)
    except OSError:
        return 0
