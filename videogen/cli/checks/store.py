"""Checks of the store: existence, integrity, settings and agreement with its log."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from models import task, worker
from models.database import Store
from models.dialect import Notifications
from models.errors import StoreDamaged, VideogenError
from models.files import walk
from models.migrate import exists
from models.sqlite.dialect import SQLite
from models.sqlite.driver import connect
from models.sqlite.errors import translated
from models.verify import verify
from videogen import PROGRAM
from videogen.cli.checks.check import Check
from videogen.cli.common import open_store
from videogen.config import MIB, Settings
from videogen.streams.listener import listeners

PRAGMAS = {"journal_mode": ("wal", "WAL"), "synchronous": (2, "FULL"), "foreign_keys": (1, "ON")}
SHOWN = 3
LARGE_WAL_BYTES = 256 * MIB
NOTIFICATION_S = 5.0


def checks(settings: Settings) -> Iterator[Check]:
    """Yield the checks. A broken store skips the checks that need it, and no others."""
    yield writable(settings.data)
    if settings.server:
        yield from on_server(settings)
        return
    if not settings.database.exists():
        yield Check("store", "good", f"none in {settings.data} yet; {PROGRAM} serve creates it")
        return
    try:
        yield integrity(settings.database)
        with open_store(settings) as store:
            yield contents(store)
            yield pragmas(store)
            yield agreement(store)
            yield workers(store, settings)
    except VideogenError as error:
        yield Check("store", "bad", error.detail, error.hint)


def on_server(settings: Settings) -> Iterator[Check]:
    """Yield the checks of a store on PostgreSQL."""
    try:
        if not exists(settings.data, settings.server):
            yield Check("store", "good", f"none in the database yet; {PROGRAM} serve creates it")
            return
        with open_store(settings) as store:
            with store.reading() as read:
                counts = ", ".join(f"{count} {name}" for name, count in task.count_by_status(read).items())
            yield Check("store", "good", f"{store.dialect.version()}, {store.dialect.database_bytes() / MIB:.1f} MiB, {counts}")
            yield listening(store)
            yield agreement(store)
            yield workers(store, settings)
    except VideogenError as error:
        yield Check("store", "bad", error.detail, error.hint)


def listening(store: Store) -> Check:
    """Check that a notification arrives."""
    with store.watching() as notifications:
        store.dialect.notify()
        if isinstance(notifications, Notifications) and notifications.wait(NOTIFICATION_S, lambda: False):
            return Check("listen", "good", "notifications arrive")
    hint = "Behind a pooler in transaction mode set VIDEOGEN_DATABASE_LISTEN_URL to the server itself."
    return Check("listen", "bad", "a notification did not arrive", hint)


def writable(data: Path) -> Check:
    """Check the data directory, or the nearest existing directory above it."""
    directory = next(path for path in (data.resolve(), *data.resolve().parents) if path.exists())
    if not directory.is_dir() or not os.access(directory, os.W_OK | os.X_OK):
        return Check("data directory", "bad", f"{directory} is not writable", "Make this user its owner, or set VIDEOGEN_DATA.")
    return Check("data directory", "good", str(data.resolve()))


def integrity(path: Path) -> Check:
    """Run SQLite's integrity check."""
    hint = f"Stop the server and restore a backup. To save what is readable: sqlite3 {path.name} .recover"
    try:
        # Not opened read-only: SQLite would skip the constraints of the tables.
        with translated(path), closing(connect(path)) as connection:
            connection.execute("PRAGMA query_only = ON")
            messages = [row[0] for row in connection.execute(f"PRAGMA integrity_check({SHOWN})")]
    except StoreDamaged as error:
        return Check("integrity", "bad", error.detail, hint)
    except VideogenError as error:
        return Check("integrity", "bad", error.detail, error.hint)
    if messages == ["ok"]:
        return Check("integrity", "good", "integrity_check is ok")
    return Check("integrity", "bad", "; ".join(messages), hint)


def contents(store: Store) -> Check:
    with store.reading() as read:
        counts = task.count_by_status(read)
    wal = store.path.with_name(f"{store.path.name}-wal")
    wal_bytes = walk.size(wal)
    seen = f"{store.path}, {store.path.stat().st_size / MIB:.1f} MiB, {', '.join(f'{count} {name}' for name, count in counts.items())}"
    if wal_bytes > LARGE_WAL_BYTES:
        hint = "A long-running reader prevents its checkpoint: find that program and close it."
        return Check("store", "warning", f"{seen}; its write-ahead log has {wal_bytes / MIB:.0f} MiB", hint)
    return Check("store", "good", seen)


def pragmas(store: Store) -> Check:
    values = {name: SQLite.of(store).pragma(name) for name in PRAGMAS}
    wrong = {name: value for name, value in values.items() if value != PRAGMAS[name][0]}
    if wrong:
        seen = ", ".join(f"{name} is {value}, not {PRAGMAS[name][1]}" for name, value in wrong.items())
        return Check("pragmas", "bad", seen, f"Another program has changed the database: {PROGRAM} serve sets it right.")
    return Check("pragmas", "good", ", ".join(f"{name} {word}" for name, (_, word) in PRAGMAS.items()))


def agreement(store: Store) -> Check:
    findings = verify(store)
    if findings:
        first = f"{findings[0].task_id or 'the store'}: {findings[0].message}"
        return Check("verify", "bad", f"findings: {len(findings)}; {first}", f"{PROGRAM} verify lists them all.")
    return Check("verify", "good", "rows, log and files agree")


def workers(store: Store, settings: Settings) -> Check:
    with store.reading() as read:
        alive = worker.count_alive(read)
        waiting = task.count_by_status(read)["queued"]
    listening = len(listeners(settings.data / "listen"))
    if waiting and not alive:
        return Check("workers", "warning", f"none; queued tasks: {waiting}", f"Start one: {PROGRAM} serve or {PROGRAM} worker")
    return Check("workers", "good", f"{alive} alive, {listening} processes listen")
