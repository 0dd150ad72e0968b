"""Music below the narration: how loud it is when, and that it goes on without a seam."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from videogen.render.scene_sound import BLOCK
from videogen.render.soundtrack import Music, merge_stretches, mix
from videogen.voices.loudness import measure
from videogen.voices.voice import Samples
from videogen.voices.wav import RATE_HZ, write_wav

NOISE = np.random.default_rng(3)


@pytest.fixture
def music(tmp_path: Path) -> Music:
    """Seven seconds of noise, in mono, far from the loudness that it is brought to."""
    write_wav(file := tmp_path / "music.wav", NOISE.normal(0, 0.02, 7 * RATE_HZ).astype(np.float32))
    return Music(file)


def silence(seconds: float, channels: int = 1) -> Iterator[Samples]:
    left = round(seconds * RATE_HZ)
    while left:
        length = min(BLOCK, left)
        yield np.zeros(length if channels == 1 else (length, channels), np.float32)
        left -= length


def mixed(seconds: float, spoken: list[tuple[float, float]], music: Music, channels: int = 1) -> Samples:
    return np.concatenate(list(mix(silence(seconds, channels), spoken, seconds, music)))


def lufs(sound: Samples, start: float, end: float) -> float:
    return measure(sound[round(start * RATE_HZ) : round(end * RATE_HZ)]).integrated


@pytest.mark.parametrize("channels", [1, 2])
def test_music_is_twenty_decibels_below_speech_and_comes_back_in_pauses(music: Music, channels: int) -> None:
    sound = mixed(30.0, [(5.0, 10.0), (10.8, 15.0)], music, channels)
    assert sound.shape == (30 * RATE_HZ, 2)
    assert lufs(sound, 5.0, 15.0) == pytest.approx(-36.0, abs=0.7)
    assert lufs(sound, 17.0, 25.0) == pytest.approx(-28.0, abs=0.7)


def test_music_is_never_less_than_twelve_decibels_below_speech(music: Music) -> None:
    sound = mixed(20.0, [(3.0, 8.0)], Music(music.file, -12.0))
    assert lufs(sound, 3.0, 8.0) == pytest.approx(-28.0, abs=0.7)
    assert lufs(sound, 10.0, 17.0) == pytest.approx(-28.0, abs=0.7)


def test_music_fades_in_and_out(music: Music) -> None:
    sound = np.abs(mixed(20.0, [], music)).max(axis=1)
    loudest = float(sound.max())
    assert sound[:480].max() < loudest / 30
    assert sound[-480:].max() < loudest / 30
    assert sound[2 * RATE_HZ : 16 * RATE_HZ].max() == pytest.approx(loudest, rel=0.3)


def test_a_very_short_video_fades_too(music: Music) -> None:
    sound = mixed(1.0, [(0.2, 0.8)], music)
    assert len(sound) == RATE_HZ
    assert np.isfinite(sound).all()
    assert np.abs(sound[-50:]).max() < 0.01


def test_narration_stays_as_it_is_and_peaks_stay_under_full_scale(music: Music) -> None:
    speech = (0.79 * np.sin(np.arange(4 * RATE_HZ) * 0.05)).astype(np.float32)
    (sound,) = (np.concatenate(list(mix(iter([speech]), [(0.0, 4.0)], 4.0, Music(music.file, -12.0)))),)
    assert np.abs(sound).max() <= 0.8
    middle = slice(RATE_HZ, 3 * RATE_HZ)
    assert np.corrcoef(sound[middle, 0], speech[middle])[0, 1] > 0.99


def test_silent_music_is_not_made_louder_without_end(tmp_path: Path) -> None:
    write_wav(file := tmp_path / "silent.wav", np.zeros(RATE_HZ, np.float32))
    assert not mixed(5.0, [], Music(file)).any()


def test_stretches_with_short_pauses_between_them_are_one() -> None:
    assert merge_stretches([(0, 1), (2, 3), (2.5, 2.7), (5, 6)]) == [(0, 3), (5, 6)]
