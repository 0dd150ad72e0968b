"""Compose short pieces of music that loop without a seam. They are synthesized here, so that they are as free as the code is.

A bed is a row of chords over a pulse. Notes, their echoes and the reverberation wrap around its end: the end sounds into the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from videogen.voices.voice import Samples
from videogen.voices.wav import RATE_HZ

A4_HZ, A4_MIDI = 440.0, 69
PEAK = 0.7
REVERB_S = 2.4
BEATS_A_BAR = 4

Wave = NDArray[np.float64]
Instrument = Callable[[float, float], Wave]
"""Return the mono sound of a note of a frequency in Hz that is held for some seconds."""


@dataclass(frozen=True)
class Note:
    """A note: when it begins, in beats; how long it is held; its MIDI number; loudness from 0 to 1; place from 0, left, to 1, right."""

    beat: float
    beats: float
    pitch: int
    loudness: float
    place: float = 0.5


@dataclass(frozen=True)
class Bed:
    """A piece: its tempo, its chords of a bar each as MIDI numbers, lowest first, and who plays what in a bar."""

    beats_a_minute: float
    chords: tuple[tuple[int, ...], ...]
    parts: tuple[tuple[Instrument, Callable[[tuple[int, ...], int], Iterator[Note]]], ...]
    reverb: float = 0.35


def compose(name: str) -> Samples:
    """Return a bed as stereo of shape (n, 2) at 48 kHz, made to be repeated. Raises KeyError for a name that is not in BEDS."""
    bed = BEDS[name]
    beat_s = 60.0 / bed.beats_a_minute
    length = round(len(bed.chords) * BEATS_A_BAR * beat_s * RATE_HZ)
    sound = np.zeros((length, 2))
    for instrument, play in bed.parts:
        for bar, chord in enumerate(bed.chords):
            for note in play(chord, bar):
                played = instrument(_frequency_hz(note.pitch), note.beats * beat_s) * note.loudness
                angle = note.place * np.pi / 2
                start = round((bar * BEATS_A_BAR + note.beat) * beat_s * RATE_HZ)
                _add_around(sound, start, played[:, None] * np.array([np.cos(angle), np.sin(angle)]))
    sound = (1.0 - bed.reverb) * sound + bed.reverb * _reverberated(sound)
    return np.asarray(sound * (PEAK / np.abs(sound).max()), np.float32)


def _frequency_hz(pitch: int) -> float:
    return float(A4_HZ * 2.0 ** ((pitch - A4_MIDI) / 12.0))


def _add_around(sound: Wave, start: int, played: Wave) -> None:
    """Add a note; what goes beyond the end sounds at the beginning."""
    while len(played):
        start %= len(sound)
        part = played[: len(sound) - start]
        sound[start : start + len(part)] += part
        start, played = start + len(part), played[len(part) :]


def _reverberated(sound: Wave) -> Wave:
    """Return the sound in a room: convolved, around the end, with noise that fades. Both channels have a room of their own."""
    noise = np.random.default_rng(7)
    times = np.arange(round(REVERB_S * RATE_HZ)) / RATE_HZ
    wet = np.empty_like(sound)
    for channel in range(2):
        room = noise.standard_normal(len(times)) * np.exp(-times * 6.9 / REVERB_S) * np.minimum(1.0, times / 0.02)
        room = np.convolve(room, np.ones(12) / 12, "same")  # walls take the treble
        room /= np.sqrt((room**2).sum())
        wet[:, channel] = np.fft.irfft(np.fft.rfft(sound[:, channel]) * np.fft.rfft(room, len(sound)), len(sound))
    return wet


def _times(seconds: float) -> Wave:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def _envelope(times: Wave, held_s: float, attack_s: float, release_s: float) -> Wave:
    """Return a gain that rises in `attack_s`, and falls in `release_s` once the note is no longer held."""
    falling = np.clip(1.0 - (times - held_s) / release_s, 0.0, 1.0)
    rising = np.clip(times / attack_s, 0.0, 1.0)
    return np.asarray((0.5 - 0.5 * np.cos(np.pi * rising)) * falling**2)


def pad(frequency: float, held_s: float) -> Wave:
    """Play a soft, slow string sound: three voices slightly apart in pitch, with few overtones."""
    times = _times(held_s + 1.6)
    sound = np.zeros_like(times)
    for detune in (-0.0022, 0.0, 0.0019):
        phase = 2 * np.pi * frequency * (1 + detune) * times
        for overtone, level in ((1, 1.0), (2, 0.32), (3, 0.12), (4, 0.05)):
            sound += level * np.sin(overtone * phase + overtone * detune * 900)
    return np.asarray(sound * _envelope(times, held_s, 0.9, 1.6) / 3)


def electric_piano(frequency: float, held_s: float) -> Wave:
    """Play an electric piano: a tone whose overtones, by frequency modulation, fade faster than it does."""
    times = _times(held_s + 0.9)
    chime = np.sin(2 * np.pi * 14 * frequency * times) * np.exp(-times * 22) * 0.10
    body = np.sin(2 * np.pi * frequency * times) * np.exp(-times * 2.6) * 0.9
    return np.asarray(np.sin(2 * np.pi * frequency * times + body + chime) * np.exp(-times * 1.5) * _envelope(times, held_s, 0.004, 0.9))


def pluck(frequency: float, held_s: float) -> Wave:
    """Play a short, clear tone, such as a marimba's."""
    times = _times(1.4)
    sound = np.sin(2 * np.pi * frequency * times) * np.exp(-times * 5.0)
    sound += 0.30 * np.sin(2 * np.pi * 3.93 * frequency * times) * np.exp(-times * 16)
    return np.asarray(sound * _envelope(times, max(held_s, 0.9), 0.002, 0.5))


