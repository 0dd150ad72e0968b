"""SQLite's errors as the store's, and waiting while the database is busy."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import DatabaseError

from models.errors import DiskFailing, DiskFull, StoreBusy, StoreDamaged, StoreUnusable, VideogenError
from models.files import walk
from models.sqlite.driver import driver

T = TypeVar("T")

BUSY_S = 10.0
DISK_FULL_BYTES = 64 * 1024
"""With less free space than this an I/O error means a full disk."""
ERRORS = (DatabaseError, driver.DatabaseError)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise SQLite's errors as the store's, with their cause. `path` is the database, or its directory."""
    try:
        yield
    except ERRORS as error:
        raise _translation(error, path) from error
    except UnicodeDecodeError as error:
        # SQLite's sentence quotes what it could not read.
        raise StoreDamaged("SQLite says what is no text: there is garbage where names should be.") from error


def retry_while_busy(act: Callable[[], T], wait_s: float | None = None) -> T:
    """Call `act` until the database is not busy, for at most `wait_s` seconds (10 by default). Raises the driver's error after that."""
    give_up_at = time.monotonic() + (BUSY_S if wait_s is None else wait_s)
    while True:
        try:
            return act()
        except ERRORS as error:
            if not _is_busy(error) or time.monotonic() > give_up_at:
                raise
        time.sleep(random.uniform(0.001, 0.01))  # noqa: S311 - lets other greenlets run once gevent has patched it


def _is_busy(error: Exception) -> bool:
    return any(words in _message(error) for words in ("database is locked", "database table is locked", "locking protocol"))


def _message(error: Exception) -> str:
    return str(error.orig if isinstance(error, DatabaseError) else error)


def _translation(error: Exception, path: Path) -> Exception:
    message = _message(error)
    if _is_busy(error):
        return StoreBusy(f"The database was busy for more than {BUSY_S:g} seconds.")
    translations: tuple[tuple[str, type[VideogenError]], ...] = (
        ("disk is full", DiskFull),
        # Also what SQLite says when there is no space left for the file that its processes share.
        ("disk I/O error", DiskFull if _free_bytes(path) < DISK_FULL_BYTES else DiskFailing),
        ("malformed", StoreDamaged),
        ("not a database", StoreDamaged),
        ("readonly", StoreUnusable),
        ("unable to open", StoreUnusable),
    )
    for words, translation in translations:
        if words in message:
            return translation(f"SQLite says: {message}.")
    return error


def _free_bytes(path: Path) -> int:
    """Return the free space of the disk; 0 if it cannot be found out."""
    try:
        return walk.free_bytes(path)
    except OSError:
        return 0
