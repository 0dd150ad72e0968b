"""A cache of rendered files, each under the hash of its ingredients: `<root>/<kind>/<2 letters>/<hash>.<ext>`.

A cached file is only used through a hard link of the user's own, so that eviction never removes it from a process that uses it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from models.files import walk
from models.files.fsync import sync, sync_directory

TEMPORARY = ".tmp-"
ABANDONED_S = 24 * 3600


@dataclass(frozen=True)
class Key:
    """The name of a cached file. Equal ingredients give the same key, in any process and at any time."""

    kind: str
    hash: str
    ext: str


def key(kind: str, ext: str, ingredients: Mapping[str, object]) -> Key:
    """Return the key of a result of `ingredients`, which are JSON. They must hold all that changes the result, also versions."""
    text = json.dumps(ingredients, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Key(kind, hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest(), ext)


class Cache:
    """The files below `root`. Several processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: Key) -> Path:
        """Return the path of a cached file, whether it exists or not."""
        return self.root / key.kind / key.hash[:2] / f"{key.hash}.{key.ext}"

    def take(self, key: Key, target: Path) -> bool:
        """Link the cached file to `target`, replacing it. Return whether it was cached. Do not write to the target."""
        cached = self.path(key)
        try:
            link(cached, target)
            os.utime(cached)
        except FileNotFoundError:
            return False
        return True

    def put(self, key: Key, file: Path) -> None:
        """Cache `file`, which also keeps its own name. Atomic, also if the power fails."""
        cached = self.path(key)
        cached.parent.mkdir(parents=True, exist_ok=True)
        sync(file)
        link(file, cached)

    def make(self, key: Key, target: Path, render: Callable[[Path], None]) -> bool:
        """Fill `target` from the cache or by `render(target)`. Return whether it had to be rendered."""
        if self.take(key, target):
            return False
        render(target)
        self.put(key, target)
        return True

    def forget(self, key: Key) -> None:
        """Remove a damaged file."""
        self.path(key).unlink(missing_ok=True)

    def evict(self, max_bytes: int, *, at_least: int = 0) -> int:
        """Remove the least recently used files until at most `max_bytes` remain and `at_least` bytes are freed. Return the bytes freed.

        Files with another link are in use or are results: removing them would free nothing, so they are not counted.
        """
        candidates: list[tuple[float, int, Path]] = []
        for path in walk.files(self.root, depth=3):
            stat = walk.stat(path)
            if stat is None or not S_ISREG(stat.st_mode):
                continue
            if path.name.startswith(TEMPORARY):
                if stat.st_mtime < time.time() - ABANDONED_S:
                    path.unlink(missing_ok=True)
            elif stat.st_nlink == 1:
                candidates.append((stat.st_mtime, stat.st_size, path))
        total = sum(size for _, size, _ in candidates)
        freed = 0
        for _, size, path in sorted(candidates):
            if total - freed <= max_bytes and freed >= at_least:
                break
            path.unlink(missing_ok=True)
            freed += size
        return freed


def publish(file: Path, target: Path) -> None:
    """Give a finished file its final name. Atomic, also if the power fails."""
    sync(file)
    file.replace(target)
    sync_directory(target.parent)


def link(source: Path, target: Path) -> None:
    """Hard-link `source` to `target`; copy it where links are impossible.

    The target is replaced atomically: a sentence that occurs twice is linked again while its first scene is being drawn.
    """
    temporary = target.with_name(f"{TEMPORARY}{secrets.token_hex(8)}")
    try:
        os.link(source, temporary)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, temporary)
    temporary.replace(target)
    # Two names of the same file already: replace() then leaves both.
    temporary.unlink(missing_ok=True)
