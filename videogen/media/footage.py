"""Read untrusted video files: their properties, frames in order, and sound, with only a few frames in memory."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.audio import AudioStream
from av.container import InputContainer
from av.filter import Graph
from av.stream import Disposition, Stream
from av.video import VideoStream
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from videogen.errors.script import BadAsset
from videogen.media import colours, decoding, sniff

FORMATS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "video/mpeg": "mpeg",
    "video/mp2t": "mpegts",
    "video/x-flv": "flv",
    "video/x-ms-asf": "asf",
    "video/ogg": "ogg",
}
MOST_PIXELS = 8192 * 4320
MOST_S = 3600.0
RATE_HZ = 48_000
LOUDNESS = "I=-16:TP=-2:LRA=11"
"""What narration is brought to, too."""
HINT = "Convert it to MP4 with H.264, and take that."
HD_LINES = 720
MAX_PACKETS = 5_000_000
LATE_SOUND_S = 0.1
"""A sound that ends so much later than the picture is not only a codec's last frame: the last picture stays for it."""
GAP_S = 0.02
"""Sound that comes this much later than the sound before it has a gap there, and is not only a time rounded to milliseconds."""
UNSPECIFIED = 2


@dataclass(frozen=True)
class Footage:
    """Properties of a video: its upright size, its length, whether it has sound, and how many channels."""

    size: tuple[int, int]
    seconds: float
    has_sound: bool
    channels: int = 0


def probe(path: Path) -> Footage:
    """Open a video and decode its first frame. Raises BadAsset for one that cannot be shown."""
    with _opened(path) as container:
        stream = _picture(container)
        if stream.width * stream.height > MOST_PIXELS:
            raise BadAsset(f"The video has {stream.width} x {stream.height} pixels.", hint="Make it smaller: 4K is more than enough.")
        frame = next(decoding.pictures(container, stream), None)
        if frame is None:
            raise BadAsset("There is no picture in the video.", hint=HINT)
        seconds = _length(container)
        if seconds <= 0:
            raise BadAsset("There is no picture in the video that lasts.", hint=HINT)
        width, height = round(frame.width * (stream.sample_aspect_ratio or 1)), frame.height
        turned = frame.rotation % 180 != 0
        sound = _sound(container)
        channels = sound.layout.nb_channels if sound else 0
        return Footage((height, width) if turned else (width, height), seconds, bool(channels), channels)


def is_sound_alone(path: Path) -> bool:
    """Return whether a file of a video's kind has sound in it and no picture; a cover is none. False for what cannot be opened."""
    try:
        with av.open(
            str(path), options={"protocol_whitelist": "file"}, format=FORMATS.get(sniff.media_type(path)), metadata_errors="replace"
        ) as container:
            pictures = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
            return bool(container.streams.audio) and not pictures
    except av.error.FFmpegError:
        return False


