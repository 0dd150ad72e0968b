"""Convert a finished video: another size, WebM, an animated GIF, or its sound alone, with its chapters.

Times stay as they are: a video holds pictures for up to a second, and so does what is made of it. The last picture is repeated at its end,
since not every format keeps how long it lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
from av.audio import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video import VideoStream

FRAME_S = 1 / 30
GIF_FPS = 10
GIF_HEIGHT = 360
GIF_MOST_S = 120.0
THREADS = 2

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Target:
    """A format to convert to: ffmpeg's container, its codecs (None: no such stream; "copy": as it is), and their options."""

    container: str
    video: str | None
    audio: str | None
    media_type: str
    container_options: Mapping[str, str] = field(default_factory=dict)
    video_options: Mapping[str, str] = field(default_factory=dict)
    audio_bit_rate: int | None = None


FASTSTART = {"movflags": "+faststart"}
TARGETS: Mapping[str, Target] = {
    "mp4": Target("mp4", "libx264", "copy", "video/mp4", FASTSTART, {"preset": "veryfast", "crf": "21"}),
    "webm": Target(
        "webm",
        "libvpx-vp9",
        "libopus",
        "video/webm",
        video_options={"deadline": "realtime", "cpu-used": "7", "row-mt": "1", "crf": "32", "b": "0"},
        audio_bit_rate=96_000,
    ),
    "gif": Target("gif", "gif", None, "image/gif", container_options={"loop": "0"}),
    "m4a": Target("ipod", None, "copy", "audio/mp4", FASTSTART),
    "mp3": Target("mp3", None, "libmp3lame", "audio/mpeg", {"id3v2_version": "3"}, audio_bit_rate=128_000),
}


def convert(source: Path, target: Path, format: str, *, height: int | None, progress: Progress) -> float:
    """Convert the video `source` to `target`; `height` is that of the picture, by default the same. Return its length in seconds.

    Raises av.error.FFmpegError and OSError.
    """
    with av.open(str(source)) as video:
        length_s = float((video.duration or 0) / av.time_base)
        if format == "gif":
            _write_gif(video, target, height or min(GIF_HEIGHT, video.streams.video[0].height), min(length_s, GIF_MOST_S), progress)
        else:
            with av.open(
                str(target), "w", format=TARGETS[format].container, container_options=dict(TARGETS[format].container_options)
            ) as output:
                _transcode(video, output, TARGETS[format], height, length_s, progress)
    return length_s


def length_of(path: Path) -> float:
    """Return the length of a file in seconds, by its own account."""
    with av.open(str(path)) as container:
        return float((container.duration or 0) / av.time_base)


def _transcode(
    video: InputContainer, output: OutputContainer, target: Target, height: int | None, length_s: float, progress: Progress
) -> None:
    output.metadata.update({name: value for name, value in video.metadata.items() if name in ("title", "language")})
    output.set_chapters(video.chapters())
    pictures = _Pictures(video, output, target, height, length_s) if target.video else None
    sound = _Sound(video, output, target) if target.audio and video.streams.audio else None
    streams = [part.source for part in (pictures, sound) if part]
    reached = 0.0  # packets of two streams are not in the order of their times, and sound may begin a little before 0
    for packet in video.demux(streams):
        part = pictures if pictures and packet.stream is pictures.source else sound
        assert part is not None
        part.take(packet)
        if packet.pts is not None and packet.time_base is not None:
            reached = max(reached, min(1.0, float(packet.pts * packet.time_base) / max(length_s, 0.001)))
            progress(reached)
    for part in (pictures, sound):
        if part:
            part.finish()


class _Pictures:
    """The pictures of a video, encoded anew with their own times."""

    def __init__(self, video: InputContainer, output: OutputContainer, target: Target, height: int | None, length_s: float) -> None:
        self.source: VideoStream = video.streams.video[0]
        self.output = output
        self.length_s = length_s
        scale = Fraction(height, self.source.height) if height else Fraction(1)
        self.size = (max(2, round(self.source.width * scale / 2) * 2), max(2, round(self.source.height * scale / 2) * 2))
        stream = output.add_stream(target.video or "", rate=30, options=dict(target.video_options))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *self.size, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 90_000)
        stream.codec_context.thread_count = THREADS
        for name in ("color_primaries", "color_trc", "colorspace", "color_range"):
            setattr(stream.codec_context, name, getattr(self.source.codec_context, name))
        if target.video == "libvpx-vp9":
            stream.codec_context.bit_rate = 0
        self.stream = stream
        self.last: av.VideoFrame | None = None
        self.last_s = 0.0

    def take(self, packet: av.Packet[Any]) -> None:
        for frame in packet.decode():
            assert isinstance(frame, av.VideoFrame)
            self._encode(frame, frame.time or 0.0)

    def finish(self) -> None:
        if self.last is not None and self.length_s - FRAME_S > self.last_s + FRAME_S:
            self._encode(self.last, self.length_s - FRAME_S)
        self.output.mux(self.stream.encode(None))

    def _encode(self, frame: av.VideoFrame, at_s: float) -> None:
        scaled = frame.reformat(*self.size, format="yuv420p")
        scaled.pts, scaled.time_base = round(at_s * 90_000), Fraction(1, 90_000)
        scaled.pict_type = 0  # the encoder chooses, not the source
        self.last, self.last_s = frame, at_s
        self.output.mux(self.stream.encode(scaled))


