"""Whether a finished film is what it should be: its lengths are counted from its packets, and parts of it are decoded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Stream

from videogen.errors import FilmDamaged

MAX_APART_S = 0.05
SAMPLES = 3
FRAMES_A_SAMPLE = 3


@dataclass(frozen=True)
class Lengths:
    """Where picture and sound of a film end, in seconds."""

    picture: float
    sound: float


def check(film: Path, seconds: float) -> Lengths:
    """Checks that picture and sound run without a gap, end together and last `seconds`, and that they can be decoded.

    Raises FilmDamaged. A decode alone would not do: a film that is a fifth too short decodes without any fault.
    """
    try:
        # Faults are errors here, where a player would paint over them.
        with av.open(str(film), options={"err_detect": "explode"}) as container:
            lengths = _count(container)
            _sample(container, seconds)
    except (FFmpegError, IndexError) as error:
        raise FilmDamaged(f"The finished film cannot be read: {error}", film=film.name) from error
    for name, end in (("picture", lengths.picture), ("sound", lengths.sound)):
        if abs(end - seconds) > MAX_APART_S:
            raise FilmDamaged(f"The film's {name} ends at {end:.3f} s instead of {seconds:.3f} s.", film=film.name)
    return lengths


def _count(container: InputContainer) -> Lengths:
    streams = container.streams.video[0], container.streams.audio[0]
    ends: dict[int, int] = {}  # in each stream's own time: whole numbers, as there are tens of thousands of packets
    for packet in container.demux(*streams):
        start, duration = packet.dts, packet.duration
        if start is None or duration is None:
            continue  # the empty packet at the end
        gap = start - ends.get(packet.stream_index, start)
        if gap:
            for_s, at_s = _seconds(packet.stream, gap), _seconds(packet.stream, start)
            raise FilmDamaged(f"The film's {packet.stream.type} has a gap of {for_s:.3f} s at {at_s:.3f} s.")
        ends[packet.stream_index] = start + duration
    picture, sound = (_seconds(stream, ends.get(stream.index, 0)) for stream in streams)
    return Lengths(picture, sound)


def _seconds(stream: Stream, ticks: int) -> float:
    assert stream.time_base is not None
    return float(ticks * stream.time_base)


def _sample(container: InputContainer, seconds: float) -> None:
    """Decodes a few frames at the beginning, in the middle and at the end, of picture and sound each."""
    for stream in (container.streams.video[0], container.streams.audio[0]):
        for sample in range(SAMPLES):
            at = seconds * sample / SAMPLES
            container.seek(int(at * av.time_base))
            decoded = 0
            for _frame in container.decode(stream):
                decoded += 1
                if decoded == FRAMES_A_SAMPLE:
                    break
            if not decoded:
                raise FilmDamaged(f"The film's {stream.type} cannot be decoded at {at:.1f} s.")
