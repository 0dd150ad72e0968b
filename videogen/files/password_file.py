"""The password of the server: its scrypt hash, in a file of the data directory that only its owner can read."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from werkzeug.security import check_password_hash, generate_password_hash

MIN_CHARACTERS = 8


class Password:
    """The password of a data directory. The file is checked on every use, so a change applies at once and in every process."""

    def __init__(self, data: Path) -> None:
        self.path = data / "password"
        self._read: tuple[tuple[int, int] | None, str] = (None, "")

    def exists(self) -> bool:
        return bool(self._hash())

    def set(self, password: str) -> None:
        """Set the password atomically. All sessions end."""
        temporary = self.path.with_name(f".password.{os.getpid()}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(generate_password_hash(password, method="scrypt"))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def check(self, password: str) -> bool:
        """Return whether the password is right. Takes 0.05 s of one core, on purpose."""
        return check_password_hash(self._hash(), password)

    def fingerprint(self) -> str:
        """Return a value that changes with the password, so that sessions end with it. It reveals nothing of the password."""
        return hashlib.sha256(self._hash().encode()).hexdigest()[:32]

    def _hash(self) -> str:
        """Return the hash. The file is read again only after it was replaced; it never changes in place."""
        version = None
        with contextlib.suppress(FileNotFoundError):
            stat = self.path.stat()
            version = (stat.st_ino, stat.st_mtime_ns)
        if version != self._read[0]:
            self._read = (version, self.path.read_text().strip() if version else "")
        return self._read[1]
