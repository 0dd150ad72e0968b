"""Decode untrusted files, skipping streams of unknown codecs and damaged packets, as players do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import av
from av.audio import AudioStream
from av.container import InputContainer
from av.video import VideoStream

AnyStream = TypeVar("AnyStream", AudioStream, VideoStream)


def decodable(streams: Iterable[AnyStream]) -> list[AnyStream]:
    """Return the streams for whose codec there is a decoder; phones write some beside those for which there is."""
    return [stream for stream in streams if stream.codec_context is not None]


def pictures(container: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    """Decode a stream's pictures, without those of damaged packets."""
    return (frame for frame in _frames(container, stream) if isinstance(frame, av.VideoFrame))


def sound(container: InputContainer, stream: AudioStream) -> Iterator[av.AudioFrame]:
    """Decode a stream's sound, without that of damaged packets."""
    return (frame for frame in _frames(container, stream) if isinstance(frame, av.AudioFrame))


def _frames(container: InputContainer, stream: AudioStream | VideoStream) -> Iterator[object]:
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        yield from frames
