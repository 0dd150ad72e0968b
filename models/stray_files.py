"""Files in a storage that is not the local disk, of which no row knows: of tasks that are gone, or put and never registered.

There a file is put before it is registered, so one without a row may be about to get it. It stays for `GRACE_S`. A file of an attempt is
then removed unless the attempt still runs: any other's write is refused, so its file is never registered. A file that a script may still
use is removed by `RemoteFiles.delete_unused`, which nobody who is about to use it can be overtaken by.

Files of tasks whose deletion is not in the log stay for a week, as on the local disk (`models.orphans`).
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable

from sqlalchemy import bindparam, select

from models import asset, event
from models.database import Store
from models.files.storage import RemoteFiles, StoredFile
from models.orphans import DAY_S, KEYS, PLAIN, WEEK_S
from models.task import tasks

GRACE_S = DAY_S
ROW = select(tasks.c.status, tasks.c.attempt).where(tasks.c.id == bindparam("task_id"))


def remove(files: RemoteFiles, task_ids: Iterable[str]) -> None:
    """Remove the files of tasks whose rows have just been purged."""
    for task_id in task_ids:
        if PLAIN.fullmatch(task_id):
            files.delete([stored.key for stored in files.list(f"tasks/{task_id}/")])


def sweep(store: Store, files: RemoteFiles, *, grace_s: float = GRACE_S, unknown_s: float = WEEK_S) -> int:
    """Remove the files that no row knows, and return their number. Raises what the storage raises."""
    files.check_owner()
    return _sweep_artifacts(store, files, grace_s, unknown_s) + _sweep_assets(store, files, grace_s)


def _sweep_artifacts(store: Store, files: RemoteFiles, grace_s: float, unknown_s: float) -> int:
    count = 0
    for task_id, group in itertools.groupby(files.list("tasks/"), lambda stored: stored.key.split("/")[1]):
        unknown = _unknown(store, task_id, list(group), grace_s, unknown_s)
        files.delete(stored.key for stored in unknown)
        count += len(unknown)
    return count


def _unknown(store: Store, task_id: str, stored_files: list[StoredFile], grace_s: float, unknown_s: float) -> list[StoredFile]:
    """Return the files of a task that nobody knows, and that are old enough."""
    with store.reading() as read:
        row = read.connection.execute(ROW, {"task_id": task_id}).one_or_none()
        if row is None:
            newest = max(stored.modified_at for stored in stored_files)
            return stored_files if event.was_deleted(read, task_id) or time.time() - newest >= unknown_s else []
        known = set(read.connection.execute(KEYS, {"task_id": task_id}).scalars())
    running = f"tasks/{task_id}/{row.attempt}-" if row.status == "running" else None
    before = time.time() - grace_s
    return [
        stored
        for stored in stored_files
        if stored.key not in known and stored.modified_at <= before and not (running and stored.key.startswith(running))
    ]


def _sweep_assets(store: Store, files: RemoteFiles, grace_s: float) -> int:
    count = 0
    for stored in files.list("assets/"):
        if time.time() - stored.modified_at >= grace_s and not _is_used(store, stored):
            count += files.delete_unused(stored.key, grace_s, lambda stored=stored: _is_used(store, stored))  # type: ignore[misc]
    return count


def _is_used(store: Store, stored: StoredFile) -> bool:
    with store.reading() as read:
        return asset.is_used(read, stored.key.rpartition("/")[2])
