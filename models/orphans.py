"""Files that no row knows: of tasks that are gone, of attempts whose place was taken, of commits that a crash cut short.

A published file gets its name inside the transaction that registers it. So whoever holds the write lock and finds a file there without a
row knows that it is nobody's; no age has to be guessed. What is found is moved to `<data>/trash/` under the lock, which takes no time, and
removed from there after it.

Files of tasks whose deletion is not in the log stay for a week: somebody may have put an older database
in place, or an empty one, by mistake.
"""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import bindparam, select

from models import asset, event
from models.artifact import artifacts
from models.database import Read, Store, Write
from models.files import walk
from models.files.disk import TEMPORARY
from models.task import tasks

DAY_S = 86400.0
WEEK_S = 7 * DAY_S
HAS_ROW = select(tasks.c.id).where(tasks.c.id == bindparam("task_id"))
KEYS = select(artifacts.c.key).where(artifacts.c.task_id == bindparam("task_id"))
# A task put in by hand may have any id; one that could lead elsewhere is never made a path of.
PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
ATTEMPT = re.compile(r"[0-9]{1,9}(-[a-z0-9]{1,32})?", re.ASCII)


def remove(data: Path, task_ids: Iterable[str]) -> None:
    """Remove the files of tasks whose rows have just been purged."""
    for task_id in task_ids:
        if PLAIN.fullmatch(task_id):
            _throw_away(data, data / "tasks" / task_id)
    empty_trash(data)


def sweep(store: Store, unknown_s: float = WEEK_S) -> int:
    """Find and remove the published files that no row knows. Gives how many files or whole directories that were.

    Directories of tasks of which the log does not know either go when nothing has changed in them for `unknown_s`.
    """
    count = 0
    for directory in _directories(store.data / "tasks"):
        with store.reading() as read:
            suspects = any(_unknown(read, store.data, directory, unknown_s))
        if suspects:
            with store.writing() as write:
                write.lock("files")
                unknown = list(_unknown(write, store.data, directory, unknown_s))
                for path in unknown:
                    _throw_away(store.data, path)
            count += len(unknown)
    empty_trash(store.data)
    return count


def sweep_assets(store: Store, young_s: float = DAY_S) -> int:
    """Remove the files that no task uses and that nobody has uploaded for `young_s`. Gives how many that were."""
    count = 0
    for directory in _directories(store.data / "assets"):
        for path in walk.entries(directory):
            with store.reading() as read:
                suspect = not asset.is_used(read, path.name) and _age_s(path) >= young_s
            if suspect and _forget(store, path, young_s):
                count += 1
    for path in walk.entries(store.data / "assets"):
        if path.name.startswith(TEMPORARY) and _age_s(path) >= DAY_S:  # of an upload whose process was killed
            path.unlink(missing_ok=True)
    empty_trash(store.data)
    return count


def empty_trash(data: Path) -> None:
    """Remove what was thrown away, also by a process that was killed before it came to this."""
    for path in walk.entries(data / "trash"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)  # two may be at it; what is left goes next time
        else:
            path.unlink(missing_ok=True)


def _unknown(read: Read | Write, data: Path, directory: Path, unknown_s: float) -> Iterator[Path]:
    """Yield what in a task's directory belongs to no row: all of it, or files of attempts.

    Other files are left alone.
    """
    values = {"task_id": directory.name}
    if read.connection.execute(HAS_ROW, values).first() is None:
        if event.was_deleted(read, directory.name) or _untouched_s(directory) >= unknown_s:
            yield directory
        return
    known = set(read.connection.execute(KEYS, values).scalars())
    for attempt in _directories(directory, ATTEMPT):
        files = list(walk.entries(attempt))
        unknown = [path for path in files if path.relative_to(data).as_posix() not in known]
        if len(unknown) == len(files):
            yield attempt
        else:
            yield from unknown


def _forget(store: Store, path: Path, young_s: float) -> bool:
    """Throw away a file that no task uses. One that is uploaded once more just now comes back, with the age of a new one."""
    with store.writing() as write:
        write.lock("queue")
        if asset.is_used(write, path.name):
            return False
        thrown = _throw_away(store.data, path)
        if thrown and _age_s(thrown) < young_s:
            thrown.rename(path)
            return False
        return True


def _age_s(path: Path) -> float:
    """Return the seconds since its last upload, 0 if the file does not exist."""
    status = walk.stat(path)
    return max(time.time() - status.st_mtime, 0.0) if status else 0.0


def _untouched_s(directory: Path) -> float:
    """Return the seconds since a name in a task's directory changed, never less than 0, whatever the clock did."""
    statuses = [status for status in map(walk.stat, (directory, *_directories(directory))) if status]
    return max(time.time() - max(status.st_mtime for status in statuses), 0.0) if statuses else 0.0


def _throw_away(data: Path, path: Path) -> Path | None:
    """Move a directory to the trash. Return its new path, or None if it did not exist."""
    trash = data / "trash"
    trash.mkdir(exist_ok=True)
    try:
        return path.rename(trash / secrets.token_hex(8))
    except FileNotFoundError:
        return None


def _directories(parent: Path, name: re.Pattern[str] = PLAIN) -> Iterator[Path]:
    return (path for path in walk.entries(parent) if name.fullmatch(path.name) and path.is_dir())
