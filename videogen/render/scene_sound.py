"""Assemble the sound of a scene while it is encoded, with one chunk in memory at a time."""

from __future__ import annotations

import wave
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from videogen.render.frame_grid import AAC_FRAME
from videogen.voices.voice import Samples
from videogen.voices.wav import RATE_HZ, in_16_bits, read_wav

BLOCK = 16 * AAC_FRAME
"""A third of a second: little enough to be in step with the pictures, and enough for what a block costs by itself not to count."""
CENTRED = np.float32(0.5**0.5)
"""What goes to both channels is 3 dB lower in each: BS.1770 adds up their power, and so it is as loud as it is in mono."""


@dataclass(frozen=True)
class SoundChunk:
    """A WAV file, mono or stereo, or a part of one from sample `skip` on, and the sample of the scene at which it starts.

    Music goes down for it, unless it is `behind` what is said as music is.
    """

    start: int
    file: Path
    skip: int = 0
    length: int | None = None
    behind: bool = False


def blocks(chunks: tuple[SoundChunk, ...], total: int, channels: int = 1) -> Iterator[Samples]:
    """Yield `total` samples in blocks of BLOCK: silence, and in it the chunks, which are in order and do not overlap.

    A block has the shape (n,), or (n, 2) for two channels. A mono chunk is centred between them.
    """
    shape = () if channels == 1 else (channels,)
    waiting = iter(chunks)
    chunk = next(waiting, None)
    sound: Samples | None = None
    for start in range(0, total, BLOCK):
        block = np.zeros((min(BLOCK, total - start), *shape), np.float32)
        end = start + len(block)
        while chunk is not None and chunk.start < end:
            if sound is None:
                sound = in_channels(read_wav(chunk.file, chunk.skip, chunk.length), channels)
            into, out_of = max(0, chunk.start - start), max(0, start - chunk.start)
            part = sound[out_of : out_of + len(block) - into]
            block[into : into + len(part)] = part
            if chunk.start + len(sound) > end:
                break
            chunk, sound = next(waiting, None), None
        yield block


def in_channels(sound: Samples, channels: int) -> Samples:
    """Convert sound to a number of channels at the same loudness."""
    if channels == 1:
        return sound if sound.ndim == 1 else sound.mean(axis=1)
    return np.repeat((sound * CENTRED)[:, None], channels, axis=1) if sound.ndim == 1 else sound


def write_sound(file: Path, scenes: Iterable[tuple[tuple[SoundChunk, ...], int]], channels: int = 1) -> None:
    """Write the sound of scenes one after another, each as `blocks` has it, to a WAV file."""
    write_blocks(file, sound_blocks(scenes, channels), channels)


def write_blocks(file: Path, sound: Iterable[Samples], channels: int) -> None:
    """Write sound in blocks to a WAV file."""
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(RATE_HZ)
        for block in sound:
            writer.writeframes(in_16_bits(block))


def sound_blocks(scenes: Iterable[tuple[tuple[SoundChunk, ...], int]], channels: int = 1) -> Iterator[Samples]:
    """Yield the sound of scenes one after another, each as `blocks` has it."""
    for chunks, total in scenes:
        yield from blocks(chunks, total, channels)
