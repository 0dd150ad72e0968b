"""Secrets that a data directory keeps for itself: made once, the same for all processes, readable by their owner alone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def kept(path: Path, make: Callable[[], str]) -> str:
    """What the file holds; what `make` gives where it holds nothing yet."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        secret = file.read().strip()
        if not secret:
            secret = make()
            file.write(secret)
        return secret
