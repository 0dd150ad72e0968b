"""Check a finished video: its index has no gap and the right end, and samples of it decode."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Stream

from videogen.errors.rendering import VideoDamaged
from videogen.render.encoder import REPEATED_FRAME_EVERY_S
from videogen.render.frame_grid import AAC_FRAME, RATE_HZ

MAX_APART_S = 0.05
SAMPLES = 3
FRAMES_A_SAMPLE = 3
LAST_S = 1.0


@dataclass(frozen=True)
class Lengths:
    """Where picture and sound of a video end, in seconds."""

    picture: float
    sound: float


def check(video: Path, seconds: float) -> Lengths:
    """Check that picture and sound have no gap, end together, last `seconds`, and can be decoded.

    Raises FilmDamaged. A decode alone would not do: a video that is a fifth too short decodes without any fault.
    """
    try:
        # Faults are errors here, where a player would paint over them.
        with av.open(str(video), options={"err_detect": "explode"}) as container:
            _look_through(container, video.stat().st_size)
            lengths = _ends(container, seconds)
            _sample(container, seconds)
    except (FFmpegError, IndexError) as error:
        raise VideoDamaged(f"The finished video cannot be read: {error}", video=video.name) from error
    for name, end in (("picture", lengths.picture), ("sound", lengths.sound)):
        if abs(end - seconds) > MAX_APART_S:
            raise VideoDamaged(f"The {name} of the video ends at {end:.3f} s instead of {seconds:.3f} s.", video=video.name)
    return lengths


def _look_through(container: InputContainer, size: int) -> None:
    """Check the index of both streams: all of it is in the file, no picture lasts too long, and the sound has no gap.

    The packets themselves would tell no more, since an mp4 says of each only how long it is until the next; and they are many.
    """
    longest_s = Fraction(REPEATED_FRAME_EVERY_S), Fraction(AAC_FRAME, RATE_HZ)
    for stream, longest in zip((container.streams.video[0], container.streams.audio[0]), longest_s, strict=True):
        assert stream.time_base is not None
        most = int(longest / stream.time_base)  # whole numbers: a second has fifty packets
        last: int | None = None
        for entry in stream.index_entries:
            if entry.pos + entry.size > size:
                raise VideoDamaged("The finished video was cut off.")
            if last is not None and not 0 < entry.timestamp - last <= most:
                for_s, at_s = _seconds(stream, entry.timestamp - last), _seconds(stream, last)
                raise VideoDamaged(f"The {stream.type} of the video has a gap of {for_s:.3f} s at {at_s:.3f} s.")
            last = entry.timestamp


def _ends(container: InputContainer, seconds: float) -> Lengths:
    """Return where the last packets of both streams end, read to the end of the file."""
    streams = container.streams.video[0], container.streams.audio[0]
    container.seek(int(max(0.0, seconds - LAST_S) * av.time_base))
    ends: dict[int, int] = {}
    for packet in container.demux(*streams):
        if packet.dts is not None and packet.duration is not None:  # else it is the empty packet at the end
            ends[packet.stream_index] = packet.dts + packet.duration
    picture, sound = (_seconds(stream, ends.get(stream.index, 0)) for stream in streams)
    return Lengths(picture, sound)


def _seconds(stream: Stream, ticks: int) -> float:
    assert stream.time_base is not None
    return float(ticks * stream.time_base)


def _sample(container: InputContainer, seconds: float) -> None:
    """Decode a few frames at the beginning, the middle and the end of picture and sound."""
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
                raise VideoDamaged(f"The {stream.type} of the video cannot be decoded at {at:.1f} s.")
