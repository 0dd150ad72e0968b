"""Copies the files that a store names from one storage to another."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.database import Store
from models.files.storage import Files
from models.registered_file import Registered, registered
from models.sqlite.database_copy import KEY

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class FilesCopied:
    """What was copied, what was there already, and the keys of those that were not where they should be, or not as registered."""

    files: int
    bytes: int
    present: int
    missing: Sequence[str]


def copy_files(store: Store, source: Files, target: Files, progress: Progress) -> FilesCopied:
    """Copy all files that rows name. What the target has already with the same size is not copied again.

    The store may be in use: copy once more after it has been stopped. Raises what the storages raise.
    """
    with store.reading() as read:
        files = registered(read)
    sizes = {stored.key: stored.bytes for stored in target.list("")}
    copied, size, present, missing = 0, 0, 0, []
    passing = store.data / "tmp"
    passing.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(files):
        progress("Copying the files", number / len(files))
        if sizes.get(file.key) == file.bytes:
            present += 1
            continue
        path = passing / f"copy-{secrets.token_hex(8)}"
        try:
            if not KEY.fullmatch(file.key) or not _take(file, source, path):
                missing.append(file.key)
                continue
            target.put(file.key, path, file.media_type)
        finally:
            path.unlink(missing_ok=True)
        copied, size = copied + 1, size + file.bytes
    progress("Copying the files", 1.0)
    return FilesCopied(copied, size, present, missing)


def _take(file: Registered, source: Files, path: Path) -> bool:
    """Give `path` the content of a registered file; return False if it is not there or not what was registered."""
    try:
        with source.open(file.key) as content, path.open("xb") as copy:
            shutil.copyfileobj(content, copy, 1024 * 1024)
            copy.flush()
            os.fsync(copy.fileno())
    except FileNotFoundError:
        return False
    with path.open("rb") as copy:
        return hashlib.file_digest(copy, "sha256").hexdigest() == file.sha256
