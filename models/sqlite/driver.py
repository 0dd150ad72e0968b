"""The SQLite driver, and connections without SQLAlchemy.

It is imported here alone: two SQLite libraries in one process drop each other's POSIX locks, and with them commits.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

try:
    from pysqlite3 import dbapi2 as driver
except ImportError:  # no wheel for this platform
    from sqlite3 import dbapi2 as driver

# The driver binds texts and numbers at once. For None it searches for an adapter, which takes longer than binding ten of them.
driver.register_adapter(type(None), lambda none: none)

__all__ = ["connect", "driver", "has_wal_reset_bug", "sqlite_version"]


def connect(path: Path, *, read_only: bool = False) -> Any:
    """Return a bare connection in autocommit mode, for backup, the shell and the doctor."""
    uri = f"{path.resolve().as_uri()}{'?mode=ro' if read_only else ''}"
    return driver.connect(uri, uri=True, isolation_level=None, timeout=5)


def sqlite_version() -> tuple[int, ...]:
    """Return the version of the SQLite library in use."""
    return tuple(driver.sqlite_version_info)


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Return whether this SQLite can corrupt a database when its write-ahead log is reset (fixed in 3.51.3, 3.50.7 and 3.44.6)."""
    return not (version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45))