def bass(frequency: float, held_s: float) -> Wave:
    """Play a round, low tone."""
    times = _times(held_s + 0.25)
    phase = 2 * np.pi * frequency * times
    return np.asarray((np.sin(phase) + 0.25 * np.sin(2 * phase) * np.exp(-times * 3)) * _envelope(times, held_s, 0.02, 0.25))


def _whole_bar(loudness: float) -> Callable[[tuple[int, ...], int], Iterator[Note]]:
    """Play the notes of the chord for the whole bar, spread from left to right."""

    def play(chord: tuple[int, ...], bar: int) -> Iterator[Note]:
        for number, pitch in enumerate(chord[1:]):
            yield Note(0, BEATS_A_BAR, pitch, loudness, 0.25 + 0.5 * number / max(1, len(chord) - 2))

    return play


def _root(loudness: float, beats: tuple[float, ...], held: float) -> Callable[[tuple[int, ...], int], Iterator[Note]]:
    """Play the lowest note of the chord on some beats."""

    def play(chord: tuple[int, ...], bar: int) -> Iterator[Note]:
        for beat in beats:
            yield Note(beat, held, chord[0], loudness)

    return play


def _broken(loudness: float, step: float, order: tuple[int, ...], octave: int = 12) -> Callable[[tuple[int, ...], int], Iterator[Note]]:
    """Play the chord's notes one after another, in an order that is turned from bar to bar so that it does not tire; -1 is a rest."""

    def play(chord: tuple[int, ...], bar: int) -> Iterator[Note]:
        for number in range(round(BEATS_A_BAR / step)):
            which = order[(number + 3 * (bar % 2)) % len(order)]
            if which >= 0:
                accent = 1.0 if number % 4 == 0 else 0.72
                yield Note(number * step, step, chord[1 + which % (len(chord) - 1)] + octave, loudness * accent, 0.3 + 0.4 * (number % 2))

    return play


def _answer(loudness: float) -> Callable[[tuple[int, ...], int], Iterator[Note]]:
    """Play two high notes at the end of every other bar."""

    def play(chord: tuple[int, ...], bar: int) -> Iterator[Note]:
        if bar % 2:
            yield Note(2.0, 1.0, chord[-1] + 12, loudness, 0.62)
            yield Note(3.0, 1.5, chord[-2] + 12, loudness * 0.8, 0.44)

    return play


BEDS: dict[str, Bed] = {
    # D major, slow: Dmaj7, Bm7, Gmaj7, A sus.
    "calm": Bed(
        66,
        ((38, 57, 61, 66), (35, 54, 57, 62), (43, 59, 62, 66), (45, 57, 62, 64)) * 2,
        ((pad, _whole_bar(0.30)), (bass, _root(0.22, (0,), 3.6)), (electric_piano, _answer(0.13))),
        reverb=0.5,
    ),
    # C major, walking: C, G/B, Am7, F.
    "bright": Bed(
        104,
        (
            (36, 60, 64, 67),
            (35, 59, 62, 67),
            (33, 57, 60, 64),
            (41, 57, 60, 65),
            (36, 60, 64, 67),
            (43, 59, 62, 65),
            (41, 57, 60, 65),
            (43, 59, 62, 67),
        ),
        ((pluck, _broken(0.30, 0.5, (0, 2, 1, 2, 0, 1, 2, -1))), (bass, _root(0.30, (0, 2), 1.4)), (pad, _whole_bar(0.10))),
        reverb=0.28,
    ),
    # A minor, steady: Am9, Fmaj7, Cmaj7, G6.
    "focus": Bed(
        84,
        ((33, 55, 59, 60, 64), (41, 57, 60, 64), (36, 55, 59, 64), (43, 55, 59, 62, 64)) * 2,
        (
            (electric_piano, _broken(0.24, 1.0, (0, 1, 2, 1), 0)),
            (bass, _root(0.28, (0, 2.5), 1.2)),
            (pad, _whole_bar(0.12)),
            (pluck, _answer(0.10)),
        ),
        reverb=0.35,
    ),
}
"""The beds by name."""
