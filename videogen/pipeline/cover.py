"""The thumbnail of a video: started once the scene that it shows is rendered, and made in parallel with the rest."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from videogen.pipeline.versions import code, libraries
from videogen.render.cache import Cache, Key, key
from videogen.render.encoder import REPEATED_FRAME_EVERY_S
from videogen.render.thumbnail import Thumbnail
from videogen.script.models import Scene

TELLING = ({"image", "pictures", "clip", "chart", "diagram"}, {"table", "code", "equation", "big_number", "timeline", "steps", "columns"})
"""Kinds of scenes that say more of a video in a list than its title, which stands beside them; the first set is preferred."""
AMONG = 8
"""The first scenes, so that the thumbnail is made while the others are drawn."""


def telling_position(scenes: Sequence[Scene]) -> int:
    """Return the position, from 1, of the scene that a video's thumbnail shows: one with a picture, or something to see, else the first."""
    kinds = [scene.kind for scene in scenes[:AMONG]]
    return next((kinds.index(kind) + 1 for telling in TELLING for kind in kinds if kind in telling), 1)


class Cover:
    """Provides a thumbnail at `target`, from the cache or within `limit_s` of its start."""

    def __init__(self, cache: Cache, target: Path, limit_s: float) -> None:
        self.target = target
        self._cache, self._limit_s = cache, limit_s
        self._key: Key | None = None
        self._process: Thumbnail | None = None
        self._cached = False
        self.started = False

    def start(self, scene: Path, seconds: float, of: Key | None) -> None:
        """Take it from a file that begins with the scene it shows, `seconds` long and cached under `of`."""
        # Late, when all of the scene has appeared, but not after the last frame that is written.
        at = max(0.0, seconds - REPEATED_FRAME_EVERY_S - 0.1)
        if of is not None:
            self._key = key("thumbnail", "jpg", {"of": of.hash, "at": at, "libraries": libraries(), "code": code("render")})
        self.started = True
        if self._key is None or not self._cache.take(self._key, self.target):
            self._process = Thumbnail(scene, at, self.target, self._limit_s)

    def poll(self) -> None:
        """Cache the thumbnail if it is finished, so that an unfinished video leaves it in the cache as it leaves its scenes."""
        if self._process is not None and not self._cached and self._process.ready():
            self._cache_target()

    def wait(self) -> None:
        """Wait until it is finished, at most for what is left of the limit. Raises ThumbnailFailed."""
        if self._process is not None and not self._cached:
            self._process.wait()
            self._cache_target()

    def _cache_target(self) -> None:
        self._cached = True
        if self._key is not None:
            with contextlib.suppress(OSError):  # the thumbnail exists: a full cache is no reason to fail
                self._cache.put(self._key, self.target)

    def stop(self) -> None:
        """Kill its process if it still runs."""
        if self._process is not None:
            self._process.stop()
