import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from moviepy import ColorClip
from PIL import Image

from tests.support.rendered_clips import HEIGHT, WIDTH, beep, segment, slide
from videogen.render import thumbnail
from videogen.render.encoder import Encoding, encode
from videogen.render.thumbnail import Thumbnail, ThumbnailFailed, draw

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return segment(tmp_path_factory.mktemp("video") / "a.mp4", 2.0).file


def gone(pid: int) -> bool:
    """Whether a process of ours has ended and been reaped."""
    return not Path(f"/proc/{pid}").exists()


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing never ends."""
    monkeypatch.setattr(thumbnail, "draw", lambda *_: time.sleep(600))


def test_thumbnail_is_a_frame_of_the_video(video: Path, tmp_path: Path) -> None:
    target = tmp_path / "thumbnail.jpg"
    with Thumbnail(video, 1.1, target, 60.0) as thumbnail:
        thumbnail.wait()
        assert thumbnail.ready()
    with Image.open(target, formats=["JPEG"]) as picture:
        assert picture.size == (WIDTH, HEIGHT)


@pytest.mark.parametrize("seconds", [0.0, 0.5, 0.9, 1.9, 60.0])
def test_it_is_what_is_shown_then_and_of_a_video_that_is_over_the_last(video: Path, tmp_path: Path, seconds: float) -> None:
    draw(video, seconds, tmp_path / "thumbnail.jpg")
    with Image.open(tmp_path / "thumbnail.jpg") as picture:
        assert np.abs(np.asarray(picture, int) - slide(seconds)).mean() < 3


def test_large_video_has_a_small_thumbnail(tmp_path: Path) -> None:
    video = encode(ColorClip((1280, 720), (250, 100, 30), duration=1.0), beep(32, 30), 32, tmp_path / "large.mp4", Encoding(30)).file
    draw(video, 0.5, tmp_path / "thumbnail.jpg")
    with Image.open(tmp_path / "thumbnail.jpg") as picture:
        assert picture.size == (640, 360)
        assert picture.getpixel((320, 180)) == pytest.approx((250, 100, 30), abs=4)


def test_hanging_process_is_killed_when_its_time_is_over(video: Path, tmp_path: Path, hanging: None) -> None:
    with Thumbnail(video, 1.0, tmp_path / "thumbnail.jpg", 0.5) as thumbnail:
        pid = thumbnail._fork.pid
        with pytest.raises(ThumbnailFailed, match=r"longer than 0\.5 s"):
            thumbnail.wait()
        assert not thumbnail.ready()
    assert gone(pid)


def test_what_went_wrong_is_said(tmp_path: Path) -> None:
    (tmp_path / "no-video.mp4").write_bytes(b"nothing")
    with (
        Thumbnail(tmp_path / "no-video.mp4", 1.0, tmp_path / "thumbnail.jpg", 60.0) as thumbnail,
        pytest.raises(ThumbnailFailed, match=r"its process failed: .*Invalid data"),
    ):
        thumbnail.wait()


def test_killed_process_is_said_to_be_killed(video: Path, tmp_path: Path, hanging: None) -> None:
    with Thumbnail(video, 1.0, tmp_path / "thumbnail.jpg", 60.0) as thumbnail:
        os.kill(thumbnail._fork.pid, signal.SIGKILL)
        with pytest.raises(ThumbnailFailed, match="ended by SIGKILL"):
            thumbnail.wait()


def test_process_that_cannot_be_started_is_only_said_when_the_thumbnail_is_asked_for(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    with (
        Thumbnail(video, 1.0, tmp_path / "thumbnail.jpg", 60.0) as thumbnail,
        pytest.raises(ThumbnailFailed, match="could not be started"),
    ):
        thumbnail.wait()


def test_leaving_it_early_ends_it(video: Path, tmp_path: Path, hanging: None) -> None:
    with Thumbnail(video, 1.0, tmp_path / "thumbnail.jpg", 60.0) as thumbnail:
        pid = thumbnail._fork.pid
        assert not gone(pid)
    assert gone(pid)


@pytest.mark.slow
def test_it_needs_no_display(video: Path, tmp_path: Path) -> None:
    """Nor anything that might look for one."""
    program = (
        "import sys; from pathlib import Path; from videogen.render.thumbnail import draw\n"
        "draw(Path(sys.argv[1]), 1.0, Path(sys.argv[2]))\n"
        "assert 'matplotlib' not in sys.modules"
    )
    target = tmp_path / "thumbnail.jpg"
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"} | {"MPLBACKEND": "TkAgg"}
    subprocess.run([sys.executable, "-c", program, str(video), str(target)], env=environment, check=True)
    assert target.exists()
