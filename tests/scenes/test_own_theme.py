"""Themes of one's own: found, read, referred to by their content, and refused with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.own_theme import BROKEN, BROKEN_LINE, theme_text, write_theme
from tests.support.scene_contents import EXAMPLES
from videogen.errors.script import BadOption
from videogen.scenes import RenderSettings, SceneTiming, draw_scene, refer, theme
from videogen.scenes.theme_list import list_themes
from videogen.script import theme_names
from videogen.script.options import check


@pytest.fixture(autouse=True)
def directory(tmp_path: Path) -> Iterator[Path]:
    theme_names.use_theme_directory(tmp_path / "themes")
    yield tmp_path / "themes"
    theme_names.use_theme_directory(None)
    theme_names.use_theme_files(None)


def corner(reference: str) -> tuple[int, ...]:
    picture = draw_scene(EXAMPLES["quote"], RenderSettings(96, 54, theme=reference), SceneTiming(1.0)).get_frame(0.9)
    return tuple(map(int, picture[-1, -1]))


def test_a_copy_of_a_theme_is_drawn_in_its_own_colours(tmp_path: Path) -> None:
    write_theme(tmp_path, text=theme_text("#fff8f0"))
    assert check({"theme": "mine"}).theme == "mine"
    assert corner(refer("mine")) == (0xFF, 0xF8, 0xF0)


def test_a_changed_theme_is_referred_to_as_another_one(tmp_path: Path) -> None:
    write_theme(tmp_path, text=theme_text("#fff8f0"))
    before = refer("mine")
    write_theme(tmp_path, text=theme_text("#f0f8ff"))
    after = refer("mine")
    assert before != after
    assert (corner(before), corner(after)) == ((0xFF, 0xF8, 0xF0), (0xF0, 0xF8, 0xFF))
    assert refer("slate") == "slate"


def test_a_theme_among_the_files_of_a_script_wins_over_the_directory(tmp_path: Path) -> None:
    write_theme(tmp_path, text=theme_text("#fff8f0"))
    beside = tmp_path / "mine.theme.yaml"
    beside.write_text(theme_text("#f0f8ff"))
    theme_names.use_theme_files({"mine.theme.yaml": beside}.get)
    assert corner(refer("mine")) == (0xF0, 0xF8, 0xFF)


@pytest.mark.parametrize("name", ["gone", "../mine", "mine/../mine", "", "mine.yaml", "a" * 60, "mine\0", "mine@0123"])
def test_a_name_that_is_no_theme_is_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    write_theme(tmp_path)
    with pytest.raises(BadOption, match=r"has to be one of slate, paper, .*, mine, or a theme of your own"):
        check({"theme": name})
    with pytest.raises(BadOption, match="There is no theme"):
        refer(name)


def test_a_broken_theme_names_the_line_of_its_file_and_not_one_of_the_script(tmp_path: Path) -> None:
    write_theme(tmp_path, text=BROKEN)
    with pytest.raises(BadOption, match=rf"line {BROKEN_LINE}, colours\.text: has to be a colour in quotes") as caught:
        refer("mine")
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.line, diagnostic.path) == (None, "options.theme")
    assert f"line {BROKEN_LINE}" in diagnostic.message
    assert "Copy one of videogen's" in caught.value.hint


def test_a_theme_cannot_take_the_place_of_one_of_videogens(tmp_path: Path) -> None:
    write_theme(tmp_path, "slate", theme_text("#fff8f0"))
    assert corner(refer("slate")) == (0x15, 0x1A, 0x21)
    listed = list_themes(theme_names.own_files(tmp_path / "themes").items())
    assert [one["problem"] and one["problem"]["message"] for one in listed if one["name"] == "slate"] == [
        None,
        "slate is the name of a theme that comes with videogen.",
    ]


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\0", b"colours: [", b"x" * 70_000, b"- a", b"a: &a [*a]", b"a: !!python/object:os.system x"]
)
def test_any_file_in_the_directory_is_listed_with_why_it_is_no_theme(tmp_path: Path, content: bytes) -> None:
    write_theme(tmp_path).write_bytes(content)
    (listed,) = [one for one in list_themes(theme_names.own_files(tmp_path / "themes").items()) if one["own"]]
    assert listed["problem"]["message"] and listed["problem"]["hint"]


def test_themes_are_objects_that_caches_can_tell_apart(tmp_path: Path) -> None:
    write_theme(tmp_path)
    assert theme.theme(refer("mine")) is theme.theme(refer("mine"))
