"""Encode a clip and its sound to a segment: an mp4 with equally long H.264 and AAC streams, ready to join by copying packets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import chain, pairwise
from math import ceil
from pathlib import Path
from typing import Any, TypeAlias

import av
import numpy as np
from av.audio import AudioStream
from av.container import OutputContainer
from av.video import VideoStream
from av.video.frame import PictureType

from videogen.render.frame_grid import RATE_HZ, FrameGrid
from videogen.render.yuv_frame import YuvFrame
from videogen.scenes.scene_clip import Medium, drawing
from videogen.voices.voice import Samples

KEY_FRAME_EVERY_S = 10
REPEATED_FRAME_EVERY_S = 1
AnyPacket: TypeAlias = "av.Packet[Any]"  # generic for the type checker alone
BT709 = 1
LIMITED_RANGE = 1
ALL_FRAMES = 2**31 - 1
FOOTAGE_MORE = 3


@dataclass(frozen=True)
class Encoding:
    """How a segment is encoded. Segments join only if all of it is equal, so all of it is in the cache's keys.

    `channels` is 1 (mono) or 2 (stereo); `audio_bit_rate` is that of each.
    """

    fps: int | Fraction
    cfr: bool = False
    crf: int = 20
    preset: str = "veryfast"
    audio_bit_rate: int = 96_000
    channels: int = 1

    @property
    def layout(self) -> str:
        """The channels by FFmpeg's name."""
        return "stereo" if self.channels == 2 else "mono"

    @property
    def grid(self) -> FrameGrid:
        return FrameGrid(self.fps)


@dataclass(frozen=True)
class Segment:
    """A file written by `encode` and its length in frames; how many were drawn and written, 0 if it came from the cache."""

    file: Path
    frames: int
    drawn: int = 0
    written: int = 0


def encode(
    clip: Any,
    sound: Iterable[Samples],
    frames: int,
    file: Path,
    encoding: Encoding,
    progress: Callable[[int], None] = lambda frame: None,
    picture: YuvFrame | None = None,
) -> Segment:
    """Write `frames` frames (a multiple of the grid's step) of a clip, and as much sound, to `file`.

    `sound` is the whole of it, in blocks of shape (n,), or (n, 2) for stereo; its first 1024 samples must be silent: joining drops the
    priming that they need.
    If the clip has `moves`, frames are drawn only then; otherwise all of them are. The last frame of a shorter clip is held. `progress`
    is called with the number of each frame. All is drawn on `picture`, if given, which shows the last frame at the end.
    """
    width, height = (int(side) for side in clip.size)
    picture, draw = picture or YuvFrame(width, height), drawing(clip)
    asked = moving_frames(clip, frames, float(encoding.fps))
    drawn = written = 0

    def pictures() -> Iterator[tuple[int, bool]]:
        """Draw, and yield the number of each frame to write, and whether it is a key frame."""
        nonlocal drawn, written
        fps = encoding.fps if isinstance(encoding.fps, int) else float(encoding.fps)  # arithmetic with fractions is slow
        last = last_key = -ceil(KEY_FRAME_EVERY_S * fps)
        for number in range(frames):
            progress(number)
            changed = False
            if number in asked:
                drawn += 1
                changed = draw(number / fps, picture.surface) is not None
            key = number - last_key >= KEY_FRAME_EVERY_S * fps  # by time: x264 itself counts frames, and few are written
            if changed or key or encoding.cfr or number + 1 - last > REPEATED_FRAME_EVERY_S * fps:
                written += 1
                last, last_key = number, number if key else last_key
                yield number, key

    # container_options, since plain options would reach the codecs too; faststart lets a page play the segment while it loads.
    with av.open(str(file), "w", format="mp4", container_options={"movflags": "+faststart"}) as container:
        video = _video_stream(container, width, height, encoding, getattr(clip, "medium", "camera"))
        audio_packets = encode_sound(add_sound_stream(container, encoding), sound, encoding.layout)
        waiting = next(audio_packets, None)
        for packet in _with_durations(_video_packets(video, picture, pictures(), encoding.fps), frames, encoding.fps):
            # What cannot be put in order yet stays in memory, so both streams are fed in step.
            while waiting is not None and _pts(waiting) * encoding.fps <= _pts(packet) * RATE_HZ:
                container.mux(waiting)
                waiting = next(audio_packets, None)
            container.mux(packet)
        while waiting is not None:
            container.mux(waiting)
            waiting = next(audio_packets, None)
    return Segment(file, frames, drawn, written)


def moving_frames(clip: Any, frames: int, fps: float) -> Set[int]:
    """Return the numbers of the frames to draw: the first, those in the `moves` of the clip, and the one after each, which is repeated."""
    length = frames if clip.duration is None else max(1, min(frames, round(clip.duration * fps)))
    moves = getattr(clip, "moves", None)
    if moves is None:
        return frozenset(range(length))
    numbers = {0}
    for move in moves:
        numbers.update(range(max(0, _frame_at(move.start, fps)), min(length, _frame_at(move.end, fps) + 1)))
    return numbers


def _frame_at(seconds: float, fps: float) -> int:
    """Return the first frame at or after a time; times are sums of floats, so a billionth of a frame late is on time."""
    return ceil(round(seconds * fps, 6))


