"""Shaped text: what is measured is drawn, by what pip installs alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from videogen.errors.rendering import FontMissing
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.text import fonts
from videogen.scenes.text.fonts import Face, font
from videogen.scenes.text.glyphs import FontFile, GlyphRun
from videogen.scenes.theme import Colour

ROOT = Path(__file__).parents[2]
DEJAVU = Face("matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf")


def ink(run: GlyphRun, fraction: float = 0.0) -> NDArray[np.uint8]:
    mask = run.mask(fraction)
    assert mask is not None
    return np.asarray(mask.picture)


def middle(run: GlyphRun, fraction: float) -> float:
    """Where the middle of a run's ink is, in pixels from its origin's pixel."""
    mask = run.mask(fraction)
    assert mask is not None
    columns = np.asarray(mask.picture, float).sum(0)
    return mask.left + float((columns * (np.arange(len(columns)) + 0.5)).sum() / columns.sum())


@pytest.mark.slow
def test_text_is_drawn_where_no_fribidi_can_be_loaded(tmp_path: Path) -> None:
    """The library that Pillow would shape with is there and cannot be loaded, as good as on a machine that has none."""
    (tmp_path / "libfribidi.so.0").write_text("no library")
    code = """
from PIL import features
from videogen.scenes import RenderSettings, SceneTiming, draw_scene, paginate
from videogen.script import read
print(features.check("fribidi"))
text = "# One שלום (two) עולם\\n\\nمرحبا بالعالم, `code` and हिन्दी\\n\\n```python\\nx = 'عالم'\\n```\\n\\n$$a^2$$\\n"
for scene in read(text, "markdown").script.scenes:
    for part in paginate(scene, RenderSettings(480, 270)):
        print(draw_scene(part, RenderSettings(480, 270), SceneTiming(2.0)).get_frame(1.9).std() > 1)
"""
    environment = {**os.environ, "LD_LIBRARY_PATH": str(tmp_path), "DYLD_LIBRARY_PATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    fribidi, *drawn = done.stdout.split()
    assert fribidi == "False"
    assert drawn and set(drawn) == {"True"}


@pytest.mark.slow
def test_shapes_do_not_follow_the_locale() -> None:
    code = """
import locale
from videogen.scenes.text import fonts
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
print(fonts.font(fonts.INTER, 40.0).run("fi i I ş").glyphs)
"""
    shapes = {
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "LC_ALL": name}, capture_output=True, check=True).stdout
        for name in ("C", "C.UTF-8", "tr_TR.UTF-8")
    }
    assert len(shapes) == 1


@pytest.mark.parametrize("text", ["Avatar To fi", "3.14", "x\u0301y", " "])
def test_measured_is_drawn(text: str) -> None:
    one = font(fonts.INTER, 37.0)
    assert one.advance(text) == one.run(text).advance
    assert (one.run(text).mask(0.0) is None) == text.isspace()


def test_wider_letters_draw_wider_ink() -> None:
    one = font(fonts.INTER, 40.0)
    run = one.run("HHHHHHHH")
    assert abs(ink(run).shape[1] - run.advance) < 10


def test_run_is_drawn_at_a_part_of_a_pixel() -> None:
    run = font(fonts.INTER, 40.0).run("o")
    assert middle(run, 0.5) - middle(run, 0.0) == pytest.approx(0.5, abs=0.05)
    assert middle(run, 0.99) - middle(run, 0.0) == pytest.approx(1.0, abs=0.05)


def test_joined_letters_have_no_seam() -> None:
    """Along the line that joins them the ink is full in every column, as it would not be were each glyph laid over the other."""
    run = font(fonts._noto("SansArabic"), 60.5).run("ببب", True)
    picture = ink(run)
    inside = picture[:, picture.shape[1] // 6 : -picture.shape[1] // 6]
    assert (inside.max(0) == 255).all()


def test_bracket_is_mirrored_in_text_written_to_the_left() -> None:
    one = font(fonts.INTER, 40.0)
    assert [glyph.number for glyph in one.run("(", True).glyphs] == [glyph.number for glyph in one.run(")").glyphs]


def test_every_script_of_a_text_is_shaped_by_its_own_rules() -> None:
    one = font(DEJAVU, 40.0)
    arabic = [glyph.number for glyph in one.run("سلام", True).glyphs]
    mixed = [glyph.number for glyph in one.run("سلامab", True).glyphs]
    assert mixed[2:] == arabic


def test_feature_can_be_switched_off() -> None:
    one = font(fonts.JETBRAINS, 40.0)
    assert one.run("!=", features=("calt",)).glyphs != one.run("!=", features=("-calt",)).glyphs


def test_optical_size_and_weight_change_the_shapes() -> None:
    assert font(fonts.INTER, 20.0).advance("Width") * 3 > font(fonts.INTER, 60.0).advance("Width")
    assert font(fonts.INTER, 40.0, 900).advance("Width") > font(fonts.INTER, 40.0, 400).advance("Width")


def test_file_that_is_no_font_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.ttf"
    path.write_bytes(b"no font at all")
    with pytest.raises(FontMissing, match=r"odd\.ttf"):
        FontFile(str(path), 0).font(20.0, 400)
    with pytest.raises(FontMissing, match=r"none\.ttf"):
        FontFile(str(tmp_path / "none.ttf"), 0).font(20.0, 400)


def colours(text: str) -> int:
    """How many colours a text is drawn in, where there is nothing else."""
    picture = Image.new("RGB", (400, 100))
    face = fonts.face_for(text, "text", fonts.CHINESE)
    assert face is not None
    Canvas(picture).text((10.3, 80), font(face, 60.0).run(text), Colour(255, 255, 255))
    return len({pixel for _, pixel in picture.quantize(64).convert("RGB").getcolors() or () if max(pixel) - min(pixel) > 60})  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["🚀", "❤\ufe0f", "👩🏽\u200d💻", "🇯🇵", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"])
def test_emoji_is_one_glyph_and_has_colours(text: str) -> None:
    face = fonts.face_for(text, "text", fonts.CHINESE)
    assert face is not None
    assert len(font(face, 60.0).run(text).glyphs) == 1
    assert colours(text) >= 2


def test_emoji_that_is_asked_for_as_text_is_drawn_in_the_colour_of_the_text() -> None:
    assert colours("❤\ufe0e") == 0


def test_several_emoji_are_drawn_beside_each_other() -> None:
    one, two = font(fonts.COLOUR_EMOJI, 60.0).run("🚀"), font(fonts.COLOUR_EMOJI, 60.0).run("🚀🎉")
    assert two.advance == pytest.approx(2 * one.advance, abs=0.1)
    single, both = one.mask(0.0), two.mask(0.0)
    assert single is not None and both is not None
    assert both.picture.mode == "RGBA" and both.picture.width > 1.8 * single.picture.width


def test_emoji_shines_through_where_it_covers_nothing() -> None:
    picture = Image.new("RGB", (100, 100), (10, 200, 30))
    Canvas(picture).text((10, 80), font(fonts.COLOUR_EMOJI, 50.0).run("🚀"), Colour(255, 255, 255))
    assert picture.getpixel((14, 42)) == (10, 200, 30)
