"""Putting a backup back, also while the store is in use: the processes that have it open see the one content or the other, never half.

The backup is first copied, checked, brought to this version and given a history of its own, all beside the store. Its files come next. Then
the database's content is replaced in one transaction of SQLite's own, and never the file, which other processes have open. A new epoch
makes every browser begin anew; attempts that still run belong to nobody any more, and what they write is refused.

Nobody comes in by a backup: all sessions end, and what was revoked since stays revoked (`models.revocation`). Where there was no store
there is no record of that, so the backup's tokens and share links are left out.
"""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError

from models import DATABASE_NAME
from models.database import Store
from models.errors import NoBackup, StoreDamaged, StoreInUse, VideogenError
from models.filelock import locked
from models.files.disk import DiskFiles
from models.files.fsync import sync_directory
from models.files.storage import Files
from models.own_files import DIRECTORIES, copy_missing_secrets, copy_own_files
from models.refusals import files_written
from models.registered_file import Registered, holds, registered
from models.retention import alone
from models.revocation import RevocationList
from models.share import shares
from models.sqlite.database_copy import (
    Copied,
    Progress,
    begin_history,
    bring,
    check_sound,
    copy_database,
    passing,
    sync_tree,
)
from models.sqlite.driver import connect, driver
from models.sqlite.migrate import LOCK, upgrade
from models.token import tokens
from models.worker import Worker, every

REASON = "The store was restored from a backup"
BESIDE = ".restore"
KEPT = f"{DATABASE_NAME}.before-restore"
DAMAGED = f"{DATABASE_NAME}.damaged"


def check_source(source: Path, data: Path) -> None:
    """Raise NoBackup unless the source can replace the store below `data`."""
    if not (source / DATABASE_NAME).is_file():
        raise NoBackup(f"There is no {DATABASE_NAME} in {source}.")
    if source.resolve() == data.resolve():
        raise NoBackup(f"{source} is the store itself.")


def restore(
    data: Path, source: Path, *, in_use: bool, progress: Progress = lambda _what, _done: None, storage: Files | None = None
) -> Copied:
    """Replace the store below `data` with the backup at `source`.

    The old database stays beside it as `videogen.db.before-restore`.

    `in_use`: whether other processes have the store open. That only matters where its file is so damaged that SQLite cannot write to it:
    then it has to be replaced, and StoreInUse is raised if somebody has it open. `storage`: where files are, by default below `data`; what
    the backup has of them and the storage has not is put there. Raises NoBackup, StoreDamaged (the backup is),
    StoreTooNew, DiskFull, StoreUnusable, StoreBusy; the store is then as it was.
    """
    source, data = source.resolve(), data.resolve()
    check_source(source, data)
    with files_written(data):
        for name in ("listen", "tasks", "assets"):
            (data / name).mkdir(parents=True, exist_ok=True)
        with alone(data), locked(data / LOCK), passing(data / BESIDE) as beside:
            tasks, dropped_tokens = _prepare(source, beside, data, progress)
            if storage is None or storage.is_local:
                files, staged, missing = _bring_files(source, data, beside, progress)
            else:
                files, staged, missing = _put_files(source, storage, beside, progress)
            _replace(beside / DATABASE_NAME, data / DATABASE_NAME, in_use, progress)
            for file in staged:
                (beside / file.key).replace(data / file.key)
            copy_own_files(source, data)
            copy_missing_secrets(source, data)
            for name in ("tasks", "assets", *DIRECTORIES):
                if (data / name).is_dir():
                    sync_tree(data / name)
    return Copied(tasks, len(files) - len(missing), sum(file.bytes for file in files), tuple(missing), dropped_tokens)


def _prepare(source: Path, beside: Path, data: Path, progress: Progress) -> tuple[int, int]:
    """Prepare the backup's database in `beside`. Return its number of tasks, and how many tokens were left out."""
    path = beside / DATABASE_NAME
    with closing(_connect_quietly(source / DATABASE_NAME)) as original, closing(connect(path)) as copy:
        copy_database(original, copy, path, progress, "Reading the backup")
    check_sound(path)
    upgrade(path)
    with closing(Store(beside)) as store:
        tasks = begin_history(store, REASON, _living(data))
        dropped_tokens = _drop_access(store, data)
        store.checkpoint()
    return tasks, dropped_tokens


