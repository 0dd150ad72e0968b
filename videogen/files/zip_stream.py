"""Writes a zip archive piece by piece: of its content no more than a block is in memory.

Files are stored as they are, since videos and pictures are compressed already. The archive is written without going back, so each file's
length and checksum follow its content (APPNOTE.TXT, 4.3.9).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MEDIA_TYPE = "application/zip"
_MODE = 0o644 << 16


@dataclass(frozen=True)
class ZipMember:
    """A file of an archive: its name in there, its length, when it was made (from 1980), and its content in blocks."""

    name: str
    length: int
    made: tuple[int, int, int, int, int, int]
    blocks: Callable[[], Iterable[bytes]]


def zip_blocks(members: Iterable[ZipMember]) -> Iterator[bytes]:
    """Yield the archive of these files. Raises what reading them raises; the archive then breaks off, and is no archive."""
    written = _Written()
    with zipfile.ZipFile(written, "w") as archive:
        for member in members:
            info = zipfile.ZipInfo(member.name, member.made)
            info.file_size, info.external_attr = member.length, _MODE
            with archive.open(info, "w") as target:
                for block in member.blocks():
                    target.write(block)
                    yield written.take()
        yield written.take()
    yield written.take()


class _Written(io.RawIOBase):
    """Collects what was written until it is taken. It cannot seek, so `zipfile` never goes back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any, /) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken
