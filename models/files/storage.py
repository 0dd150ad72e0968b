"""Where artifacts and assets are stored: the interface that the store and its users know. `disk` is the one beside the database.

A file has a key: `tasks/<task>/<attempt>/<name>` for what a task made, `assets/<2 letters>/<sha256>` for what a script uses. Its content
never changes. On the local disk a file gets its key within the transaction that registers it. Any other storage is written first, and the
file is registered afterwards; what is never registered is removed after a grace period (`models.stray_files`).
"""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

BLOCK_BYTES = 1024 * 1024
"""How much is read in one request of what is read in ranges."""


@dataclass(frozen=True)
class StoredFile:
    """A file in the storage. `modified_at` is when it was written, in seconds since 1970."""

    key: str
    bytes: int
    modified_at: float


class Files(Protocol):
    """A storage of files by key. All methods block; what reads or writes raises FileNotFoundError for a file that is not there."""

    @property
    def is_local(self) -> bool:
        """Whether files lie in the data directory under their keys."""

    @property
    def location(self) -> str:
        """Where the files are, for people: a directory or an address without secrets."""

    def put(self, key: str, source: Path, media_type: str = "") -> None:
        """Store a finished file, which moves away from `source`. Raises OSError for what is no regular file."""

    def open(self, key: str) -> io.BufferedIOBase:
        """Open a file for reading."""

    def range(self, key: str, start: int, stop: int) -> bytes:
        """Return the bytes from `start` up to `stop`, fewer at the end of the file."""

    def stat(self, key: str) -> StoredFile | None:
        """Return what is known of a file, None if it is not there."""

    def url(self, key: str, valid_s: float) -> str | None:
        """Return an address from which anyone can load the file for `valid_s` seconds; None if there is none."""

    def delete(self, keys: Iterable[str]) -> None:
        """Remove files. Those that are not there are no error."""

    def list(self, prefix: str) -> Iterator[StoredFile]:
        """Yield all files whose key begins with `prefix`, which is empty or ends with a slash."""

    def fetch(self, key: str) -> Path:
        """Return the path of a file on this machine for reading. It is brought here if needed, and stays for a day at least."""

    def keep(self, key: str) -> Path:
        """Make sure that nobody removes a file as unused for some hours, and return the path of it on this machine."""


class RangeReader(io.RawIOBase):
    """A file that is read in ranges."""

    def __init__(self, files: Files, key: str, size: int) -> None:
        self._files, self._key, self._size, self._at = files, key, size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        content = self._files.range(self._key, self._at, min(self._at + len(view), self._size))
        view[: len(content)] = content
        self._at += len(content)
        return len(content)


def open_in_ranges(files: Files, stored: StoredFile) -> io.BufferedReader:
    """Open a file for reading, a block in each request."""
    return io.BufferedReader(RangeReader(files, stored.key, stored.bytes), BLOCK_BYTES)


class RemoteFiles(ABC, Files):
    """A storage that is not the disk of this machine: files are put first and registered after."""

    is_local = False

    @abstractmethod
    def check_owner(self) -> None:
        """Raise an error unless this store may remove files: another store may have been given the same place by mistake."""

    @abstractmethod
    def adopt(self) -> None:
        """Make this store the one that may remove files."""

    @abstractmethod
    def try_out(self) -> None:
        """Write, read, list and remove a small file. Raises an error that says what does not work."""

    @abstractmethod
    def delete_unused(self, key: str, unused_s: float, is_used: Callable[[], bool]) -> bool:
        """Remove a file that has not been written for `unused_s` and is not used. Return whether it was removed.

        A file that `keep` is called for meanwhile stays, or `keep` finds that it is gone: never in between.
        """

    @abstractmethod
    def forget_copies(self, unused_s: float) -> int:
        """Remove the copies on this machine that nobody has fetched for `unused_s`. Return their size in bytes."""
