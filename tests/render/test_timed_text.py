"""The subtitle track as another program's parser reads it, box by box (ISO/IEC 14496-12, 3GPP TS 26.245)."""

import struct
from pathlib import Path

import pytest

from tests.support.rendered_clips import HEIGHT, WIDTH, segment
from videogen.render.captions import Caption
from videogen.render.join import VideoLabels, join

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}


def boxes(content: bytes, inside: str = "") -> list[tuple[str, bytes]]:
    """(path, content) of each box; a box that does not fill its parent exactly is an error."""
    paths = []
    at = 0
    while at < len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        assert 8 <= size <= len(content) - at, f"{name!r} in {inside} reads past its end"
        path = f"{inside}/{name.decode('latin-1')}"
        paths.append((path, content[at + 8 : at + size]))
        if name in CONTAINERS:
            paths += boxes(content[at + 8 : at + size], path)
        at += size
    return paths


@pytest.fixture
def entry(tmp_path: Path) -> bytes:
    """What the video's tx3g sample entry holds."""
    video = tmp_path / "film.mp4"
    join([segment(tmp_path / "one.mp4", 1.0)], 30, video, VideoLabels("A film", "deu"), (Caption(0.2, 0.9, "Guten Tag"),))
    descriptions = [content for path, content in boxes(video.read_bytes()) if path.endswith("/stsd")]
    (text,) = [content for content in descriptions if content[12:16] == b"tx3g"]
    assert text[:8] == struct.pack(">II", 0, 1)  # version and flags, one entry
    ((_, entry_box),) = boxes(text[8:])
    return entry_box


def test_subtitles_have_a_style_and_a_font_for_it(entry: bytes) -> None:
    reserved, reference, flags, across, down, background = struct.unpack_from(">6sHIbb4s", entry)
    assert (reserved, reference, flags, background) == (bytes(6), 1, 0, bytes(4))
    assert (across, down) == (1, -1)  # centred, at the foot
    assert struct.unpack_from(">4h", entry, 18) == (0, 0, HEIGHT, WIDTH)
    first, last, font, face, size, colour = struct.unpack_from(">HHHBB4s", entry, 26)
    assert (first, last, face, colour) == (0, 0, 0, b"\xff" * 4)
    assert size >= 12
    inner = dict(boxes(entry[38:]))
    count, number, length = struct.unpack_from(">HHB", inner["/ftab"])
    assert (count, number) == (1, font)
    assert inner["/ftab"][5:] == b"Sans-Serif" and length == len(b"Sans-Serif")


def test_the_subtitle_track_has_the_size_of_the_picture(tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"
    join([segment(tmp_path / "one.mp4", 1.0)], 30, video, VideoLabels("A film"), (Caption(0.2, 0.9, "Hello"),))
    sizes = [struct.unpack(">2I", content[-8:]) for path, content in boxes(video.read_bytes()) if path.endswith("/tkhd")]
    assert sizes == [(WIDTH << 16, HEIGHT << 16), (0, 0), (WIDTH << 16, HEIGHT << 16)]
