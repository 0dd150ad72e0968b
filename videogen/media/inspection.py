"""Whether an uploaded file is of use to a script."""

from __future__ import annotations

from pathlib import Path

from videogen.errors import BadAsset
from videogen.media import pictures, sniff

_WHAT_IS_TAKEN = "Pictures are PNG, JPEG, WebP, AVIF or GIF, videos MP4, MOV, WebM or MKV, sounds WAV, MP3, M4A, OGG or FLAC, tables CSV."
_INSTEAD = {"image/svg+xml": "Export the drawing as PNG.", "image/heic": "Export the photo as JPEG."}


def inspect(path: Path) -> str:
    """The media type of a file. Raises BadAsset for one that no scene can use, or that cannot be read to its end."""
    kind = sniff.media_type(path)
    if kind in sniff.PICTURES:
        pictures.check(path)
    elif kind not in sniff.VIDEOS | sniff.SOUNDS | sniff.TABLES:
        raise BadAsset(f"The file is {kind}.", hint=f"{_INSTEAD.get(kind, '')} {_WHAT_IS_TAKEN}".strip())
    return kind
