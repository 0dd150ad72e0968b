"""themes: the list, a copy to change, and a video in a theme of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import av
import pytest

from models import asset, task
from models.database import Store
from tests.cli.conftest import Run
from tests.support.own_theme import BROKEN, theme_text, write_theme


@pytest.fixture
def script(data: Path) -> Path:
    path = data.parent / "hello.md"
    path.write_text("---\ntheme: mine\n---\n# Hello\n\nA sentence.\n")
    return path


def test_a_copied_theme_is_a_theme_of_ones_own(run: Run, data: Path) -> None:
    result = run("themes", "--copy", "slate", "mine")
    assert result.stdout.strip() == str((data / "themes" / "mine.yaml").resolve())
    listed = json.loads(run("themes", "--json").stdout)["themes"]
    assert [one["name"] for one in listed if one["own"] and not one["problem"]] == ["mine"]
    assert "your own" in run("themes").stdout
    again = run("themes", "--copy", "mine", "mine")
    assert again.exit_code == 1 and "already" in again.stderr


@pytest.mark.parametrize(("theme", "name"), [("slate", "paper"), ("slate", "../up"), ("nope", "mine")])
def test_a_copy_that_cannot_be_made_says_why(run: Run, data: Path, theme: str, name: str) -> None:
    result = run("themes", "--copy", theme, name)
    assert result.exit_code == 1 and "Hint" in result.stderr
    assert not (data / "themes").exists() or not list((data / "themes").iterdir())


def test_a_broken_theme_is_listed_and_refuses_a_video_with_the_line(run: Run, data: Path, script: Path) -> None:
    write_theme(data, text=BROKEN)
    assert "line 8, colours.text" in " ".join(run("themes").stdout.split())
    result = run("render", str(script), "--voice", "none")
    assert result.exit_code == 1
    assert "line 8, colours.text: has to be a colour in quotes" in " ".join(result.stderr.split())


def test_a_video_is_drawn_in_a_theme_of_ones_own(run: Run, data: Path, script: Path) -> None:
    write_theme(data, text=theme_text("#fff8f0"))
    target = data.parent / "made.mp4"
    result = run("render", str(script), "-o", str(target), "--voice", "none", "--height", "240")
    assert result.exit_code == 0, result.stderr
    with av.open(str(target)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="rgb24")
    red, green, blue = picture[-4, -4]
    assert abs(int(red) - 0xFF) + abs(int(green) - 0xF8) + abs(int(blue) - 0xF0) < 12


def test_a_task_keeps_the_theme_that_it_was_submitted_with(run: Run, store: Store, data: Path, script: Path) -> None:
    path = write_theme(data, text=theme_text("#fff8f0"))
    assert run("submit", str(script), "--voice", "none").exit_code == 0
    path.unlink()
    assert run("submit", str(script), "--voice", "none", "--theme", "mine").exit_code == 1
    again = run("submit", "--from", "last", "--json")
    assert again.exit_code == 0, again.stderr
    with store.reading() as read:
        rows, _ = task.page(read)
        assert len(rows) == 2
        for row in rows:
            (file,) = asset.of_task(read, row.id)
            assert file.name == "mine.theme.yaml"
            assert (data / file.key).read_text() == theme_text("#fff8f0")


def test_a_removed_theme_is_gone(run: Run, data: Path) -> None:
    run("themes", "--copy", "slate", "mine")
    assert run("themes", "--remove", "mine").stdout == "Removed the theme mine.\n"
    assert not (data / "themes" / "mine.yaml").exists()
    again = run("themes", "--remove", "mine")
    assert again.exit_code == 1 and "no theme of your own" in again.stderr
