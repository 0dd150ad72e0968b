"""What a file is, told by how it begins: names and what a browser says of a file are nobody's word."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from pathlib import Path

HEAD_BYTES = 4096
SVG = "image/svg+xml"
_TABLE_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# What begins so, and the media type; `....` stands for any four bytes.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF....WEBP", "image/webp"),
    (rb"....ftyp(?:avi[fs]|(?:mif1|msf1)....(?:[ -~]{4}){0,12}?avi[fs])", "image/avif"),
    (rb"....ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", "image/heic"),
    (rb"....ftyp(?:M4[AB] |F4[AB] )", "audio/mp4"),
    (rb"....ftyp(?:qt  )|....(?:moov|mdat|wide|pnot)", "video/quicktime"),
    (rb"....ftyp", "video/mp4"),
    (rb"\x1a\x45\xdf\xa3.{0,64}webm", "video/webm"),
    (rb"\x1a\x45\xdf\xa3", "video/x-matroska"),
    (rb"RIFF....WAVE", "audio/wav"),
    (rb"RIFF....AVI ", "video/x-msvideo"),
    (rb"FORM....AIF[FC]", "audio/aiff"),
    (rb"caff\x00\x01", "audio/x-caf"),
    (rb"#!AMR", "audio/amr"),
    (rb"fLaC", "audio/flac"),
    (rb"OggS.{24,120}?(?:\x80theora|\x01video)", "video/ogg"),
    (rb"OggS", "audio/ogg"),
    (rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]", "audio/mpeg"),
    (rb"\xff[\xf0\xf1\xf8\xf9]", "audio/aac"),
    (rb"BM.{4}\x00{4}", "image/bmp"),
    (rb"II\*\0|MM\0\*|II\+\0|MM\0\+", "image/tiff"),
    (rb"\x00\x00\x01\x00[^\x00]", "image/vnd.microsoft.icon"),
    (rb"\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", "image/jp2"),
    (rb"P[1-6]\s", "image/x-portable-anymap"),
    (rb"\x00\x00\x01\xba|\x00\x00\x01\xb3", "video/mpeg"),
    (rb"\x47.{187}\x47.{187}\x47", "video/mp2t"),
    (rb"FLV\x01", "video/x-flv"),
    (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (rb"%PDF-", "application/pdf"),
    (rb"8BPS", "image/vnd.adobe.photoshop"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "application/postscript"),
    (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", "image/jxl"),
    (rb"PK\x03\x04", "application/zip"),
    # Each comment and each declaration has one end only: with several, a page of comments would be tried in all ways to part them.
    (
        rb"\s*(?:<\?xml[^>]*>\s*|<!--(?:(?!-->).)*-->\s*|<!DOCTYPE svg[^>\[]*(?:\[(?:(?!\]\s*>).)*\]\s*)?>\s*)*+"
        rb"<(?:[\w.-]{1,20}:)?svg[\s>]",
        SVG,
    ),
)
_TYPES: tuple[tuple[Callable[[bytes], object], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL).match, media_type) for pattern, media_type in _MAGIC
)
PICTURES = frozenset(
    {
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/avif",
        "image/bmp",
        "image/tiff",
        "image/vnd.microsoft.icon",
        "image/jp2",
        "image/x-portable-anymap",
        SVG,
    }
)
VIDEOS = frozenset(
    {
        "video/mp4",
        "video/quicktime",
        "video/webm",
        "video/x-matroska",
        "video/x-msvideo",
        "video/mpeg",
        "video/mp2t",
        "video/x-flv",
        "video/x-ms-asf",
        "video/ogg",
    }
)
SOUNDS = frozenset(
    {
        "audio/wav",
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "audio/flac",
        "audio/aac",
        "audio/aiff",
        "audio/x-caf",
        "audio/amr",
        "audio/webm",
    }
)
MAYBE_SOUNDS = frozenset({"video/webm", "video/x-matroska", "video/mp4", "video/quicktime", "video/x-ms-asf"})
"""Containers of videos that browsers and phones record sound alone into."""
TABLES = frozenset({"text/csv"})


def media_type(path: Path) -> str:
    """Return the media type of a file; text of any kind is text/csv, and what nobody here can use application/octet-stream."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).removeprefix(b"\xef\xbb\xbf")
    if head.startswith(b"\x1f\x8b"):
        head = _unzipped(head)
    elif head.startswith((b"\xff\xfe<", b"\xfe\xff\0<")):
        head = head.decode("utf-16", "replace").encode()
    known = next((name for begins, name in _TYPES if begins(head)), None)
    return known or ("text/csv" if _is_text(head) else "application/octet-stream")


def _unzipped(head: bytes) -> bytes:
    """Return the beginning of what was gzipped, if that is an SVG (.svgz); else the file's own."""
    try:
        inside = zlib.decompressobj(31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return head
    return inside if b"svg" in inside and b"<" in inside[:8] else head


def _is_text(head: bytes) -> bool:
    if not head.strip() or _TABLE_CONTROLS.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:  # only because the beginning ends within a character
        return len(head) == HEAD_BYTES and error.start >= HEAD_BYTES - 4
    return True
