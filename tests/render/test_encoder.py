import ctypes
from pathlib import Path

import av
import numpy as np
import pytest
from moviepy import ColorClip, VideoClip

from tests.support.rendered_clips import BACKGROUND, HEIGHT, WIDTH, beep, onset_s, packets, pictures, segment, slide, sound
from videogen.render import encoder
from videogen.render.encoder import Encoding, encode, moving_frames
from videogen.render.frame_grid import RATE_HZ
from videogen.scenes.scene_clip import Medium, MotionSpan, SceneClip

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_picture_and_sound_are_exactly_as_long_as_the_scene(tmp_path: Path, fps: int) -> None:
    made = segment(tmp_path / "a.mp4", 3.3, Encoding(fps))
    seconds = made.frames / fps
    for kind in ("video", "audio"):
        starts_and_lengths = [packet[:2] for packet in packets(made.file, kind) if packet[0] >= 0]
        assert starts_and_lengths[0][0] == 0
        assert sum(length for _, length in starts_and_lengths) == pytest.approx(seconds, abs=1e-9)
    assert len(pictures(made.file, fps)) == made.frames
    assert len(sound(made.file)) == seconds * RATE_HZ


def test_held_video_shows_at_every_moment_what_a_constant_rate_shows(tmp_path: Path) -> None:
    moves = (MotionSpan(0.0, 1.0),)
    variable = segment(tmp_path / "held.mp4", 3.0, Encoding(30, crf=1), moves)
    constant = segment(tmp_path / "constant.mp4", 3.0, Encoding(30, cfr=True, crf=1), moves)
    assert constant.written == constant.frames == 96
    assert variable.written < 40
    for number, (one, other) in enumerate(zip(pictures(variable.file, 30), pictures(constant.file, 30), strict=True)):
        wanted = slide(number / 30)
        assert np.abs(one.astype(int) - wanted).mean() < 2, number
        assert np.abs(one.astype(int) - other).mean() < 2, number


def test_frames_are_asked_for_only_while_the_clip_moves(tmp_path: Path) -> None:
    asked: list[float] = []

    def draw(t: float) -> np.ndarray:
        asked.append(t)
        return slide(t)

    clip = SceneClip(draw, 4.8, (MotionSpan(0.5, 1.0), MotionSpan(2.0, 2.1)))
    asked.clear()
    encode(clip, beep(144, 30), 144, tmp_path / "a.mp4", Encoding(30))
    assert [round(t * 30) for t in asked] == [0, *range(15, 31), *range(60, 64)]  # and the first frame after each move, which is then held


def test_clip_that_does_not_say_when_it_moves_moves_all_the_time() -> None:
    clip = VideoClip(slide, duration=2.0)
    assert moving_frames(clip, 64, 30) == set(range(60))
    assert moving_frames(ColorClip((WIDTH, HEIGHT), (1, 2, 3)), 64, 30) == set(range(64))


def test_frame_that_changes_nothing_is_not_written(tmp_path: Path) -> None:
    clip = ColorClip((WIDTH, HEIGHT), (10, 20, 30), duration=3.2)
    made = encode(clip, beep(96, 30), 96, tmp_path / "a.mp4", Encoding(30))
    assert made.drawn == 96
    assert made.written == 4  # one a second


def test_short_clip_is_held_to_the_end(tmp_path: Path) -> None:
    clip = VideoClip(slide, duration=0.5)
    made = encode(clip, beep(48, 30), 48, tmp_path / "a.mp4", Encoding(30))
    shown = pictures(made.file, 30)
    assert len(shown) == 48
    assert np.abs(shown[-1].astype(int) - slide(14 / 30)).mean() < 3


def test_a_held_minute_can_be_entered_every_ten_seconds(tmp_path: Path) -> None:
    made = segment(tmp_path / "a.mp4", 60.0)
    packets_read = packets(made.file, "video")
    keys = [start for start, _, key in packets_read if key]
    assert keys[0] == 0
    assert max(np.diff([*keys, made.frames / 30])) <= 10
    assert max(length for _, length, _ in packets_read) <= 1


def test_pictures_come_in_the_order_in_which_they_are_shown(tmp_path: Path) -> None:
    with av.open(str(segment(tmp_path / "a.mp4", 3.0).file)) as container:
        assert all(packet.pts == packet.dts for packet in container.demux(video=0))


def test_colour_is_tagged_and_right(tmp_path: Path) -> None:
    made = segment(tmp_path / "a.mp4", 1.0)
    with av.open(str(made.file)) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
    box = pictures(made.file, 30)[0][40:50, 10:30].reshape(-1, 3).mean(axis=0)
    assert box == pytest.approx((250, 100, 30), abs=4)


def test_sound_is_where_it_was_put(tmp_path: Path) -> None:
    assert onset_s(sound(segment(tmp_path / "a.mp4", 2.0).file)) == pytest.approx(0.5, abs=0.003)


