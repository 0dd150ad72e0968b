"""Clips as phones, browsers and old programs write them, made on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
BEEPS_S = (1.0, 2.5)


def beeps(seconds: float, channels: int = 1, opposite: bool = False) -> NDArray[np.float32]:
    """Silence with a tone of 0.2 s at each of BEEPS_S: (channels, samples). `opposite`: the second channel is the first one's negative."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    audible = np.any([(t >= at) & (t < at + 0.2) for at in BEEPS_S], axis=0)
    tone = (0.4 * np.sin(2 * np.pi * 880 * t) * audible).astype(np.float32)
    return np.stack([tone, -tone if opposite else tone][:channels])


def clip(
    path: Path,
    *,
    seconds: float = 4.0,
    picture_from_s: float = 0.0,
    sound_from_s: float = 0.0,
    sound: NDArray[np.float32] | None = None,
    codecs: tuple[str, str] = ("libx264", "aac"),
    size: tuple[int, int] = (64, 48),
    fps: int = 30,
    live: bool = False,
) -> Path:
    """Write a video that is black, and white while a beep is heard, in the time of the file; each stream begins when it is told to.

    `live`: as browsers' recorders write it, without a length or an index.
    """
    options = {"live": "1"} if live else {}
    with av.open(str(path), "w", options=options) as container:
        video = container.add_stream(codecs[0], rate=fps, options={"g": "30"})
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        sound = beeps(seconds) if sound is None else sound
        layout = "stereo" if len(sound) == 2 else "mono"
        audio = container.add_stream(codecs[1], rate=RATE_HZ, layout=layout)
        packets = [*_pictures(video, seconds, picture_from_s, size, fps), *_sound(audio, sound, sound_from_s, layout)]  # type: ignore[arg-type]
        for packet in sorted(packets, key=lambda packet: float((packet.dts or 0) * packet.time_base)):
            container.mux(packet)
    return path


def _pictures(stream: av.VideoStream, seconds: float, begins_s: float, size: tuple[int, int], fps: int) -> Iterator[av.Packet[Any]]:
    for number in range(round(begins_s * fps), round(seconds * fps)):
        lit = any(at <= number / fps + 1e-6 < at + 0.2 for at in BEEPS_S)
        frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), 255 * lit, np.uint8), format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, fps)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sound(stream: av.AudioStream, sound: NDArray[np.float32], begins_s: float, layout: str) -> Iterator[av.Packet[Any]]:
    for start in range(round(begins_s * RATE_HZ), sound.shape[1], 960):
        block = np.ascontiguousarray(sound[:, start : start + 960])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = RATE_HZ, Fraction(1, RATE_HZ), start
        yield from stream.encode(frame)
    yield from stream.encode(None)
