from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition

from tests.support.rendered_clips import BOX, onset_s, packets, pictures, segment, sound
from videogen.errors.rendering import VideoDamaged
from videogen.render.captions import Caption
from videogen.render.encoder import Encoding, Segment
from videogen.render.frame_grid import RATE_HZ
from videogen.render.join import Chapter, Soundtrack, VideoLabels, join
from videogen.render.video_check import check
from videogen.scenes.scene_clip import MEDIA

pytestmark = pytest.mark.slow

LABELS = VideoLabels("A film", "eng", (Chapter("One", 0.0, 2.0), Chapter("Two: <&> ü", 2.0, 4.8)))
CAPTIONS = (Caption(0.5, 1.0, "Hello {there} & <you>"), Caption(1.0, 1.5, "at once"), Caption(3.0, 4.0, "zwei\nZeilen ü"))


@pytest.fixture(params=[1, 2], ids=["mono", "stereo"])
def video(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, list[Segment]]:
    # Of every medium, each of which is searched in another way.
    encoding = Encoding(30, channels=request.param)
    segments = [
        segment(tmp_path / f"{number}.mp4", seconds, encoding, medium=MEDIA[number]) for number, seconds in enumerate((1.0, 1.6, 2.0))
    ]
    join(segments, 30, tmp_path / "film.mp4", LABELS, CAPTIONS)
    return tmp_path / "film.mp4", segments


def test_video_is_as_long_as_its_scenes_in_picture_and_sound(video: tuple[Path, Any]) -> None:
    file, segments = video
    frames = sum(one.frames for one in segments)
    assert len(pictures(file, 30)) == frames
    assert len(sound(file)) == frames * RATE_HZ // 30
    with av.open(str(file)) as container:
        assert container.streams.video[0].start_time == container.streams.audio[0].start_time == 0


@pytest.mark.slow
@pytest.mark.parametrize("channels", [1, 2])
def test_picture_and_sound_do_not_drift_over_two_hundred_scenes(tmp_path: Path, channels: int) -> None:
    one = segment(tmp_path / "one.mp4", 1.0, Encoding(24, channels=channels))
    join([one] * 200, 24, tmp_path / "film.mp4", LABELS)
    samples = sound(tmp_path / "film.mp4")
    assert len(samples) == 200 * one.frames * RATE_HZ // 24
    for number in (0, 1, 57, 199):
        scene = samples[number * len(samples) // 200 :][: len(samples) // 200]
        assert onset_s(scene) == pytest.approx(0.5, abs=0.003)
    starts = [start for start, _, _ in packets(tmp_path / "film.mp4", "video")]
    for number in (0, 1, 57, 199):
        assert number * one.frames / 24 == pytest.approx(min(starts, key=lambda start: abs(start - number * one.frames / 24)), abs=1e-6)


def test_packets_follow_each_other_without_a_gap(video: tuple[Path, Any]) -> None:
    file, _ = video
    for kind in ("video", "audio"):
        packets_read = packets(file, kind)
        for (start, length, _), (following, _, _) in pairwise(packets_read):
            assert start + length == pytest.approx(following, abs=1e-6)


def test_joined_sound_is_what_the_scenes_sound_like(video: tuple[Path, Any]) -> None:
    file, segments = video
    alone = np.concatenate([sound(one.file) for one in segments])
    assert np.abs(sound(file) - alone).max() < 0.001


def test_every_scene_begins_with_a_key_frame(video: tuple[Path, Any]) -> None:
    file, segments = video
    keys = {round(start * 30) for start, _, key in packets(file, "video") if key}
    assert {0, segments[0].frames, segments[0].frames + segments[1].frames} <= keys


def test_players_find_title_chapters_and_language(video: tuple[Path, Any]) -> None:
    file, _ = video
    with av.open(str(file)) as container:
        assert container.metadata["title"] == "A film"
        assert [one["metadata"]["title"] for one in container.chapters()] == ["One", "Two: <&> ü"]
        assert [one["start"] * one["time_base"] for one in container.chapters()] == [0, 2]  # type: ignore[operator]
        assert container.streams.audio[0].metadata["language"] == "eng"


def test_captions_can_be_switched_on(video: tuple[Path, Any]) -> None:
    file, _ = video
    with av.open(str(file)) as container:
        stream = container.streams.subtitles[0]
        assert stream.codec_context.name == "mov_text"
        assert not stream.disposition & Disposition.default
        assert container.streams.video[0].disposition & container.streams.audio[0].disposition & Disposition.default
        shown = [
            (float(packet.pts * packet.time_base), bytes(packet)[2:].decode())
            for packet in container.demux(stream)
            if packet.pts is not None and packet.size > 2
        ]
    assert shown == [(one.start, one.text) for one in CAPTIONS]


def test_video_can_be_played_while_it_loads(video: tuple[Path, Any]) -> None:
    content = video[0].read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_the_same_scenes_give_the_same_bytes(tmp_path: Path, video: tuple[Path, Any]) -> None:
    file, segments = video
    join(segments, 30, tmp_path / "again.mp4", LABELS, CAPTIONS)
    assert (tmp_path / "again.mp4").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("other", [Encoding(30, preset="ultrafast"), Encoding(30, channels=2)], ids=["picture", "channels"])
def test_scene_that_is_encoded_in_another_way_is_refused(tmp_path: Path, other: Encoding) -> None:
    segments = [segment(tmp_path / "a.mp4", 1.0), segment(tmp_path / "b.mp4", 1.0, other)]
    with pytest.raises(VideoDamaged, match="Scene 2 is encoded in another way"):
        join(segments, 30, tmp_path / "film.mp4", LABELS)


def test_scene_that_is_shorter_than_it_says_is_refused(tmp_path: Path) -> None:
    made = segment(tmp_path / "a.mp4", 1.0)
    with pytest.raises(VideoDamaged, match="not as long"):
        join([Segment(made.file, made.frames + 16)], 30, tmp_path / "film.mp4", LABELS)


def test_the_last_picture_is_that_of_the_last_scene(video: tuple[Path, Any]) -> None:
    file, _ = video
    last = pictures(file, 30)[-1]
    assert last[45, 120] == pytest.approx(BOX, abs=6)


def test_a_rate_of_ntsc_is_exact_to_the_frame_and_its_sound_is_one_piece(tmp_path: Path) -> None:
    encoding = Encoding(Fraction(30000, 1001))
    segments = [segment(tmp_path / f"{number}.mp4", seconds, encoding) for number, seconds in enumerate((1.0, 1.6, 2.0))]
    frames = sum(one.frames for one in segments)
    silence = (np.zeros(samples, np.float32) for samples in encoding.grid.samples_of(one.frames for one in segments))
    join(segments, encoding.fps, tmp_path / "video.mp4", LABELS, CAPTIONS, soundtrack=Soundtrack(silence, encoding))
    check(tmp_path / "video.mp4", encoding.grid.seconds(frames))
    with av.open(str(tmp_path / "video.mp4")) as container:
        stream = container.streams.video[0]
        times = [packet.pts * stream.time_base for packet in container.demux(stream) if packet.pts is not None and stream.time_base]
        assert stream.guessed_rate == Fraction(30000, 1001)
    assert all((time * encoding.fps).denominator == 1 for time in times)
    assert len(sound(tmp_path / "video.mp4")) - encoding.grid.samples(frames) in range(1024)
