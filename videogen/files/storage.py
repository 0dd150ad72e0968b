"""Opens the storage of artifacts and assets that the settings name."""

from __future__ import annotations

from models.files.disk import DiskFiles
from models.files.storage import Files
from videogen.config import Settings


def open_storage(settings: Settings) -> Files:
    """Return the storage: the data directory."""
    return DiskFiles(settings.data)
