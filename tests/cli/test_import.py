"""import: a presentation becomes a script with its pictures beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support.presentations import talk


@pytest.fixture
def deck(data: Path) -> Path:
    return talk(data.parent / "talk.pptx")


def test_script_and_its_pictures_are_written_beside_each_other(run: Run, data: Path, deck: Path) -> None:
    target = data.parent / "bees.md"
    result = run("import", str(deck), "-o", str(target), "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["script"], answer["title"]) == (0, str(target), "City bees")
    assert answer["files"] == [str(data.parent / "bees-files" / "slide-05-1.png")]
    assert Path(answer["files"][0]).read_bytes().startswith(b"\x89PNG")
    assert "![A hive on a roof](bees-files/slide-05-1.png)" in target.read_text()
    assert "Warning: Slide 3: A hidden slide is left out." in result.stderr
    assert list((data / "work").iterdir()) == []


def test_script_that_is_there_is_replaced_only_by_force(run: Run, deck: Path) -> None:
    script = deck.with_suffix(".md")
    script.write_text("# Mine\n")
    refused = run("import", str(deck))
    assert (refused.exit_code, script.read_text()) == (2, "# Mine\n")
    assert "--force" in refused.stderr
    assert run("import", str(deck), "--force").exit_code == 0
    assert "Bees in the city" in script.read_text()


def test_file_that_is_no_presentation_is_an_error_with_a_hint(run: Run, data: Path) -> None:
    other = data.parent / "talk.pptx"
    other.write_bytes(b"no deck")
    result = run("import", str(other))
    assert result.exit_code == 1
    assert "not a presentation" in result.stderr
    assert not other.with_suffix(".md").exists()
