import wave
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from videogen.media.inspection import inspect
from videogen.voices import recording
from videogen.voices.loudness import measure
from videogen.voices.recording import UnreadableRecording, read
from videogen.voices.wav import RATE_HZ

pytestmark = pytest.mark.slow


def spoken(
    path: Path, seconds: float = 2.0, rate: int = 44_100, channels: int = 2, sides: Sequence[float] = (), level: float = 0.02
) -> None:
    """A tone with silence round it, as a WAV; `sides` is how much of it each channel has, all of it by default."""
    tone = level * np.sin(2 * np.pi * 300 * np.arange(round(seconds * rate)) / rate)
    silence = np.zeros(rate // 2)
    samples = np.concatenate([silence, tone, silence])
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes((np.outer(samples, sides or [1.0] * channels) * 32767).astype("<i2").tobytes())


def encoded(path: Path, source: Path, codec: str, layout: str = "mono", rate: int = 48_000) -> None:
    with av.open(str(source)) as container, av.open(str(path), "w") as target:
        stream = target.add_stream(codec, rate=rate, layout=layout, options={"strict": "experimental"})
        stream.bit_rate = 12_200 if rate == 8_000 else 128_000
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=rate, frame_size=160 if rate == 8_000 else 1024)  # type: ignore[arg-type]
        for frame in (*container.decode(audio=0), None):
            for piece in resampler.resample(frame):
                target.mux(stream.encode(piece))  # type: ignore[arg-type]
        target.mux(stream.encode(None))


FORMATS = [
    ("a.wav", "pcm_s24le", "audio/wav"),
    ("a.wav", "pcm_f32le", "audio/wav"),
    ("a.mp3", "libmp3lame", "audio/mpeg"),
    ("a.m4a", "aac", "audio/mp4"),
    ("a.m4a", "alac", "audio/mp4"),
    ("a.aac", "aac", "audio/aac"),
    ("a.ogg", "libopus", "audio/ogg"),
    ("a.opus", "libopus", "audio/ogg"),
    ("a.webm", "libopus", "audio/webm"),
    ("a.flac", "flac", "audio/flac"),
    ("a.aiff", "pcm_s16be", "audio/aiff"),
    ("a.caf", "pcm_s16be", "audio/x-caf"),
    ("a.caf", "alac", "audio/x-caf"),
]
STEREO_ALONE = [("a.ogg", "vorbis", "audio/ogg")]
TELEPHONE = [("a.amr", "libopencore_amrnb", "audio/amr"), ("a.3gp", "libopencore_amrnb", "video/mp4")]


@pytest.mark.parametrize(("name", "codec", "kind"), FORMATS + TELEPHONE, ids=lambda value: value.removeprefix("a."))
def test_any_sound_file_becomes_as_loud_as_a_voice(tmp_path: Path, name: str, codec: str, kind: str) -> None:
    telephone = "amr" in codec  # made for speech: it lets a tone become fainter
    spoken(tmp_path / "source.wav", channels=1, level=0.2 if telephone else 0.02)
    encoded(tmp_path / name, tmp_path / "source.wav", codec, rate=8_000 if telephone else 48_000)
    assert inspect(tmp_path / name) == kind
    assert recording.channels(tmp_path / name) == 1
    samples = read(tmp_path / name)
    assert samples.ndim == 1 and len(samples) / RATE_HZ == pytest.approx(2.0, abs=0.15)
    assert measure(samples).integrated == pytest.approx(-16.0, abs=1.0)


@pytest.mark.parametrize(("name", "codec", "kind"), FORMATS + STEREO_ALONE, ids=lambda value: value.removeprefix("a."))
def test_recording_in_stereo_keeps_its_sides(tmp_path: Path, name: str, codec: str, kind: str) -> None:
    spoken(tmp_path / "source.wav", sides=(1.0, 0.0))
    encoded(tmp_path / name, tmp_path / "source.wav", codec, "stereo")
    assert inspect(tmp_path / name) == kind
    assert recording.channels(tmp_path / name) == 2
    samples = read(tmp_path / name)
    assert samples.shape[1:] == (2,) and len(samples) / RATE_HZ == pytest.approx(2.0, abs=0.15)
    left, right = np.sqrt((samples.astype(float) ** 2).mean(axis=0))
    assert right < left / 30
    assert measure(samples).integrated == pytest.approx(-16.0, abs=1.0)


@pytest.mark.parametrize("sides", [(1.0, 1.0), (1.0, -1.0), (0.0, 1.0)], ids=["equal", "opposite", "right"])
def test_both_sides_together_are_as_loud_as_a_voice(tmp_path: Path, sides: tuple[float, float]) -> None:
    spoken(tmp_path / "a.wav", sides=sides)
    samples = read(tmp_path / "a.wav")
    assert measure(samples).integrated == pytest.approx(-16.0, abs=1.0)
    assert np.abs(samples - np.outer(samples[:, 1] / sides[1], sides)).max() < 1e-4


def test_surround_sound_becomes_stereo(tmp_path: Path) -> None:
    spoken(tmp_path / "a.wav", channels=6)
    assert recording.channels(tmp_path / "a.wav") == 2
    assert read(tmp_path / "a.wav").shape[1:] == (2,)


@pytest.mark.parametrize("content", [b"", b"RIFF\0\0\0\0WAVEfmt ", b"no sound at all", b"ID3" + bytes(200)])
def test_file_without_sound_is_unreadable_and_nothing_worse(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mp3").write_bytes(content)
    with pytest.raises(UnreadableRecording) as refused:
        read(tmp_path / "a.mp3")
    assert str(tmp_path) not in str(refused.value)
    assert "processing input" not in str(refused.value), "a library's own words"
    assert "WAV, MP3, M4A" in refused.value.hint
    assert recording.channels(tmp_path / "a.mp3") == 1


def test_one_that_is_too_long_is_refused_before_it_fills_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "LONGEST_S", 1)
    spoken(tmp_path / "a.wav")
    with pytest.raises(UnreadableRecording, match="longer"):
        read(tmp_path / "a.wav")


def test_damaged_part_of_a_recording_is_passed_over(tmp_path: Path) -> None:
    spoken(tmp_path / "a.wav", channels=1)
    encoded(tmp_path / "a.m4a", tmp_path / "a.wav", "aac")
    content = bytearray((tmp_path / "a.m4a").read_bytes())
    with av.open(str(tmp_path / "a.m4a")) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.size]
    for position, size in packets[60:64]:
        content[position : position + size] = b"\xff" * size  # type: ignore[operator]
    (tmp_path / "a.m4a").write_bytes(content)
    assert len(read(tmp_path / "a.m4a")) / RATE_HZ == pytest.approx(1.9, abs=0.15)
