"""brand: kits that are added, shown, used and removed."""

from __future__ import annotations

import json
from pathlib import Path

import av
import pytest

from models import asset, task
from models.database import Store
from tests.cli.conftest import Run
from tests.support.brand_kits import write_kit


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    return write_kit(tmp_path / "kit")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "hello.md"
    path.write_text("---\nbrand: tea\nvoice: none\n---\n# Hello\n\nA sentence.\n")
    return path


def test_a_brand_is_added_listed_shown_and_removed(run: Run, kit: Path, tmp_path: Path) -> None:
    added = run("brand", "add", "tea", str(kit))
    assert (added.exit_code, added.stdout) == (0, "Kept the brand tea, with 2 files.\n"), added.stderr
    assert "accent #ff7a00 is drawn as" in added.stderr
    assert run("brand", "list").stdout == "tea\tHarbour tea\t2 files\n"
    assert json.loads(run("brand", "list", "--json").stdout)[0]["kit"]["footer"] == "tea.example"
    assert json.loads(run("brand", "show", "tea").stdout)["logo"]["file"] == "logo.png"
    written = run("brand", "show", "tea", "--to", str(tmp_path / "copy")).stdout.strip()
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {"tea.brand.yaml", "logo.png", "head.ttf"}
    assert run("brand", "add", "again", written).exit_code == 0
    assert run("brand", "remove", "tea").stdout == "Removed the brand tea.\n"
    gone = run("brand", "show", "tea")
    assert gone.exit_code == 1 and "There is no brand called 'tea'" in gone.stderr


def test_a_brand_that_cannot_be_used_says_why(run: Run, kit: Path) -> None:
    (kit.parent / "logo.png").unlink()
    result = run("brand", "add", "tea", str(kit))
    assert result.exit_code == 1 and "logo: the file logo.png is not there" in " ".join(result.stderr.split())
    assert "cannot be called" in run("brand", "add", "../tea", str(kit)).stderr


def test_a_task_keeps_the_brand_that_it_was_submitted_with(run: Run, store: Store, kit: Path, script: Path) -> None:
    run("brand", "add", "tea", str(kit))
    result = run("submit", str(script), "--json")
    assert result.exit_code == 0, result.stderr
    run("brand", "remove", "tea")
    with store.reading() as read:
        files = asset.of_task(read, task.page(read)[0][0].id)
    assert [(file.name, file.media_type) for file in files] == [
        ("tea.brand.head.ttf", "font/ttf"),
        ("tea.brand.logo.png", "image/png"),
        ("tea.brand.yaml", "application/yaml"),
    ]


def test_a_video_is_drawn_in_the_brand_beside_its_script(run: Run, kit: Path) -> None:
    script = kit.parent / "hello.md"
    script.write_text("---\nbrand: tea\nvoice: none\n---\n# Hello\n")
    target = kit.parent / "made.mp4"
    result = run("render", str(script), "-o", str(target), "--height", "240")
    assert result.exit_code == 0, result.stderr
    with av.open(str(target)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="rgb24")
    red, green, blue = picture[120, -4]
    assert abs(int(red) - 0xFF) + abs(int(green) - 0xF7) + abs(int(blue) - 0xE6) < 12
