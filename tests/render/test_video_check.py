from pathlib import Path

import av
import pytest

from tests.support.rendered_clips import segment
from videogen.errors.rendering import VideoDamaged
from videogen.render.join import VideoLabels, join
from videogen.render.video_check import check

pytestmark = pytest.mark.slow


@pytest.fixture
def video(tmp_path: Path) -> tuple[Path, float]:
    segments = [segment(tmp_path / f"{number}.mp4", 3.0) for number in range(3)]
    join(segments, 30, tmp_path / "film.mp4", VideoLabels("A film"))
    return tmp_path / "film.mp4", sum(one.frames for one in segments) / 30


def test_whole_video_passes(video: tuple[Path, float]) -> None:
    file, seconds = video
    assert check(file, seconds).picture == check(file, seconds).sound == pytest.approx(seconds)


def test_video_of_another_length_does_not(video: tuple[Path, float]) -> None:
    file, seconds = video
    with pytest.raises(VideoDamaged, match="instead of"):
        check(file, seconds + 0.1)


@pytest.mark.parametrize("stream", ["video", "audio"])
def test_video_with_a_hole_does_not(video: tuple[Path, float], tmp_path: Path, stream: str) -> None:
    file, seconds = video
    with av.open(str(file)) as whole, av.open(str(tmp_path / "holed.mp4"), "w") as holed:
        targets = {one.index: holed.add_stream_from_template(one) for one in (whole.streams.video[0], whole.streams.audio[0])}
        for packet in whole.demux(*whole.streams.video, *whole.streams.audio):
            if packet.dts is not None and not (packet.stream.type == stream and 3.5 < packet.dts * packet.time_base < 6.0):
                packet.stream = targets[packet.stream_index]
                holed.mux(packet)
    with pytest.raises(VideoDamaged, match=f"{stream} of the video has a gap"):
        check(tmp_path / "holed.mp4", seconds)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_video_that_was_cut_off_does_not(video: tuple[Path, float], share: float) -> None:
    file, seconds = video
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(VideoDamaged):
        check(file, seconds)


def test_video_that_cannot_be_decoded_does_not(video: tuple[Path, float]) -> None:
    file, seconds = video
    content = bytearray(file.read_bytes())
    start = content.index(b"mdat") + 4
    content[start:] = bytes(len(content) - start)
    file.write_bytes(content)
    with pytest.raises(VideoDamaged):
        check(file, seconds)
