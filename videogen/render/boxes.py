"""Disable tracks of an mp4 (ISO/IEC 14496-12), which FFmpeg's muxer offers no option for."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

ENABLED = 1


def disable_tracks(video: Path, handler: bytes) -> None:
    """Clear the "enabled" flag of the tracks with a handler (`sbtl`: subtitles), so that players show them only on request.

    FFmpeg enables the first track of each kind, whatever its disposition says.
    """
    with video.open("r+b") as file:
        for name, start, end in _boxes(file, 0, video.stat().st_size):
            if name == b"moov":
                for track, first, last in _boxes(file, start, end):
                    if track == b"trak" and _handler(file, first, last) == handler:
                        _clear_enabled(file, first, last)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start, end) of the content of each box between two positions."""
    while start + 8 <= end:
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        header = 8
        if size == 1:
            size, header = struct.unpack(">Q", file.read(8))[0], 16
        elif size == 0:
            size = end - start
        yield name, start + header, start + size
        start += max(size, header)


def _handler(file: BinaryIO, start: int, end: int) -> bytes | None:
    for name, first, last in _boxes(file, start, end):
        if name == b"mdia":
            for inner, at, _ in _boxes(file, first, last):
                if inner == b"hdlr":
                    file.seek(at + 8)  # version and flags, pre_defined
                    return file.read(4)
    return None


def _clear_enabled(file: BinaryIO, start: int, end: int) -> None:
    for name, at, _ in _boxes(file, start, end):
        if name == b"tkhd":
            file.seek(at + 3)  # version (1 byte), flags (3), of which this is the last
            flags = file.read(1)[0]
            file.seek(at + 3)
            file.write(bytes([flags & ~ENABLED]))
