"""Files on the disk of this machine, below the data directory: the path of a file is its key."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from models.files import walk
from models.files.fsync import sync_directory
from models.files.storage import StoredFile

TEMPORARY = ".tmp-"
"""How names of files begin that are still being written."""


class DiskFiles:
    """The files of a data directory. Writing is atomic and waits for the disk."""

    is_local = True

    def __init__(self, data: Path) -> None:
        self.data = Path(data)

    @property
    def location(self) -> str:
        return str(self.data)

    def put(self, key: str, source: Path, media_type: str = "") -> None:
        """Move a finished file to its key. If that fails, it is where it was. Raises OSError for what is no regular file."""
        target = self.data / key
        _make(target.parent)
        os.replace(source, target)  # noqa: PTH105 - the very call that is atomic
        try:
            # A link would show another file to whoever downloads it.
            if not stat.S_ISREG(target.lstat().st_mode):
                raise OSError(errno.EINVAL, f"{target.name} is not a file")
            sync_directory(target.parent)
        except BaseException:
            self.put_back(key, source)
            raise

    def put_back(self, key: str, source: Path) -> None:
        """Undo `put`: the transaction that registers the file has failed."""
        with contextlib.suppress(OSError):
            os.replace(self.data / key, source)  # noqa: PTH105

    def open(self, key: str) -> io.BufferedIOBase:
        return (self.data / key).open("rb")

    def range(self, key: str, start: int, stop: int) -> bytes:
        with self.open(key) as content:
            content.seek(start)
            return content.read(stop - start)

    def stat(self, key: str) -> StoredFile | None:
        status = walk.stat(self.data / key)
        return StoredFile(key, status.st_size, status.st_mtime) if status and stat.S_ISREG(status.st_mode) else None

    def url(self, key: str, valid_s: float) -> None:
        return None

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            (self.data / key).unlink(missing_ok=True)

    def list(self, prefix: str) -> Iterator[StoredFile]:
        for root in [prefix.removesuffix("/")] if prefix else ["tasks", "assets"]:
            yield from self._below(root)

    def _below(self, directory: str) -> Iterator[StoredFile]:
        """Yield the files below a directory by key. What vanishes meanwhile is left out."""
        try:
            with os.scandir(self.data / directory) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except walk.GONE:
            return
        for entry in entries:
            key = f"{directory}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from self._below(key)
            elif entry.is_file(follow_symlinks=False) and not entry.name.startswith(TEMPORARY):
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    yield StoredFile(key, status.st_size, status.st_mtime)

    def fetch(self, key: str) -> Path:
        return self.data.resolve() / key

    def keep(self, key: str) -> Path:
        """Renew the age of a file, so that it is not removed as unused. Raises FileNotFoundError."""
        path = self.data / key
        os.utime(path)
        return path


def _make(directory: Path) -> None:
    """Create the directory and its parents, each synced to the disk: a file is only as safe as its path."""
    if not directory.is_dir():
        _make(directory.parent)
        directory.mkdir(exist_ok=True)
        sync_directory(directory.parent)
