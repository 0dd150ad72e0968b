"""Read recordings that replace a voice: any sound file that FFmpeg reads, at the loudness of the voices.

Stereo stays stereo; surround sound becomes stereo.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.audio import AudioStream
from av.container import InputContainer

from videogen.media import decoding
from videogen.media.file_kinds import TAKEN
from videogen.voices.loudness import normalize_loudness
from videogen.voices.voice import Samples
from videogen.voices.wav import RATE_HZ, trim

LONGEST_S = 600
"""Seconds that a recording may last: it is levelled as a whole, so it is in memory as a whole."""

HINT = f"Save it again as WAV; a recording can be {TAKEN['sound']}."


class UnreadableRecording(Exception):
    """The file holds no sound that can be used; the message says why, `hint` what to do."""

    def __init__(self, message: str, hint: str = HINT) -> None:
        super().__init__(message)
        self.hint = hint


def channels(file: Path) -> int:
    """Return 2 when a recording has more than one channel, else 1, also for a file that cannot be read."""
    try:
        with opened_sound(file) as container:
            return _channels(container)
    except UnreadableRecording:
        return 1


def read(file: Path) -> Samples:
    """Read a recording as the video needs it: at 48 kHz, mono or stereo, levelled, without the silence round it. Raises Unreadable."""
    pieces: list[Samples] = []
    length = 0
    with opened_sound(file) as container:
        stream, resampler = sound_stream(container)
        for frame in chain(decoding.sound(container, stream), (None,)):
            for piece in resampler.resample(frame):
                pieces.append(piece.to_ndarray()[0])
                length += piece.samples
                if length > LONGEST_S * RATE_HZ:
                    raise UnreadableRecording(f"it is longer than {LONGEST_S // 60} minutes", "Share it out among several scenes.")
    if not length:
        raise UnreadableRecording("there is no sound in it")
    sound = np.concatenate(pieces).astype(np.float32, copy=False)
    return normalize_loudness(trim(sound if resampler.layout.name == "mono" else sound.reshape(-1, 2)))


@contextmanager
def opened_sound(file: Path) -> Iterator[InputContainer]:
    """Open a file that has sound in it. Raises Unreadable, also for what goes wrong while it is decoded, in none of FFmpeg's words."""
    try:
        with av.open(str(file), "r", options={"protocol_whitelist": "file"}, metadata_errors="replace") as container:
            if not decoding.decodable(container.streams.audio):
                raise UnreadableRecording(
                    "there is no sound in it that is known here" if container.streams.audio else "there is no sound in it"
                )
            yield container
    except (av.error.FFmpegError, ValueError) as error:
        raise UnreadableRecording("it is damaged, or of a kind that is not taken") from error


def sound_stream(container: InputContainer) -> tuple[AudioStream, av.AudioResampler]:
    """Return the sound of a file, and what brings its frames to 48 kHz, mono or stereo, as float32."""
    layout = "stereo" if _channels(container) == 2 else "mono"
    return _stream(container), av.AudioResampler(format="flt", layout=layout, rate=RATE_HZ)


def _channels(container: InputContainer) -> int:
    return max(1, min(2, _stream(container).layout.nb_channels))


def _stream(container: InputContainer) -> AudioStream:
    return decoding.decodable(container.streams.audio)[0]
