"""Keeps the data directory to its owner: directories of mode 700 and files of mode 600, whatever made them."""

from __future__ import annotations

import logging
import os
import stat
from contextlib import suppress
from pathlib import Path

from models import DATABASE_NAME

UMASK = 0o077
OTHERS = 0o077

log = logging.getLogger(__name__)


def keep_private(data: Path) -> None:
    """Make this process and its children create files for their owner alone, and take others' rights to an existing store away.

    Only a directory that holds a store is changed, and of its files the database: nobody else gets into the rest. A directory that
    everybody may write to (`/tmp`) is left as it is.
    """
    os.umask(UMASK)
    if not (data / DATABASE_NAME).exists():
        return
    mode = data.stat().st_mode
    if mode & stat.S_ISVTX or not mode & OTHERS:
        return
    try:
        data.chmod(stat.S_IMODE(mode) & ~OTHERS)
    except OSError as error:
        log.warning("others may read %s, and that cannot be changed: %s", data, error.strerror, extra={"event": "data.readable"})
        return
    for path in data.glob(f"{DATABASE_NAME}*"):
        with suppress(OSError):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
    log.warning("others could read %s; now only its owner can", data, extra={"event": "data.tightened"})
