"""Room on the disk: without `disk_free_min_bytes` of it no film is started, since it could not be finished."""

from __future__ import annotations

import shutil
from pathlib import Path

from videogen.config import Settings
from videogen.errors.system import DiskLow


def free_bytes(data: Path) -> int:
    """The free space of the disk that the data directory is, or will be, on."""
    place = data.resolve()
    return shutil.disk_usage(next(above for above in (place, *place.parents) if above.exists())).free


def shortage(settings: Settings) -> DiskLow | None:
    """Why no film may be started now; None when there is room enough."""
    free = free_bytes(settings.data)
    if free >= settings.disk_free_min_bytes:
        return None
    return DiskLow(
        f"Only {_size(free)} are free on the disk of {settings.data}; no video is started with less than "
        f"{_size(settings.disk_free_min_bytes)}."
    )


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.0f} MB"
