"""Compose the short sounds with which scenes may come in. They are synthesized here, so that they are as free as the code is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from videogen.voices.voice import Samples
from videogen.voices.wav import RATE_HZ

LENGTH_S = 0.36
"""Shorter than the silence before the first word of a scene."""
PEAK = 0.11
"""About 12 dB below speech: heard, and never in the way."""

Wave = NDArray[np.float64]


def compose_transition(name: str) -> Samples:
    """Return a sound as mono of shape (n,) at 48 kHz, silent at both ends. Raises KeyError for a name that is not in SOUNDS."""
    times = np.arange(round(LENGTH_S * RATE_HZ)) / RATE_HZ
    sound = SOUNDS[name](times) * np.minimum(1.0, np.minimum(times / 0.002, (LENGTH_S - times) / 0.06))
    return np.asarray(sound * (PEAK / np.abs(sound).max()), np.float32)


def whoosh(times: Wave) -> Wave:
    """Play air that passes by: noise that swells and goes, brighter in the middle."""
    noise = np.random.default_rng(5).standard_normal(len(times))
    dark = np.convolve(noise, np.hanning(160) / 80, "same")
    bright = np.convolve(noise, np.hanning(24) / 12, "same")
    swell = np.sin(np.pi * times / LENGTH_S) ** 2
    return np.asarray((dark * 3 + bright * swell) * swell)


def tick(times: Wave) -> Wave:
    """Play a soft, wooden knock."""
    return np.asarray(np.sin(2 * np.pi * 920 * times) * np.exp(-times * 70) + 0.4 * np.sin(2 * np.pi * 2410 * times) * np.exp(-times * 140))


def chime(times: Wave) -> Wave:
    """Play two clear notes, a fifth apart."""
    second = np.maximum(0.0, times - 0.07)
    notes = np.sin(2 * np.pi * 1174.7 * times) * np.exp(-times * 11)
    return np.asarray(notes + 0.8 * np.sin(2 * np.pi * 1760 * second) * np.exp(-second * 11) * (times > 0.07))


SOUNDS: dict[str, Callable[[Wave], Wave]] = {"whoosh": whoosh, "tick": tick, "chime": chime}
"""The sounds by name."""
