"""Pictures look as in a browser, whatever they are stored as."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.media.files import picture
from videogen.media import pictures
from videogen.media.animation import Animation, animation
from videogen.media.inspection import inspect


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_grey_of_16_bits_is_scaled_and_not_cut_off(tmp_path: Path, format: str) -> None:
    file = tmp_path / "a"
    Image.fromarray(np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(8, axis=0)).save(file, format)
    assert np.allclose(np.asarray(pictures.load(file))[4, :, 0], np.arange(256), atol=1)


def test_floats_of_a_tiff_are_shares_of_white(tmp_path: Path) -> None:
    Image.fromarray(np.linspace(0, 1, 256, dtype=np.float32)[None].repeat(8, axis=0)).save(tmp_path / "a", "TIFF")
    assert np.allclose(np.asarray(pictures.load(tmp_path / "a"))[4, :, 0], np.arange(256), atol=1)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK"])
def test_every_mode_gives_its_colours(tmp_path: Path, mode: str) -> None:
    Image.new("RGB", (32, 32), (255, 255, 255)).convert(mode).save(tmp_path / "a", "TIFF")
    assert np.asarray(pictures.load(tmp_path / "a")).min() >= 250


def test_grey_and_palettes_that_one_can_see_through_stay_so(tmp_path: Path) -> None:
    Image.new("LA", (8, 8), (100, 50)).save(tmp_path / "la", "PNG")
    assert pictures.load(tmp_path / "la").getpixel((4, 4)) == (100, 100, 100, 50)
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([10, 20, 30, 40, 50, 60])
    palette.save(tmp_path / "p", "PNG", transparency=0)
    assert pictures.load(tmp_path / "p").getpixel((4, 4))[3] == 0


def test_colours_with_a_profile_are_brought_to_srgb(tmp_path: Path) -> None:
    """In a profile whose red and blue are exchanged, blue is stored as red."""
    lab = ImageCms.createProfile("LAB")
    file = tmp_path / "a"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    source = Image.new("RGB", (8, 8), (200, 60, 30))
    as_lab = ImageCms.profileToProfile(source, srgb, ImageCms.ImageCmsProfile(lab), outputMode="LAB")
    assert as_lab is not None
    as_lab.save(file, "TIFF", icc_profile=ImageCms.ImageCmsProfile(lab).tobytes())
    assert np.allclose(pictures.load(file).getpixel((4, 4)), (200, 60, 30), atol=4)


@pytest.mark.parametrize("format", ["BMP", "TIFF", "ICO", "JPEG2000", "PPM"])
def test_old_formats_are_read(tmp_path: Path, format: str) -> None:
    file = tmp_path / "called.png"
    file.write_bytes(picture((64, 64), format))
    assert inspect(file).startswith("image/")
    assert np.allclose(pictures.load(file).getpixel((10, 32))[:3], (200, 60, 30), atol=3)


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
    shades = [moving.frame(moving.number_at(at), (16, 16)).getpixel((8, 8))[0] for at in (0.0, 0.05, 0.15, 0.35, 0.45, 0.65, 0.75)]
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
    assert moving.frame(1, (16, 16)).getpixel((1, 1))[3] == 0
    assert moving.frame(1, (16, 16)).getpixel((14, 14)) == (0, 0, 255, 255)


def test_a_still_picture_is_no_animation(tmp_path: Path) -> None:
    for format in ("PNG", "GIF", "JPEG"):
        (tmp_path / "a").write_bytes(picture(format=format))
        assert animation(tmp_path / "a") is None


def test_a_drawing_is_sharp_at_the_size_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="10" height="10"/></svg>')
    assert pictures.size(tmp_path / "a.svg") == (20, 10)
    drawn = np.asarray(pictures.load(tmp_path / "a.svg", least=(800, 400)))
    assert drawn.shape == (400, 800, 4)
    assert set(np.unique(drawn[..., 3])) == {0, 255}


def test_a_header_that_lies_is_told_in_words(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, "TIFF")
    (tmp_path / "a").write_bytes(file.getvalue()[:200])
    with pytest.raises(Exception, match="cannot be read"):
        inspect(tmp_path / "a")
