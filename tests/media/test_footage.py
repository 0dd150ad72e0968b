"""Videos are shown as they are: at the right time, in the right colours, the right side up; and heard as loud as narration."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.support.media_files import video
from videogen.errors.script import BadAsset
from videogen.media import footage
from videogen.voices.loudness import measure
from videogen.voices.wav import read_wav


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds from black to white at ten frames a second, with a tone."""
    return video(tmp_path_factory.mktemp("clip") / "clip.mp4", 2.0)


def test_video_tells_its_size_length_and_sound(clip: Path, tmp_path: Path) -> None:
    assert footage.probe(clip) == footage.Footage((64, 48), 2.0, True, 1)
    assert not footage.probe(video(tmp_path / "silent.mkv", 0.5, tone_hz=None)).has_sound


def test_pictures_are_those_of_their_time_forwards_and_backwards(clip: Path) -> None:
    shown = footage.Projector(clip, (32, 24))
    for seconds in (0.0, 0.05, 0.1, 0.99, 1.0, 1.5, 9.0, 0.3):
        number = min(19, int(seconds * 10 + 1e-6))
        assert shown.at(seconds).mean() == pytest.approx(255 * number / 19, abs=4), seconds
        assert shown.at(seconds).shape == (24, 32, 3)


@pytest.mark.parametrize("size", [(320, 240), (1280, 720)])
def test_colours_are_as_they_were_meant(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "red.mp4"
    space = 1 if size[1] >= 720 else 5
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"crf": "4", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), (200, 60, 30), np.uint8), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace=space)
        frame.pts, frame.time_base = 0, Fraction(1, 10)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert np.allclose(footage.Projector(path, (16, 16)).at(0)[8, 8], (200, 60, 30), atol=5)


def test_sound_of_a_stretch_is_as_long_as_it_and_as_loud_as_narration(clip: Path, tmp_path: Path) -> None:
    footage.write_sound(clip, 0.5, 1.75, tmp_path / "a.wav")
    samples = read_wav(tmp_path / "a.wav")
    assert len(samples) == pytest.approx(1.25 * 48000, abs=48)
    crossings = np.count_nonzero(np.diff(np.signbit(samples[4800:52800])))
    assert crossings / 2 == pytest.approx(440, rel=0.02)
    assert measure(samples).integrated == pytest.approx(-16, abs=3)


def test_what_is_no_video_or_half_of_one_is_refused(clip: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.mp4"
    half.write_bytes(clip.read_bytes()[:600])
    text = tmp_path / "text.mp4"
    text.write_text("ffconcat version 1.0\nfile /etc/passwd\n")
    for path in (half, text):
        with pytest.raises(BadAsset):
            footage.probe(path)
