"""Checks of the storage of files: whether a bucket can be reached, written and cleaned."""

from __future__ import annotations

from collections.abc import Iterator

from models.errors import VideogenError
from models.files.storage import RemoteFiles
from videogen.cli.checks.check import Check
from videogen.config import Settings
from videogen.files.storage import open_storage


def checks(settings: Settings) -> Iterator[Check]:
    """Yield the check of the bucket. On the local disk there is nothing to check that other checks do not."""
    if settings.files_url:
        yield bucket(settings)


def bucket(settings: Settings) -> Check:
    """Write, read, list and remove a small file in the bucket."""
    try:
        files = open_storage(settings)
        if isinstance(files, RemoteFiles):
            files.try_out()
            files.check_owner()
    except VideogenError as error:
        return Check("files", "bad", error.detail, error.hint)
    return Check("files", "good", f"{files.location} can be written, read and cleaned")
