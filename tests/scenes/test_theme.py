from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from PIL import Image

from models.errors import VideogenError
from tests.support.paths import ROOT
from videogen.errors.script import BadOption
from videogen.scenes import backdrop, themes
from videogen.scenes.kinds.callout import TINT, colour_of
from videogen.scenes.text.fonts import INTER, JETBRAINS, NAMED, Face
from videogen.scenes.text.text_block import MARKED, TextStyle, block
from videogen.scenes.theme import Colour, mixed, names
from videogen.scenes.theme_file import contrasts, read_theme
from videogen.script.models import CalloutTone
from videogen.script.theme_names import BUNDLED_DIRECTORY

EVERY_THEME = pytest.mark.parametrize("name", names())
INKS = ("text", "soft", "muted", "accent", "code")


def luminance(colour: Colour) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def middle_of(name: str) -> set[Colour]:
    """The colours of a theme's backdrop where text may stand: within the margins."""
    drawn = np.asarray(backdrop.picture(themes()[name], 480, 270))[18:-18, 25:-25].reshape(-1, 3)
    return {Colour(*map(int, pixel)) for pixel in np.unique(drawn, axis=0)}


@EVERY_THEME
def test_every_colour_can_be_read_on_its_ground(name: str) -> None:
    theme = themes()[name]
    assert all(ratio >= 4.5 for _, _, ratio in contrasts(theme))
    for ground in middle_of(name):
        assert contrast(theme.text, ground) >= 9
        for ink in INKS:
            assert contrast(getattr(theme, ink), ground) >= 4.5, (ink, ground)
    for ink in INKS:
        assert contrast(getattr(theme, ink), theme.panel) >= 4.5, ink
    for part, colour in vars(theme.syntax).items():
        assert contrast(colour, theme.panel) >= 4.5, part


@EVERY_THEME
def test_words_on_a_tint_of_the_theme_can_be_read(name: str) -> None:
    theme = themes()[name]
    assert contrast(theme.text, mixed(theme.background, theme.accent, MARKED)) >= 4.5
    for tone in get_args(CalloutTone):
        colour = colour_of(tone, theme)
        ground = mixed(theme.panel, colour, TINT)
        for ink in (colour, theme.text, theme.soft, theme.accent, theme.code):
            assert contrast(ink, ground) >= 4.5, tone


@EVERY_THEME
def test_a_heading_can_be_read_in_its_band(name: str) -> None:
    of_heading = themes()[name].of_heading
    for ink in INKS:
        assert contrast(getattr(of_heading, ink), of_heading.background) >= 4.5, ink
        assert contrast(getattr(of_heading, ink), of_heading.panel) >= 4.5, ink


def test_mixed_is_between() -> None:
    assert mixed(Colour(0, 0, 0), Colour(10, 20, 30), 0.5) == Colour(5, 10, 15)


@EVERY_THEME
def test_every_theme_has_the_picture_by_which_the_page_offers_it(name: str) -> None:
    with Image.open(ROOT / "static" / "themes" / f"{name}.webp") as small:
        corner = small.convert("RGB").getpixel((small.width // 2, small.height - 3))
    expected = np.asarray(backdrop.picture(themes()[name], 240, 135))[-3, 120]
    assert np.abs(np.array(corner, int) - expected).max() < 24


def test_there_are_eight_themes_and_more_light_and_dark_with_each_heading_position() -> None:
    every = list(themes().values())
    assert len(every) >= 8
    assert {theme.dark for theme in every} == {True, False}
    assert {theme.heading.position for theme in every} == {"left", "centre", "band"}
    assert all(theme.dark == (luminance(theme.background) < 0.2) for theme in every)


def test_the_two_first_themes_have_the_plain_backdrop_they_always_had() -> None:
    assert names()[:2] == ("slate", "paper")
    for name, colour in (("slate", (0x15, 0x1A, 0x21)), ("paper", (0xFA, 0xF7, 0xF1))):
        assert backdrop.is_plain(themes()[name])
        assert (np.asarray(backdrop.picture(themes()[name], 64, 36)) == colour).all()


@EVERY_THEME
def test_a_backdrop_in_yuv_is_the_picture_in_rgb(name: str) -> None:
    from videogen.media.yuv import to_yuv

    planes = backdrop.ground(themes()[name], 128, 72, yuv=True).planes
    expected = to_yuv(np.array(backdrop.picture(themes()[name], 128, 72)))
    assert all((one == other).all() for one, other in zip(planes, expected, strict=True))


def test_a_backdrop_is_drawn_once_for_each_size() -> None:
    theme = themes()["midnight"]
    backdrop._drawn.cache_clear()
    for _ in range(3):
        backdrop.picture(theme, 320, 180)
        backdrop.ground(theme, 320, 180, yuv=False)
    assert backdrop._drawn.cache_info().misses == 1


GOOD = (BUNDLED_DIRECTORY / "harbour.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('text: "#10233a"', 'text: "blue"', 8, "has to be a colour in quotes"),
        ('text: "#10233a"', "text: #10233a", 8, "its colour is not in quotes"),
        ('text: "#10233a"', 'text: "#c4d1e0"', 5, "contrast"),
        ("kind: stripes", "kind: zigzag", 24, "has to be one of plain"),
        ("mark: none", "mark: star", 34, "has to be one of bar"),
        ("radius: 8", "radius: 900", 33, "has to be at most 60"),
        ('  ink: "#ffffff"\n', "", 28, "band"),
        ("mode: light", "mood: light", 2, "there is no such key"),
    ],
)
def test_a_theme_that_cannot_be_used_says_where_and_why(old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    with pytest.raises(BadOption) as caught:
        read_theme("mine", GOOD.replace(old, new))
    first = caught.value.diagnostics[0]
    assert (first.line, words in first.message) == (line, True), first
    assert "mine" in str(caught.value)
    assert f"line {line}, " in str(caught.value)


@pytest.mark.parametrize("text", ["", "[1, 2]", "just words", "a: [", "x: " + "y" * 70_000])
def test_a_file_that_is_no_theme_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(VideogenError) as caught:
        read_theme("mine", text)
    assert caught.value.diagnostics


@pytest.mark.parametrize(("name", "face"), [("sans", INTER), ("serif", NAMED["serif"]), ("mono", JETBRAINS)])
def test_headings_are_set_in_the_font_that_a_theme_names_and_prose_is_not(name: str, face: Face) -> None:
    theme = read_theme("mine", f"{GOOD}\nfonts:\n  heading: {name}\n")

    def face_of(weight: int) -> Face:
        return block("Tea", TextStyle(40.0, theme, theme.text, weight), 900.0).lines[0].text_runs[0][1].face

    assert face_of(700) == face and face_of(400) == INTER


def test_letters_that_a_font_for_headings_has_not_come_from_the_others() -> None:
    theme = themes()["paper"]
    runs = block("Tea 茶", TextStyle(40.0, theme, theme.text, 700), 900.0).lines[0].text_runs
    assert {run.face.package for _, run in runs if run.text.strip()} == {"matplotlib", "manimgx_fonts_cjk"}
