"""Secrets of a data directory: created once, the same for all processes, readable by their owner only."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def load_or_create(path: Path, create: Callable[[], str]) -> str:
    """Return the secret in the file. If there is none yet, write what `create` returns. Safe with several processes at a time."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        secret = file.read().strip()
        if not secret:
            secret = create()
            file.write(secret)
        return secret
