"""Files of a task, reached by key (`models.files.storage`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Row, Table, Text, UniqueConstraint, bindparam, select, text

from models.database import Read, Write, metadata
from models.files.disk import DiskFiles
from models.files.storage import Files
from models.narration import TRANSCRIPT, read_transcript
from models.task_table import Lease


@dataclass(frozen=True)
class File:
    """A finished file at `path`, about to be published as `name` of its task. `position` counts scenes from 1; 0 is for the whole video.

    `key` is where it has been put already, None if it has not. `words` is the text of a transcript that was put away.
    """

    kind: str
    path: Path
    name: str
    media_type: str
    bytes: int
    sha256: str
    position: int = 0
    key: str | None = None
    words: str = ""


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
REGISTER = text(
    "INSERT INTO artifacts (task_id, kind, position, key, media_type, bytes, sha256)"
    " VALUES (:task_id, :kind, :position, :key, :media_type, :bytes, :sha256) ON CONFLICT (task_id, kind, position)"
    " DO UPDATE SET key = excluded.key, media_type = excluded.media_type, bytes = excluded.bytes, sha256 = excluded.sha256"
)
ONE = OF_TASK.where(artifacts.c.kind == bindparam("kind"), artifacts.c.position == bindparam("position"))


def key_of(files: Files, lease: Lease, file: File) -> str:
    """Return the key of a file that an attempt has made. Raises ValueError if its name cannot be part of one.

    It holds the attempt, so that a video being downloaded is never replaced under the reader. Where files are put before the attempt is
    known to be alive still, it holds the worker too: a restored store counts the same attempt again.
    """
    if file.name in ("", ".", "..") or "/" in file.name:
        raise ValueError(f"{file.name!r} is not the name of a file")
    worker = "" if files.is_local else f"-{lease.worker_id.rpartition('-')[2]}"
    return f"tasks/{lease.task_id}/{lease.attempt}{worker}/{file.name}"


def put_first(files: Files, lease: Lease, file: File) -> File:
    """Put a finished file where files are not on the local disk, before the transaction that registers it. It moves away."""
    if files.is_local or file.key is not None:
        return file
    key = key_of(files, lease, file)
    words = read_transcript(file.path) if file.kind == TRANSCRIPT else ""
    files.put(key, file.path, file.media_type)
    return replace(file, key=key, words=words)


def publish(write: Write, files: Files, lease: Lease, file: File) -> str:
    """Register a finished file inside the caller's fenced transaction, and return its key.

    On the local disk it moves to its final name here; when the transaction fails after the move, it goes back. Raises OSError for what is
    no regular file.
    """
    key = key_of(files, lease, file)
    if isinstance(files, DiskFiles):
        write.share_lock("files")
        files.put(key, file.path)
        write.undo.append(lambda: files.put_back(key, file.path))
    elif file.key != key:
        raise ValueError(f"{file.name} has not been put at {key}")
    values = {"key": key, "media_type": file.media_type, "bytes": file.bytes, "sha256": file.sha256}
    write.connection.execute(REGISTER, {"task_id": lease.task_id, "kind": file.kind, "position": file.position, **values})
    return key


def of_task(read: Read, task_id: str) -> list[Artifact]:
    """Return all files of a task, its own first, then those of its scenes in order."""
    return [_artifact(row) for row in read.connection.execute(OF_TASK, {"task_id": task_id})]


def one(read: Read, task_id: str, kind: str, position: int = 0) -> Artifact | None:
    row = read.connection.execute(ONE, {"task_id": task_id, "kind": kind, "position": position}).one_or_none()
    return _artifact(row) if row else None


def _artifact(row: Row[Any]) -> Artifact:
    return Artifact(row.task_id, row.kind, row.position, row.key, row.media_type, row.bytes, row.sha256)
