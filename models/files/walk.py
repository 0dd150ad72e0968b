"""Look through directories that other processes change meanwhile: what vanishes on the way is left out, and is no error.

`Path.glob` and `Path.rglob` of Python 3.11 raise FileNotFoundError when a directory that they have just listed is removed; `stat` does
when a file is. tests/models/test_walk.py guards both.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

GONE = (FileNotFoundError, NotADirectoryError)


def entries(directory: Path) -> list[Path]:
    """Return what is in a directory, sorted by name; nothing if it is gone or is none."""
    try:
        return sorted(directory.iterdir())
    except GONE:
        return []


def below(directory: Path) -> Iterator[Path]:
    """Yield everything below a directory, each directory before what is in it. Symbolic links are not followed."""
    for path in entries(directory):
        yield path
        if not path.is_symlink():
            yield from below(path)


def files(directory: Path, depth: int) -> Iterator[Path]:
    """Yield what lies exactly `depth` levels below a directory."""
    for path in entries(directory):
        if depth == 1:
            yield path
        else:
            yield from files(path, depth - 1)


def stat(path: Path) -> os.stat_result | None:
    """Return a file's status without following a link; None if it is gone."""
    try:
        return path.lstat()
    except GONE:
        return None


def size(path: Path) -> int:
    """Return a file's size in bytes; 0 if it is gone."""
    status = stat(path)
    return status.st_size if status else 0


def free_bytes(path: Path) -> int:
    """Return the free space of the disk that a path is on, or will be on if it does not exist yet."""
    path = path.resolve()
    return shutil.disk_usage(next(parent for parent in (path, *path.parents) if parent.exists())).free
