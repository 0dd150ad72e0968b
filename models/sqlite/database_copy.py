"""What backup and restore have in common: copying the database from within SQLite, and files beside it; a copy's own new history."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from models import event
from models.attempt import requeue_running
from models.database import Store
from models.errors import StoreBusy, StoreDamaged
from models.event import EventType
from models.failed_login import failed_logins
from models.files.fsync import sync_directory
from models.log import log, new_epoch
from models.login_session import sessions
from models.registered_file import Registered
from models.sqlite.driver import connect, driver
from models.sqlite.errors import translated
from models.task import tasks
from models.worker import Worker, workers

PAGES = 2000
BUSY_S = 30.0
CHUNK_BYTES = 1024 * 1024
# What `artifact.key_of` and `blob_store.key_of` give out. A key put in by hand is never followed anywhere else.
KEY = re.compile(r"tasks/[A-Za-z0-9_-]{1,64}/[0-9]{1,9}(?:-[a-z0-9]{1,32})?/[^/\0]{1,200}|assets/[0-9a-f]{2}/[0-9a-f]{64}", re.ASCII)

Progress = Callable[[str, float], None]
"""Told what is being done, and how much of it is: 0..1."""


@dataclass(frozen=True)
class Copied:
    """What was copied.

    `missing` are the keys of registered files that were not there, or not as registered. `dropped_tokens` counts the tokens that were not
    taken over, because it is unknown here whether they were revoked. `files_elsewhere` is the storage that has the files, if they were not
    copied.
    """

    tasks: int
    files: int
    bytes: int
    missing: tuple[str, ...] = ()
    dropped_tokens: int = 0
    files_elsewhere: str = ""


def copy_database(source: Any, target: Any, destination: Path, progress: Progress, what: str) -> None:
    """Replace all that `target` holds with what `source` holds now: bare connections, `target` to the database at `place`.

    It is one transaction of the target: whoever has it open sees the one or the other whole, and nobody has to open it anew. What is
    written to the source meanwhile is not in the copy. Raises StoreBusy when somebody else keeps the target's write lock.
    """
    give_up_at = time.monotonic() + BUSY_S

    def step(status: int, remaining: int, total: int) -> None:
        nonlocal give_up_at
        if status in (driver.SQLITE_BUSY, driver.SQLITE_LOCKED):
            if time.monotonic() > give_up_at:
                raise StoreBusy(f"The database was busy for more than {BUSY_S:g} seconds.")
            return
        give_up_at = time.monotonic() + BUSY_S
        progress(what, 1 - remaining / total if total else 1.0)

    with translated(destination):
        source.execute("BEGIN")
        try:
            # One snapshot for all steps: else each commit of anybody would make the copy begin anew.
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=PAGES, progress=step, sleep=0.02)
        finally:
            source.execute("ROLLBACK")


def check_sound(path: Path) -> None:
    """Raise StoreDamaged, with what SQLite finds wrong with the file.

    A row that breaks the rules of its table is not that: it is shown as damaged, and no reason to have no backup. (Opened for reading only,
    SQLite leaves those rules out.)
    """
    with translated(path), closing(connect(path, read_only=True)) as connection:
        complaints = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        if complaints != ["ok"]:
            raise StoreDamaged(f"SQLite says: {'; '.join(complaints)[:300]}.")


def begin_history(store: Store, reason: str, living: list[Worker]) -> int:
    """Make a copy a store in its own right: a new epoch, `log.restored`, nobody at work or logged in. Gives how many tasks it has.

    `living` are the workers that go on on it: their processes are real, whatever the copy's rows say.
    """
    with store.writing() as write:
        before = write.connection.execute(select(log.c.epoch)).scalar_one()
        write.connection.execute(update(log).values(epoch=new_epoch()))
        event.append(write, EventType.LOG_RESTORED, None, data={"from_epoch": before})
        requeue_running(write, reason)
        for table in (workers, sessions, failed_logins):
            write.connection.execute(delete(table))
        for living_task in living:
            write.connection.execute(insert(workers).values(vars(living_task) | {"task_id": None}))
        return int(write.connection.execute(select(func.count()).select_from(tasks)).scalar_one())


def bring(file: Registered, source: Path, target: Path) -> bool:
    """Give `target` the content of the registered file at `source`: a second name for it, else a copy that is checked and on the disk.

    False when it is not there or not what was registered. A published file never changes, so it may have several names.
    """
    if not KEY.fullmatch(file.key) or not source.is_file() or source.stat().st_size != file.bytes:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # another file system, or one without links
        if _copied(source, target) != file.sha256:
            target.unlink()
            return False
    return True


@contextmanager
def passing(directory: Path) -> Iterator[Path]:
    """Provide an empty directory that is removed afterwards, unless it was renamed.

    Remove first what a killed process left.
    """
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def sync_tree(root: Path) -> None:
    """Wait until the names below `root` are on the disk."""
    for directory in (root, *(path for path in root.rglob("*") if path.is_dir())):
        sync_directory(directory)


def _copied(source: Path, target: Path) -> str:
    """Copy, and give the SHA-256 of what was read."""
    digest = hashlib.sha256()
    with source.open("rb") as content, target.open("xb") as copy:
        while chunk := content.read(CHUNK_BYTES):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()
