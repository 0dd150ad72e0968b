"""Files kept by their content: below `assets/`, under the SHA-256 of it. They never change.

Which task uses which file, and what its script calls it, is in the store (`models.asset`); this is without it.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import IO

from models.files.disk import TEMPORARY, DiskFiles
from models.files.storage import Files

ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Asset:
    """A file as a task knows it: `name` is what the script calls it, `id` the SHA-256 of its content."""

    name: str
    id: str
    media_type: str
    bytes: int

    @property
    def key(self) -> str:
        """Its key in the storage."""
        return key_of(self.id)


def key_of(id: str) -> str:
    """Return the key of the file of this id.

    Raises ValueError for an invalid id, which could lead anywhere.
    """
    if not ID.fullmatch(id):
        raise ValueError(f"{id[:80]!r} is not the id of a file")
    return f"assets/{id[:2]}/{id}"


def kept_bytes(files: Files) -> int:
    """Return the size of all files that are kept."""
    return sum(stored.bytes for stored in files.list("assets/"))


@dataclass(frozen=True)
class Staged:
    """A file on its way in: whole and on the disk, but under no name that lasts."""

    files: Files
    path: Path
    id: str
    bytes: int

    def keep(self) -> None:
        """Store the copy under its key. If the file exists already, renew its age, so that it is not cleared away.

        It is not replaced then: a confined process that may read it holds on to that very file.
        """
        if self.files.is_local and _is_whole(existing := self.files.fetch(key_of(self.id)), self.id):
            os.utime(existing)
            return
        os.utime(self.path)
        self.files.put(key_of(self.id), self.path)


def _is_whole(path: Path, id: str) -> bool:
    """Return whether there is a regular file of that content."""
    try:
        if path.is_symlink() or not path.is_file():
            return False
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == id
    except OSError:
        return False


@contextmanager
def staged(data: Path, content: IO[bytes] | BufferedIOBase, files: Files | None = None) -> Iterator[Staged]:
    """Copy a file into the data directory, and delete the copy afterwards. `keep` stores it in `files`, by default that directory."""
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
        yield Staged(files or DiskFiles(data), path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)
