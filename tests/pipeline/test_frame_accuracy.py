"""Whole videos, held and at a constant rate: sound and picture where they belong, for every reader that people use."""

from __future__ import annotations

import subprocess
from itertools import accumulate, pairwise
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest
from moviepy import VideoFileClip

from tests.support.coloured_video import LEAD_IN_S, colour_of, coloured_video, nearest
from tests.support.rendered_clips import pictures, sound
from tests.support.short_video import RenderResult

FPS, RATE_HZ = 30, 48_000
MANY, FEW = 200, 9
LENGTHS_S = tuple(0.5 + 0.37 * (number % 7) for number in range(MANY))


@pytest.fixture(scope="module", params=["held", "cfr"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    """Two hundred scenes, held; nine at a constant rate, whose every frame has to be encoded."""
    cfr = request.param == "cfr"
    return coloured_video(tmp_path_factory.mktemp(request.param), LENGTHS_S[: FEW if cfr else MANY], cfr=cfr)


def starts(made: RenderResult) -> list[int]:
    """The frame with which each scene begins, and the one after the last scene."""
    frames = [round(scene["duration_s"] * FPS) for scene in made.metadata["scenes"]]
    assert frames == pytest.approx([scene["duration_s"] * FPS for scene in made.metadata["scenes"]], abs=1e-3)
    return [0, *accumulate(frames)]


def middles(made: RenderResult) -> list[float]:
    """A moment in the middle of each scene, in seconds."""
    bounds = starts(made)
    return [(start + end) / 2 / FPS for start, end in pairwise(bounds)]


def test_every_scene_is_as_long_as_it_says_to_the_frame(made: RenderResult) -> None:
    bounds = starts(made)
    shown = [nearest(picture[120, 20]) for picture in pictures(made.out / "video.mp4", FPS)]
    assert len(shown) == bounds[-1]
    for number, (start, end) in enumerate(pairwise(bounds)):
        assert set(shown[start:end]) == {colour_of(number)}, number
        assert 0 <= (end - start) / FPS - LENGTHS_S[number] < 16 / FPS, "no longer than it takes for both codecs' frames to end together"


def test_sound_and_picture_are_together_in_every_scene_to_the_last(made: RenderResult) -> None:
    audible = np.abs(sound(made.out / "video.mp4")) > 0.05
    bounds = [start * RATE_HZ // FPS for start in starts(made)]
    assert len(audible) == bounds[-1]
    for number, (start, end) in enumerate(pairwise(bounds)):
        onset_s = np.flatnonzero(audible[start:end])[0] / RATE_HZ
        assert onset_s == pytest.approx(LEAD_IN_S, abs=0.02), number


def test_strict_decoding_finds_no_fault(made: RenderResult) -> None:
    strict = ("-v", "error", "-xerror", "-err_detect", "explode", "-i", str(made.out / "video.mp4"), "-f", "null", "-")
    done = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), *strict], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_moviepy_reads_it_in_order_and_by_time(made: RenderResult) -> None:
    """A held video with the rate that its times are counted in; by itself moviepy takes the mean rate, which says nothing there.

    Where moviepy jumps (backwards, or far ahead) FFmpeg passes over the picture that is on, to the next: a second later at most.
    """
    cfr = made.request.options["cfr"]
    bounds = starts(made)
    with VideoFileClip(str(made.out / "video.mp4"), audio=False, **({} if cfr else {"fps_source": "tbr"})) as clip:
        assert clip.duration == pytest.approx(bounds[-1] / FPS, abs=0.01)
        for number, t in enumerate(middles(made)):
            assert nearest(clip.get_frame(t)[120, 20]) == colour_of(number), t
        for number, t in list(enumerate(middles(made)))[:: -MANY // 5]:
            soon = t if cfr else t + 1
            last = max(scene for scene, start in enumerate(bounds[:-1]) if start <= soon * FPS)
            assert nearest(clip.get_frame(t)[120, 20]) in {colour_of(scene) for scene in range(number, last + 1)}, t


def test_the_same_script_gives_the_same_bytes_when_all_is_made_anew(tmp_path: Path) -> None:
    one, other = (coloured_video(tmp_path / name, LENGTHS_S[:FEW]) for name in ("one", "other"))
    for file in ("video.mp4", "captions.vtt", "captions.srt", "transcript.txt", "metadata.json"):
        assert (one.out / file).read_bytes() == (other.out / file).read_bytes()


def test_there_are_few_pictures_in_a_held_video_and_all_in_one_at_a_constant_rate(made: RenderResult) -> None:
    with av.open(str(made.out / "video.mp4")) as container:
        written = sum(packet.size > 0 for packet in container.demux(video=0))
    frames = starts(made)[-1]
    assert written == frames if made.request.options["cfr"] else written <= MANY + frames / FPS
