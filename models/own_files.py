"""Files of the data directory that the database does not name: people's themes, and the secret that signs webhooks.

A backup has them, and a restore puts them back. They are small; what is too large, too much, or no plain file is passed over.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

DIRECTORIES = ("themes",)
SECRETS = ("webhook-secret",)
"""Without it receivers of webhooks would refuse what a restored server sends. Nothing that lets anybody in is among them."""
MAX_FILES = 400
MAX_BYTES = 1024 * 1024


def copy_own_files(source: Path, target: Path) -> int:
    """Copy the files of the data directory `source` into `target`, each in one step, and return their number.

    One of the same name is replaced; others in `target` stay. Raises OSError.
    """
    number = 0
    for directory in DIRECTORIES:
        for path in _files(source / directory):
            _replace(target / directory / path.name, path.read_bytes())
            number += 1
    return number


def copy_missing_secrets(source: Path, target: Path) -> None:
    """Copy the secrets of the data directory `source` that `target` has none of, readable by their owner alone. Raises OSError."""
    for name in SECRETS:
        path, copy = source / name, target / name
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_BYTES and not (copy.exists() and copy.stat().st_size):
            _replace(copy, path.read_bytes(), mode=0o600)


def _files(directory: Path) -> Iterator[Path]:
    if not directory.is_dir():
        return
    with os.scandir(directory) as entries:
        names = sorted(
            entry.name
            for entry in entries
            if entry.is_file(follow_symlinks=False) and not entry.name.startswith(".") and entry.stat().st_size <= MAX_BYTES
        )
    yield from (directory / name for name in names[:MAX_FILES])


def _replace(target: Path, content: bytes, mode: int = 0o666) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
