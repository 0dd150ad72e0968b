"""Pictures look as in a browser, whatever they are stored as."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.support.media_files import picture
from videogen.media import images
from videogen.media.animation import Animation, animation
from videogen.media.inspection import inspect


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_grey_of_16_bits_is_scaled_and_not_cut_off(tmp_path: Path, format: str) -> None:
    file = tmp_path / "a"
    Image.fromarray(np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(8, axis=0)).save(file, format)
    assert np.allclose(np.asarray(images.load(file))[4, :, 0], np.arange(256), atol=1)


def test_floats_of_a_tiff_are_shares_of_white(tmp_path: Path) -> None:
    Image.fromarray(np.linspace(0, 1, 256, dtype=np.float32)[None].repeat(8, axis=0)).save(tmp_path / "a", "TIFF")
    assert np.allclose(np.asarray(images.load(tmp_path / "a"))[4, :, 0], np.arange(256), atol=1)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK"])
def test_every_mode_gives_its_colours(tmp_path: Path, mode: str) -> None:
    Image.new("RGB", (32, 32), (255, 255, 255)).convert(mode).save(tmp_path / "a", "TIFF")
    assert np.asarray(images.load(tmp_path / "a")).min() >= 250


def test_grey_and_palettes_that_one_can_see_through_stay_so(tmp_path: Path) -> None:
    Image.new("LA", (8, 8), (100, 50)).save(tmp_path / "la", "PNG")
    assert images.load(tmp_path / "la").getpixel((4, 4)) == (100, 100, 100, 50)
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([10, 20, 30, 40, 50, 60])
    palette.save(tmp_path / "p", "PNG", transparency=0)
    assert images.load(tmp_path / "p").getpixel((4, 4))[3] == 0  # type: ignore[index]


def test_colours_with_a_profile_are_brought_to_srgb(tmp_path: Path) -> None:
    """In a profile whose red and blue are exchanged, blue is stored as red."""
    lab = ImageCms.createProfile("LAB")
    file = tmp_path / "a"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    source = Image.new("RGB", (8, 8), (200, 60, 30))
    as_lab = ImageCms.profileToProfile(source, srgb, ImageCms.ImageCmsProfile(lab), outputMode="LAB")
    assert as_lab is not None
    as_lab.save(file, "TIFF", icc_profile=ImageCms.ImageCmsProfile(lab).tobytes())
    assert np.allclose(images.load(file).getpixel((4, 4)), (200, 60, 30), atol=4)  # type: ignore[arg-type]


DISPLAY_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE_RGB = ((0.640, 0.330), (0.210, 0.710), (0.150, 0.060))
SRGB = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
# From X, Y, Z of D65 to that of D50, the white of profiles, by Bradford (ICC.1:2022, annex E).
TO_D50 = np.array([[1.0478112, 0.0228866, -0.0501270], [0.0295424, 0.9904844, -0.0170491], [-0.0092345, 0.0150436, 0.7521316]])
COLOURS = [(200, 60, 30), (128, 128, 128), (255, 255, 255), (90, 160, 110), (60, 80, 150), (240, 200, 190), (0, 0, 0)]
VIVID = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]


def to_xyz(primaries: tuple[tuple[float, float], ...]) -> np.ndarray:
    """The matrix from linear RGB to XYZ, both with D65 as white."""
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]).T
    return np.asarray(columns * np.linalg.solve(columns, np.array([0.3127 / 0.3290, 1.0, 0.3583 / 0.3290])))


def icc(name: str, primaries: tuple[tuple[float, float], ...], gamma: float | None) -> bytes:
    """A profile of version 2 with three primaries and a gamma, or sRGB's curve (ICC.1:2001-04)."""

    def s15(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(values: np.ndarray) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(s15(value) for value in values)

    steps = np.linspace(0, 1, 1024)
    table = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    values = np.round(table * 65535).astype(">u2").tobytes() if gamma is None else struct.pack(">H", round(gamma * 256))
    curve = b"curv\0\0\0\0" + struct.pack(">I", len(values) // 2) + values
    text = name.encode() + b"\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    columns = (TO_D50 @ to_xyz(primaries)).T
    tags = [(b"desc", description), (b"wtpt", xyz(np.array([0.9642, 1.0, 0.8249]))), (b"cprt", b"text\0\0\0\0none\0")]
    tags += [(key, xyz(column)) for key, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)]
    tags += [(key, curve) for key in (b"rTRC", b"gTRC", b"bTRC")]
    index, data, at = b"", b"", 128 + 4 + 12 * len(tags)
    for key, content in tags:
        content += bytes(-len(content) % 4)
        index += key + struct.pack(">II", at + len(data), len(content))
        data += content
    size = at + len(data)
    head = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02400000, b"mntr", b"RGB ", b"XYZ ") + bytes(12) + b"acsp" + bytes(28)
    head += s15(0.9642) + s15(1.0) + s15(0.8249)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + index + data


