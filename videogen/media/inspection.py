"""Inspect uploaded files."""

from __future__ import annotations

from pathlib import Path

from videogen.errors.script import BadAsset
from videogen.media import images, sniff
from videogen.media.file_kinds import INSTEAD, NAMES, WHAT_IS_TAKEN


def inspect(path: Path) -> str:
    """Return the media type of a file. Raises BadAsset for one that no scene can use or that cannot be decoded completely."""
    kind = sniff.media_type(path)
    if kind in sniff.PICTURES:
        images.check(path)
    elif kind in sniff.MAYBE_SOUNDS:
        from videogen.media.footage import is_sound_alone

        return "audio/webm" if kind in ("video/webm", "video/x-matroska") and is_sound_alone(path) else kind
    elif kind not in sniff.VIDEOS | sniff.SOUNDS | sniff.TABLES:
        raise BadAsset(f"The file is {NAMES.get(kind, kind)}.", hint=f"{INSTEAD.get(kind, '')} {WHAT_IS_TAKEN}".strip())
    return kind
