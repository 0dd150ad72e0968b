"""Keeps the data directory within its limits: removes old tasks, log entries, files and cache entries, and checkpoints the WAL.

Once it is done with that, it completes the index of words for videos of earlier versions.

One janitor runs at a time, in whichever process. Backup and restore hold the same lock, so that nothing is removed while they copy. Of
several hosts one removes what is everybody's, and each what is its own.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from models import orphans, retention, stray_files
from models.database import Store
from models.errors import StoreUnusable, VideogenError
from models.files import walk
from models.files.storage import RemoteFiles
from models.narration_backfill import NarrationBackfill
from models.orphans import WEEK_S
from models.retention import DAY_S, Pruned
from models.sqlite.dialect import WAL_BYTES
from models.sqlite.restore import BESIDE
from videogen.config import Settings
from videogen.errors.system import FilesOfAnotherStore, FilesUnavailable
from videogen.files import disk_space, shared_secrets
from videogen.processes.attempt_runner import remove_stale_work_directories
from videogen.render.cache import Cache

log = logging.getLogger(__name__)

INTERVAL_S = 5.0
FIRST_FILE_SEARCH_S = 60.0
FILE_SEARCH_INTERVAL_S = 600.0
BUCKET_SEARCH_INTERVAL_S = 3600.0
"""A bucket is searched less often: each thousand files in it cost a request."""
STOP_TIMEOUT_S = 1.0
BACKFILL_S = 0.5
"""How long one run indexes narration of videos of earlier versions."""
HOUR_S = 3600.0
NOTHING = Pruned((), (), 0)
"""Uploads younger than this are kept even without any grace period: their task may be about to come."""
TEMPORARY, RENDER_PREFIX = "tmp", "render-"
"""The directory of previews' and libraries' temporary files (TMPDIR), and how `render` names its directories in `work/`."""
OLD_PREVIEW_PREFIX = "sketch-"
"""Previews' directories of version 0.1.0, in the cache. Nothing creates them any more."""


@dataclass(frozen=True)
class Cleaned:
    """What one run removed. `orphans` counts files and directories without a row; `cache_bytes` is the size of evicted entries."""

    pruned: Pruned
    orphans: int = 0
    cache_bytes: int = 0


def clean(
    store: Store, settings: Settings, *, search: bool = True, search_bucket: bool = True, at_once: bool = False, wait: bool = False
) -> Cleaned | None:
    """Clean once. Returns None if another process cleans now, unless `wait`.

    `search` looks through all files for orphans, and where they are in a bucket `search_bucket` through those; without it only the files of
    deleted rows are removed. `at_once` skips the grace
    periods for undo and for browsers that sleep. Raises StoreBusy and its kind, and StoreUnusable if files cannot be removed. The next
    run makes up for one that was interrupted.
    """
    with retention.alone(store.data, wait=wait) as locked:
        if not locked:
            return None
        try:
            with store.alone("janitor", wait=wait) as alone:
                return _clean(store, settings, search, search and search_bucket, at_once, alone is not None)
        except OSError as error:
            raise StoreUnusable(f"Old files cannot be removed: {error}.") from error


class Janitor:
    """Cleans periodically in a thread of its own, so that the caller never waits. Use it as a context manager."""

    def __init__(self, store: Store, settings: Settings, interval_s: float = INTERVAL_S) -> None:
        self.store, self.settings, self.interval_s = store, settings, interval_s
        self._backfill = NarrationBackfill(store)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="janitor", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join(STOP_TIMEOUT_S)  # a longer run ends with the process; the next run does the rest

    def _run(self) -> None:
        search_at = search_bucket_at = time.monotonic() + FIRST_FILE_SEARCH_S
        while not self._stop.is_set():
            search, search_bucket = time.monotonic() >= search_at, time.monotonic() >= search_bucket_at
            try:
                shared_secrets.share(self.store)
                if clean(self.store, self.settings, search=search, search_bucket=search_bucket) and search:
                    search_at = time.monotonic() + FILE_SEARCH_INTERVAL_S
                    search_bucket_at = time.monotonic() + BUCKET_SEARCH_INTERVAL_S if search_bucket else search_bucket_at
                self._index_narration()
            except VideogenError as error:
                log.warning("cleaning failed: %s %s", error.detail, error.hint)
            self._stop.wait(self.interval_s)

    def _index_narration(self) -> None:
        """Index narration of videos of earlier versions, for a moment."""
        until = time.monotonic() + BACKFILL_S
        try:
            while not self._backfill.is_complete and time.monotonic() < until and not self._stop.is_set():
                self._backfill.run_batch()
        except OSError as error:
            log.warning("transcripts cannot be read: %s", error)


def _clean(store: Store, settings: Settings, search: bool, search_bucket: bool, at_once: bool, alone: bool) -> Cleaned:
    """Clean this host; what all hosts share only if `alone`, since another is at that now."""
    undo_s, rest_s, unknown_s = (0.0, 0.0, 0.0) if at_once else (settings.undo_s, DAY_S, WEEK_S)
    pruned, removed = NOTHING, 0
    if alone:
        pruned = retention.prune(store, undo_s, days=settings.retention_days, count=settings.retention_count, rest_s=rest_s)
        orphans.remove(store.data, pruned.purged)
        removed = _remove_remote(store, pruned.purged, search_bucket)
    if store.wal_bytes() > WAL_BYTES:
        store.checkpoint()
    cache, missing_bytes = Cache(store.data / "cache"), settings.disk_free_min_bytes - disk_space.free_bytes(store.data)
    if not search:
        # A full cache must not keep videos from being started.
        evicted = cache.evict(settings.cache_max_bytes, at_least=missing_bytes) if missing_bytes > 0 else 0
        return Cleaned(pruned, cache_bytes=evicted)
    if alone:
        retention.forget_leftovers(store)
    removed += orphans.sweep(store, unknown_s) + orphans.sweep_assets(store, HOUR_S if at_once else DAY_S)
    if isinstance(store.files, RemoteFiles):
        store.files.forget_copies(DAY_S)
    remove_stale_work_directories(store)
    _remove_stale_temporary_files(store.data)
    shutil.rmtree(store.data / BESIDE, ignore_errors=True)  # from a killed restore: a running one holds the lock
    return Cleaned(pruned, removed, cache.evict(settings.cache_max_bytes, at_least=missing_bytes))


def _remove_remote(store: Store, purged: Sequence[str], search_bucket: bool) -> int:
    """Remove the files of purged tasks, and those without a row if `search_bucket`, from a bucket. Return the latter's number.

    A storage that does not answer is no reason to stop cleaning: what is left is found by the next search.
    """
    if not isinstance(store.files, RemoteFiles):
        return 0
    try:
        stray_files.remove(store.files, purged)
        return stray_files.sweep(store, store.files) if search_bucket else 0
    except (FilesUnavailable, FilesOfAnotherStore) as error:
        log.warning("files at %s cannot be removed: %s %s", store.files.location, error.detail, error.hint)
        return 0


def _remove_stale_temporary_files(data: Path) -> None:
    """Remove what killed processes left: temporary files and directories in which nothing has changed for a day."""
    before = time.time() - DAY_S
    renders = [path for path in walk.entries(data / "work") if path.name.startswith(RENDER_PREFIX)]
    for path in (*renders, *walk.entries(data / TEMPORARY)):
        if all(status is None or status.st_mtime < before for status in map(walk.stat, (path, *walk.below(path)))):
            _remove(path)
    for path in walk.entries(data / "cache"):
        if path.name.startswith(OLD_PREVIEW_PREFIX):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
