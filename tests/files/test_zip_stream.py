"""An archive that is written piece by piece: whole for any program, and never in memory."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from videogen.files.file_names import numbered_names
from videogen.files.zip_stream import ZipMember, zip_blocks

MADE = (2026, 11, 30, 9, 0, 0)
BLOCK = b"0123456789abcdef" * 4096


def member(name: str, blocks: int) -> ZipMember:
    return ZipMember(name, blocks * len(BLOCK), MADE, lambda: [BLOCK] * blocks)


def test_archive_is_read_by_others_and_keeps_names_and_times(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(b"".join(zip_blocks([member("01-Grüße.mp4", 3), member("02-空.txt", 0), member("03-b.mp4", 1)])))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["01-Grüße.mp4", "02-空.txt", "03-b.mp4"]
        assert archive.read("01-Grüße.mp4") == BLOCK * 3
        assert {info.date_time for info in archive.infolist()} == {MADE}
    if unzip := shutil.which("unzip"):
        assert subprocess.run([unzip, "-tq", str(path)], capture_output=True, check=False).returncode == 0


def test_no_more_than_a_block_is_held_and_the_next_is_read_when_the_last_was_taken() -> None:
    read = 0

    def blocks() -> Iterator[bytes]:
        nonlocal read
        for _ in range(50):
            read += 1
            yield BLOCK

    ahead = []
    sizes = []
    for piece in zip_blocks([ZipMember("a.mp4", 50 * len(BLOCK), MADE, blocks)]):
        sizes.append(len(piece))
        ahead.append(read - len(sizes))
    assert max(ahead) <= 0
    assert max(sizes) < len(BLOCK) + 1000
    assert sum(sizes) > 50 * len(BLOCK)


def test_archive_whose_file_cannot_be_read_breaks_off() -> None:
    def blocks() -> Iterator[bytes]:
        yield BLOCK
        raise FileNotFoundError("gone")

    pieces = zip_blocks([ZipMember("a.mp4", 2 * len(BLOCK), MADE, blocks)])
    assert len(next(pieces)) > len(BLOCK) - 1
    with pytest.raises(FileNotFoundError):
        list(pieces)


def test_names_are_numbered_so_that_all_differ_and_sort_as_the_rows() -> None:
    assert numbered_names(["Hello Anna", "Hello Anna", "???"]) == ["01-Hello-Anna", "02-Hello-Anna", "03"]
    assert numbered_names([f"Video {number}" for number in range(1, 101)])[8:10] == ["009-Video-9", "010-Video-10"]
