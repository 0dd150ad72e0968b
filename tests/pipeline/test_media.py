"""A video with pictures and videos in it, from the order to the mp4."""

from __future__ import annotations

import hashlib
from pathlib import Path

import av
import numpy as np
import pytest

from tests.support.media_files import picture, video
from tests.support.short_video import RenderResult, run

SOURCE = """\
# Cats

![A cat](cat.png){fill}

![](clip.mp4){from 0.2 to 1.8}

![A dog](dog.png "Its name is Rex")
"""


def stored(directory: Path, content: bytes) -> Path:
    """A file as the store keeps it: under the hash of its content."""
    directory.mkdir(exist_ok=True)
    path = directory / hashlib.sha256(content).hexdigest()
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("film")


def render_video(directory: Path, work: str, dog: tuple[int, int, int]) -> RenderResult:
    files = {
        "cat.png": stored(directory / "assets", picture((320, 240))),
        "clip.mp4": stored(directory / "assets", video(directory / "clip.mp4", 2.0, (160, 120)).read_bytes()),
        "dog.png": stored(directory / "assets", picture((320, 240), colour=dog)),
    }
    return run(directory / work, directory / "cache", SOURCE, voice="none", assets=files)


@pytest.fixture(scope="module")
def made(directory: Path) -> RenderResult:
    return render_video(directory, "first", (10, 90, 200))


def test_video_shows_and_plays_them(made: RenderResult) -> None:
    title, cat, clip, dog = made.metadata["scenes"]
    assert [scene["kind"] for scene in (title, cat, clip, dog)] == ["title", "image", "clip", "image"]
    assert clip["duration_s"] == pytest.approx(1.7, abs=0.6)
    with av.open(str(made.out / "video.mp4")) as container:
        frames = {float(frame.time): frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)}
    shown = frames[max(time for time in frames if time < dog["start"])]
    assert shown[120, 213].mean() == pytest.approx(255 * 17 / 19, abs=12)
    with av.open(str(made.out / "video.mp4")) as container:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    levels = np.abs(sound)
    start, end = round((clip["start"] + 0.1) * 48000), round((clip["start"] + 1.7) * 48000)
    assert levels[start + 2400 : end - 2400].max() > 0.05
    assert levels[: start - 4800].max() < 0.01
    assert levels[end + 9600 :].max() < 0.01


def test_changed_picture_is_drawn_again_and_all_else_is_there(made: RenderResult, directory: Path) -> None:
    assert made.counts("video") == (4, 0)
    assert render_video(directory, "second", (10, 90, 200)).counts("video") == (0, 4)
    assert render_video(directory, "third", (200, 90, 10)).counts("video") == (1, 3)
