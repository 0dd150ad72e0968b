"""Music of one's own, as files hold it."""

import wave
from pathlib import Path

import numpy as np
import pytest

from videogen.music import music_file
from videogen.music.music_file import convert_music
from videogen.voices.recording import UnreadableRecording
from videogen.voices.wav import RATE_HZ, read_wav, write_wav


def test_stereo_stays_stereo(tmp_path: Path) -> None:
    sound = np.stack([np.sin(np.arange(RATE_HZ) * step) for step in (0.02, 0.05)], axis=1).astype(np.float32) * 0.5
    write_wav(tmp_path / "a.wav", sound)
    convert_music(tmp_path / "a.wav", tmp_path / "b.wav")
    assert np.abs(read_wav(tmp_path / "b.wav") - sound).max() < 1e-3


def test_only_the_first_minutes_of_a_long_file_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(music_file, "LONGEST_S", 1)
    with wave.open(str(tmp_path / "a.wav"), "wb") as writer:
        writer.setparams((1, 2, 22_050, 0, "NONE", ""))
        writer.writeframes(bytes(2 * 3 * 22_050))
    convert_music(tmp_path / "a.wav", tmp_path / "b.wav")
    assert len(read_wav(tmp_path / "b.wav")) == RATE_HZ


@pytest.mark.parametrize("content", [b"", b"ID3 and nothing more", b"RIFF\x24\0\0\0WAVEfmt "])
def test_a_file_without_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mp3").write_bytes(content)
    with pytest.raises(UnreadableRecording) as refused:
        convert_music(tmp_path / "a.mp3", tmp_path / "b.wav")
    assert refused.value.hint
