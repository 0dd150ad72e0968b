"""Videos from strangers: what there is in one, its pictures one after the other, its sound. Never more than a few pictures in memory."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.filter import Graph
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from videogen.errors import BadAsset
from videogen.media import sniff

FORMATS = {"video/mp4": "mov", "video/quicktime": "mov", "video/webm": "matroska", "video/x-matroska": "matroska"}
MOST_PIXELS = 8192 * 4320
MOST_S = 3600.0
RATE_HZ = 48_000
LOUDNESS = "I=-16:TP=-2:LRA=11"
"""What narration is brought to, too."""
HINT = "Convert it to MP4 with H.264, and take that."
HD_LINES = 720
UNSPECIFIED = 2


@dataclass(frozen=True)
class Footage:
    """What there is in a video: its size as it is to be seen, its length, whether it has sound."""

    size: tuple[int, int]
    seconds: float
    has_sound: bool


def probe(path: Path) -> Footage:
    """Opens a video and decodes its first picture. Raises BadAsset for one that cannot be shown."""
    with _opened(path) as container:
        stream = container.streams.video[0]
        if stream.width * stream.height > MOST_PIXELS:
            raise BadAsset(f"The video has {stream.width} x {stream.height} pixels.", hint="Make it smaller: 4K is more than enough.")
        frame = next(container.decode(stream), None)
        if frame is None:
            raise BadAsset("There is no picture in the video.", hint=HINT)
        seconds = (container.duration or 0) / av.time_base
        if stream.duration and stream.time_base:
            seconds = float(stream.duration * stream.time_base)
        if seconds <= 0:
            raise BadAsset("The video does not say how long it is.", hint=HINT)
        width, height = round(frame.width * (stream.sample_aspect_ratio or 1)), frame.height
        turned = frame.rotation % 180 != 0
        return Footage((height, width) if turned else (width, height), seconds, bool(container.streams.audio))


class Projector:
    """Shows a video's pictures by their time, scaled to a size; quick as long as the times go forward."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self.path, self.size = path, size
        self._frames: Iterator[tuple[float, av.VideoFrame]] | None = None
        self._shown: tuple[float, av.VideoFrame] | None = None
        self._next: tuple[float, av.VideoFrame] | None = None
        self._picture: tuple[float, NDArray[np.uint8]] | None = None

    def at(self, seconds: float) -> NDArray[np.uint8]:
        """The picture that is seen at a time of the video, RGB of (height, width, 3); beyond its end the last one. Raises BadAsset."""
        if self._frames is None or (self._shown and seconds < self._shown[0]):
            self._frames = _decoded(self.path, seconds)
            self._shown, self._next = next(self._frames, None), next(self._frames, None)
        while self._next is not None and self._next[0] <= seconds + 1e-4:
            self._shown, self._next = self._next, next(self._frames, None)
        if self._shown is None:
            raise BadAsset("There is no picture at this place of the video.", hint=HINT)
        time, frame = self._shown
        if self._picture is None or self._picture[0] != time:
            self._picture = time, _rgb(frame, self.size)
        return self._picture[1]


def write_sound(path: Path, start_s: float, end_s: float, file: Path) -> None:
    """Writes the sound of a stretch of a video as 16-bit mono WAV at 48 kHz, as loud as narration. Raises BadAsset."""
    with _opened(path) as container, wave.open(str(file), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE_HZ)
        left = round((end_s - start_s) * RATE_HZ)
        for block in _heard(container, start_s, end_s):
            samples = np.rint(np.clip(block[:left], -1.0, 1.0) * 32767.0).astype("<i2")
            writer.writeframes(samples.tobytes())
            left -= len(samples)
            if left <= 0:
                return


def _heard(container: InputContainer, start_s: float, end_s: float) -> Iterator[NDArray[np.float32]]:
    stream = container.streams.audio[0]
    graph = Graph()
    source = last = graph.add_abuffer(template=stream)
    stages = [("atrim", f"start={start_s}:end={end_s}"), ("asetpts", "PTS-STARTPTS"), ("loudnorm", LOUDNESS), ("aresample", str(RATE_HZ))]
    for name, arguments in (*stages, ("aformat", f"sample_fmts=flt:channel_layouts=mono:sample_rates={RATE_HZ}"), ("abuffersink", "")):
        following = graph.add(name, arguments)
        last.link_to(following)
        last = following
    graph.configure()

    def pulled() -> Iterator[NDArray[np.float32]]:
        while True:
            try:
                frame = last.pull()
            except (av.error.EOFError, av.error.BlockingIOError):
                return
            assert isinstance(frame, av.AudioFrame)
            yield frame.to_ndarray()[0]

    offset = float((stream.start_time or 0) * (stream.time_base or Fraction(1)))
    container.seek(max(0, round((start_s + offset - 1.0) * av.time_base)))
    for frame in container.decode(stream):
        if frame.time is not None and frame.time - offset > end_s:
            break
        if frame.pts is not None and stream.start_time:
            frame.pts -= stream.start_time
        source.push(frame)
        yield from pulled()
    source.push(None)
    yield from pulled()


def _decoded(path: Path, start_s: float) -> Iterator[tuple[float, av.VideoFrame]]:
    """The pictures with their times in seconds, from the key frame at or before a time."""
    with _opened(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        base, first = stream.time_base or Fraction(1, 90_000), stream.start_time or 0
        if start_s > 0:
            container.seek(first + round(start_s / base), stream=stream)
        for frame in container.decode(stream):
            if frame.pts is not None:
                yield float((frame.pts - first) * base), frame


def _rgb(frame: av.VideoFrame, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A decoded picture, upright, at a size. What does not say how its colours are meant is taken as its size suggests."""
    turned = frame.rotation % 180 != 0
    width, height = size[::-1] if turned else size
    meant = frame.colorspace
    if meant == UNSPECIFIED:
        meant = Colorspace.ITU709 if frame.height >= HD_LINES else Colorspace.ITU601
    lying = frame.reformat(width, height, "rgb24", src_colorspace=meant, interpolation="BICUBIC").to_ndarray()
    return np.ascontiguousarray(np.rot90(lying, round(frame.rotation / 90)), np.uint8)


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    """Opens a file as what its content says it is, and nothing else that it may lead to."""
    kind = FORMATS.get(sniff.media_type(path))
    if kind is None:
        raise BadAsset("The file is no video.", hint=HINT)
    try:
        with av.open(str(path), format=kind, options={"protocol_whitelist": "file"}) as container:
            if not container.streams.video:
                raise BadAsset("There is no picture in the video.", hint=HINT)
            yield container
    except av.error.FFmpegError as error:
        raise BadAsset(f"The video cannot be read: {error.strerror}.", hint=HINT) from error
