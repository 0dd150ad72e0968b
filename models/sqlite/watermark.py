"""How far the log has been read, noted beside the database: so a log that has lost its end is known to be another history.

SQLite itself takes a write-ahead log that is torn or gone, or an older file that somebody has copied into its place, for all there ever
was. The seqs that were lost are given again then, and a browser that had them would go on behind them and never know. The note is made
after the commit, so it is never ahead of a log that is whole; that it is a moment behind matters little.
"""

from __future__ import annotations

import contextlib
import os
from contextlib import closing
from pathlib import Path

from models import DATABASE_NAME
from models.database import Store
from models.event import Cursor
from models.sqlite.database_copy import begin_history
from models.sqlite.driver import connect
from models.sqlite.errors import translated
from models.worker import every

NAME = f"{DATABASE_NAME}.mark"
# Not the last that is there: that one may have been removed, and its seq is not given again.
LAST_GIVEN = "SELECT epoch, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0) FROM log"
REASON = "The end of the log was lost, and nobody works on it"


def note(data: Path, cursor: Cursor) -> None:
    """Note that the log goes as far as this. Where that cannot be written, it is not: nothing but this depends on it."""
    beside = data / f".{NAME}.{os.getpid()}"
    with contextlib.suppress(OSError):
        beside.write_text(str(cursor))
        beside.replace(data / NAME)


def begin_anew_if_lost(data: Path) -> bool:
    """Give the log an epoch of its own if it does not go as far as was noted; whether that was so."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        noted = Cursor.parse((data / NAME).read_text())
        if noted and _is_behind(data / DATABASE_NAME, noted):
            with closing(Store(data)) as store:
                with store.reading() as read:
                    living = every(read)
                begin_history(store, REASON, living)
            return True
    return False


def _is_behind(path: Path, noted: Cursor) -> bool:
    with translated(path), closing(connect(path, read_only=True)) as connection:
        epoch, last_given = connection.execute(LAST_GIVEN).fetchone()
    return bool(epoch == noted.epoch and last_given < noted.seq)
