"""render: a video here and now, whole or not at all."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Start
from tests.support.process_state import until

SCRIPT = "# Hello\n\nA sentence.\n\n![badge](https://example.com/badge.svg)\n"


@pytest.fixture
def script(data: Path) -> Path:
    path = data.parent / "hello.md"
    path.write_text(SCRIPT)
    return path


def test_video_and_what_goes_with_it_are_there(run: Run, data: Path, script: Path) -> None:
    target = data.parent / "made.mp4"
    result = run("render", str(script), "-o", str(target), "--voice", "none", "--height", "240", "--extras", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert target.read_bytes()[4:8] == b"ftyp"
    assert answer["bytes"] == target.stat().st_size
    assert {Path(file).suffix for file in answer["files"]} == {".mp4", ".vtt", ".srt", ".txt", ".json", ".jpg"}
    assert json.loads(target.with_suffix(".json").read_text())["duration_s"] == answer["seconds"]
    assert [warning["code"] for warning in answer["warnings"]] == ["remote_picture"]
    assert "Warning: line 5: A picture on another server is left out." in result.stderr
    assert "Drawing: Drawing the scenes" in result.stderr
    assert not list((data / "work").iterdir())


def test_script_on_standard_input_wants_a_name_for_the_video(run: Run) -> None:
    result = run("render", "-", stdin=SCRIPT)
    assert result.exit_code == 2
    assert "-o" in result.stderr


def test_directory_that_is_not_there_is_said_before_anything_is_made(run: Run, script: Path) -> None:
    result = run("render", str(script), "-o", "nowhere/film.mp4")
    assert result.exit_code == 2
    assert "There is no directory nowhere." in result.stderr


def test_broken_yaml_names_its_line(run: Run, data: Path) -> None:
    path = data.parent / "broken.yaml"
    path.write_text("title: X\nscenes:\n  - kind: title\n   title: Y\n")
    result = run("render", str(path))
    assert result.exit_code == 1
    assert "line 4" in result.stderr.lower()
    assert not path.with_suffix(".mp4").exists()


def test_unknown_theme_fails_with_the_known_ones(run: Run, script: Path) -> None:
    result = run("render", str(script), "--theme", "nope", "--voice", "none")
    assert result.exit_code == 1
    assert "has to be one of slate, paper" in result.stderr


def test_interrupted_render_leaves_neither_video_nor_process(start: Start, data: Path, script: Path) -> None:
    script.write_text("".join(f"# Part {number}\n\nA sentence.\n\n" for number in range(50)))
    process = start("render", str(script), "--voice", "none")
    assert process.stderr
    for line in process.stderr:
        if "Drawing" in line:
            break
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130
    assert not script.with_suffix(".mp4").exists()
    assert not list((data / "work").iterdir())
    until(lambda: not holding(data))


def holding(data: Path) -> list[str]:
    """The processes that have a file of the cache or of an order open."""
    holders = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            open_files = [str(link.readlink()) for link in (process / "fd").iterdir()]
        except OSError:
            continue
        if any(name.startswith((str(data / "cache"), str(data / "work"))) for name in open_files):
            holders.append(process.name)
    return holders
