"""Files that scripts use: pictures, clips, tables, recordings. They are kept by their content, and named by the tasks that use them.

A file lies below `<data>/assets/` under the SHA-256 of its content and never changes; a task's rows say what its script calls it. What no
task uses stays for a while, since it may have been uploaded for a task that is still to come (`orphans.sweep_assets`).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Row, Table, Text, bindparam, insert, select

from models.artifact import sync_directory
from models.database import Read, Write, metadata
from models.text import clean

ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
CHUNK_BYTES = 1024 * 1024
TEMPORARY = ".tmp-"


@dataclass(frozen=True)
class Asset:
    """A file as a task knows it: `name` is what the script calls it, `id` the SHA-256 of its content."""

    name: str
    id: str
    media_type: str
    bytes: int

    @property
    def key(self) -> str:
        """Its place, relative to the data directory."""
        return key_of(self.id)


assets = Table(
    "assets",
    metadata,
    Column("task_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    PrimaryKeyConstraint("task_id", "name"),
    ForeignKeyConstraint(["task_id"], ["tasks.id"], ondelete="CASCADE"),
    Index("assets_by_id", "id"),
    sqlite_strict=True,
)

OF_TASK = select(assets).where(assets.c.task_id == bindparam("of_task")).order_by(assets.c.name)
USED = select(assets.c.task_id).where(assets.c.id == bindparam("of_id")).limit(1)


def key_of(id: str) -> str:
    """Where the file of this id is, relative to the data directory. ValueError for what is no id, which could lead anywhere."""
    if not ID.fullmatch(id):
        raise ValueError(f"{id[:80]!r} is not the id of a file")
    return f"assets/{id[:2]}/{id}"


def register(write: Write, task_id: str, files: Iterable[Asset]) -> None:
    """Note that a task uses these files, in the transaction that makes the task."""
    values = [vars(file) | {"task_id": task_id, "name": clean(file.name)} for file in files]
    if values:
        write.connection.execute(insert(assets), values)


def of_task(read: Read | Write, task_id: str) -> list[Asset]:
    """The files that a task uses, by their names. A row that was damaged and could lead elsewhere is left out."""
    return [_asset(row) for row in read.connection.execute(OF_TASK, {"of_task": task_id}) if ID.fullmatch(row.id)]


def is_used(read: Read | Write, id: str) -> bool:
    """Whether a task uses the file, also one that is deleted but not purged."""
    return read.connection.execute(USED, {"of_id": id}).first() is not None


def by_name(files: Iterable[Asset]) -> Mapping[str, str]:
    """{name: id}, as the API and the log say it."""
    return {file.name: file.id for file in files}


@dataclass(frozen=True)
class Staged:
    """A file on its way in: whole and on the disk, but under no name that lasts."""

    data: Path
    path: Path
    id: str
    bytes: int

    def keep(self) -> None:
        """Give it its name. One that is there already gets the age of a new one, and so is not cleared away."""
        target = self.data / key_of(self.id)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.utime(self.path)
        self.path.replace(target)
        sync_directory(target.parent)
        sync_directory(target.parent.parent)


@contextmanager
def staged(data: Path, content: IO[bytes]) -> Iterator[Staged]:
    """Copy a file beside the others; it is gone afterwards unless it was kept."""
    directory = data / "assets"
    directory.mkdir(exist_ok=True)
    path = directory / f"{TEMPORARY}{secrets.token_hex(8)}"
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as copy:
            while chunk := content.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        yield Staged(data, path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


def _asset(row: Row[Any]) -> Asset:
    return Asset(row.name, row.id, row.media_type, row.bytes)
