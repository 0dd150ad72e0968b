"""The subtitle track of an mp4: 3GPP timed text (3GPP TS 26.245), in UTF-8."""

from __future__ import annotations

import io
import struct
from fractions import Fraction

import av
from av.container import OutputContainer
from av.stream import Stream

FONT = b"Sans-Serif"  # one of the three generic names of TS 26.245, 5.16
FONT_ID = 1
FONT_SHARE = 0.05  # of the picture's height
CENTRE, BOTTOM = 1, -1
CLOCK_HZ = 1000
_UNITY = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


def add_stream(container: OutputContainer, width: int, height: int, language: str) -> Stream:
    """Add a timed-text stream for a picture of that size to an mp4 that is being written. `language` is an ISO 639-2 code.

    FFmpeg copies a stream's sample description from its `extradata`, which PyAV lets nobody set on a stream without a codec: so the stream
    is added in the likeness of one in an empty mp4 that has it. Without a style record and a font table (36 bytes instead of 64 and more)
    parsers read past the end of the entry.
    """
    with av.open(io.BytesIO(_empty_mp4(width, height)), "r", format="mp4") as template:
        stream: Stream = container.add_stream_from_template(template.streams[0])
    stream.time_base = Fraction(1, CLOCK_HZ)
    stream.metadata["language"] = language
    return stream


def sample(text: str) -> bytes:
    """Return a text sample: the length of the UTF-8 text in two bytes, then the text."""
    encoded = text.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def sample_description(width: int, height: int) -> bytes:
    """Return what a `tx3g` sample entry holds after its data reference: white letters without background, centred at the bottom."""
    size = min(255, max(12, round(height * FONT_SHARE)))
    return b"".join(
        (
            struct.pack(">Ibb4B", 0, CENTRE, BOTTOM, 0, 0, 0, 0),  # display flags, justification, background
            struct.pack(">4h", 0, 0, height, width),  # BoxRecord: top, left, bottom, right
            struct.pack(">HHHBB4B", 0, 0, FONT_ID, 0, size, 255, 255, 255, 255),  # StyleRecord
            _box(b"ftab", struct.pack(">HHB", 1, FONT_ID, len(FONT)), FONT),
        )
    )


def _empty_mp4(width: int, height: int) -> bytes:
    """Return an mp4 (ISO/IEC 14496-12) of one timed-text track without a sample."""
    entry = _box(b"tx3g", bytes(6), struct.pack(">H", 1), sample_description(width, height))
    samples = _box(
        b"stbl",
        _full_box(b"stsd", struct.pack(">I", 1), entry),
        _full_box(b"stts", bytes(4)),
        _full_box(b"stsc", bytes(4)),
        _full_box(b"stsz", bytes(8)),
        _full_box(b"stco", bytes(4)),
    )
    data = _box(b"dinf", _full_box(b"dref", struct.pack(">I", 1), _full_box(b"url ", flags=1)))
    undetermined = 0x55C4
    media = _box(
        b"mdia",
        _full_box(b"mdhd", struct.pack(">4I2H", 0, 0, CLOCK_HZ, 0, undetermined, 0)),
        _full_box(b"hdlr", bytes(4), b"sbtl", bytes(13)),
        _box(b"minf", _full_box(b"nmhd"), data, samples),
    )
    header = _full_box(
        b"tkhd", struct.pack(">5I", 0, 0, 1, 0, 0), bytes(16), _UNITY, struct.pack(">2I", width << 16, height << 16), flags=3
    )
    movie_header = _full_box(
        b"mvhd", struct.pack(">4I", 0, 0, CLOCK_HZ, 0), struct.pack(">IH", 1 << 16, 1 << 8), bytes(10), _UNITY, bytes(28)
    )
    return _box(b"ftyp", b"isom", bytes(4), b"isom") + _box(b"moov", movie_header, _box(b"trak", header, media))


def _box(name: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), name) + inside


def _full_box(name: bytes, *content: bytes, flags: int = 0) -> bytes:
    return _box(name, struct.pack(">I", flags), *content)
