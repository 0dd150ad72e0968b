"""What was revoked, noted beside the database: a database that is restored, or put back by hand, does not revive it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from models.errors import DiskFull, StoreUnusable

NAME = "revoked"


class RevocationList:
    """The keys of revoked tokens and share links of a data directory: one a line, in a file that is only appended to.

    The file is read again whenever it has grown, so a revocation holds in every process at once.
    """

    def __init__(self, data: Path) -> None:
        self.path = data / NAME
        self._version: tuple[int, int] | None = None
        self._keys: frozenset[str] = frozenset()

    def add(self, *keys: str) -> None:
        """Note keys for good, on the disk before this returns. Raises DiskFull and StoreUnusable; nothing is revoked then."""
        try:
            with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
                file.write("".join(f"{key}\n" for key in keys))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            reason = DiskFull if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreUnusable
            raise reason(f"{self.path} cannot be written: {error.strerror}.") from error

    def __contains__(self, key: str) -> bool:
        return key in self._read()

    def _read(self) -> frozenset[str]:
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return frozenset()
        version = (stat.st_ino, stat.st_size)
        if version != self._version:
            self._keys = frozenset(self.path.read_text().split())
            self._version = version
        return self._keys