@pytest.mark.slow
def test_the_same_scene_gives_the_same_bytes(tmp_path: Path) -> None:
    """Among memory that is full of old things, over and over, since x264 with AVX-512 failed at this once in 300 times."""
    made = set()
    for _ in range(100):
        leave_rubbish_in_memory()
        made.add(segment(tmp_path / "a.mp4", 0.5).file.read_bytes())
    assert len(made) == 1


@pytest.mark.parametrize("medium", ["type", "camera"])
def test_quality_is_that_of_crf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, medium: Medium) -> None:
    """Of CRF where it does not look ahead and takes no picture for worth more than another: the same quantizers, so the same video."""
    default = segment(tmp_path / "told.mp4", 2.0, medium=medium)
    monkeypatch.setattr(encoder, "quality", lambda crf: f"crf={crf}:qcomp=1:aq-mode=0:mbtree=0:rc-lookahead=0:deadzone-inter=8")
    explicit = segment(tmp_path / "found.mp4", 2.0, medium=medium)
    sizes = [bytes_of_pictures(made.file) for made in (default, explicit)]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.03)
    for one, other in zip(pictures(default.file, 30), pictures(explicit.file, 30), strict=True):
        assert np.abs(one.astype(int) - other).mean() < 0.2


def test_what_fades_out_leaves_no_shadow(tmp_path: Path) -> None:
    def panels(t: float) -> np.ndarray:
        frame = np.full((360, 640, 3), BACKGROUND, np.uint8)
        for lighter in range(1, 10):
            frame[60:300, lighter * 64 : lighter * 64 + 48] += np.uint8(round(lighter * max(0.0, 1 - 2 * t)))
        return frame

    clip = SceneClip(panels, 1.6, (MotionSpan(0.0, 0.6),), medium="type")
    shown = pictures(encode(clip, beep(48, 30), 48, tmp_path / "a.mp4", Encoding(30)).file, 30)[-1].astype(int)
    assert (shown == shown[0, 0]).all()


@pytest.mark.slow
def test_a_dark_sky_goes_by_smoothly_under_a_camera(tmp_path: Path) -> None:
    def sky(t: float) -> np.ndarray:
        down, along = np.mgrid[0:360, 0:640]
        glow = 10 * np.exp(-(((along - 300 - 40 * t) / 200) ** 2) - ((down - 150) / 100) ** 2)
        return np.rint(np.stack([6 + 0.1 * (down + 15 * t) + glow] * 3, axis=-1)).astype(np.uint8)

    clip = SceneClip(sky, 3.2, (MotionSpan(0.0, 3.2),), medium="camera")
    shown = pictures(encode(clip, beep(96, 30), 96, tmp_path / "a.mp4", Encoding(30)).file, 30)
    errors = [((shown[number].astype(float) - sky(number / 30)) ** 2).mean() for number in range(0, 96, 5)]
    assert max(errors) < 1.3, errors


@pytest.mark.slow
def test_footage_takes_fewer_bytes_than_a_picture_one_looks_at(tmp_path: Path) -> None:
    def noise(t: float) -> np.ndarray:
        grain = np.random.default_rng(int(t * 30)).normal(0, 12, (360, 640, 1))
        return np.clip(np.mgrid[0:360, 0:640][1][..., None] / 3 + grain, 0, 255).repeat(3, axis=2).astype(np.uint8)

    sizes, errors = {}, {}
    for medium in ("camera", "footage"):
        clip = SceneClip(noise, 1.6, (MotionSpan(0.0, 1.6),), medium=medium)
        made = encode(clip, beep(48, 30), 48, tmp_path / f"{medium}.mp4", Encoding(30))
        sizes[medium] = bytes_of_pictures(made.file)
        errors[medium] = np.mean([np.abs(shown.astype(int) - noise(n / 30)).mean() for n, shown in enumerate(pictures(made.file, 30))])
    assert sizes["footage"] < 0.8 * sizes["camera"]
    assert errors["footage"] < errors["camera"] + 1


def bytes_of_pictures(file: Path) -> int:
    with av.open(str(file)) as container:
        return sum(packet.size for packet in container.demux(video=0))


def leave_rubbish_in_memory() -> None:
    random = np.random.default_rng()
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    blocks = [(ctypes.c_void_p(libc.malloc(size)), size) for size in random.integers(64, 100_000, 300).tolist()]
    for block, size in blocks:
        ctypes.memset(block, int(random.integers(256)), size)
    for block, _ in blocks:
        libc.free(block)


def test_progress_counts_every_frame(tmp_path: Path) -> None:
    seen: list[int] = []
    encode(SceneClip(slide, 1.6, ()), beep(48, 30), 48, tmp_path / "a.mp4", Encoding(30), seen.append)
    assert seen == list(range(48))


def test_the_picture_can_be_played_before_all_of_it_is_loaded(tmp_path: Path) -> None:
    content = segment(tmp_path / "a.mp4", 1.0).file.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
