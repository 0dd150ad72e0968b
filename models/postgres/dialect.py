"""The store's dialect for PostgreSQL.

A write transaction is READ COMMITTED with locks on rows; what needs more takes a named lock (`Write.lock`). Events are buffered, and
inserted just before the commit: the row of `log_head` that gives their seqs stays locked until then, and whoever held it earlier would make
others wait, or wait for a row of theirs.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Connection, Select, text

from models import clock, replay, worker
from models.database import Read, Write
from models.event import FIELDS, EventType
from models.log import new_epoch
from models.postgres import replay as postgres_replay
from models.postgres import search
from models.postgres.engine import connect, create
from models.postgres.errors import AWAY_S, ERRORS, is_away, retry_while_away, translated
from models.postgres.fast_reader import FastReader
from models.postgres.notification import Notifications, Notifier
from models.server import Server
from models.text_values import to_json

LOCK_WAIT_S = 10.0
LEAST_LOCK_WAIT_S = 0.25
"""Who waits for nobody waits so long all the same: each commit holds the log's head for a moment."""
DAY_S = 86400.0
IDLE_S = 60
"""Seconds after which the server ends a transaction whose process does nothing: a stopped one must not hold its locks."""
BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT epoch, floor FROM log"
BEGIN_WRITE = (
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {lock_ms};"
    f" SET LOCAL idle_in_transaction_session_timeout = {IDLE_S * 1000}; SET LOCAL videogen.appending = 'on';"
    " SELECT history <> videogen_history() FROM log_head"
)
LAST_GIVEN = text("SELECT head FROM log_head")
TEXT = "text"
TYPES = {"attempt": "bigint", "stage_progress": "float8", "progress": "float8"}
BATCH = 100
NEW_HISTORY = "UPDATE log_head SET history = videogen_history() WHERE history <> videogen_history()"


