"""What a file is, its content tells, and nobody's word for it."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.support.media_files import picture, recording, video
from videogen.errors.script import BadAsset
from videogen.media import images
from videogen.media.inspection import inspect

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'


def huge_png() -> bytes:
    """A header that promises 100,000 x 100,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture(), "image/png"),
        (picture(format="JPEG"), "image/jpeg"),
        (picture(format="WEBP"), "image/webp"),
        (picture(format="GIF"), "image/gif"),
        (picture(format="AVIF"), "image/avif"),
        (recording(), "audio/wav"),
        (SVG, "image/svg+xml"),
        ("\ufeffJahr;Wert\n2020;1,5\n".encode(), "text/csv"),
        (b"a,b\n" + "€".encode() * 3000, "text/csv"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_are_known_by_their_content(tmp_path: Path, content: bytes, kind: str) -> None:
    file = tmp_path / "called.exe"
    file.write_bytes(content)
    assert inspect(file) == kind


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv"])
def test_videos_are_known_by_their_content(tmp_path: Path, ending: str) -> None:
    assert inspect(video(tmp_path / f"a.{ending}", 0.2, tone_hz=None)).startswith("video/")


def test_names_in_a_video_need_not_be_in_utf8(tmp_path: Path) -> None:
    file = video(tmp_path / "a.mkv", 0.2, tone_hz=None)
    content = file.read_bytes()
    assert b"Lavf" in content
    file.write_bytes(content.replace(b"Lavf", b"L\xe4vf"))
    assert inspect(file).startswith("video/")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "octet-stream"),
        (b"MZ\x90\0 a program", "octet-stream"),
        (b"%PDF-1.7\n\0\0", "PDF"),
        (picture((600, 400))[:-900], "cannot be read"),
        (picture((600, 400), "JPEG", quality=95)[:2000], "cannot be read"),
        (b"\x89PNG\r\n\x1a\n and nothing else", "cannot be read"),
        (huge_png(), "pixels"),
    ],
    ids=["nothing", "a program", "a PDF", "half a PNG", "half a JPEG", "a header", "a bomb"],
)
def test_what_no_scene_can_use_is_refused_with_what_to_do(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "cat.png"
    file.write_bytes(content)
    with pytest.raises(BadAsset) as refused:
        inspect(file)
    assert message in f"{refused.value.detail} {refused.value.hint}"
    assert str(tmp_path) not in refused.value.detail


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"])
def test_photo_in_heic_is_refused_with_how_to_take_it_along(tmp_path: Path, brand: bytes) -> None:
    file = tmp_path / "IMG_0001.HEIC"
    file.write_bytes(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + b"\0\0\0\x08meta" + bytes(range(256)))
    with pytest.raises(BadAsset) as refused:
        inspect(file)
    assert "an HEIC photo" in refused.value.detail
    way_out = "Export the photo as JPEG; on an iPhone, Settings, Camera, Formats, Most Compatible takes JPEG from now on."
    assert refused.value.hint.startswith(way_out)


@pytest.mark.parametrize("brand", [b"avif", b"mif1"])
@pytest.mark.parametrize(("mode", "colour"), [("RGB", (200, 60, 30)), ("RGBA", (200, 60, 30, 90)), ("L", (120,))])
def test_avif_is_read_whichever_brand_it_names_first(tmp_path: Path, brand: bytes, mode: str, colour: tuple[int, ...]) -> None:
    buffer = io.BytesIO()
    Image.new(mode, (64, 48), colour if len(colour) > 1 else colour[0]).save(buffer, "AVIF", quality=95)
    file = tmp_path / "photo.jpg"
    content = buffer.getvalue()
    assert content[8:12] == b"avif" and b"avif" in content[16:40]
    file.write_bytes(content[:8] + brand + content[12:])
    assert inspect(file) == "image/avif"
    pixel = images.load(file).getpixel((32, 24))
    meant = colour * 3 if mode == "L" else colour
    assert isinstance(pixel, tuple)
    assert all(abs(got - want) <= 3 for got, want in zip(pixel, meant, strict=True)), pixel


def test_picture_is_turned_as_its_camera_held_it(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = tmp_path / "a.jpg"
    file.write_bytes(picture((64, 48), "JPEG", exif=exif))
    assert images.load(file).size == (48, 64)


def test_transparency_is_kept_whatever_the_mode(tmp_path: Path) -> None:
    for colour, mode in (((10, 20, 30, 0), "RGBA"), ((10, 20, 30), "RGB")):
        file = tmp_path / "a.png"
        file.write_bytes(picture(colour=colour))
        assert images.load(file).mode == mode