class Projector:
    """Shows a video's pictures by their time, scaled to a size; quick as long as the times go forward."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self.path, self.size = path, size
        self._frames: Iterator[tuple[float, av.VideoFrame]] | None = None
        self._shown: tuple[float, av.VideoFrame] | None = None
        self._next: tuple[float, av.VideoFrame] | None = None
        self._picture: tuple[float, NDArray[np.uint8]] | None = None
        self._at_start = False
        self._colours: colours.Converter | None = None

    def at(self, seconds: float) -> NDArray[np.uint8]:
        """Return the frame at a time of the video, RGB of (height, width, 3); after its end the last one. Raises BadAsset."""
        if self._frames is None or (self._shown and seconds < self._shown[0] and not self._at_start):
            self._rewind(seconds)
        while self._next is not None and self._next[0] <= seconds + 1e-4:
            self._shown, self._next = self._next, next(self._frames or iter(()), None)
            self._at_start = False
        if self._shown is None:
            raise BadAsset("There is no picture at this place of the video.", hint=HINT)
        time, frame = self._shown
        if self._picture is None or self._picture[0] != time:
            self._picture = time, self._rgb(frame)
        return self._picture[1]

    def _rewind(self, seconds: float) -> None:
        """Start at the key frame before a time, or at the beginning where the file has no index that leads there."""
        for start_s in (seconds, 0.0):
            self._frames = frames = _decoded(self.path, start_s)
            self._shown, self._next = next(frames, None), next(frames, None)
            self._at_start = start_s <= 0
            if self._shown is not None and self._shown[0] <= seconds:
                return

    def _rgb(self, frame: av.VideoFrame) -> NDArray[np.uint8]:
        """Return a decoded picture as BT.709, upright, at the size."""
        turned = frame.rotation % 180 != 0
        width, height = self.size[::-1] if turned else self.size
        if colours.needs_conversion(frame):
            self._colours = self._colours or colours.Converter(frame, (width, height))
            lying = self._colours.convert(frame)
        else:
            lying = _as_bt709(frame, width, height)
        return np.ascontiguousarray(np.rot90(lying, round(frame.rotation / 90)), np.uint8)


def write_sound(path: Path, start_s: float, end_s: float, file: Path, channels: int = 1) -> None:
    """Write the sound of a stretch of a video as 16-bit WAV at 48 kHz, as loud as narration: mono, or stereo for two channels.

    It is exactly as long as the stretch: silent where the video has no sound yet, or no more. Raises BadAsset.
    """
    with _opened(path) as container, wave.open(str(file), "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(RATE_HZ)
        left = round((end_s - start_s) * RATE_HZ)
        for block in _levelled(_in_time(container, start_s, left, channels), channels):
            samples = np.rint(np.clip(block[:left], -1.0, 1.0) * 32767.0).astype("<i2")
            writer.writeframes(samples.tobytes())
            left -= len(samples)
        for _ in range(0, left, RATE_HZ):
            writer.writeframes(bytes(2 * channels * min(left, RATE_HZ)))
            left -= min(left, RATE_HZ)


def _levelled(blocks: Iterator[NDArray[np.float32]], channels: int) -> Iterator[NDArray[np.float32]]:
    """Yield sound of (samples, channels) at the loudness of narration, without moving a sample."""
    layout = "stereo" if channels == 2 else "mono"
    graph = Graph()
    source = last = graph.add_abuffer(sample_rate=RATE_HZ, format="flt", layout=layout)
    stages = [("loudnorm", LOUDNESS), ("aresample", str(RATE_HZ)), ("aformat", f"sample_fmts=flt:channel_layouts={layout}")]
    for name, arguments in (*stages, ("abuffersink", "")):
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
            yield np.asarray(frame.to_ndarray(), np.float32).reshape(-1, channels)

    position = 0
    for block in blocks:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), format="flt", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, position, Fraction(1, RATE_HZ)
        position += len(block)
        source.push(frame)
        yield from pulled()
    source.push(None)
    yield from pulled()


def _in_time(container: InputContainer, start_s: float, total: int, channels: int) -> Iterator[NDArray[np.float32]]:
    """Yield `total` samples of the video's sound from a time on, of (samples, channels), at the times that the file gives."""
    stream, origin = _sound(container), _origin(container)
    if stream is None:
        return
    if start_s > 1.0:
        with suppress(av.error.FFmpegError):  # a file without an index: it is read from its beginning
            container.seek(max(0, round((start_s + origin - 1.0) * av.time_base)))
    to_stereo = av.AudioResampler(format="flt", layout="stereo" if stream.layout.nb_channels > 1 else "mono", rate=RATE_HZ)
    done = 0
    at: float | None = None
    for frame in chain(decoding.sound(container, stream), (None,)):
        if frame is not None and frame.time is not None:
            begins = (frame.time - origin - start_s) * RATE_HZ
            if at is None or abs(begins - at) > GAP_S * RATE_HZ:
                at = begins
            if begins > total:
                break
        for piece in to_stereo.resample(frame):
            sound = np.asarray(piece.to_ndarray(), np.float32).reshape(piece.samples, -1)
            first, at = round(at or 0.0), (at or 0.0) + len(sound)
            while done < first and done < total:  # silence until it begins
                silence = min(first - done, total - done, RATE_HZ)
                yield np.zeros((silence, channels), np.float32)
                done += silence
            samples = mixed(sound[max(0, done - first) :][: total - done], channels)
            if len(samples):
                yield samples
                done += len(samples)
        if done >= total:
            return


def mixed(sound: NDArray[np.float32], channels: int) -> NDArray[np.float32]:
    """Convert sound of (samples, any channels) to a number of channels.

    For mono from two channels that cancel each other, the louder one is taken: their mean would be silence.
    """
    there = sound.shape[1]
    if there == channels:
        return sound
    if channels == 2:
        return np.repeat(sound, 2, axis=1)
    mean: NDArray[np.float32] = sound.mean(axis=1, keepdims=True)
    energies = (sound * sound).sum(axis=0)
    if float((mean * mean).sum()) < 0.05 * float(energies.max(initial=0.0)):
        loudest = int(energies.argmax())
        return sound[:, loudest : loudest + 1]
    return mean


