"""Segments become one film by moving packets: nothing is encoded again, and what is in memory does not grow with the film."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from pathlib import Path

import av
from av.container import OutputContainer
from av.error import InvalidDataError
from av.stream import Stream

from videogen.errors import FilmDamaged
from videogen.render.boxes import switch_off
from videogen.render.captions import Caption
from videogen.render.encoder import AnyPacket, Segment
from videogen.render.grid import RATE_HZ, Grid

MILLISECOND = Fraction(1, 1000)


@dataclass(frozen=True)
class Chapter:
    """A stretch of the film that players list by its title, in seconds."""

    title: str
    start: float
    end: float


@dataclass(frozen=True)
class Labels:
    """What a player shows about a film. `language` is an ISO 639-2 code such as eng."""

    title: str
    language: str = "und"
    chapters: tuple[Chapter, ...] = ()


def join(
    segments: Sequence[Segment],
    fps: int,
    film: Path,
    labels: Labels,
    captions: Sequence[Caption] = (),
    progress: Callable[[int], None] = lambda segment: None,
) -> None:
    """Writes the segments, in order, to `film`, with the captions as a track that can be switched on.

    All of them have to come from the same `Encoding`; raises FilmDamaged where one does not, is not as long as it says, or cannot be read.
    """
    try:
        _join(segments, fps, film, labels, captions, progress)
    except (InvalidDataError, IndexError) as error:
        raise FilmDamaged(f"A scene's file cannot be read: {error}") from error
    switch_off(film, b"sbtl")


def _join(
    segments: Sequence[Segment], fps: int, film: Path, labels: Labels, captions: Sequence[Caption], progress: Callable[[int], None]
) -> None:
    with (
        av.open(str(segments[0].file)) as first,
        av.open(str(film), "w", format="mp4", container_options={"movflags": "+faststart"}) as container,
    ):
        video = container.add_stream_from_template(first.streams.video[0])
        audio = container.add_stream_from_template(first.streams.audio[0])
        audio.metadata["language"] = labels.language
        subtitles = _subtitle_stream(container, labels.language) if captions else None
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
        spoken = _subtitle_packets(subtitles, captions) if subtitles is not None else iter(())
        # In the order of their times, or the muxer would hold one stream back until the others catch up.
        for packet in merge(_media_packets(segments, fps, video, audio, progress), spoken, key=_time):
            container.mux(packet)


def _media_packets(
    segments: Sequence[Segment], fps: int, video: Stream, audio: Stream, progress: Callable[[int], None]
) -> Iterator[AnyPacket]:
    grid = Grid(fps)
    start = 0  # of the segment, in frames
    for number, segment in enumerate(segments):
        progress(number)
        shown = heard = 0
        with av.open(str(segment.file)) as container:
            pictures, sound = container.streams.video[0], container.streams.audio[0]
            if (_header(pictures), _header(sound)) != (_header(video), _header(audio)):
                raise FilmDamaged(f"Scene {number + 1} is encoded in another way than the first one.", segment=str(segment.file))
            for packet in container.demux(pictures, sound):
                if packet.dts is None:
                    continue  # the empty packet with which demuxing ends
                if packet.stream is pictures:
                    _move(packet, video, fps, start)
                    shown += packet.duration or 0
                elif packet.dts >= 0:
                    _move(packet, audio, RATE_HZ, grid.samples(start))
                    heard += packet.duration or 0
                elif number == 0:
                    _move(packet, audio, RATE_HZ, 0)  # priming; the later segments are primed by the one before them
                else:
                    continue
                yield packet
        if (shown, heard) != (segment.frames, grid.samples(segment.frames)):
            raise FilmDamaged(f"Scene {number + 1} is not as long as it should be.", segment=str(segment.file))
        start += segment.frames


def _move(packet: AnyPacket, stream: Stream, rate: int, offset: int) -> None:
    """Puts a packet into another stream, `offset` later, counted in 1/rate s: whole numbers, so that nothing drifts."""
    assert packet.dts is not None and packet.duration is not None and packet.time_base is not None
    scale = packet.time_base * rate
    packet.pts = packet.dts = round(packet.dts * scale) + offset
    packet.duration = round(packet.duration * scale)
    packet.time_base = Fraction(1, rate)
    packet.stream = stream


def _header(stream: Stream) -> bytes | None:
    """The codec's parameter sets (SPS and PPS; AudioSpecificConfig): packets fit together only if they are equal."""
    return stream.codec_context.extradata


def _subtitle_stream(container: OutputContainer, language: str) -> Stream:
    stream = container.add_mux_stream("mov_text", time_base=MILLISECOND)  # add_stream wants an encoder, and this codec has none here
    stream.metadata["language"] = language
    return stream


def _subtitle_packets(stream: Stream, captions: Sequence[Caption]) -> Iterator[AnyPacket]:
    """A caption a packet: the length of its UTF-8 text in two bytes, then the text (3GPP TS 26.245)."""
    for caption in captions:
        text = caption.text.encode()
        packet = av.Packet(len(text).to_bytes(2, "big") + text)
        packet.stream, packet.time_base = stream, MILLISECOND
        packet.pts = packet.dts = round(caption.start * 1000)
        packet.duration = round(caption.end * 1000) - packet.pts
        packet.is_keyframe = True
        yield packet


def _time(packet: AnyPacket) -> Fraction:
    assert packet.dts is not None and packet.time_base is not None
    return packet.dts * packet.time_base
