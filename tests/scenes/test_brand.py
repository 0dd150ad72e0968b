"""Brand kits: read, refused with a reason, and drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.brand_kits import write_kit, write_logo
from tests.support.scene_contents import EXAMPLES
from videogen.errors.script import BadOption
from videogen.pipeline.brands import find_kit, with_brand, with_cards
from videogen.scenes import RenderSettings, SceneTiming, backdrop, draw_scene, themes
from videogen.scenes.brand_file import Brand, BrandKit, find_brand, to_json
from videogen.scenes.brand_theme import apply_brand, branded
from videogen.scenes.text.text_block import TextStyle, plain_block
from videogen.scenes.theme import Colour, theme
from videogen.scenes.theme_file import LEAST_CONTRAST, contrasts
from videogen.script.brand_names import mentioned
from videogen.script.models import ImageScene, OutroScene, Script, TextScene, TitleScene


def kit_in(directory: Path, name: str = "tea") -> BrandKit:
    kit = find_brand(name, lambda file: path if (path := directory / file).is_file() else None)
    assert kit is not None
    return kit


def nothing(_name: str) -> Path | None:
    return None


def corner(reference: str, *, left: bool, top: bool, size: tuple[int, int] = (320, 180)) -> np.ndarray:
    """The part of the margin in a corner where a logo stands."""
    picture = np.asarray(backdrop.picture(theme(reference), *size))
    rows = slice(0, size[1] // 12) if top else slice(-size[1] // 12, None)
    return picture[rows, : size[0] // 4] if left else picture[rows, -size[0] // 4 :]


def test_a_brand_is_drawn_in_its_colours_with_logo_footer_and_font(tmp_path: Path) -> None:
    write_kit(tmp_path)
    reference, _ = apply_brand("slate", kit_in(tmp_path))
    look = theme(reference)
    assert (look.background, look.text, look.dark) == (Colour(0xFF, 0xF7, 0xE6), Colour(0x22, 0x22, 0x33), False)
    picture = draw_scene(EXAMPLES["quote"], RenderSettings(320, 180, theme=reference), SceneTiming(1.0)).get_frame(0.9)
    assert tuple(picture[90, -1]) == look.background
    assert (corner(reference, left=False, top=True) != look.background).any(), "the logo"
    assert (corner(reference, left=True, top=False) != look.background).any(), "the footer"
    assert not (corner(reference, left=True, top=True) != look.background).any()
    heading, prose = (plain_block("Wide letters", TextStyle(40, look, look.text, weight), 2000).width for weight in (700, 400))
    slate = theme("slate")
    assert heading != plain_block("Wide letters", TextStyle(40, slate, slate.text, 700), 2000).width
    assert prose == plain_block("Wide letters", TextStyle(40, slate, slate.text, 400), 2000).width


def test_a_long_footer_can_be_read_and_ends_before_the_logo(tmp_path: Path) -> None:
    write_kit(tmp_path, footer="🚀 " + "H" * 118, logo={"file": "logo.png", "position": "bottom-right"})
    reference, _ = apply_brand("slate", kit_in(tmp_path))
    picture = np.asarray(backdrop.picture(theme(reference), 540, 960))[-90:].astype(int)
    ink = np.abs(picture - picture[0, 0]).max(axis=2) > 60
    letters = ink[:, 60 : 540 * 7 // 10]
    rows = np.flatnonzero(letters.any(axis=1))
    assert rows[-1] - rows[0] >= 6, "of 12, if it were short"
    assert not ink[:, 540 * 72 // 100 : 540 * 74 // 100].any()


def test_what_a_font_of_a_brand_lacks_comes_from_videogens_fonts(tmp_path: Path) -> None:
    write_kit(tmp_path, fonts={"text": "head.ttf"})
    look = theme(apply_brand("slate", kit_in(tmp_path))[0])
    block = plain_block("ok 日本", TextStyle(40, look, look.text), 2000)
    files = [run.face.file for line in block.lines for _, run in line.text_runs if run.text.strip()]
    assert files[0] == str(tmp_path / "head.ttf")
    assert "NotoSansCJK" in files[-1]


@pytest.mark.parametrize("base", sorted(themes()))
@pytest.mark.parametrize(
    "colours",
    [
        {"accent": "#ffee00"},
        {"background": "#777777"},
        {"background": "#ffffff", "text": "#eeeeee", "accent": "#dddddd"},
        {"background": "#101010", "text": "#202020", "panel": "#f0f0f0", "band": "#888888"},
        {"text": "#3355ff"},
    ],
)
def test_every_text_of_a_brand_can_be_read_whatever_its_colours_are(tmp_path: Path, base: str, colours: dict[str, str]) -> None:
    write_kit(tmp_path, colours=colours, logo=None, fonts=None)
    look, adjusted = branded(theme(base), kit_in(tmp_path))
    too_low = [(ink, ground, ratio) for ink, ground, ratio in contrasts(look) if ratio < LEAST_CONTRAST]
    assert too_low == []
    assert {one.name for one in adjusted} <= set(colours)


def test_colours_that_can_be_read_stay_and_others_are_warned_about(tmp_path: Path) -> None:
    write_kit(tmp_path)
    settings, warnings = with_brand(RenderSettings(theme="slate"), kit_in(tmp_path))
    assert settings.theme.startswith("slate+tea@")
    assert [(one.code, "accent #ff7a00 is drawn as" in one.message) for one in warnings] == [("colour_adjusted", True)]
    write_kit(tmp_path, colours={"background": "#fff7e6", "accent": "#7a3000"})
    assert with_brand(RenderSettings(theme="slate"), kit_in(tmp_path))[1] == []


def test_a_changed_kit_or_file_is_another_theme(tmp_path: Path) -> None:
    write_kit(tmp_path)
    first = apply_brand("slate", kit_in(tmp_path))[0]
    write_kit(tmp_path, footer="other.example")
    second = apply_brand("slate", kit_in(tmp_path))[0]
    write_logo(tmp_path / "logo.png", "#cc0000")
    third = apply_brand("slate", kit_in(tmp_path))[0]
    assert len({first, second, third}) == 3


def test_a_logo_that_could_not_be_seen_stands_on_a_plate(tmp_path: Path) -> None:
    write_kit(tmp_path, colours={"background": "#0044cc"})
    look = theme(reference := apply_brand("slate", kit_in(tmp_path))[0])
    assert look.background == Colour(0x00, 0x44, 0xCC)
    found = corner(reference, left=False, top=True).reshape(-1, 3)
    assert (found == (255, 255, 255)).all(axis=1).any()


def test_intro_comes_before_the_scenes_and_an_outro_takes_the_place_of_the_closing_card(tmp_path: Path) -> None:
    write_kit(tmp_path)
    script = Script(
        title="T",
        scenes=(TextScene(kind="text", paragraphs=("x",)), OutroScene(kind="outro", title="Thank you")),
    )
    first, middle, last = with_cards(script, kit_in(tmp_path)).scenes
    assert isinstance(first, TitleScene)
    assert (first.title, first.subtitle, first.say, first.duration_s) == ("Harbour tea", "since 1901", "", 2)
    assert isinstance(middle, TextScene)
    assert isinstance(last, OutroScene)
    assert last.title == "tea.example"
    write_kit(tmp_path, intro={"file": "logo.png"}, outro=None)
    picture = with_cards(script, kit_in(tmp_path)).scenes[0]
    assert isinstance(picture, ImageScene)
    assert (picture.file, picture.fit) == ("logo.png", "fill")


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"colours": {"accent": "blue"}}, "colours.accent: has to be a colour in quotes"),
        ({"colours": {"ink": "#000000"}}, "colours.ink"),
        ({"theme": "mine"}, "theme: has to be one of slate, paper"),
        ({"logo": "gone.png"}, "logo: the file gone.png is not there"),
        ({"logo": "head.ttf"}, "logo: head.ttf: "),
        ({"fonts": {"text": "logo.png"}}, "fonts.text: logo.png: This is no font in TTF or OTF"),
        ({"fonts": {"text": "cut.ttf"}}, "fonts.text: cut.ttf: "),
        ({"intro": {}}, "intro: needs a title or a file"),
        ({"intro": {"file": "head.ttf"}}, "intro: head.ttf: "),
        ({"intro": {"title": "x", "seconds": 0}}, "intro.seconds"),
        ({"logo": {"file": "logo.png", "position": "middle"}}, "logo.position"),
        ({"footer": "x" * 500}, "footer"),
    ],
)
def test_a_brand_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    write_kit(tmp_path, **changes)
    (tmp_path / "cut.ttf").write_bytes((tmp_path / "head.ttf").read_bytes()[:60])
    with pytest.raises(BadOption) as caught:
        kit_in(tmp_path)
    assert message in caught.value.detail
    assert caught.value.diagnostics[0].path == "options.brand"


def test_a_brand_of_front_matter_that_does_not_exist_is_a_warning_and_one_of_a_request_an_error() -> None:
    kit, warnings = find_kit({"brand": "nobody"}, {}, nothing)
    assert (kit, [one.code for one in warnings]) == (None, ["unknown_brand"])
    with pytest.raises(BadOption, match="There is no brand called 'nobody'"):
        find_kit({}, {"brand": "nobody"}, nothing)
    assert find_kit({}, {}, nothing) == (None, [])


def test_a_kit_says_the_same_after_it_was_written_as_json(tmp_path: Path) -> None:
    write_kit(tmp_path)
    brand = kit_in(tmp_path).brand
    assert Brand.model_validate(to_json(brand)) == brand


@pytest.mark.parametrize(
    "source, options, names",
    [
        ("---\nbrand: tea\n---\n", {}, ["tea"]),
        ('{"options": {"brand": "tea"}}', {}, ["tea"]),
        ("# No", {"brand": "mine"}, ["mine"]),
        ("brand: ../x", {"brand": 3}, []),
        ("brand: [a]", {}, []),
    ],
)
def test_names_of_brands_are_found_without_reading_the_script(source: str, options: dict[str, Any], names: list[str]) -> None:
    assert mentioned(source, options) == names
