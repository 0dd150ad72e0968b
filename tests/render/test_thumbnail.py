import os
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.render.clips import segment
from videogen.render.thumbnail import WIDTH, Thumbnail, ThumbnailFailed


@pytest.fixture(scope="module")
def video(tmp_path_factory) -> Path:
    return segment(tmp_path_factory.mktemp("video") / "a.mp4", 2.0).file


def processes_of(group: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] not in "ZX" and int(fields[2]) == group:
            found.append(int(stat.parent.name))
    return found


def hang_on_import(tmp_path: Path, module: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module of that name, found before the real one, whose import starts a process of its own and never ends."""
    here = tmp_path / "here"
    here.mkdir()
    started = tmp_path / "started"
    program = "import subprocess, time, pathlib\nsubprocess.Popen(['sleep', '600'])\npathlib.Path({!r}).touch()\ntime.sleep(600)\n"
    (here / f"{module}.py").write_text(program.format(str(started)))
    monkeypatch.setenv("PYTHONPATH", str(here))
    return started


def test_thumbnail_is_a_frame_of_the_film(video: Path, tmp_path: Path) -> None:
    target = tmp_path / "thumbnail.jpg"
    with Thumbnail(video, 1.1, target, 60.0) as thumbnail:
        thumbnail.wait()
    with Image.open(target, formats=["JPEG"]) as picture:
        assert picture.size == (WIDTH, 360)
        assert picture.getpixel((500, 180)) == pytest.approx((250, 100, 30), abs=12)  # the box, at the end of its way
        assert picture.getpixel((20, 20)) == pytest.approx((20, 30, 40), abs=12)


@pytest.mark.parametrize("module", ["moviepy", "matplotlib"])
def test_hanging_import_is_killed_with_all_that_it_has_started(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    started = hang_on_import(tmp_path, module, monkeypatch)
    with Thumbnail(video, 1.0, tmp_path / "thumbnail.jpg", 4.0) as thumbnail:
        group = thumbnail._group.id
        with pytest.raises(ThumbnailFailed, match="longer than 4 s"):
            thumbnail.wait()
    assert started.exists()
    assert processes_of(group) == []


def test_what_went_wrong_is_said(tmp_path: Path) -> None:
    (tmp_path / "no-video.mp4").write_bytes(b"nothing")
    with (
        Thumbnail(tmp_path / "no-video.mp4", 1.0, tmp_path / "thumbnail.jpg", 60.0) as thumbnail,
        pytest.raises(ThumbnailFailed, match="ended with 1"),
    ):
        thumbnail.wait()


def test_process_that_cannot_be_started_is_only_said_when_the_thumbnail_is_asked_for(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    with (
        Thumbnail(video, 1.0, tmp_path / "thumbnail.jpg", 60.0) as thumbnail,
        pytest.raises(ThumbnailFailed, match="could not be started"),
    ):
        thumbnail.wait()


def test_leaving_it_early_ends_it(video: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    with Thumbnail(video, 1.0, tmp_path / "thumbnail.jpg", 60.0) as thumbnail:
        group = thumbnail._group.id
    assert processes_of(group) == []
    assert time.monotonic() - began < 30


def test_it_needs_no_display(video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("MPLBACKEND", "TkAgg")
    monkeypatch.setattr(os, "environ", os.environ)
    with Thumbnail(video, 1.0, tmp_path / "thumbnail.jpg", 60.0) as thumbnail:
        thumbnail.wait()
    assert (tmp_path / "thumbnail.jpg").exists()
