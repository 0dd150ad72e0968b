"""What the store asks of its database. Everything else is SQL that all databases understand.

`models.sqlite` and `models.postgres` each have one implementation. The verbs (`task`, `attempt`, `event` and so on) are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from sqlalchemy import Select, TextClause, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from models.database import Read, Write
    from models.replay import Affixes, Latest, Page
    from models.worker import Worker

POSTGRESQL = "postgresql"


class Dialect(Protocol):
    """A database that holds a store."""

    name: str

    def close(self) -> None: ...

    def translated(self) -> AbstractContextManager[None]:
        """Raise the database's errors as the store's, with their cause."""

    def begin_read(self) -> Read:
        """Begin a snapshot, after waiting for a database that is busy."""

    def end_read(self, read: Read, *, failed: bool) -> None:
        """End a snapshot."""

    def begin_write(self, wait_s: float | None) -> Write:
        """Begin a write transaction. After `wait_s` seconds (10 by default) of a busy database the driver's error is raised."""

    def commit(self, write: Write) -> None:
        """Commit, with the events that the transaction has appended."""

    def end_write(self, write: Write, *, failed: bool) -> None:
        """End a write transaction: what has not been committed is rolled back."""

    def lock(self, write: Write, name: str) -> None:
        """Wait until no other transaction holds the lock `name`, and hold it until the end of this one.

        Where there is one writer at a time, every transaction holds all locks.
        """

    def share_lock(self, write: Write, name: str) -> None:
        """Hold the lock `name` together with others that share it."""

    def alone(self, name: str, *, wait: bool) -> AbstractContextManager[Callable[[], bool] | None]:
        """Hold the lock `name` against other hosts, outside of transactions; None at once if another has it, unless `wait`.

        The function that is returned tells whether it is still held: a connection that is lost gives it up.
        """

    def watching(self) -> AbstractContextManager[Callable[[], object]]:
        """Open a connection, and return a function for a value that changes with each commit of another connection."""

    def notify(self) -> None:
        """Notify the processes that listen at the database, if it can do that by itself. It never fails."""

    def news(self, after: int) -> Sequence[Sequence[Any]]:
        """Return (epoch, head, seq, task_id) of each event after a seq, in order; one row without seq if there is none."""

    def latest(self, seq: int, affixes: Affixes, limit: int) -> Latest:
        """Return what `replay.latest` does."""

    def page(self, seq: int, affixes: Affixes, tasks: Sequence[str], types: Sequence[str], limit: int) -> Page:
        """Return what `replay.page` does. No tasks, or no types, are all."""

    def last_given(self, read: Read) -> int:
        """Return the last seq that the log has given, whether or not its event is still there."""

    def matching_ids(self, words: Sequence[str]) -> Select[tuple[str]]:
        """Select the ids of tasks whose title or script has each word, or a word that begins so."""

    def excerpts(self, read: Read, words: Sequence[str], task_ids: Sequence[str]) -> Mapping[str, str]:
        """Return excerpts of the tasks' scripts around the words, with `search.BEGIN` and `search.END` around each hit."""

    def boot(self) -> str:
        """Return what the seconds of leases count from: a boot of this machine, or the server's clock."""

    def seconds(self, ahead: float) -> float:
        """Return the argument of `clock_seconds` for a moment `ahead` seconds from now."""

    def wal_bytes(self) -> int:
        """Return the size of the write-ahead log beside the database; 0 where a server keeps it."""

    def checkpoint(self) -> bool:
        """Empty that log; return False if somebody reads or writes now. Waits for nobody."""

    def bulk(self, write: Write, last_given: int) -> AbstractContextManager[None]:
        """Let rows of another store be inserted as they are, seqs included; the log goes on after `last_given`."""

    def version(self) -> str:
        """Return the database's name and version, for people."""

    def database_bytes(self) -> int:
        """Return the size of the database."""

    def dead(self, workers: Collection[Worker]) -> list[Worker]:
        """Return those whose process has ended for certain."""


@runtime_checkable
class Notifications(Protocol):
    """What `Dialect.watching` gives where the database itself notifies: it can be waited for, besides being called."""

    def wait(self, within_s: float | None, stopped: Callable[[], bool]) -> bool:
        """Wait at most `within_s` seconds (None: until `stopped`) for a notification. Return whether one came; several count as one."""


class ByDialect(TextClause):
    """A statement in words that differ: of each database its own. Both have the same parameters."""

    inherit_cache = True

    def __init__(self, sqlite: str, postgresql: str) -> None:
        super().__init__(sqlite)
        self.postgresql = text(postgresql)


@compiles(ByDialect)
def _of_sqlite(element: ByDialect, compiler: Any, **options: Any) -> str:
    return str(compiler.visit_textclause(element, **options))


@compiles(ByDialect, POSTGRESQL)
def _of_postgresql(element: ByDialect, compiler: Any, **options: Any) -> str:
    return str(compiler.visit_textclause(element.postgresql, **options))


class greatest(FunctionElement[Any]):
    """The greatest of its arguments, none of which is null."""

    name = "greatest"
    inherit_cache = True


@compiles(greatest)
def _greatest_of_sqlite(element: greatest, compiler: Any, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"


@compiles(greatest, POSTGRESQL)
def _greatest_of_postgresql(element: greatest, compiler: Any, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


class clock_seconds(FunctionElement[Any]):
    """A moment in the seconds that leases are measured in. Its argument comes from `Dialect.seconds`.

    On one machine it is that machine's steady clock, whose value is the argument. On a server it is the server's clock, to which the
    argument is added.
    """

    name = "clock_seconds"
    inherit_cache = True


@compiles(clock_seconds)
def _seconds_of_machine(element: clock_seconds, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(clock_seconds, POSTGRESQL)
def _seconds_of_server(element: clock_seconds, compiler: Any, **options: Any) -> str:
    return f"(videogen_clock() + CAST({compiler.process(element.clauses, **options)} AS float8))"
