"""Which task uses which files: pictures, clips, tables, recordings. Their content is in the blob store (`models.files.blob_store`).

What no task uses stays for a while, since it may have been uploaded for a task that is still to come (`orphans.sweep_assets`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Row, Table, Text, bindparam, insert, select

from models.database import Read, Write, metadata
from models.dialect import ByDialect
from models.files.blob_store import ID, Asset
from models.postgres import statements as postgres
from models.sqlite import statements as sqlite
from models.text_values import clean

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
USED_BY_SCHEDULE = ByDialect(sqlite.USED_BY_SCHEDULE, postgres.USED_BY_SCHEDULE)
USED_BY_BRAND = ByDialect(sqlite.USED_BY_BRAND, postgres.USED_BY_BRAND)
USED_BY_DRAFT = ByDialect(sqlite.USED_BY_DRAFT, postgres.USED_BY_DRAFT)
USED_BY_VERSION = ByDialect(sqlite.USED_BY_VERSION, postgres.USED_BY_VERSION)
USED = select(assets.c.task_id).where(assets.c.id == bindparam("of_id")).limit(1)


def register(write: Write, task_id: str, files: Iterable[Asset]) -> None:
    """Note that a task uses these files, in the transaction that makes the task."""
    values = [vars(file) | {"task_id": task_id, "name": clean(file.name)} for file in files]
    if values:
        write.connection.execute(insert(assets), values)


def of_task(read: Read | Write, task_id: str) -> list[Asset]:
    """Return the files that a task uses, by their names.

    A row that was damaged and could lead elsewhere is left out.
    """
    return [_asset(row) for row in read.connection.execute(OF_TASK, {"of_task": task_id}) if ID.fullmatch(row.id)]


def is_used(read: Read | Write, id: str) -> bool:
    """Return whether a task uses the file, also one that is deleted but not purged, a schedule, a brand, or a draft."""
    queries = (USED, USED_BY_SCHEDULE, USED_BY_BRAND, USED_BY_DRAFT, USED_BY_VERSION)
    return any(read.connection.execute(query, {"of_id": id}).first() is not None for query in queries)


def by_name(files: Iterable[Asset]) -> Mapping[str, str]:
    """Return {name: id}, as the API and the log have it."""
    return {file.name: file.id for file in files}


def _asset(row: Row[Any]) -> Asset:
    return Asset(row.name, row.id, row.media_type, row.bytes)
