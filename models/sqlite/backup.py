"""A backup: a copy of the store, made while it is in use, that opens elsewhere as a data directory of its own.

The database is copied as of one moment, and checked; then come the files that it names, which nobody removes meanwhile. The copy gets an
epoch of its own: whoever starts a server on it, and has browsers that knew the original, has them begin anew. It appears under its name
only when all of it is there.

Of a store whose files are not on the local disk the backup has the database alone, and says where the files are.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from models import DATABASE_NAME
from models.database import Store
from models.errors import BackupExists
from models.files.fsync import sync_directory
from models.own_files import copy_missing_secrets, copy_own_files
from models.refusals import files_written
from models.registered_file import registered
from models.retention import alone
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
from models.sqlite.driver import connect

REASON = "The store is a copy, and nobody works on it"


def backup(store: Store, target: Path, progress: Progress = lambda _what, _done: None) -> Copied:
    """Copy the store to `target`, a directory that is not there yet, or empty.

    Raises BackupExists, StoreDamaged (of a damaged store no backup is made), DiskFull, StoreUnusable.
    """
    target = target.resolve()
    with files_written(target.parent):
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise BackupExists(f"{target} exists already.")
        target.parent.mkdir(parents=True, exist_ok=True)
        with alone(store.data), passing(target.with_name(f".{target.name}.partial")) as partial:
            copied = _copy(store, partial, progress)
            sync_tree(partial)
            partial.replace(target)
            sync_directory(target.parent)
    return copied


def _copy(store: Store, partial: Path, progress: Progress) -> Copied:
    path = partial / DATABASE_NAME
    with closing(connect(store.path, read_only=True)) as source, closing(connect(path)) as target:
        copy_database(source, target, path, progress, "Copying the database")
    check_sound(path)
    with closing(Store(partial)) as copy:
        tasks = begin_history(copy, REASON, living=[])
        with copy.reading() as read:
            files = registered(read) if store.files.is_local else []
        copy.checkpoint()
    total, done, missing = sum(file.bytes for file in files), 0, []
    for file in files:
        progress("Copying the files", done / total if total else 1.0)
        if not bring(file, store.data / file.key, partial / file.key):
            missing.append(file.key)
        done += file.bytes
    copy_own_files(store.data, partial)
    copy_missing_secrets(store.data, partial)
    progress("Copying the files", 1.0)
    elsewhere = "" if store.files.is_local else store.files.location
    return Copied(tasks, len(files) - len(missing), done, tuple(missing), files_elsewhere=elsewhere)