class Postgres:
    """The store in a database of PostgreSQL."""

    name = "postgresql"

    def __init__(self, server: Server) -> None:
        self.url = server.url
        self.listen_url = server.listen_url or server.url
        self.engine = create(self.url, prepares=not server.is_pooled)
        self.fast_reader = FastReader(self.url, prepares=not server.is_pooled)
        self.notifier = Notifier(self.listen_url)  # it has settings of its own, which no pooler may give to others

    def close(self) -> None:
        self.fast_reader.close()
        self.notifier.close()
        self.engine.dispose()

    def translated(self) -> AbstractContextManager[None]:
        return translated()

    def begin_read(self) -> Read:
        connection, row = retry_while_away(lambda: self._begun(BEGIN_READ))
        return Read(connection, self, *row)

    def end_read(self, read: Read, *, failed: bool) -> None:
        read.connection.close()

    def begin_write(self, wait_s: float | None) -> Write:
        lock_s = LOCK_WAIT_S if wait_s is None else max(wait_s, LEAST_LOCK_WAIT_S)
        statement = BEGIN_WRITE.format(lock_ms=round(lock_s * 1000))
        connection, (is_other_history,) = retry_while_away(lambda: self._begun(statement), wait_s)
        write = Write(connection, self)
        if not is_other_history:
            return write
        try:
            self._begin_history(write)
            self.commit(write)
        finally:
            write.connection.close()
        self.notify()
        connection, _ = retry_while_away(lambda: self._begun(statement), wait_s)
        return Write(connection, self, appended=write.appended)

    def end_write(self, write: Write, *, failed: bool) -> None:
        write.connection.close()

    def commit(self, write: Write) -> None:
        """Append the buffered events, and commit.

        Where the connection is lost meanwhile, the server is asked whether it has committed. If it cannot be asked either, files that were
        published stay where they are, since their rows may be there.
        """
        xid = self._append(write) if write.buffered else None
        try:
            write.connection.commit()
        except ERRORS as error:
            if xid is None or not is_away(error):
                raise
            committed = self._has_committed(xid)
            if committed is None:
                write.undo.clear()
            if not committed:
                raise

    def lock(self, write: Write, name: str) -> None:
        write.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _key(name)})

    def share_lock(self, write: Write, name: str) -> None:
        write.connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": _key(name)})

    @contextmanager
    def alone(self, name: str, *, wait: bool) -> Iterator[Callable[[], bool] | None]:
        """Hold a lock of a session, which takes a connection of its own that no pooler gives to others meanwhile."""
        with self.translated():
            connection = connect(self.listen_url)
        with closing(connection):
            with self.translated():
                function = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
                row = connection.execute(f"SELECT {function}(%s) IS DISTINCT FROM false", (_key(f"alone: {name}"),)).fetchone()
            yield (lambda: _answers(connection)) if row and row[0] else None

    @contextmanager
    def watching(self) -> Iterator[Callable[[], object]]:
        """Open a connection that listens."""
        notifications = Notifications(self.listen_url)
        try:
            yield notifications
        finally:
            notifications.close()

    def notify(self) -> None:
        self.notifier.notify()

    def news(self, after: int) -> Sequence[Sequence[Any]]:
        return self.fast_reader.rows(postgres_replay.NEWS, (after,))

    def latest(self, seq: int, affixes: replay.Affixes, limit: int) -> replay.Latest:
        return postgres_replay.latest(self.fast_reader, seq, affixes, limit)

    def page(self, seq: int, affixes: replay.Affixes, tasks: Sequence[str], types: Sequence[str], limit: int) -> replay.Page:
        return postgres_replay.page(self.fast_reader, seq, affixes, tasks, types, limit)

    def last_given(self, read: Read) -> int:
        return int(read.connection.execute(LAST_GIVEN).scalar_one())

    def matching_ids(self, words: Sequence[str]) -> Select[tuple[str]]:
        return search.matching_ids(words)

    def excerpts(self, read: Read, words: Sequence[str], task_ids: Sequence[str]) -> Mapping[str, str]:
        return search.excerpts(read, words, task_ids)

    def boot(self) -> str:
        """Return the same for all: leases are measured by the server's clock."""
        return self.name

    def seconds(self, ahead: float) -> float:
        return ahead

    @contextmanager
    def bulk(self, write: Write, last_given: int) -> Iterator[None]:
        yield
        write.connection.execute(text("UPDATE log_head SET head = :seq"), {"seq": last_given})
        for table in ("artifacts", "failed_logins"):
            write.connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', coalesce((SELECT max(id) FROM {table}), 0) + 1, false)")

    def version(self) -> str:
        return f"PostgreSQL {self.fast_reader.rows('SHOW server_version', ())[0][0].split()[0]}"

    def database_bytes(self) -> int:
        return int(self.fast_reader.rows("SELECT pg_database_size(current_database())", ())[0][0])

    def wal_bytes(self) -> int:
        return 0

    def checkpoint(self) -> bool:
        return True

    def dead(self, workers: Collection[worker.Worker]) -> list[worker.Worker]:
        """Return those of this machine whose process has ended, and those that nobody has seen for a day.

        Nothing is known of other machines, nor of another boot: what they had is released when its lease ends.
        """
        forgotten = clock.ahead(-DAY_S)
        return [row for row in workers if worker.has_ended(row) or row.seen_at < forgotten]

    def _begun(self, statement: str) -> tuple[Connection, Any]:
        """Return a connection in a transaction that has begun, and the row that the statement selects in it."""
        connection = self.engine.connect()
        try:
            connection.begin()
            driver: Any = connection.connection.driver_connection
            cursor = driver.execute(statement)
            while cursor.nextset():
                pass
            return connection, cursor.fetchone() if cursor.description else None
        except BaseException:
            connection.invalidate()
            connection.close()
            raise

    def _append(self, write: Write) -> str:
        """Insert the buffered events with the next seqs. Return the transaction's id."""
        xid = ""
        for start in range(0, len(write.buffered), BATCH):
            xid = self._insert(write.connection, write.buffered[start : start + BATCH])
        return xid

    def _insert(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> str:
        values = {f"{name}_{number}": row[name] for number, row in enumerate(rows) for name in FIELDS}
        return str(connection.execute(_insertion(len(rows)), values).all()[0].xid)

    def _begin_history(self, write: Write) -> None:
        """Give the log an epoch, since it belongs to another history than this server's: it was restored, or a standby promoted.

        What attempts have reported may be lost, so none goes on.
        """
        from models.attempt import requeue_running  # it needs the dialects

        write.lock("queue")
        connection = write.connection
        if not connection.exec_driver_sql(NEW_HISTORY).rowcount:
            return  # another transaction was quicker
        before = connection.exec_driver_sql("SELECT epoch FROM log").scalar_one()
        connection.execute(text("UPDATE log SET epoch = :epoch"), {"epoch": new_epoch()})
        row = dict.fromkeys(FIELDS) | {"attempt": 0, "type": str(EventType.LOG_RESTORED), "at": clock.now()}
        self._insert(connection, [row | {"data": to_json({"from_epoch": before})}])
        write.appended.append(None)
        requeue_running(write, "The database went on from an earlier moment")

    def _has_committed(self, xid: str) -> bool | None:
        """Return whether a transaction has committed, whose connection was lost; None if the server cannot tell."""
        give_up_at = time.monotonic() + AWAY_S
        while time.monotonic() < give_up_at:
            with suppress(psycopg.Error), connect(self.url) as connection:
                status = connection.execute("SELECT pg_xact_status(%s::xid8)", (xid,)).fetchone()
                if status == ("committed",):
                    # It may have been cut off while it waited for a synchronous standby. What commits after it waits for that, too.
                    connection.execute("SELECT pg_logical_emit_message(true, 'videogen', '')")
                    return True
                if status == ("aborted",):
                    return False
            time.sleep(0.2)
        return None


def _key(name: str) -> int:
    return zlib.crc32(name.encode())


def _answers(connection: psycopg.Connection[Any]) -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


@cache
def _insertion(count: int) -> Any:
    """Return the statement that gives the next seqs to `count` events and inserts them: one round trip, while the head is locked."""
    rows = ", ".join(
        f"({number}, {', '.join(f'CAST(:{name}_{number} AS {TYPES.get(name, TEXT)})' for name in FIELDS)})" for number in range(count)
    )
    return text(
        f"WITH given AS (UPDATE log_head SET head = head + {count} RETURNING head)"
        f" INSERT INTO events (seq, {', '.join(FIELDS)})"
        f" SELECT given.head - {count - 1} + number, {', '.join(f'row.{name}' for name in FIELDS)}"
        f" FROM given, (VALUES {rows}) AS row (number, {', '.join(FIELDS)})"
        " RETURNING CAST(pg_current_xact_id() AS text) AS xid"
    )
