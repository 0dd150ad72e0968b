"""Picture and sound of a clip stay together, whatever wrote it, from whatever cut."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.foreign_clips import BEEPS_S, beeps, clip
from videogen.errors.script import BadAsset
from videogen.media import footage
from videogen.media.inspection import inspect

pytestmark = pytest.mark.slow

FRAME_S = 0.04


def flashes(path: Path, start_s: float, end_s: float) -> list[float]:
    """The times of the clip at which it turns white."""
    shown = footage.Projector(path, (32, 24))
    times = np.arange(start_s, end_s, 0.01)
    lit = np.array([shown.at(float(time)).mean() > 128 for time in times])
    return [float(times[n + 1]) for n in np.flatnonzero(np.diff(lit.astype(int)) == 1)]


def decode_sound(path: Path, start_s: float, end_s: float, file: Path, channels: int = 1) -> NDArray[np.float64]:
    footage.write_sound(path, start_s, end_s, file, channels)
    with wave.open(str(file)) as reader:
        assert reader.getnchannels() == channels
        return np.frombuffer(reader.readframes(reader.getnframes()), "<i2").reshape(-1, channels) / 32768


def starts(sound: NDArray[np.float64], start_s: float) -> list[float]:
    """The times of the clip at which it begins to sound."""
    loud = np.flatnonzero(np.abs(sound[:, 0]) > 0.3 * np.abs(sound).max())
    first = loud[np.concatenate([[True], np.diff(loud) > 4800])]
    return [start_s + float(sample) / 48_000 for sample in first]


@pytest.mark.parametrize(("picture_from_s", "sound_from_s"), [(0, 0), (0, 0.6), (0.6, 0)], ids=["together", "sound later", "picture later"])
@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov"])
@pytest.mark.parametrize("cut", [(0.0, 4.0), (0.5, 3.0), (0.8, 4.0), (2.2, 3.9)])
def test_flash_and_beep_are_together_at_every_cut(
    tmp_path: Path, picture_from_s: float, sound_from_s: float, ending: str, cut: tuple[float, float]
) -> None:
    path = clip(tmp_path / f"a.{ending}", picture_from_s=picture_from_s, sound_from_s=sound_from_s)
    expected = [at for at in BEEPS_S if cut[0] <= at < cut[1]]
    sound = decode_sound(path, *cut, tmp_path / "a.wav")
    assert flashes(path, *cut) == pytest.approx(expected, abs=FRAME_S)
    assert starts(sound, cut[0]) == pytest.approx(expected, abs=FRAME_S)
    assert len(sound) == round((cut[1] - cut[0]) * 48_000)
    assert footage.probe(path).seconds == pytest.approx(4.0, abs=0.1)


@pytest.mark.parametrize("ending", ["webm", "mkv"])
def test_recording_of_a_browser_without_a_length_is_played_to_its_end(tmp_path: Path, ending: str) -> None:
    path = clip(tmp_path / f"a.{ending}", codecs=("libvpx", "libopus"), live=True)
    assert footage.probe(path).seconds == pytest.approx(4.0, abs=0.1)
    assert flashes(path, 2.0, 3.5) == pytest.approx([2.5], abs=FRAME_S)
    assert starts(decode_sound(path, 2.0, 3.5, tmp_path / "a.wav"), 2.0) == pytest.approx([2.5], abs=FRAME_S)


@pytest.mark.parametrize(
    ("ending", "codecs", "kind"),
    [
        ("avi", ("mpeg4", "libmp3lame"), "video/x-msvideo"),
        ("mpg", ("mpeg2video", "mp2"), "video/mpeg"),
        ("ts", ("mpeg2video", "mp2"), "video/mp2t"),
        ("flv", ("flv", "aac"), "video/x-flv"),
        ("wmv", ("wmv2", "libmp3lame"), "video/x-ms-asf"),
        ("mkv", ("libx264", "flac"), "video/x-matroska"),
    ],
)
def test_old_kinds_of_videos_are_played(tmp_path: Path, ending: str, codecs: tuple[str, str], kind: str) -> None:
    path = clip(tmp_path / f"a.{ending}", codecs=codecs)
    assert inspect(path) == kind
    assert footage.probe(path).seconds == pytest.approx(4.0, abs=0.15)
    assert flashes(path, 0.5, 3.5) == pytest.approx(BEEPS_S, abs=0.06)
    assert starts(decode_sound(path, 0.5, 3.5, tmp_path / "a.wav"), 0.5) == pytest.approx(BEEPS_S, abs=0.06)


def test_both_sides_of_a_stereo_sound_are_kept_apart(tmp_path: Path) -> None:
    left = beeps(4.0, 2)
    left[1, : 2 * 48_000] = 0
    path = clip(tmp_path / "a.mp4", sound=left)
    assert footage.probe(path).channels == 2
    sound = decode_sound(path, 0, 4, tmp_path / "a.wav", 2)
    first = sound[48_000:57_600]
    assert np.abs(first[:, 1]).max() < 0.02 * np.abs(first[:, 0]).max()
    assert np.abs(sound[120_000:129_600, 1]).max() > 0.1


@pytest.mark.parametrize("channels", [1, 2])
def test_sides_that_are_each_others_opposite_are_heard(tmp_path: Path, channels: int) -> None:
    path = clip(tmp_path / "a.mp4", sound=beeps(4.0, 2, opposite=True))
    assert starts(decode_sound(path, 0, 4, tmp_path / "a.wav", channels), 0) == pytest.approx(BEEPS_S, abs=FRAME_S)


def test_sound_without_a_picture_is_no_clip(tmp_path: Path) -> None:
    path = tmp_path / "a.webm"
    with av.open(str(path), "w", options={"live": "1"}) as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        for start in range(0, 48_000, 960):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(beeps(1.0)[:, start : start + 960]), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48_000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert inspect(path) == "audio/webm"
    with pytest.raises(BadAsset, match="no picture"):
        footage.probe(path)


def packets(path: Path, kind: str) -> list[tuple[float, int, int]]:
    """(time, place in the file, bytes) of a stream's packets."""
    with av.open(str(path)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        return [(float(packet.pts * packet.time_base), packet.pos, packet.size) for packet in container.demux(stream) if packet.size]  # type: ignore[misc, operator]


def damage(path: Path, kind: str, from_s: float, to_s: float) -> None:
    """Write over the packets of a stretch."""
    content = bytearray(path.read_bytes())
    for time, position, size in packets(path, kind):
        if from_s <= time < to_s:
            content[position : position + size] = b"\xff" * size
    path.write_bytes(content)


def test_damaged_sound_is_silent_and_the_rest_is_heard_in_its_place(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    damage(path, "audio", 0.9, 1.4)
    assert starts(decode_sound(path, 0, 4, tmp_path / "a.wav"), 0) == pytest.approx(BEEPS_S[1:], abs=FRAME_S)
    damage(path, "audio", -1, 9)
    assert not decode_sound(path, 0, 4, tmp_path / "b.wav").any()


def test_damaged_pictures_are_passed_over(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    damage(path, "video", 0.6, 0.9)
    assert flashes(path, 2.0, 4.0) == pytest.approx(BEEPS_S[1:], abs=FRAME_S)


def test_stream_of_an_unknown_codec_is_passed_over(tmp_path: Path) -> None:
    """As phones write spatial sound."""
    content = clip(tmp_path / "a.mp4").read_bytes()
    sound, codec = content.rindex(b"mp4a"), content.index(b"\x40\x15", content.rindex(b"esds"))
    silent, blind = tmp_path / "silent.mp4", tmp_path / "blind.mp4"
    silent.write_bytes(content[:sound] + b"xyz1" + content[sound + 4 : codec] + b"\x99" + content[codec + 1 :])
    assert footage.probe(silent).channels == 0 and not footage.probe(silent).has_sound
    assert not decode_sound(silent, 0, 4, tmp_path / "a.wav").any()
    assert flashes(silent, 0, 4) == pytest.approx(BEEPS_S, abs=FRAME_S)
    blind.write_bytes(content.replace(b"avc1", b"xyz2"))
    with pytest.raises(BadAsset, match="kind that is not known"):
        footage.probe(blind)