def _picture(container: InputContainer) -> VideoStream:
    """Return the stream that is shown: the first one that can be."""
    return decoding.decodable(container.streams.video)[0]


def _sound(container: InputContainer) -> AudioStream | None:
    """Return the stream marked as default, else the first one that can be decoded, or None."""
    streams = decoding.decodable(container.streams.audio)
    return next((stream for stream in streams if stream.disposition & Disposition.default), next(iter(streams), None))


def _streams(container: InputContainer) -> list[Stream]:
    """Return the streams that are played, the picture first."""
    return [stream for stream in (_picture(container), _sound(container)) if stream is not None]


def _origin(container: InputContainer) -> float:
    """Return the time in seconds at which the first of a video's streams begins.

    It is time 0 of the video, for picture and sound alike.
    """
    played = _streams(container)
    starts = [float(stream.start_time * stream.time_base) for stream in played if stream.start_time is not None and stream.time_base]
    return min(starts, default=0.0)


def _length(container: InputContainer) -> float:
    """Return the seconds from the beginning of a video to the end of its picture, or of its sound if that is longer.

    Recorders in browsers write no length: their packets are counted then.
    """
    picture, origin = _picture(container), _origin(container)
    ends = [_end(stream) for stream in _streams(container)]
    if ends[0] is None and container.duration:
        return container.duration / av.time_base
    if ends[0] is None:
        last = dict.fromkeys((stream.index for stream in (picture, *container.streams.audio)), 0.0)
        with suppress(av.error.FFmpegError):
            container.seek(0)
        for number, packet in enumerate(container.demux()):
            if number > MAX_PACKETS:
                raise BadAsset("The video is too long to be measured.", hint=HINT)
            if packet.pts is not None and packet.time_base and packet.stream_index in last:
                frame_s = 1 / float(picture.average_rate or 30) if packet.stream_index == picture.index else 0.0
                ends_s = float(packet.pts * packet.time_base) + (float((packet.duration or 0) * packet.time_base) or frame_s)
                last[packet.stream_index] = max(last[packet.stream_index], ends_s)
        ends = [last[picture.index], max(last.values())]
    sound_end = (ends[1:] or [None])[0] or 0.0
    picture_end = ends[0] or 0.0
    return (sound_end if sound_end > picture_end + LATE_SOUND_S else picture_end) - origin


def _end(stream: Stream) -> float | None:
    if not stream.duration or not stream.time_base:
        return None
    return float((stream.duration + (stream.start_time or 0)) * stream.time_base)


def _decoded(path: Path, start_s: float) -> Iterator[tuple[float, av.VideoFrame]]:
    """Yield the pictures with their times in seconds, from the key frame at or before a time."""
    with _opened(path) as container:
        stream = _picture(container)
        stream.thread_type = "AUTO"
        base, origin = stream.time_base or Fraction(1, 90_000), _origin(container)
        if start_s > 0:
            with suppress(av.error.FFmpegError):
                container.seek(round((origin + start_s) / base), stream=stream)
        for frame in decoding.pictures(container, stream):
            pts = frame.dts if frame.pts is None else frame.pts
            if pts is not None:
                yield float(pts * base) - origin, frame


def _as_bt709(frame: av.VideoFrame, width: int, height: int) -> NDArray[np.uint8]:
    """Return a picture in RGB at a size.

    What does not say how its colours are meant is taken as its size suggests.
    """
    meant = frame.colorspace
    if meant == UNSPECIFIED:
        meant = Colorspace.ITU709 if frame.height >= HD_LINES else Colorspace.ITU601
    drawn = frame.reformat(width, height, "rgb24", src_colorspace=meant, interpolation="BICUBIC")
    return np.asarray(drawn.to_ndarray(), np.uint8)


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    """Open a file as the format of its content, without following references to other files."""
    kind = FORMATS.get(sniff.media_type(path))
    if kind is None:
        raise BadAsset("The file is no video.", hint=HINT)
    try:
        with av.open(str(path), format=kind, options={"protocol_whitelist": "file"}, metadata_errors="replace") as container:
            if not container.streams.video:
                raise BadAsset("There is no picture in the video.", hint=HINT)
            if not decoding.decodable(container.streams.video):
                raise BadAsset("The pictures of the video are of a kind that is not known here.", hint=HINT)
            yield container
    except av.error.FFmpegError as error:
        raise BadAsset("The video cannot be read: it is damaged, or not all of it is there.", hint=HINT) from error
