"""Makes a backup every so often, and removes the oldest: `VIDEOGEN_BACKUP_DIR`, `VIDEOGEN_BACKUP_EVERY_HOURS`, `VIDEOGEN_BACKUP_KEEP`."""

from __future__ import annotations

import logging
import re
import shutil
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from models.database import Store
from models.errors import NotOnPostgreSQL, VideogenError
from models.sqlite.backup import backup
from videogen.config import Settings

log = logging.getLogger(__name__)

NAME = re.compile(r"videogen-\d{8}T\d{6}Z")
CHECK_INTERVAL_S = 60.0
STOP_TIMEOUT_S = 1.0
HOUR_S = 3600.0


def backups(directory: Path) -> list[Path]:
    """Return the backups of the schedule, the oldest first. Other directories there are not touched."""
    return sorted(path for path in directory.glob("videogen-*") if NAME.fullmatch(path.name) and path.is_dir())


def age_s(directory: Path, now: float) -> float | None:
    """Return how old the newest backup is at the time `now` (seconds since 1970), None if there is none."""
    newest = max(backups(directory), default=None)
    return now - _made_at(newest) if newest else None


def run_if_due(store: Store, settings: Settings, now: float) -> Path | None:
    """Make a backup if the newest one is old enough, remove those that are too many, and return it. Raises what `backup` raises."""
    directory = settings.backup_dir
    if directory is None:
        return None
    if settings.server:
        hint = "Leave VIDEOGEN_BACKUP_DIR unset, and run pg_dump on a schedule of your own."
        raise NotOnPostgreSQL("Scheduled backups are of a store on SQLite, and this one is on PostgreSQL.", hint=hint)
    age = age_s(directory, now)
    if age is not None and 0 <= age < settings.backup_every_hours * HOUR_S:
        return None
    for partial in directory.glob(".videogen-*.partial"):
        shutil.rmtree(partial, ignore_errors=True)  # of a process that was killed
    target = directory / datetime.fromtimestamp(now, UTC).strftime("videogen-%Y%m%dT%H%M%SZ")
    backup(store, target)
    log.info("backup made: %s", target, extra={"event": "backup.made"})
    for old in backups(directory)[: -settings.backup_keep]:
        shutil.rmtree(old, ignore_errors=True)
        log.info("old backup removed: %s", old, extra={"event": "backup.removed"})
    return target


class BackupSchedule:
    """Runs the schedule in a thread of its own. Use it as a context; without a directory it does nothing."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="backups", daemon=True)

    def __enter__(self) -> Self:
        if self.settings.backup_dir is not None:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(STOP_TIMEOUT_S)  # what is left of half a backup, the next one removes

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                run_if_due(self.store, self.settings, time.time())
            except (VideogenError, OSError) as error:
                log.error("no backup was made: %s", error, extra={"event": "backup.failed"})
            self._stop.wait(CHECK_INTERVAL_S)


def _made_at(path: Path) -> float:
    return datetime.strptime(path.name, "videogen-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
