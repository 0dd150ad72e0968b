import wave

import av
import numpy as np
import pytest

from videogen.voices import recording
from videogen.voices.loudness import measure
from videogen.voices.recording import Unreadable, read
from videogen.voices.sound import RATE_HZ


def spoken(path, seconds: float = 2.0, rate: int = 44_100, channels: int = 2) -> None:
    """A quiet tone with silence round it, as a WAV of two channels."""
    tone = 0.02 * np.sin(2 * np.pi * 300 * np.arange(round(seconds * rate)) / rate)
    silence = np.zeros(rate // 2)
    samples = np.concatenate([silence, tone, silence])
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes((np.repeat(samples, channels) * 32767).astype("<i2").tobytes())


def encoded(path, source, codec: str) -> None:
    with av.open(str(source)) as container, av.open(str(path), "w") as target:
        stream = target.add_stream(codec, rate=48_000)
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=48_000, frame_size=1024)
        for frame in (*container.decode(audio=0), None):
            for piece in resampler.resample(frame):
                target.mux(stream.encode(piece))
        target.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("name", "codec"), [("a.wav", ""), ("a.mp3", "libmp3lame"), ("a.m4a", "aac"), ("a.ogg", "libopus"), ("a.flac", "flac")]
)
def test_any_sound_file_becomes_as_loud_as_a_voice(tmp_path, name: str, codec: str) -> None:
    spoken(tmp_path / "a.wav")
    if codec:
        encoded(tmp_path / name, tmp_path / "a.wav", codec)
    samples = read(tmp_path / name)
    assert len(samples) / RATE_HZ == pytest.approx(2.0, abs=0.15)
    assert measure(samples).integrated == pytest.approx(-16.0, abs=1.0)


@pytest.mark.parametrize("content", [b"", b"RIFF\0\0\0\0WAVEfmt ", b"no sound at all", b"ID3" + bytes(200)])
def test_file_without_sound_is_unreadable_and_nothing_worse(tmp_path, content: bytes) -> None:
    (tmp_path / "a.mp3").write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / "a.mp3")
    assert str(tmp_path) not in str(refused.value)


def test_one_that_is_too_long_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(recording, "LONGEST_S", 1)
    spoken(tmp_path / "a.wav")
    with pytest.raises(Unreadable, match="longer"):
        read(tmp_path / "a.wav")
