"""Moving a store from one database to another: from SQLite to PostgreSQL, or back.

All rows are copied in one transaction of the target, as of one moment of the source. Events keep their seqs. The copy gets an epoch of its
own, as a backup does: the source may have given further seqs since, and a browser that knows those must begin anew. What ran is queued
again; sessions end, and tokens and share links stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select, update

from models.artifact import artifacts
from models.database import Read, Store, Write
from models.errors import StoreNotEmpty
from models.event import events
from models.failed_login import failed_logins
from models.log import log
from models.login_session import sessions
from models.own_files import copy_missing_secrets, copy_own_files
from models.refusals import files_written
from models.registered_file import registered
from models.retention import alone
from models.sqlite.database_copy import Copied, Progress, begin_history, bring
from models.tables import metadata
from models.task_table import tasks
from models.worker import workers

REASON = "The store was moved to another database, and nobody works on it"
PAGE = 1000
LEFT_OUT = frozenset({log.name, workers.name, sessions.name, failed_logins.name})


def copy(source: Store, target: Store, progress: Progress = lambda _what, _done: None) -> Copied:
    """Copy all that `source` holds into `target`, which has been migrated and is empty, and the files beside it.

    Raises StoreNotEmpty, and what reading and writing raise; the target is as empty then as before.
    """
    with alone(source.data):
        with source.reading() as read, target.writing() as write:
            _refuse_unless_empty(write)
            total = sum(read.connection.execute(select(func.count()).select_from(table)).scalar_one() for table in _tables())
            done = 0
            with target.dialect.bulk(write, read.dialect.last_given(read)):
                write.connection.execute(update(log).values(floor=read.floor))
                for table in _tables():
                    for page in _pages(read, table):
                        write.connection.execute(insert(table), page)
                        done += len(page)
                        progress("Copying the database", done / total)
        number = begin_history(target, REASON, living=[])
        return _bring_files(source, target, number, progress)


def _tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]


def _refuse_unless_empty(write: Write) -> None:
    for table in (tasks, events):
        if write.connection.execute(select(table).limit(1)).first() is not None:
            raise StoreNotEmpty("There are tasks or events in the database already.")


def _pages(read: Read, table: Table) -> Iterator[list[dict[str, Any]]]:
    rows = read.connection.execution_options(yield_per=PAGE).execute(select(table).order_by(*table.primary_key.columns))
    for page in rows.partitions(PAGE):
        yield [dict(row._mapping) for row in page]


def _bring_files(source: Store, target: Store, number: int, progress: Progress) -> Copied:
    """Give the target the files that its rows name, unless both have the same data directory, or they are in a bucket."""
    with target.reading() as read:
        files = registered(read)
        count = int(read.connection.execute(select(func.count()).select_from(artifacts)).scalar_one())
    if not source.files.is_local or _is_same(source.data, target.data):
        return Copied(number, count, 0)
    missing = []
    with files_written(target.data):
        for done, file in enumerate(files):
            progress("Copying the files", done / len(files))
            path = target.data / file.key
            if not path.exists() and not bring(file, source.data / file.key, path):
                missing.append(file.key)
        copy_own_files(source.data, target.data)
        copy_missing_secrets(source.data, target.data)
    return Copied(number, len(files) - len(missing), sum(file.bytes for file in files if file.key not in missing), tuple(missing))


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
