"""The store: whether it is there, sound, and keeps its word."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from models import task, worker
from models.database import Store, connect, translated
from models.errors import StoreDamaged, VideogenError
from models.files import walk
from models.verify import verify
from videogen import PROGRAM
from videogen.cli.checks import Check
from videogen.cli.common import opened
from videogen.config import MIB, Settings
from videogen.streams.listener import listeners

PRAGMAS = {"journal_mode": ("wal", "WAL"), "synchronous": (2, "FULL"), "foreign_keys": (1, "ON")}
SHOWN = 3
LARGE_WAL_BYTES = 256 * MIB


def checks(settings: Settings) -> Iterator[Check]:
    """What is wrong with the store ends the questions that build on it; it is no reason to end the others."""
    yield writable(settings.data)
    if not settings.database.exists():
        yield Check("store", "good", f"none in {settings.data} yet; {PROGRAM} serve makes it")
        return
    try:
        yield integrity(settings.database)
        with opened(settings) as store:
            yield contents(store)
            yield pragmas(store)
            yield agreement(store)
            yield workers(store, settings)
    except VideogenError as error:
        yield Check("store", "bad", error.detail, error.hint)


def writable(data: Path) -> Check:
    """The nearest directory above that is there decides: the others will be made."""
    place = next(above for above in (data.resolve(), *data.resolve().parents) if above.exists())
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return Check("data directory", "bad", f"{place} cannot be written", "Give it to this user, or name another one in VIDEOGEN_DATA.")
    return Check("data directory", "good", str(data.resolve()))


def integrity(path: Path) -> Check:
    """SQLite's own word on the file."""
    hint = "Stop the server and put a backup back; what can still be read: sqlite3 videogen.db .recover"
    try:
        # Not opened for reading only: SQLite then leaves the constraints of the tables out.
        with translated(path), closing(connect(path)) as connection:
            connection.execute("PRAGMA query_only = ON")
            said = [row[0] for row in connection.execute(f"PRAGMA integrity_check({SHOWN})")]
    except StoreDamaged as error:
        return Check("integrity", "bad", error.detail, hint)
    except VideogenError as error:
        return Check("integrity", "bad", error.detail, error.hint)
    return Check("integrity", "good", "integrity_check is content") if said == ["ok"] else Check("integrity", "bad", "; ".join(said), hint)


def contents(store: Store) -> Check:
    with store.reading() as read:
        counts = task.count_by_status(read)
    wal = store.path.with_name(f"{store.path.name}-wal")
    wal_bytes = walk.size(wal)
    seen = f"{store.path}, {store.path.stat().st_size / MIB:.1f} MiB, {', '.join(f'{count} {name}' for name, count in counts.items())}"
    if wal_bytes > LARGE_WAL_BYTES:
        hint = "A program that reads the database without end keeps it from being written back: find and close it."
        return Check("store", "warning", f"{seen}; its write-ahead log has {wal_bytes / MIB:.0f} MiB", hint)
    return Check("store", "good", seen)


def pragmas(store: Store) -> Check:
    found = {name: store.pragma(name) for name in PRAGMAS}
    wrong = {name: value for name, value in found.items() if value != PRAGMAS[name][0]}
    if wrong:
        seen = ", ".join(f"{name} is {value}, not {PRAGMAS[name][1]}" for name, value in wrong.items())
        return Check("pragmas", "bad", seen, f"Another program has changed the file: {PROGRAM} serve opens it as it should be.")
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
    ears = len(listeners(settings.data / "listen"))
    if waiting and not alive:
        return Check("workers", "warning", f"none; tasks that wait: {waiting}", f"Start one: {PROGRAM} serve or {PROGRAM} worker")
    return Check("workers", "good", f"{alive} alive, {ears} processes listen")
