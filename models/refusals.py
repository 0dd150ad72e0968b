"""The operating system's refusals to write files, as errors of the store."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import DiskFull, StoreUnusable, VideogenError


@contextmanager
def files_written(directory: Path) -> Iterator[None]:
    """Translate the operating system's refusals into errors of ours."""
    try:
        yield
    except OSError as error:
        reason: type[VideogenError] = DiskFull if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreUnusable
        raise reason(f"{directory} cannot be written: {error.strerror or error}.") from error
