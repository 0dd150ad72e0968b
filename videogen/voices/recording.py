"""A recording of one's own in place of a voice: any sound file that FFmpeg reads, made as loud as the voices are."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from videogen.voices.loudness import levelled
from videogen.voices.sound import RATE_HZ, trim
from videogen.voices.voice import Samples

LONGEST_S = 600
"""Seconds that a recording may last: it is levelled as a whole, so it is in memory as a whole."""


class Unreadable(Exception):
    """The file holds no sound that can be used; the message says why."""


def read(file: Path) -> Samples:
    """A recording as the film needs it: 48 kHz mono, levelled, without the silence round it. Raises Unreadable."""
    pieces: list[Samples] = []
    length = 0
    try:
        with av.open(str(file), "r") as container:
            if not container.streams.audio:
                raise Unreadable("there is no sound in it")
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
            for frame in (*container.decode(container.streams.audio[0]), None):
                for piece in resampler.resample(frame):
                    pieces.append(piece.to_ndarray()[0])
                    length += len(pieces[-1])
                    if length > LONGEST_S * RATE_HZ:
                        raise Unreadable(f"it is longer than {LONGEST_S // 60} minutes: share it out among scenes")
    except av.error.FFmpegError as error:
        raise Unreadable(error.strerror or "it is no sound file") from error  # all of its words would tell where the file lies
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if not length:
        raise Unreadable("there is no sound in it")
    return levelled(trim(np.concatenate(pieces).astype(np.float32, copy=False)))
