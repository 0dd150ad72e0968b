from pathlib import Path

import numpy as np
import pytest

from videogen.voices.voice import Speech
from videogen.voices.wav import RATE_HZ, read_wav, resample, samples_in_wav, trim, write_wav


def tone(seconds: float, rate: int, hertz: float = 440.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100])
def test_resampled_sound_is_as_long_and_not_shifted(rate: int) -> None:
    resampled = resample(Speech(tone(1.0, rate), rate))
    assert len(resampled) == RATE_HZ
    inner = slice(2_000, -2_000)  # away from the edges, where the filter has nothing to average
    assert np.abs(resampled - tone(1.0, RATE_HZ))[inner].max() < 0.002


def test_sound_of_the_right_rate_and_no_sound_stay_as_they_are() -> None:
    samples = tone(0.1, RATE_HZ)
    assert np.array_equal(resample(Speech(samples, RATE_HZ)), samples)
    assert len(resample(Speech(np.zeros(0, np.float32), 24_000))) == 0


def test_trimmed_sentence_starts_with_its_first_word() -> None:
    word = tone(0.5, RATE_HZ)
    hiss = np.random.default_rng(1).normal(0, 0.0005, RATE_HZ).astype(np.float32)
    spoken = np.concatenate([hiss, word, hiss])
    trimmed = trim(spoken)
    onset = np.flatnonzero(np.abs(trimmed) > 0.1)[0] / RATE_HZ
    assert onset < 0.03
    assert 0.5 <= len(trimmed) / RATE_HZ < 0.6
    assert np.abs(trimmed[:2]).max() < 0.001  # faded in: no click


def test_complete_silence_keeps_its_length() -> None:
    assert len(trim(np.zeros(1_000, np.float32))) == 1_000


def test_wav_holds_what_was_written_and_clips_what_is_too_loud(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    write_wav(file, np.array([0.0, 0.5, -0.5, 3.0, -3.0], np.float32))
    assert read_wav(file) == pytest.approx([0.0, 0.5, -0.5, 1.0, -1.0], abs=1e-4)
    assert samples_in_wav(file) == 5


def test_wav_without_samples_can_be_read(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", np.zeros(0, np.float32))
    assert len(read_wav(tmp_path / "a.wav")) == 0
