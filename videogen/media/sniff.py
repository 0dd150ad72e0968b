"""What a file is, told by how it begins: names and what a browser says of a file are nobody's word."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

HEAD_BYTES = 4096
_TABLE_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# What begins so, and the media type; `....` stands for any four bytes.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF....WEBP", "image/webp"),
    (rb"....ftypavi[fs]", "image/avif"),
    (rb"....ftyphei[cx]|....ftypmif1", "image/heic"),
    (rb"....ftypM4A ", "audio/mp4"),
    (rb"....ftyp(?:qt  )", "video/quicktime"),
    (rb"....ftyp", "video/mp4"),
    (rb"\x1a\x45\xdf\xa3.{0,64}webm", "video/webm"),
    (rb"\x1a\x45\xdf\xa3", "video/x-matroska"),
    (rb"RIFF....WAVE", "audio/wav"),
    (rb"fLaC", "audio/flac"),
    (rb"OggS", "audio/ogg"),
    (rb"ID3|\xff[\xfb\xfa\xf3\xf2]", "audio/mpeg"),
    (rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]", "image/svg+xml"),
)
_TYPES: tuple[tuple[Callable[[bytes], object], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL).match, media_type) for pattern, media_type in _MAGIC
)
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
VIDEOS = frozenset({"video/mp4", "video/quicktime", "video/webm", "video/x-matroska"})
SOUNDS = frozenset({"audio/wav", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/flac"})
TABLES = frozenset({"text/csv"})


def media_type(path: Path) -> str:
    """The media type of a file; text of any kind is text/csv, and what nobody here can use application/octet-stream."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).removeprefix(b"\xef\xbb\xbf")
    known = next((name for begins, name in _TYPES if begins(head)), None)
    return known or ("text/csv" if _is_text(head) else "application/octet-stream")


def _is_text(head: bytes) -> bool:
    if not head.strip() or _TABLE_CONTROLS.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:  # only because the beginning ends within a character
        return len(head) == HEAD_BYTES and error.start >= HEAD_BYTES - 4
    return True
