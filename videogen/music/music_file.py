"""Read music of one's own: any sound file that FFmpeg reads, as 16-bit WAV at 48 kHz. The file is not trusted."""

from __future__ import annotations

import wave
from itertools import chain
from pathlib import Path

import numpy as np

from videogen.media import decoding
from videogen.voices.recording import UnreadableRecording, opened_sound, sound_stream
from videogen.voices.wav import RATE_HZ, in_16_bits

LONGEST_S = 1200
"""Seconds of a file that are read. What comes after them is not heard: the music begins again."""


def convert_music(file: Path, target: Path) -> None:
    """Write the sound of a file as WAV, mono or stereo as it is; surround sound becomes stereo. Raises UnreadableRecording."""
    length = 0
    with opened_sound(file) as container, wave.open(str(target), "wb") as writer:
        stream, resampler = sound_stream(container)
        writer.setnchannels(2 if resampler.layout.name == "stereo" else 1)
        writer.setsampwidth(2)
        writer.setframerate(RATE_HZ)
        for frame in chain(decoding.sound(container, stream), (None,)):
            for piece in resampler.resample(frame):
                samples = piece.to_ndarray()[0][: (LONGEST_S * RATE_HZ - length) * writer.getnchannels()]
                writer.writeframes(in_16_bits(np.asarray(samples, np.float32)))
                length += len(samples) // writer.getnchannels()
            if length >= LONGEST_S * RATE_HZ:
                break
    if not length:
        raise UnreadableRecording("there is no sound in it", "Choose another file.")