class _Sound:
    """The sound of a video, copied or encoded anew."""

    def __init__(self, video: InputContainer, output: OutputContainer, target: Target) -> None:
        self.source: AudioStream = video.streams.audio[0]
        self.output = output
        self.copies = target.audio == "copy"
        stream: Any
        if self.copies:
            stream = output.add_stream_from_template(self.source)
        else:
            stream = output.add_stream(target.audio or "", rate=48_000, layout=self.source.layout.name)
            stream.bit_rate = target.audio_bit_rate
        self.stream = stream

    def take(self, packet: av.Packet[Any]) -> None:
        if not self.copies:
            for frame in packet.decode():
                self.output.mux(self.stream.encode(frame))
        elif packet.dts is not None:
            packet.stream = self.stream
            self.output.mux(packet)

    def finish(self) -> None:
        if not self.copies:
            self.output.mux(self.stream.encode(None))


def _write_gif(video: InputContainer, target: Path, height: int, length_s: float, progress: Progress) -> None:
    """Write an animated GIF in two passes: the first finds the colours that are used most, the second draws with them."""
    source = video.streams.video[0]
    width = max(2, round(source.width * height / source.height / 2) * 2)
    steps = [("fps", f"{GIF_FPS}"), ("scale", f"{width}:{height}:flags=lanczos")]
    finding = _Filter(source, [*steps, ("palettegen", "stats_mode=diff")])
    for picture in _frames(video, length_s):
        finding.push(picture)
        progress((picture.time or 0.0) / max(length_s, 0.001) / 2)
    finding.push(None)
    palette = next(finding.pull())
    video.seek(0)
    drawing = _Filter(source, [*steps, ("paletteuse", "dither=bayer:bayer_scale=4:diff_mode=rectangle")], palette)
    with closing(av.open(str(target), "w", format="gif", container_options=dict(TARGETS["gif"].container_options))) as output:
        stream = output.add_stream("gif", rate=GIF_FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "pal8"
        frames: Iterator[av.VideoFrame | None] = chain(_frames(video, length_s), (None,))
        for frame in frames:
            drawing.push(frame)
            for drawn in drawing.pull():
                output.mux(stream.encode(drawn))
            if frame:
                progress(0.5 + (frame.time or 0.0) / max(length_s, 0.001) / 2)
        output.mux(stream.encode(None))


def _frames(video: InputContainer, length_s: float) -> Iterator[av.VideoFrame]:
    """Return the frames of the first seconds, and the last of them once more at their end."""
    last: av.VideoFrame | None = None
    for frame in video.decode(video=0):
        if (frame.time or 0.0) >= length_s:
            break
        last = frame
        yield frame
    if last is not None and last.time_base is not None and (last.time or 0.0) < length_s - 1 / GIF_FPS:
        last.pts = round((length_s - 1 / GIF_FPS) / last.time_base)
        yield last


class _Filter:
    """A chain of ffmpeg's filters for frames like a stream's; the last of them takes a palette as its second input, if there is one."""

    def __init__(self, source: VideoStream, steps: list[tuple[str, str]], palette: av.VideoFrame | None = None) -> None:
        self.graph = Graph()
        self.input = self.graph.add_buffer(template=source)
        before = self.input
        for name, arguments in steps:
            step = self.graph.add(name, arguments)
            before.link_to(step)
            before = step
        self.output = self.graph.add("buffersink")
        before.link_to(self.output)
        colours = None
        if palette is not None:
            arguments = f"video_size={palette.width}x{palette.height}:pix_fmt={palette.format.name}:time_base=1/{GIF_FPS}:pixel_aspect=1/1"
            colours = self.graph.add("buffer", arguments)
            colours.link_to(before, 0, 1)
        self.graph.configure()
        if colours is not None and palette is not None:
            palette.pts = 0
            colours.push(palette)
            colours.push(None)

    def push(self, frame: av.VideoFrame | None) -> None:
        self.input.push(frame)

    def pull(self) -> Iterator[av.VideoFrame]:
        """Return the frames that are ready."""
        while True:
            try:
                frame = self.output.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(frame, av.VideoFrame)
            yield frame
