"""PostgreSQL's errors as the store's, and waiting while the server is away."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from models.errors import DiskFull, StoreAway, StoreBusy, StoreDamaged, StoreUnusable, VideogenError

T = TypeVar("T")

AWAY_S = 10.0
"""Seconds in which a server that is restarted may come back before an error is raised."""
ERRORS = (DBAPIError, psycopg.Error)
# Lock timeout, deadlock, serialization failure.
BUSY = frozenset({"55P03", "40P01", "40001"})
TRANSLATIONS: dict[str, type[VideogenError]] = {
    "53100": DiskFull,
    "42501": StoreUnusable,  # insufficient privilege
    "XX001": StoreDamaged,
    "XX002": StoreDamaged,
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise PostgreSQL's errors as the store's, with their cause."""
    try:
        yield
    except NoConnection as error:
        raise StoreBusy("All connections to the database are in use.") from error
    except ERRORS as error:
        raise _translation(error) from error


def retry_while_away(act: Callable[[], T], wait_s: float | None = None) -> T:
    """Call `act` until the server answers, for at most `wait_s` seconds (10 by default). Raises the driver's error after that."""
    give_up_at = time.monotonic() + (AWAY_S if wait_s is None else wait_s)
    while True:
        try:
            return act()
        except ERRORS as error:
            if not is_away(error) or time.monotonic() > give_up_at:
                raise
        time.sleep(random.uniform(0.05, 0.25))  # noqa: S311 - lets other greenlets run once gevent has patched it


def is_away(error: Exception) -> bool:
    """Return whether the connection is lost, or the server takes none, or takes no writes: it may be another moment."""
    cause = _cause(error)
    if not isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError | psycopg.InternalError):
        return False
    state = cause.sqlstate
    return state is None or state[:2] in ("08", "57") or state in ("53300", "25006")


def is_busy(error: Exception) -> bool:
    """Return whether others held a lock for too long, or the transaction was chosen to end a deadlock."""
    return getattr(_cause(error), "sqlstate", None) in BUSY


def _cause(error: Exception) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _translation(error: Exception) -> Exception:
    cause = _cause(error)
    words = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
    state = getattr(cause, "sqlstate", None)
    if state in BUSY:
        return StoreBusy("The database was busy for too long.", hint="Other transactions hold a lock; try again.")
    if state in TRANSLATIONS:
        return TRANSLATIONS[state](f"PostgreSQL says: {words}.")
    if is_away(error):
        return StoreAway(f"PostgreSQL does not answer: {words}.")
    return error
