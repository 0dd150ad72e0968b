"""Recognize a full disk."""

from __future__ import annotations

import errno

from models.errors import DiskFull


def disk_full(error: BaseException) -> DiskFull | None:
    """Return the error to raise in place of one that means that the disk is full, None for any other."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"There is no more room for {error.filename}." if error.filename else "There is no more room for the video.")
    return None
