"""Join segments into a video by copying packets: nothing is encoded again, and memory does not grow with the length."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

import av
from av.audio import AudioStream
from av.error import InvalidDataError
from av.stream import Stream

from videogen.errors.rendering import VideoDamaged
from videogen.render import timed_text
from videogen.render.boxes import disable_tracks
from videogen.render.captions import Caption
from videogen.render.encoder import AnyPacket, Encoding, Segment, add_sound_stream, encode_sound
from videogen.render.frame_grid import RATE_HZ, FrameGrid
from videogen.voices.voice import Samples

MILLISECOND = Fraction(1, 1000)
CLOCK_HZ = RATE_HZ
"""In which the times of all streams are whole: 48 kHz is a multiple of every frame rate and of a thousand."""
Timed: TypeAlias = "tuple[int, AnyPacket]"
"""When a packet is due, and the packet."""
Headers: TypeAlias = "tuple[bytes | None, bytes | None]"
"""The parameter sets of picture and sound."""
NOT_LOOKED_AT = {"skip_frame": "all", "probesize": "32", "analyzeduration": "1"}
"""Opening a file decodes a picture to learn what is known here: 5 ms of the 6 that a segment takes."""


@dataclass(frozen=True)
class Chapter:
    """A chapter of the video; times in seconds."""

    title: str
    start: float
    end: float


@dataclass(frozen=True)
class VideoLabels:
    """What a player shows about a video. `language` is an ISO 639-2 code such as eng."""

    title: str
    language: str = "und"
    chapters: tuple[Chapter, ...] = ()


@dataclass(frozen=True)
class Soundtrack:
    """The sound of a whole video, in blocks as `encode` takes them, and how it is encoded."""

    blocks: Iterable[Samples]
    encoding: Encoding


def join(
    segments: Sequence[Segment],
    fps: int | Fraction,
    target: Path,
    labels: VideoLabels,
    captions: Sequence[Caption] = (),
    progress: Callable[[int], None] = lambda segment: None,
    soundtrack: Soundtrack | None = None,
) -> None:
    """Write the segments, in order, to `target`, with the captions as a track that can be enabled.

    A soundtrack takes the place of their sound. All must come from the same `Encoding`. Raises VideoDamaged for one that does not, that
    has another length, or that is unreadable.
    """
    try:
        _join(segments, fps, target, labels, captions, progress, soundtrack)
    except (InvalidDataError, IndexError) as error:
        raise VideoDamaged(f"A scene's file cannot be read: {error}") from error
    disable_tracks(target, b"sbtl")


def _join(
    segments: Sequence[Segment],
    fps: int | Fraction,
    target: Path,
    labels: VideoLabels,
    captions: Sequence[Caption],
    progress: Callable[[int], None],
    soundtrack: Soundtrack | None,
) -> None:
    with (
        av.open(str(segments[0].file)) as first,
        av.open(str(target), "w", format="mp4", container_options={"movflags": "+faststart"}) as container,
    ):
        video = container.add_stream_from_template(first.streams.video[0])
        if soundtrack is None:
            audio = container.add_stream_from_template(first.streams.audio[0])
        else:
            audio = add_sound_stream(container, soundtrack.encoding)
        audio.metadata["language"] = labels.language
        size = first.streams.video[0].width, first.streams.video[0].height
        subtitles = timed_text.add_stream(container, *size, labels.language) if captions else None
        container.metadata["title"] = labels.title
        container.set_chapters(
            [
                {
                    "id": number,
                    "start": round(chapter.start * 1000),
                    "end": round(chapter.end * 1000),
                    "time_base": MILLISECOND,
                    "metadata": {"title": chapter.title},
                }
                for number, chapter in enumerate(labels.chapters, start=1)
            ]
        )
        # In the order of their times, or the muxer would hold one stream back until the others catch up.
        subtitle_packets = deque(_subtitle_packets(subtitles, captions) if subtitles is not None else ())
        headers = _header(first.streams.video[0]), _header(first.streams.audio[0])
        packets = _media_packets(segments, fps, headers, video, audio if soundtrack is None else None, progress)
        if soundtrack is not None:
            packets = merge(packets, _sound_packets(audio, soundtrack), key=itemgetter(0))
        for at, packet in packets:
            while subtitle_packets and subtitle_packets[0][0] < at:
                container.mux_one(subtitle_packets.popleft()[1])
            container.mux_one(packet)
        for _, packet in subtitle_packets:
            container.mux_one(packet)


def _media_packets(
    segments: Sequence[Segment], fps: int | Fraction, headers: Headers, video: Stream, audio: Stream | None, progress: Callable[[int], None]
) -> Iterator[Timed]:
    """Yield the packets of the segments at their times in the video, in integers so that nothing drifts. Without `audio` no sound."""
    grid = FrameGrid(fps)
    frame, sample = 1 / Fraction(fps), Fraction(1, RATE_HZ)
    clock = CLOCK_HZ * frame
    start = 0  # of the segment, in frames
    for number, segment in enumerate(segments):
        progress(number)
        video_frames = audio_samples = 0
        with av.open(str(segment.file), options=NOT_LOOKED_AT) as container:
            pictures, sound = container.streams.video[0], container.streams.audio[0]
            if (_header(pictures), _header(sound)) != headers:
                raise VideoDamaged(f"Scene {number + 1} is encoded in another way than the first one.", segment=str(segment.file))
            if sound.time_base != sample or pictures.time_base is None or (ticks := frame / pictures.time_base).denominator != 1:
                raise VideoDamaged(f"Scene {number + 1} counts time in another way than the first one.", segment=str(segment.file))
            ticks_a_frame, from_sample = ticks.numerator, grid.samples(start)
            picture = pictures.index
            for packet in container.demux(pictures, sound):
                at, length = packet.dts, packet.duration
                if at is None or length is None:
                    continue  # the empty packet with which demuxing ends
                if packet.stream_index == picture:
                    at, length = at // ticks_a_frame + start, length // ticks_a_frame
                    video_frames += length
                    packet.time_base, packet.duration = frame, length
                    packet.stream = video
                    packet.pts = packet.dts = at
                    yield at * clock.numerator // clock.denominator, packet
                    continue
                if at >= 0:
                    audio_samples += length
                elif number:
                    continue  # priming: the later segments are primed by the one before them
                if audio is None:
                    continue
                at += from_sample
                packet.stream = audio
                packet.pts = packet.dts = at
                yield at, packet
        is_whole = audio is None or audio_samples == grid.samples(segment.frames)
        if video_frames != segment.frames or not is_whole:
            raise VideoDamaged(f"Scene {number + 1} is not as long as it should be.", segment=str(segment.file))
        start += segment.frames


def _sound_packets(stream: AudioStream, soundtrack: Soundtrack) -> Iterator[Timed]:
    """Yield the packets of a soundtrack at their times."""
    for packet in encode_sound(stream, soundtrack.blocks, soundtrack.encoding.layout):
        assert packet.pts is not None
        yield packet.pts, packet


def _header(stream: Stream) -> bytes | None:
    """Return the parameter sets of a codec (SPS and PPS; AudioSpecificConfig), which must be equal to join packets."""
    return stream.codec_context.extradata


def _subtitle_packets(stream: Stream, captions: Sequence[Caption]) -> Iterator[Timed]:
    """Yield a packet per caption."""
    for caption in captions:
        packet = av.Packet(timed_text.sample(caption.text))
        start = round(caption.start * 1000)
        packet.stream, packet.time_base = stream, MILLISECOND
        packet.pts = packet.dts = start
        packet.duration = round(caption.end * 1000) - start
        packet.is_keyframe = True
        yield start * (CLOCK_HZ // 1000), packet
