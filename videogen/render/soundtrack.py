"""Mix the narration of a video with music below it: looped, lower while somebody speaks, faded in and out."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from videogen.render.scene_sound import in_channels
from videogen.voices.loudness import GAIN_MAX_DB, limit_peaks, measure_wav
from videogen.voices.voice import Samples
from videogen.voices.wav import RATE_HZ, as_samples

SPEECH_LUFS = -16.0
PAUSE_DB = 8.0
"""How much louder music is where nobody speaks."""
LEAST_BELOW_DB = -12.0
DOWN_S, UP_S = 0.3, 0.9
"""How long before speech the music goes down, and how long after it comes back."""
GAP_S = 1.6
"""Speech that pauses for less is one stretch: music that came and went between two sentences would be noticed."""
FADE_IN_S, FADE_OUT_S = 1.0, 2.5
SILENT_DB = -90.0

Stretch = tuple[float, float]


@dataclass(frozen=True)
class Music:
    """A WAV file at 48 kHz that is repeated, and how many dB it is below speech."""

    file: Path
    below_db: float = -20.0


def mix(narration: Iterable[Samples], spoken: Sequence[Stretch], seconds: float, music: Music) -> Iterator[Samples]:
    """Yield the sound of a video with music, in blocks of shape (n, 2), as long as those of `narration`: (n,) for mono or (n, 2).

    `spoken` are the stretches in seconds, in order, in which the narration is heard; `seconds` is the length of the video.
    """
    return limit_peaks(_sums(narration, spoken, seconds, music))


def _sums(narration: Iterable[Samples], spoken: Sequence[Stretch], seconds: float, music: Music) -> Iterator[Samples]:
    times, gains = _gain_curve(spoken, seconds, music)
    position = 0
    with wave.open(str(music.file), "rb") as reader:
        read = _looped(reader)
        for block in narration:
            gain = np.interp((position + np.arange(len(block))) / RATE_HZ, times, gains)
            yield in_channels(block, 2) + read(len(block)) * (10.0 ** (gain / 20.0)).astype(np.float32)[:, None]
            position += len(block)


def _gain_curve(spoken: Sequence[Stretch], seconds: float, music: Music) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return times in seconds and the gain of the music in dB at each; it changes evenly between them."""
    base = min(GAIN_MAX_DB, SPEECH_LUFS + music.below_db - measure_wav(music.file))
    pause = base + min(PAUSE_DB, max(0.0, LEAST_BELOW_DB - music.below_db))
    curve: list[Stretch] = [(0.0, pause)]
    for start, end in merge_stretches(spoken):
        curve += [(start - DOWN_S, pause), (start, base), (end, base), (end + UP_S, pause)]
    times = np.array([time for time, _ in curve] + [max(seconds, curve[-1][0])])
    gains = np.array([gain for _, gain in curve] + [pause])
    # The fades are added to that, at all times at which either of them bends.
    fade_in, fade_out = min(FADE_IN_S, seconds / 4), min(FADE_OUT_S, seconds / 4)
    bends = np.unique(np.concatenate([times, np.linspace(0, fade_in, 9), np.linspace(seconds - fade_out, seconds, 17)]))
    shares = np.clip(np.minimum(bends / fade_in, (seconds - bends) / fade_out), 0.0, 1.0)
    fades = np.maximum(SILENT_DB, 20.0 * np.log10(np.maximum(shares, 1e-9)))
    return bends, np.interp(bends, times, gains) + fades


def merge_stretches(spoken: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches, those that are less than GAP_S apart as one."""
    merged: list[Stretch] = []
    for start, end in spoken:
        if merged and start - merged[-1][1] < GAP_S:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _looped(reader: wave.Wave_read) -> Callable[[int], Samples]:
    """Return a function that returns the next samples of a WAV file, of shape (n, 2). It begins again where it ends."""
    channels = reader.getnchannels()

    def read(samples: int) -> Samples:
        pieces = []
        while samples:
            content = reader.readframes(samples)
            if not content:
                reader.rewind()
                continue
            piece = in_channels(as_samples(content, channels), 2)
            pieces.append(piece)
            samples -= len(piece)
        return np.concatenate(pieces)

    return read
