"""A film's thumbnail: begun as soon as the first scene is there, and made beside everything else."""

from __future__ import annotations

import contextlib
from pathlib import Path

from videogen.pipeline.versions import code, libraries
from videogen.render.cache import Cache, Key, key
from videogen.render.encoder import HELD_FRAME_EVERY_S
from videogen.render.thumbnail import Thumbnail


class Cover:
    """Will be at `target`, from the cache or within `limit_s` of its beginning."""

    def __init__(self, cache: Cache, target: Path, limit_s: float) -> None:
        self.target = target
        self._cache, self._limit_s = cache, limit_s
        self._key: Key | None = None
        self._process: Thumbnail | None = None
        self._kept = False
        self.begun = False

    def begin(self, scene: Path, seconds: float, of: Key | None) -> None:
        """Takes it from a file that begins with the first scene, `seconds` long; what it shows is cached under `of`."""
        # Late, when all of the scene is there, but not after its last frame, which is held.
        at = max(0.0, seconds - HELD_FRAME_EVERY_S - 0.1)
        if of is not None:
            self._key = key("thumbnail", "jpg", {"of": of.hash, "at": at, "libraries": libraries(), "code": code("render")})
        self.begun = True
        if self._key is None or not self._cache.take(self._key, self.target):
            self._process = Thumbnail(scene, at, self.target, self._limit_s)

    def look(self) -> None:
        """Caches it if it is there by now: of a film that is not finished it is kept as its scenes are."""
        if self._process is not None and not self._kept and self._process.ready():
            self._keep()

    def wait(self) -> None:
        """Returns when it is there; raises ThumbnailFailed when it is not, in what is left of the limit."""
        if self._process is not None and not self._kept:
            self._process.wait()
            self._keep()

    def _keep(self) -> None:
        self._kept = True
        if self._key is not None:
            with contextlib.suppress(OSError):  # the thumbnail itself is there: not having it in the cache is no reason to fail
                self._cache.put(self._key, self.target)

    def stop(self) -> None:
        """Ends its process, if that has not ended yet."""
        if self._process is not None:
            self._process.stop()