def _video_stream(container: OutputContainer, width: int, height: int, encoding: Encoding, medium: Medium) -> VideoStream:
    options = {
        "preset": encoding.preset,
        "bf": "0",  # a held frame and the reordering of B-frames do not go together: lengths come out wrong
        "forced-idr": "1",
        "x264-params": f"{quality(encoding.crf)}:weightp=0:keyint=infinite:scenecut=0:{_search(medium, encoding.crf)}{_asm()}",
    }
    stream = container.add_stream("libx264", rate=encoding.fps, options=options)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.time_base = 1 / Fraction(encoding.fps)
    context.thread_count = 1  # scenes run side by side; and another number of threads gives other bytes
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED_RANGE
    return stream


def quality(crf: int) -> str:
    """Return x264 parameters for a constant quality.

    x264 takes a picture in which little changes for one worth more bytes, and would write the same words again ever finer (a quarter of
    the file) unless qcomp is 1; and it would look ahead at the frames to come, of which most are held. CRF without the one and the other
    is the same quantizer for every picture. Told that quantizer itself, x264 need not estimate what each picture will cost: a third less
    time. Flat blocks get no more bits than lines and letters do then: type is 5 dB truer, for a quarter more bytes. But what changes a
    little in them is not to be dropped as if it were noise (deadzone-inter, 21 by itself): what faded out would stay as a shadow on
    the background, and a dark sky would go by in blocks, 52.7 dB and not 58.3. It takes no time, and adds 2 to 4 percent to the bytes of
    type and a quarter to those of a photograph.
    """
    return f"qp={crf}:deadzone-inter=8"


def _search(medium: Medium, crf: int) -> str:
    """Return x264 parameters for the motion search; it is not in the stream's header, so segments still join.

    Type and bars go by whole pixels: without the half ones the same bytes take a fifth less time; and their edges are not to be smoothed.
    Under a camera the half ones save half of the bytes. Everything moves a little, so the small diamond finds what the hexagon would, in a
    twentieth less time. weightp finds nothing in type, and takes a millisecond to find that out.
    A video is quantized more, as CRF would by its look ahead: else it takes two and a half times as many bytes as moviepy gives it.
    """
    if medium == "type":
        return "me=dia:subme=0:no-deblock=1"
    fine = "me=dia:subme=1:partitions=i8x8,i4x4"
    return f"{fine}:zones=0,{ALL_FRAMES},q={crf + FOOTAGE_MORE}" if medium == "footage" else fine


@cache
def _asm() -> str:
    """Return an option that keeps x264 from using AVX-512.

    With AVX-512 x264's mbtree reads memory that nobody wrote when the width is no multiple of 256 (1920 is none): about one encode in 300
    came out with other bytes, without it none of 6,000, at the same speed. test_the_same_scene_gives_the_same_bytes guards it.
    """
    cpuinfo = Path("/proc/cpuinfo")
    return ":asm=avx2" if cpuinfo.exists() and " avx512" in cpuinfo.read_text() else ""


def _video_packets(stream: VideoStream, picture: YuvFrame, numbers: Iterable[tuple[int, bool]], fps: int | Fraction) -> Iterator[AnyPacket]:
    """Encode the picture each time `numbers` yields one, after it was drawn."""
    time_base = 1 / Fraction(fps)
    for number, key in numbers:
        picture.frame.pts, picture.frame.time_base = number, time_base
        picture.frame.pict_type = PictureType.I if key else PictureType.NONE
        yield from stream.encode(picture.frame)
    yield from stream.encode(None)


def _with_durations(packets: Iterable[AnyPacket], frames: int, fps: int | Fraction) -> Iterator[AnyPacket]:
    """Set the durations: a packet lasts until the next one, the last one until the end."""
    for packet, follower in pairwise(chain(packets, (None,))):
        assert packet is not None and packet.time_base == 1 / Fraction(fps)
        packet.duration = (frames if follower is None else _pts(follower)) - _pts(packet)
        yield packet


def _pts(packet: AnyPacket) -> int:
    assert packet.pts is not None
    return packet.pts


def add_sound_stream(container: OutputContainer, encoding: Encoding) -> AudioStream:
    """Add a stream of AAC to a container."""
    # The fast coder is twice as fast as the default one, and truer at this bit rate: 34 dB against 28, measured on speech. Without noise
    # in the place of sound, and without shaping what quantizing leaves, it is 35 dB, in a tenth less time.
    options = {"aac_coder": "fast", "aac_pns": "0", "aac_tns": "0"}
    bit_rate = encoding.audio_bit_rate * encoding.channels
    return container.add_stream("aac", rate=RATE_HZ, layout=encoding.layout, bit_rate=bit_rate, options=options)


def encode_sound(stream: AudioStream, sound: Iterable[Samples], layout: str) -> Iterator[AnyPacket]:
    """Yield the packets of sound that comes in blocks of shape (n,), or (n, 2) for stereo, the priming packet (before 0) first."""
    position = 0
    for block in sound:
        planes = np.ascontiguousarray(block.reshape(len(block), -1).T)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = RATE_HZ, Fraction(1, RATE_HZ), position
        position += len(block)
        yield from stream.encode(frame)
    yield from stream.encode(None)
