"""The store's dialect for SQLite: one writing and one reading engine on a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from models import clock, replay, worker
from models.database import Read, Store, Write
from models.event import FIELDS
from models.files import walk
from models.sqlite import replay as sqlite_replay
from models.sqlite import schema_objects, search
from models.sqlite.driver import driver, sqlite_version
from models.sqlite.errors import retry_while_busy, translated
from models.sqlite.fast_reader import FastReader
from models.sqlite.session import Sessions

WAL_BYTES = 16 * 1024 * 1024
WRITE = "BEGIN IMMEDIATE"
READ = "BEGIN"
LOG = "SELECT epoch, floor FROM log"
FORGET_LAST_GIVEN = text("DELETE FROM sqlite_sequence WHERE name = 'events'")
SET_LAST_GIVEN = text("INSERT INTO sqlite_sequence (name, seq) VALUES ('events', :seq)")
LAST_GIVEN = text("SELECT seq FROM sqlite_sequence WHERE name = 'events'")
APPEND = f"INSERT INTO events ({', '.join(FIELDS)}) VALUES ({', '.join(f':{name}' for name in FIELDS)})"
# Runs on every notification, so it is one statement: the log's own row, the head, and what is new, all as of one moment.
NEWS = (
    "SELECT epoch, max(floor, coalesce((SELECT max(seq) FROM events), 0)), seq, task_id"
    " FROM log LEFT JOIN events ON seq > ? WHERE id = 1 ORDER BY seq"
)


class SQLite:
    """The store in the SQLite file at `path`."""

    name = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer = _engine(self.path, WRITE, query_only=False)
        self.reader = _engine(self.path, READ, query_only=True)
        self.fast_reader = FastReader(self.reader, self.path)
        self._writes = Sessions(self.writer, WRITE)
        self._reads = Sessions(self.reader, READ)

    @classmethod
    def of(cls, store: Store) -> SQLite:
        """Return the dialect of a store that is known to be on SQLite."""
        assert isinstance(store.dialect, SQLite)
        return store.dialect

    def close(self) -> None:
        self.fast_reader.close()
        self._writes.close()
        self._reads.close()
        self.writer.dispose()
        self.reader.dispose()

    def translated(self) -> AbstractContextManager[None]:
        return translated(self.path)

    def begin_read(self) -> Read:
        # A deferred BEGIN takes no lock: the first read does, and is what can find the database busy; so it belongs to what is tried again.
        connection, (epoch, floor) = retry_while_busy(lambda: self._reads.begin(LOG))
        return Read(connection, self, epoch, floor)

    def end_read(self, read: Read, *, failed: bool) -> None:
        self._reads.end(read.connection, failed=failed)

    def begin_write(self, wait_s: float | None) -> Write:
        connection, _ = retry_while_busy(self._writes.begin, wait_s)
        return Write(connection, self)

    def commit(self, write: Write) -> None:
        if write.buffered:
            write.driver.executemany(APPEND, write.buffered)
        self._writes.commit(write.connection)

    def end_write(self, write: Write, *, failed: bool) -> None:
        self._writes.end(write.connection, failed=failed)

    def lock(self, write: Write, name: str) -> None:
        """Do nothing: a write transaction is the only one."""

    def share_lock(self, write: Write, name: str) -> None:
        """Do nothing: a write transaction is the only one."""

    def alone(self, name: str, *, wait: bool) -> AbstractContextManager[Callable[[], bool]]:
        """Hold nothing: the store is on one host, whose processes have locks of their own."""
        return nullcontext(lambda: True)

    @contextmanager
    def watching(self) -> Iterator[Callable[[], int]]:
        """Open a connection, and return a function for its `PRAGMA data_version`, which changes with each commit of another connection."""
        with self.translated():
            # A bare one: SQLAlchemy's would begin a transaction, and a snapshot always answers the same.
            connection = self.reader.raw_connection()
        try:
            cursor = connection.cursor()

            def version() -> int:
                with self.translated():
                    return int(cursor.execute("PRAGMA data_version").fetchone()[0])

            yield version
        finally:
            connection.close()

    def notify(self) -> None:
        """Do nothing: the store's `notify` does it."""

    def news(self, after: int) -> Sequence[Sequence[Any]]:
        return self.fast_reader.rows(NEWS, (after,))

    def latest(self, seq: int, affixes: replay.Affixes, limit: int) -> replay.Latest:
        return sqlite_replay.latest(self.fast_reader, seq, affixes, limit)

    def page(self, seq: int, affixes: replay.Affixes, tasks: Sequence[str], types: Sequence[str], limit: int) -> replay.Page:
        return sqlite_replay.page(self.fast_reader, seq, affixes, tasks, types, limit)

    def last_given(self, read: Read) -> int:
        return read.connection.execute(LAST_GIVEN).scalar() or 0

    def matching_ids(self, words: Sequence[str]) -> Select[tuple[str]]:
        return search.matching_ids(words)

    def excerpts(self, read: Read, words: Sequence[str], task_ids: Sequence[str]) -> Mapping[str, str]:
        return search.excerpts(read, words, task_ids)

    def boot(self) -> str:
        return clock.boot_id()

    def seconds(self, ahead: float) -> float:
        return clock.monotonic() + ahead

    def dead(self, workers: Collection[worker.Worker]) -> list[worker.Worker]:
        """Return those of an earlier boot, and those of this machine whose process has ended, even if another process has its pid now.

        Of a container beside this one (another host name, the same boot) nothing can be told: its pids are its own.
        """
        boot = clock.boot_id()
        return [row for row in workers if row.boot != boot or worker.has_ended(row)]

    @contextmanager
    def bulk(self, write: Write, last_given: int) -> Iterator[None]:
        for statement in schema_objects.drop_all():
            write.connection.exec_driver_sql(statement)
        yield
        for statement in schema_objects.create_all():
            write.connection.exec_driver_sql(statement)
        write.connection.execute(FORGET_LAST_GIVEN)
        write.connection.execute(SET_LAST_GIVEN, {"seq": last_given})

    def version(self) -> str:
        return f"SQLite {'.'.join(map(str, sqlite_version()))}"

    def database_bytes(self) -> int:
        return walk.size(self.path)

    def wal_bytes(self) -> int:
        """Return the size of the write-ahead log."""
        return walk.size(self.path.with_name(f"{self.path.name}-wal"))

    def checkpoint(self) -> bool:
        """Copy the write-ahead log into the database and empty it; return False if somebody reads or writes now. Waits for nobody."""
        with self.translated():
            connection = self.writer.raw_connection()
            try:
                # Most of the work is done in the first, which is in nobody's way; the second then has little left to do under the lock.
                connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
                busy = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                connection.close()
        return not busy

    def pragma(self, name: str) -> Any:
        """Return the value of a pragma on a reading connection."""
        with self.translated(), self.reader.connect() as connection:
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
        driver_connection: Any = connection.connection.driver_connection
        if not driver_connection.in_transaction:
            driver_connection.execute(begin)

    return engine


def _decoded(text: bytes) -> str:
    """Replace what is not UTF-8: a row inserted by hand must not keep readers from the rows beside it."""
    return text.decode("utf-8", "replace")
