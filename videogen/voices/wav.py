"""Sound as videos need it: 48 kHz, mono or stereo, sentences without surrounding silence, stored as 16-bit WAV."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np

from videogen.voices.voice import Samples, Speech

RATE_HZ = 48_000
ONSET = 0.01  # of the loudest sample, -40 dB: what is quieter at the edges is the engine's breath and not a word
KEEP_BEFORE_S = 0.015
KEEP_AFTER_S = 0.060
FADE_S = 0.005


def resample(speech: Speech) -> Samples:
    """Resample speech to 48 kHz: float32 of shape (n * 48000 / rate,), not shifted in time."""
    if speech.rate == RATE_HZ or not len(speech.samples):
        return speech.samples.astype(np.float32, copy=False)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(speech.samples, np.float32)[None], format="flt", layout="mono")
    frame.sample_rate = speech.rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    pieces = [piece.to_ndarray()[0] for piece in (*resampler.resample(frame), *resampler.resample(None))]
    sound = np.concatenate(pieces).astype(np.float32, copy=False)
    length = round(len(speech.samples) * RATE_HZ / speech.rate)
    return np.pad(sound[:length], (0, max(0, length - len(sound))))


def trim(samples: Samples) -> Samples:
    """Cut the silence before and after a sentence: engines put 0.3 s and more before it.

    Complete silence stays as it is: its length matters.
    """
    level = np.abs(samples) if samples.ndim == 1 else np.abs(samples).max(axis=1)
    loud = np.flatnonzero(level > ONSET * level.max(initial=0.0))
    if not len(loud):
        return samples
    start = max(0, int(loud[0]) - round(KEEP_BEFORE_S * RATE_HZ))
    end = min(len(samples), int(loud[-1]) + 1 + round(KEEP_AFTER_S * RATE_HZ))
    trimmed = samples[start:end].copy()
    ramp = np.linspace(0.0, 1.0, min(round(FADE_S * RATE_HZ), len(trimmed)), dtype=np.float32).reshape(-1, *(1,) * (samples.ndim - 1))
    trimmed[: len(ramp)] *= ramp
    trimmed[len(trimmed) - len(ramp) :] *= ramp[::-1]
    return trimmed


def write_wav(path: Path, samples: Samples) -> None:
    """Write 48 kHz sound as 16-bit PCM, mono or stereo as its shape is."""
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        writer.setsampwidth(2)
        writer.setframerate(RATE_HZ)
        writer.writeframes(in_16_bits(samples))


def in_16_bits(samples: Samples) -> bytes:
    """Convert samples to 16-bit PCM, clipped to -1..1."""
    return bytes(np.rint(np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2"))


def read_wav(path: Path, skip: int = 0, length: int | None = None) -> Samples:
    """Read what `write_wav` wrote, or `length` samples a channel of it after the first `skip`: shape (n,) for mono, (n, 2) for stereo."""
    with wave.open(str(path), "rb") as reader:
        reader.setpos(min(skip, reader.getnframes()))
        read = reader.readframes(reader.getnframes() if length is None else length)
        channels = reader.getnchannels()
    return as_samples(read, channels)


def as_samples(content: bytes, channels: int) -> Samples:
    """Convert 16-bit PCM to samples: shape (n,) for mono, (n, 2) for stereo."""
    sound = np.frombuffer(content, "<i2").astype(np.float32) / np.float32(32767.0)
    return sound if channels == 1 else sound.reshape(-1, channels)


def samples_in_wav(path: Path) -> int:
    """Return how many samples a channel a WAV holds, from its header."""
    with wave.open(str(path), "rb") as reader:
        return reader.getnframes()