def in_srgb(colour: tuple[int, ...], primaries: tuple[tuple[float, float], ...], gamma: float | None) -> np.ndarray:
    """What a colour is in sRGB (IEC 61966-2-1), computed from the primaries, cut off where sRGB ends."""
    signal = np.array(colour) / 255
    curve = np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)
    linear = curve if gamma is None else signal**gamma
    linear = np.clip(np.linalg.inv(to_xyz(SRGB)) @ to_xyz(primaries) @ linear, 0, 1)
    return np.asarray(255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize(
    ("name", "primaries", "gamma"),
    [
        ("Display P3", DISPLAY_P3, None),
        ("Adobe RGB (1998)", ADOBE_RGB, 563 / 256),
        ("sRGB IEC61966-2.1", SRGB, None),
        ("Linear sRGB", SRGB, 1.0),
        ("sRGB primaries, gamma 1.8", SRGB, 1.8),
    ],
)
def test_picture_of_another_gamut_has_its_colours_in_srgb(
    tmp_path: Path, name: str, primaries: tuple[tuple[float, float], ...], gamma: float | None, format: str
) -> None:
    patches = [*COLOURS, *VIVID]
    source = Image.new("RGB", (32 * len(patches), 32))
    for at, colour in enumerate(patches):
        source.paste(colour, (32 * at, 0, 32 * at + 32, 32))
    how: dict[str, dict[str, Any]] = {
        "PNG": {},
        "TIFF": {},
        "JPEG": {"quality": 100, "subsampling": 0},
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 100, "subsampling": "4:4:4"},
    }
    source.save(tmp_path / "a", format, icc_profile=icc(name, primaries, gamma), **how[format])
    shown = images.load(tmp_path / "a")
    with Image.open(tmp_path / "a") as stored:
        for at, colour in enumerate(patches):
            pixel = stored.convert("RGB").getpixel((32 * at + 16, 16))  # near black a level lost by the format is many of linear light
            assert isinstance(pixel, tuple) and np.allclose(pixel, colour, atol=3)
            meant = in_srgb(pixel, primaries, gamma)
            assert np.allclose(shown.getpixel((32 * at + 16, 16)), meant, atol=3), (colour, meant)  # type: ignore[arg-type]


def test_profile_matters_by_many_levels() -> None:
    """Else the test above could not fail."""
    assert in_srgb((200, 60, 30), DISPLAY_P3, None)[0] > 212
    assert in_srgb((90, 160, 110), ADOBE_RGB, 563 / 256)[0] < 60


@pytest.mark.parametrize("format", ["BMP", "TIFF", "ICO", "JPEG2000", "PPM"])
def test_old_formats_are_read(tmp_path: Path, format: str) -> None:
    file = tmp_path / "called.png"
    file.write_bytes(picture((64, 64), format))
    assert inspect(file).startswith("image/")
    assert np.allclose(images.load(file).getpixel((10, 32))[:3], (200, 60, 30), atol=3)  # type: ignore[index]


def frames(*shades: int, size: tuple[int, int] = (16, 16)) -> list[Image.Image]:
    return [Image.new("RGB", size, (shade, 0, 0)) for shade in shades]


def animated(path: Path, format: str, pictures: list[Image.Image], **how: object) -> Animation:
    pictures[0].save(path, format, save_all=True, append_images=pictures[1:], **how)
    moving = animation(path)
    assert moving is not None
    return moving


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_animation_shows_each_frame_at_its_time_over_and_over(tmp_path: Path, format: str) -> None:
    how = {"lossless": True} if format == "WEBP" else {}
    moving = animated(tmp_path / "a", format, frames(50, 150, 250), duration=[100, 300, 200], loop=0, **how)
    assert moving.seconds == pytest.approx(0.6)
    shades = [moving.frame(moving.number_at(at), (16, 16)).getpixel((8, 8))[0] for at in (0.0, 0.05, 0.15, 0.35, 0.45, 0.65, 0.75)]  # type: ignore[index]
    assert shades == pytest.approx([50, 50, 150, 150, 250, 50, 150], abs=3)
    assert moving.changes(1.2) == pytest.approx([0.1, 0.4, 0.6, 0.7, 1.0])


def test_frames_of_no_time_stand_as_long_as_browsers_show_them(tmp_path: Path) -> None:
    assert animated(tmp_path / "a", "GIF", frames(1, 100, 200), duration=[0, 10, 20]).seconds == pytest.approx(0.22)


def test_a_frame_that_is_taken_away_uncovers_what_was_below(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    dot = clear.copy()
    dot.paste((255, 0, 0, 255), (0, 0, 4, 4))
    other = clear.copy()
    other.paste((0, 0, 255, 255), (12, 12, 16, 16))
    moving = animated(tmp_path / "a", "GIF", [dot, other], duration=100, disposal=2)
    assert moving.frame(1, (16, 16)).getpixel((1, 1))[3] == 0  # type: ignore[index]
    assert moving.frame(1, (16, 16)).getpixel((14, 14)) == (0, 0, 255, 255)


def test_a_still_picture_is_no_animation(tmp_path: Path) -> None:
    for format in ("PNG", "GIF", "JPEG"):
        (tmp_path / "a").write_bytes(picture(format=format))
        assert animation(tmp_path / "a") is None


def test_a_drawing_is_sharp_at_the_size_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="10" height="10"/></svg>')
    assert images.size(tmp_path / "a.svg") == (20, 10)
    drawn = np.asarray(images.load(tmp_path / "a.svg", least=(800, 400)))
    assert drawn.shape == (400, 800, 4)
    assert set(np.unique(drawn[..., 3])) == {0, 255}


def test_a_header_that_lies_is_told_in_words(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, "TIFF")
    (tmp_path / "a").write_bytes(file.getvalue()[:200])
    with pytest.raises(Exception, match="cannot be read"):
        inspect(tmp_path / "a")
