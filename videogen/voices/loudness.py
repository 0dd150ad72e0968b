"""Loudness as broadcasters measure it (ITU-R BS.1770, EBU R128), so that every voice is as loud as every other, in every video.

Each sentence is brought to the level before it is encoded, and so the video is: its pauses fall under the measure's gate, and a second
pass over the finished video, which no cache could hold, is not needed. tests/voices/test_loudness.py measures whole videos.
"""

from __future__ import annotations

import wave
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.filter import Graph
from av.filter.context import FilterContext

from videogen.voices.voice import Samples
from videogen.voices.wav import as_samples

RATE_HZ = 48_000
LEVEL_LUFS = -15.6  # of a sentence: with the pauses between them a video comes to -16
PEAK = 10 ** (-2.0 / 20)  # of a sentence's samples: what lies between them and what AAC adds keep the video under -1 dBTP
GAIN_MAX_DB = 24.0  # what needs more than this is breath and noise, and no word
MEASURABLE_S = 1.2
NEAR_DB = 0.25
ROUNDS = 3
LIMITER = ("alimiter", f"limit={PEAK:.6f}:attack=5:release=50:level=false:latency=true")


class Loudness(NamedTuple):
    """The integrated loudness in LUFS, -70 for what is too faint or too short to count, and the true peak in dBTP."""

    integrated: float
    true_peak: float


def measure(samples: Samples) -> Loudness:
    """Measure mono or stereo sound at 48 kHz; shorter than a gating block of 0.4 s it has no loudness.

    The power of both channels counts: one signal in both is 3 dB louder than in one.
    """
    metadata = _measured(samples, "metadata=1:peak=true:framelog=quiet")
    peak = float(metadata.get("lavfi.r128.true_peak", 0.0))
    return Loudness(float(metadata.get("lavfi.r128.I", -70.0)), 20.0 * float(np.log10(max(peak, 1e-6))))


def normalize_loudness(samples: Samples) -> Samples:
    """Bring a sentence at 48 kHz to LEVEL_LUFS, with its peaks limited to PEAK. Length and channels stay.

    A short one is measured as if it were repeated, so that its silence does not count.
    """
    if not samples.any():
        return samples
    gain_db, sound = 0.0, samples
    for _ in range(ROUNDS):  # turning peaks down takes some of the loudness away
        missing_db = LEVEL_LUFS - _repeated_loudness(sound)
        if abs(missing_db) < NEAR_DB:
            break
        gain_db = min(gain_db + missing_db, GAIN_MAX_DB)
        sound = samples * np.float32(10 ** (gain_db / 20))
        if np.abs(sound).max() > PEAK:
            sound = _limited(sound)
    return sound


def _repeated_loudness(samples: Samples) -> float:
    times = -(-round(MEASURABLE_S * RATE_HZ) // len(samples))
    return float(_measured(np.concatenate([samples] * times), "metadata=1:framelog=quiet").get("lavfi.r128.I", -70.0))


def _measured(samples: Samples, arguments: str) -> dict[str, str]:
    frames = list(_filtered(samples, ("ebur128", arguments)))
    return next((metadata for frame in reversed(frames) if (metadata := frame.metadata)), {})  # the last frames of a sound have none


def _limited(samples: Samples) -> Samples:
    """Turn down peaks over PEAK, a few milliseconds ahead and back again after."""
    limited = np.concatenate([frame.to_ndarray()[0] for frame in _filtered(samples, LIMITER)])
    return limited.astype(np.float32, copy=False).reshape(samples.shape)


def limit_peaks(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """Yield stereo sound, in blocks of shape (n, 2), with its peaks limited to PEAK. Its length stays; that of its blocks may change."""
    for frame in _filtered_blocks(blocks, "stereo", LIMITER):
        yield frame.to_ndarray()[0].astype(np.float32, copy=False).reshape(-1, 2)


def measure_wav(file: Path) -> float:
    """Return the integrated loudness of a WAV file at 48 kHz in LUFS, a part at a time; -70 for what is too faint to count."""
    with wave.open(str(file), "rb") as reader:
        channels = reader.getnchannels()
        blocks = (as_samples(content, channels) for content in iter(lambda: reader.readframes(RATE_HZ), b""))
        frames = _filtered_blocks(blocks, "stereo" if channels == 2 else "mono", ("ebur128", "metadata=1:framelog=quiet"))
        return max((float(level) for frame in deque(frames, 50) if (level := frame.metadata.get("lavfi.r128.I"))), default=-70.0)


def _filtered(samples: Samples, *stages: tuple[str, str]) -> Iterator[av.AudioFrame]:
    """Yield the frames from FFmpeg's filters, each a name and its arguments."""
    return _filtered_blocks((samples,), "mono" if samples.ndim == 1 else "stereo", *stages)


def _filtered_blocks(blocks: Iterable[Samples], layout: str, *stages: tuple[str, str]) -> Iterator[av.AudioFrame]:
    """Yield the frames from FFmpeg's filters for sound that comes in blocks."""
    graph = Graph()
    graph.threads = 1  # else each of them starts some, for filters that have no use for them
    source = graph.add_abuffer(sample_rate=RATE_HZ, format="flt", layout=layout)
    last = source
    for name, arguments in (*stages, ("aformat", f"sample_fmts=flt:channel_layouts={layout}"), ("abuffersink", "")):
        following = graph.add(name, arguments)
        last.link_to(following)
        last = following
    graph.configure()
    position = 0
    for block in blocks:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block, np.float32).reshape(1, -1), format="flt", layout=layout)
        frame.sample_rate, frame.pts = RATE_HZ, position
        position += len(block)
        source.push(frame)
        yield from _pulled(last)
    source.push(None)
    yield from _pulled(last)


def _pulled(sink: FilterContext) -> Iterator[av.AudioFrame]:
    while True:
        try:
            pulled = sink.pull()
        except (av.error.EOFError, av.error.BlockingIOError):
            return
        assert isinstance(pulled, av.AudioFrame)
        yield pulled
