"""What was expensive to make, kept under the hash of all that went into it: `<root>/<kind>/<2 letters>/<hash>.<ext>`.

A cached file is only ever used through another name of one's own (a hard link), so that clearing away can never take it from someone who
is using it, in this process or another one.
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
    """The name of a cached file. Two things made from equal ingredients have the same key, on any day and in any process."""

    kind: str
    hash: str
    ext: str


def key(kind: str, ext: str, ingredients: Mapping[str, object]) -> Key:
    """The key of what is made from `ingredients`, which are JSON. Leave nothing out that changes the result: versions too."""
    text = json.dumps(ingredients, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Key(kind, hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest(), ext)


class Cache:
    """The files below `root`; several processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: Key) -> Path:
        """Where the file is, or would be."""
        return self.root / key.kind / key.hash[:2] / f"{key.hash}.{key.ext}"

    def take(self, key: Key, target: Path) -> bool:
        """Gives the cached file the name `target` as well, replacing what is there; False if it is not cached. Do not write to it."""
        kept = self.path(key)
        try:
            link(kept, target)
            os.utime(kept)
        except FileNotFoundError:
            return False
        return True

    def put(self, key: Key, made: Path) -> None:
        """Keeps `made`, which stays where it is under its own name too. Whole or not at all, through a power cut as well."""
        kept = self.path(key)
        kept.parent.mkdir(parents=True, exist_ok=True)
        sync(made)
        link(made, kept)

    def make(self, key: Key, target: Path, maker: Callable[[Path], None]) -> bool:
        """Gives `target` its content, from the cache or by `maker(target)`; True if it had to be made."""
        if self.take(key, target):
            return False
        maker(target)
        self.put(key, target)
        return True

    def forget(self, key: Key) -> None:
        """Drops a file that turned out to be damaged."""
        self.path(key).unlink(missing_ok=True)

    def evict(self, max_bytes: int, *, at_least: int = 0) -> int:
        """Drops what was used longest ago until at most `max_bytes` are left, and `at_least` so many are freed; gives how many were.

        Files with another name are in use or kept as somebody's result: dropping them here would free nothing, and they are not counted.
        """
        found: list[tuple[float, int, Path]] = []
        for path in walk.files(self.root, depth=3):
            stat = walk.stat(path)
            if stat is None or not S_ISREG(stat.st_mode):
                continue
            if path.name.startswith(TEMPORARY):
                if stat.st_mtime < time.time() - ABANDONED_S:
                    path.unlink(missing_ok=True)
            elif stat.st_nlink == 1:
                found.append((stat.st_mtime, stat.st_size, path))
        total = sum(size for _, size, _ in found)
        freed = 0
        for _, size, path in sorted(found):
            if total - freed <= max_bytes and freed >= at_least:
                break
            path.unlink(missing_ok=True)
            freed += size
        return freed


def publish(made: Path, target: Path) -> None:
    """Gives a finished file its final name, whole or not at all, through a power cut as well."""
    sync(made)
    made.replace(target)
    sync_directory(target.parent)


def link(source: Path, target: Path) -> None:
    """A second name for `source`; a copy where the file system has none or it is another one.

    What had that name has it until then: a sentence that is said twice is linked again while its first scene is being drawn.
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
