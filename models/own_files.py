"""Files that people put into the data directory by name, beside those that the database names: their themes.

A backup has them, and a restore puts them back. They are small; what is too large, too much, or no plain file is passed over.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

DIRECTORIES = ("themes",)
MAX_FILES = 400
MAX_BYTES = 1024 * 1024


def copy_own_files(source: Path, target: Path) -> int:
    """Copy the files of the data directory `source` into `target`, each in one step, and return their number.

    One of the same name is replaced; others in `target` stay. Raises OSError.
    """
    number = 0
    for directory in DIRECTORIES:
        for path in _files(source / directory):
            _replace(target / directory / path.name, path.read_bytes())
            number += 1
    return number


def _files(directory: Path) -> Iterator[Path]:
    if not directory.is_dir():
        return
    with os.scandir(directory) as entries:
        names = sorted(
            entry.name
            for entry in entries
            if entry.is_file(follow_symlinks=False) and not entry.name.startswith(".") and entry.stat().st_size <= MAX_BYTES
        )
    yield from (directory / name for name in names[:MAX_FILES])


def _replace(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
