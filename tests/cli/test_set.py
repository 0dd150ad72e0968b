"""set: many videos of one script, one for each row of a table."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from models import attempt
from models.database import Store
from tests.cli.conftest import Run
from tests.support.task_moves import Moves, published, written


@pytest.fixture
def script(data: Path) -> Path:
    path = data.parent / "welcome.md"
    path.write_text("# Hello {{name}}\n\nIn {{city}}.\n", encoding="utf-8")
    return path


def values(script: Path, text: str, name: str = "people.csv") -> str:
    path = script.with_name(name)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_each_row_is_a_video_and_the_set_comes_after_them(run: Run, script: Path) -> None:
    result = run("set", str(script), "--values", values(script, "name,city,phone\nAnna,Berlin,1\nBo,Oslo,2\n"), "--voice", "none", "--json")
    made = json.loads(result.stdout)
    assert (result.exit_code, made["title"]) == (0, "Hello Anna and 1 more")
    assert [video["title"] for video in made["videos"]] == ["Hello Anna", "Hello Bo"]
    assert "Warning: The script does not use the column phone." in result.stderr
    listed = json.loads(run("tasks", "--json").stdout)
    assert [task["id"] for task in listed] == [made["id"], *(video["id"] for video in reversed(made["videos"]))]


def test_dry_run_shows_titles_and_submits_nothing(run: Run, script: Path) -> None:
    table = values(script, "- {name: Anna, city: Berlin}\n- {name: Bo, city: Oslo}\n", "people.yaml")
    result = run("set", str(script), "--values", table, "--voice", "none", "--dry-run")
    assert result.stdout == "  1  Hello Anna\n  2  Hello Bo\n"
    assert run("tasks", "--json").stdout == "[]\n"


def test_row_without_a_value_is_named_and_nothing_is_submitted(run: Run, script: Path) -> None:
    result = run("set", str(script), "--values", values(script, "name,city\nAnna,Berlin\nBo,\n"), "--voice", "none")
    assert result.exit_code == 1
    assert "Row 2: it has no value for {{city}}." in result.stderr
    assert run("tasks", "--json").stdout == "[]\n"


def test_videos_of_a_set_are_saved_under_their_titles(run: Run, script: Path, store: Store) -> None:
    run("set", str(script), "--values", values(script, "name,city\nAnna,Berlin\nBo,Oslo\n"), "--voice", "none")
    moves = Moves(store)
    lease = moves.claim().lease
    attempt.report(store, lease, published(written(store.data / "work" / "a", b"a video")))
    attempt.complete(store, lease)
    target = script.with_name("all")
    result = run("download", "last", "-o", str(target), "--json")
    assert json.loads(result.stdout) == {"files": [str(target / "01-Hello-Anna.mp4")], "missing": ["02-Hello-Bo: queued"]}
    assert (target / "01-Hello-Anna.mp4").read_bytes() == b"a video"
    assert "Not saved: 02-Hello-Bo: queued" in result.stderr
    archive = script.with_name("all.zip")
    assert run("download", "last", "-o", str(archive)).exit_code == 0
    assert zipfile.ZipFile(archive).namelist() == ["not-in-this-archive.txt", "01-Hello-Anna.mp4"]
    assert "There is no such file yet." in run("download", "last", "--kind", "thumbnail").stderr


def test_option_that_cannot_be_used_is_told_once_and_a_row_of_its_own_by_its_number(run: Run, script: Path) -> None:
    table = values(script, "name,city\nAnna,Berlin\nBo,Oslo\nCy,Rome\n")
    result = run("set", str(script), "--values", table, "--voice", "none", "--theme", "no-such-theme")
    assert (result.exit_code, result.stderr.count("has to be one of slate"), "Row" in result.stderr) == (1, 1, False)
    script.write_text("# Hello {{name}}\n\n<!-- transition: {{city}} -->\n\nText.\n", encoding="utf-8")
    table = values(script, "name,city\nAnna,fade\nBo,Oslo\nCy,Rome\n")
    result = run("set", str(script), "--values", table, "--voice", "none")
    assert (result.exit_code, "Row 1" in result.stderr, "Row 3" in result.stderr) == (1, False, False)
    assert "Row 2 (Bo) (and 1 more row): the note transition needs one of" in result.stderr
