"""The option `music`: what it takes, what it makes of a video, and what it does when the file is not there."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from models.errors import MissingFile
from tests.support.short_video import RenderResult, run
from videogen.errors.script import BadOption
from videogen.pipeline.script_check import check_script
from videogen.pipeline.script_files import LocalFiles
from videogen.script.options import check
from videogen.voices.loudness import measure
from videogen.voices.wav import RATE_HZ, write_wav

SOURCE = "---\ntitle: T\nmusic: {}\n---\n# One\n\nA sentence.\n\n# Two\n\nAnother one.\n\n<!-- pause: 3 -->\n"


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    file = tmp_path / "tune.wav"
    times = np.arange(2 * RATE_HZ)
    write_wav(file, np.stack([np.sin(times * 0.03), np.sin(times * 0.05)], axis=1).astype(np.float32) * 0.3)
    return file


def decoded_sound(result: RenderResult) -> NDArray[np.float32]:
    """The sound of the video, of shape (samples, channels)."""
    with av.open(str(result.out / "video.mp4")) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).T


@pytest.mark.integration
def test_own_music_is_heard_below_the_voice_and_rendered_scenes_are_used_again(tmp_path: Path, tune: Path) -> None:
    cache = tmp_path / "cache"
    plain = run(tmp_path / "plain", cache, SOURCE.format("none"))
    result = run(tmp_path / "music", cache, SOURCE.format("tune.wav"), assets={"tune.wav": tune})
    sound = decoded_sound(result)
    assert sound.shape == (round(result.metadata["duration_s"] * RATE_HZ), 2)
    assert result.metadata["duration_s"] == plain.metadata["duration_s"]
    end = result.metadata["scenes"][-1]["sentences"][-1]["end"]
    tail = np.ascontiguousarray(sound[round((end + 1.2) * RATE_HZ) : -3 * RATE_HZ // 2])
    assert -36 < measure(tail).integrated < -26
    assert not np.allclose(tail[:, 0], tail[:, 1], atol=1e-3), "the music is in stereo"
    assert result.counts("video") == (0, 3)


def test_music_is_a_bed_a_file_or_none() -> None:
    assert check({"music": "Calm"}).music == "calm"
    assert check({"music": False}).music == "none"
    assert check({"music": "My tune.MP3"}).music == "My tune.MP3"
    with pytest.raises(BadOption):
        check({"music": 3})
    with pytest.raises(BadOption):
        check({"music_db": -6})


@pytest.mark.parametrize("music", ["calm", "none"])
def test_beds_need_no_file(tmp_path: Path, music: str) -> None:
    assert check_script(SOURCE.format(music), None, {}, voice="none", theme="slate", files=LocalFiles(tmp_path)).files == {}


def test_own_music_comes_with_the_script(tmp_path: Path, tune: Path) -> None:
    checked = check_script(SOURCE.format("tune.wav"), None, {}, voice="none", theme="slate", files=LocalFiles(tmp_path))
    assert checked.files == {"tune.wav": str(tune)}


def test_music_that_is_not_there_refuses_only_where_that_is_asked_for(tmp_path: Path) -> None:
    script = SOURCE.format("jazz.mp3")
    assert check_script(script, None, {}, voice="none", theme="slate", files=LocalFiles(tmp_path)).files == {}
    with pytest.raises(MissingFile, match=r"jazz\.mp3"):
        check_script(script, None, {"missing_images": "fail"}, voice="none", theme="slate", files=LocalFiles(tmp_path))


def test_a_picture_is_no_music(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60))
    script = SOURCE.format("a.png")
    assert check_script(script, None, {}, voice="none", theme="slate", files=LocalFiles(tmp_path)).files == {}