def _drop_access(store: Store, data: Path) -> int:
    """Remove what was revoked here since the backup; every token and share link where no store is. Return how many tokens of the latter."""
    revocations = RevocationList(data)
    known = (data / DATABASE_NAME).exists()
    dropped = 0
    with store.writing() as write:
        for table, key in ((tokens, tokens.c.hash), (shares, shares.c.id)):
            keys = [value for value in write.connection.execute(select(key)).scalars() if not known or value in revocations]
            for value in keys:
                write.connection.execute(delete(table).where(key == value))
            dropped += len(keys) if table is tokens and not known else 0
    return dropped


def _bring_files(source: Path, data: Path, beside: Path, progress: Progress) -> tuple[list[Registered], list[Registered], list[str]]:
    """Put the backup's files where their rows will say they are: all of them, those that wait for that in `beside`, and the missing ones.

    A file that is there already under the same name stays; one that differs is in use until the rows change, and its successor waits.
    """
    with closing(Store(beside)) as store, store.reading() as read:
        files = registered(read)
    total, done = sum(file.bytes for file in files), 0
    staged, missing = [], []
    for file in files:
        progress("Putting the files back", done / total if total else 1.0)
        done += file.bytes
        original, target = source / file.key, data / file.key
        exists = target.exists()
        if exists and (_is_same(original, target) or holds(file, DiskFiles(data))):
            continue
        if not bring(file, original, beside / file.key if exists else target):
            missing.append(file.key)
        elif exists:
            staged.append(file)
    progress("Putting the files back", 1.0)
    return files, staged, missing


def _put_files(source: Path, storage: Files, beside: Path, progress: Progress) -> tuple[list[Registered], list[Registered], list[str]]:
    """Put the backup's files into a storage that is not the local disk, unless they are there. Return as `_bring_files` does."""
    with closing(Store(beside)) as store, store.reading() as read:
        files = registered(read)
    sizes = {stored.key: stored.bytes for stored in storage.list("")}
    missing = []
    for number, file in enumerate(files):
        progress("Putting the files back", number / len(files))
        if sizes.get(file.key) == file.bytes:
            continue
        if bring(file, source / file.key, beside / file.key):
            storage.put(file.key, beside / file.key, file.media_type)
        else:
            missing.append(file.key)
    progress("Putting the files back", 1.0)
    return files, [], missing


def _replace(new: Path, live: Path, in_use: bool, progress: Progress) -> None:
    """Replace the old content with the new one, in one transaction."""
    if live.exists():
        replaced = live.with_name(KEPT)
        replaced.unlink(missing_ok=True)
        # What cannot even be read has nothing to keep.
        with suppress(StoreDamaged), closing(connect(live, read_only=True)) as old, closing(connect(replaced)) as copy:
            copy_database(old, copy, replaced, lambda _what, _done: None, "")
    try:
        with closing(connect(new)) as content, closing(connect(live)) as target:
            copy_database(content, target, live, progress, "Replacing the database")
    except StoreDamaged:
        if in_use:
            raise StoreInUse("The database is so damaged that it has to be replaced, and other processes have it open.") from None
        for ending in ("", "-wal", "-shm"):
            if (part := live.with_name(f"{live.name}{ending}")).exists():
                part.replace(live.with_name(f"{DAMAGED}{ending}"))
        new.replace(live)
    sync_directory(live.parent)


def _is_same(one: Path, other: Path) -> bool:
    """Return whether they are two names of one file, as a backup on the same disk has."""
    return one.exists() and one.samefile(other)


def _living(data: Path) -> list[Worker]:
    """List the registered workers; none if they cannot be read, or if there is no store yet."""
    if not (data / DATABASE_NAME).exists():
        return []
    try:
        with closing(Store(data)) as store, store.reading() as read:
            return every(read)
    except (VideogenError, DatabaseError):
        return []


def _connect_quietly(path: Path) -> Any:
    """Open a database without leaving files beside it. Works on a read-only disk as long as nobody has it open."""
    if path.with_name(f"{path.name}-wal").exists():
        return connect(path, read_only=True)
    return driver.connect(f"{path.as_uri()}?immutable=1", uri=True, isolation_level=None)
