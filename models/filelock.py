"""Locks between processes that have nothing to do with rows: who migrates, who clears away."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import StoreUnusable


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock that `path` stands for: True; or, when another process has it and `wait` is false, False at once.

    It goes with the process that holds it. Raises StoreUnusable when the file cannot be made.
    """
    try:
        lock = path.open("w")
    except OSError as error:
        raise StoreUnusable(f"The data directory {path.parent} cannot be written: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
