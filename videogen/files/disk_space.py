"""Free disk space. With less than `disk_free_min_bytes` no video is started, since it could not be finished."""

from __future__ import annotations

from models.files.walk import free_bytes
from videogen.config import Settings
from videogen.errors.system import DiskLow

__all__ = ["free_bytes", "shortage"]


def shortage(settings: Settings) -> DiskLow | None:
    """Return an error if the disk has too little space to start a video, else None."""
    free = free_bytes(settings.data)
    if free >= settings.disk_free_min_bytes:
        return None
    return DiskLow(f"Only {_size(free)} are free on the disk of {settings.data}; a video needs {_size(settings.disk_free_min_bytes)}.")


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.0f} MB"
