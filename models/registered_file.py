"""The files that rows name: what tasks have made or use, and whether a file is what was registered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from models.artifact import artifacts
from models.asset import assets
from models.database import Read
from models.dialect import ByDialect
from models.files.blob_store import ID, key_of
from models.files.storage import Files
from models.postgres import statements as postgres
from models.sqlite import statements as sqlite

OF_SCHEDULES = ByDialect(sqlite.FILES_OF_SCHEDULES, postgres.FILES_OF_SCHEDULES)
OF_BRANDS = ByDialect(sqlite.FILES_OF_BRANDS, postgres.FILES_OF_BRANDS)
OF_DRAFTS = ByDialect(sqlite.FILES_OF_DRAFTS, postgres.FILES_OF_DRAFTS)
OF_VERSIONS = ByDialect(sqlite.FILES_OF_VERSIONS, postgres.FILES_OF_VERSIONS)


@dataclass(frozen=True)
class Registered:
    """A file as its row tells it."""

    key: str
    bytes: int
    sha256: str
    media_type: str = ""


def registered(read: Read) -> list[Registered]:
    """List each file that tasks have made or use, once."""
    columns = (artifacts.c.key, artifacts.c.bytes, artifacts.c.sha256, artifacts.c.media_type)
    rows = read.connection.execute(select(*columns).order_by(artifacts.c.key))
    used: Iterable[Any] = read.connection.execute(select(assets.c.id, func.max(assets.c.bytes)).group_by(assets.c.id).order_by(assets.c.id))
    others = [row for query in (OF_SCHEDULES, OF_BRANDS, OF_DRAFTS, OF_VERSIONS) for row in read.connection.execute(query)]
    used = [*used, *((id, size) for id, size in others if isinstance(id, str) and isinstance(size, int))]
    return [Registered(*row) for row in rows] + [Registered(key_of(id), size, id) for id, size in dict(used).items() if ID.fullmatch(id)]


def holds(file: Registered, files: Files) -> bool:
    """Return whether the stored file is what was registered, read byte by byte."""
    stored = files.stat(file.key)
    if stored is None or stored.bytes != file.bytes:
        return False
    with files.open(file.key) as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
