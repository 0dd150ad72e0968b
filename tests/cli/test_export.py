"""export: another format of a finished video, made here and now."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from models.database import Store
from tests.cli.conftest import Run
from tests.support.completed_video import completed_video, write_video
from videogen.cli.cmd_export import default_name
from videogen.kinds.export import FORMATS


@pytest.fixture
def video(store: Store, tmp_path: Path) -> str:
    return completed_video(store, write_video(tmp_path / "source.mp4"))


def test_video_is_converted_to_what_the_suffix_says(run: Run, data: Path, video: str) -> None:
    target = data.parent / "talk.webm"
    result = run("export", "last", "-o", str(target), "--height", "120", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert (answer["file"], answer["format"], answer["bytes"]) == (str(target), "webm", target.stat().st_size)
    assert target.read_bytes()[:4] == b"\x1a\x45\xdf\xa3"
    assert "Converting: Converting" in result.stderr
    assert list((data / "work").iterdir()) == []


def test_each_format_has_a_file_name_of_its_own() -> None:
    names = [default_name("How bread: rises?", format) for format in FORMATS]
    assert len(set(names)) == len(FORMATS)
    assert names[0] == "How-bread-rises.webm" and "How-bread-rises-chapters.txt" in names and "How-bread-rises-scorm.zip" in names


def test_format_and_place_are_checked_before_anything_is_made(run: Run, video: str) -> None:
    for arguments in (["-o", "talk.avi"], [], ["-o", "nowhere/talk.gif"]):
        assert run("export", video, *arguments).exit_code == 2
    refused = run("export", video, "--format", "mp3", "--height", "240")
    assert refused.exit_code == 1
    assert "Sound has no height." in refused.stderr


def test_format_whose_extra_is_missing_is_refused_with_its_name(run: Run, video: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "fpdf" else find_spec(name))
    refused = run("export", video, "--format", "pdf")
    assert refused.exit_code == 1
    assert "Handout (PDF) needs libraries that are not installed here." in refused.stderr
    assert "pip install 'videogen[export]'" in refused.stderr
