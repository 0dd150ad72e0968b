"""Opens the storage of artifacts and assets that the settings name."""

from __future__ import annotations

import importlib.util
import re

from models.files.disk import DiskFiles
from models.files.storage import Files
from videogen.config import FILES_URL, Settings
from videogen.errors.system import BadSetting, ExtraMissing

DISK = "disk"
"""The address of the data directory."""


def open_storage(settings: Settings) -> Files:
    """Return the storage: the data directory, or a bucket. Nothing is asked of the bucket yet. Raises ExtraMissing."""
    return open_url(settings, settings.files_url)


def open_url(settings: Settings, url: str) -> Files:
    """Return the storage at an address `s3://bucket/prefix`; DISK is the data directory. Raises ExtraMissing and BadSetting."""
    if url in ("", DISK):
        return DiskFiles(settings.data)
    if not re.fullmatch(FILES_URL, url):
        raise BadSetting(f"{url[:200]!r} is no address of files.", hint="Write s3://bucket/prefix, or disk for the data directory.")
    if importlib.util.find_spec("obstore") is None:
        raise ExtraMissing(f"Files at {url} need the extra s3.", hint="Install it: pip install 'videogen[s3]'")
    from videogen.files.s3 import S3Files

    return S3Files(url, settings.data)
