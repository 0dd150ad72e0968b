"""Files of a task, reached by key: a path relative to the data directory."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Row, Table, Text, UniqueConstraint, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from models.database import Read, Write, metadata
from models.files.fsync import sync_directory


@dataclass(frozen=True)
class File:
    """A finished file at `path`, about to be published as `name` of its task. `position` counts scenes from 1; 0 is for the whole video."""

    kind: str
    path: Path
    name: str
    media_type: str
    bytes: int
    sha256: str
    position: int = 0


@dataclass(frozen=True)
class Artifact:
    """A published file."""

    task_id: str
    kind: str
    position: int
    key: str
    media_type: str
    bytes: int
    sha256: str


artifacts = Table(
    "artifacts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("task_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    ForeignKeyConstraint(["task_id"], ["tasks.id"], ondelete="CASCADE"),
    UniqueConstraint("task_id", "kind", "position"),
    Index("artifacts_of_task", "task_id", "position"),
    sqlite_strict=True,
)

OF_TASK = select(artifacts).where(artifacts.c.task_id == bindparam("task_id")).order_by(artifacts.c.position, artifacts.c.kind)
ONE = OF_TASK.where(artifacts.c.kind == bindparam("kind"), artifacts.c.position == bindparam("position"))


def publish(write: Write, data: Path, task_id: str, attempt: int, file: File) -> str:
    """Move a finished file to its final name and register it, inside the caller's fenced transaction. Gives its key.

    The name holds the attempt, so that a video being downloaded is never replaced under the reader. When the transaction fails after
    the move, the file goes back. Raises OSError for what is no regular file: a link would show another file to whoever downloads it.
    """
    if file.name in ("", ".", "..") or "/" in file.name:
        raise ValueError(f"{file.name!r} is not the name of a file")
    key = f"tasks/{task_id}/{attempt}/{file.name}"
    target = data / key
    _make(target.parent)
    os.replace(file.path, target)  # noqa: PTH105 - the very call that is atomic
    write.undo.append(lambda: _put_back(target, file.path))
    if not stat.S_ISREG(target.lstat().st_mode):
        raise OSError(errno.EINVAL, f"{file.name} is not a file")
    sync_directory(target.parent)
    values = {"key": key, "media_type": file.media_type, "bytes": file.bytes, "sha256": file.sha256}
    statement = insert(artifacts).values(task_id=task_id, kind=file.kind, position=file.position, **values)
    write.connection.execute(statement.on_conflict_do_update(index_elements=["task_id", "kind", "position"], set_=values))
    return key


def of_task(read: Read, task_id: str) -> list[Artifact]:
    """Return all files of a task, its own first, then those of its scenes in order."""
    return [_artifact(row) for row in read.connection.execute(OF_TASK, {"task_id": task_id})]


def one(read: Read, task_id: str, kind: str, position: int = 0) -> Artifact | None:
    row = read.connection.execute(ONE, {"task_id": task_id, "kind": kind, "position": position}).one_or_none()
    return _artifact(row) if row else None


def _artifact(row: Row[Any]) -> Artifact:
    return Artifact(row.task_id, row.kind, row.position, row.key, row.media_type, row.bytes, row.sha256)


def _put_back(target: Path, source: Path) -> None:
    with contextlib.suppress(OSError):
        os.replace(target, source)  # noqa: PTH105


def _make(directory: Path) -> None:
    """Create the directory and its parents, each synced to the disk: a file is only as safe as its path."""
    if not directory.is_dir():
        _make(directory.parent)
        directory.mkdir(exist_ok=True)
        sync_directory(directory.parent)
