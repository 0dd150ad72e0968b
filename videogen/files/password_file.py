"""The password of the server: kept as its scrypt hash in a file of the data directory that only its owner can read."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from werkzeug.security import check_password_hash, generate_password_hash

LEAST_CHARACTERS = 8


class Password:
    """The password of a data directory. The file is looked at each time, so that a change holds at once and in every process."""

    def __init__(self, data: Path) -> None:
        self.path = data / "password"
        self._read: tuple[tuple[int, int] | None, str] = (None, "")

    def exists(self) -> bool:
        return bool(self._hash())

    def set(self, password: str) -> None:
        """Make this the password, whole or not at all. Everybody has to log in again."""
        beside = self.path.with_name(f".password.{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(generate_password_hash(password, method="scrypt"))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def check(self, password: str) -> bool:
        """Whether it is this one. Takes a twentieth of a second of one core, on purpose."""
        return check_password_hash(self._hash(), password)

    def mark(self) -> str:
        """A name of the password as it is now, for sessions that end with it; it tells nothing of the password."""
        return hashlib.sha256(self._hash().encode()).hexdigest()[:32]

    def _hash(self) -> str:
        """Read again only when the file is another one: it is replaced, never changed."""
        found = None
        with contextlib.suppress(FileNotFoundError):
            stat = self.path.stat()
            found = (stat.st_ino, stat.st_mtime_ns)
        if found != self._read[0]:
            self._read = (found, self.path.read_text().strip() if found else "")
        return self._read[1]
