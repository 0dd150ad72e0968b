"""The full disk, told apart from every other fault."""

from __future__ import annotations

import errno

from models.errors import DiskFull


def disk_full(error: BaseException) -> DiskFull | None:
    """The error to raise in place of one that means that there is no more room."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"There is no more room for {error.filename}." if error.filename else "There is no more room for the film.")
    return None
