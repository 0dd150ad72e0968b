"""Keeping the data directory within its limits: tasks, log, files, cache and write-ahead log, a round at a time.

One keeper works at a time, in whichever process; a backup and a restore hold the same lock, so that nothing goes while they copy.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from models import orphans, retention
from models.database import WAL_BYTES, Store
from models.errors import StoreUnusable, VideogenError
from models.files import walk
from models.orphans import WEEK_S
from models.restore import BESIDE
from models.retention import DAY_S, Pruned
from videogen.config import Settings
from videogen.files import disk_space
from videogen.processes.attempt_runner import clear_away
from videogen.render.cache import Cache

log = logging.getLogger(__name__)

ROUND_S = 5.0
FIRST_SEARCH_S = 60.0
SEARCH_S = 600.0
LEAVING_S = 1.0
# What was uploaded a moment ago is for a task that is still to come, also when all else goes at once.
HOUR_S = 3600.0
# Where passing files are: of previews, and of the libraries (TMPDIR). And in `work/`, directories of films of the command line.
TEMPORARY, RENDER = "tmp", "render-"
# Where previews had theirs in 0.1.0, beside the kinds of the cache. Nothing makes these any more.
OLD_PREVIEW = "sketch-"


@dataclass(frozen=True)
class Kept:
    """What a round removed. `orphans` counts files and directories that no row knew, `cache_bytes` what the cache gave up."""

    pruned: Pruned
    orphans: int = 0
    cache_bytes: int = 0


def keep(store: Store, settings: Settings, *, search: bool = True, at_once: bool = False, wait: bool = False) -> Kept | None:
    """One round; None when somebody else is at it, unless `wait`. Without `search` only what rows tell: it looks through all the files.

    `at_once`: without the time that is given to browsers that sleep, and to people who made a mistake.
    Raises StoreBusy and its kin, and StoreUnusable when files cannot be removed. A round that was cut short is made up for by the next.
    """
    with retention.alone(store.data, wait=wait) as mine:
        if not mine:
            return None
        try:
            return _keep(store, settings, search, at_once)
        except OSError as error:
            raise StoreUnusable(f"Old files cannot be removed: {error}.") from error


class Janitor:
    """Keeps in a thread of its own, so that whoever starts it is never held up. Use it as a context."""

    def __init__(self, store: Store, settings: Settings, round_s: float = ROUND_S) -> None:
        self.store, self.settings, self.round_s = store, settings, round_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join(LEAVING_S)  # a longer round ends with the process: what it leaves, the next one finds

    def _keep(self) -> None:
        search_at = time.monotonic() + FIRST_SEARCH_S
        while not self._stop.is_set():
            search = time.monotonic() >= search_at
            try:
                if keep(self.store, self.settings, search=search) and search:
                    search_at = time.monotonic() + SEARCH_S
            except VideogenError as error:
                log.warning("keeping: %s %s", error.detail, error.hint)
            self._stop.wait(self.round_s)


def _keep(store: Store, settings: Settings, search: bool, at_once: bool) -> Kept:
    undo_s, rest_s, unknown_s = (0.0, 0.0, 0.0) if at_once else (settings.undo_s, DAY_S, WEEK_S)
    pruned = retention.prune(store, undo_s, days=settings.retention_days, count=settings.retention_count, rest_s=rest_s)
    orphans.remove(store.data, pruned.purged)
    if store.wal_bytes() > WAL_BYTES:
        store.checkpoint()
    cache, missing = Cache(store.data / "cache"), settings.disk_free_min_bytes - disk_space.free_bytes(store.data)
    if not search:
        # What can be made again must not keep films from being started.
        return Kept(pruned, cache_bytes=cache.evict(settings.cache_max_bytes, at_least=missing) if missing > 0 else 0)
    retention.forget_leftovers(store)
    found = orphans.sweep(store, unknown_s) + orphans.sweep_assets(store, HOUR_S if at_once else DAY_S)
    clear_away(store)
    _clear_passing(store.data)
    shutil.rmtree(store.data / BESIDE, ignore_errors=True)  # of a restore that was killed: one under way holds the lock
    return Kept(pruned, found, cache.evict(settings.cache_max_bytes, at_least=missing))


def _clear_passing(data: Path) -> None:
    """Remove what is left of requests whose process was killed: files and directories in which nothing has changed for a day."""
    before = time.time() - DAY_S
    renders = [path for path in walk.entries(data / "work") if path.name.startswith(RENDER)]
    for path in (*renders, *walk.entries(data / TEMPORARY)):
        if all(status is None or status.st_mtime < before for status in map(walk.stat, (path, *walk.below(path)))):
            _remove(path)
    for path in walk.entries(data / "cache"):
        if path.name.startswith(OLD_PREVIEW):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
