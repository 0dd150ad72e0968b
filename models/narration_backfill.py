"""Narration of videos that were made before the index had any: it comes from their stored transcripts."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from models import narration
from models.artifact import artifacts
from models.database import Store
from models.narration import TRANSCRIPT, narrations

BATCH = 20
"""Videos of one transaction: others have to write, too."""

MISSING = (
    select(artifacts.c.id, artifacts.c.task_id, artifacts.c.key)
    .outerjoin(narrations, narrations.c.task_id == artifacts.c.task_id)
    .where(artifacts.c.id < bindparam("before"), artifacts.c.kind == TRANSCRIPT, narrations.c.task_id.is_(None))
    .order_by(artifacts.c.id.desc())
    .limit(BATCH)
)


class NarrationBackfill:
    """Goes through the videos of a store once, from the newest to the oldest, a batch at a time.

    A video whose narration has no words of its own gets a row without any, so that no later process reads its transcript again.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._before = 2**62
        self.is_complete = False

    def run_batch(self) -> int:
        """Index the narration of the next videos. Return how many they were. Raises what reading from the storage raises."""
        if self.is_complete:
            return 0
        with self._store.reading() as read:
            rows = read.connection.execute(MISSING, {"before": self._before}).all()
        transcripts = {row.task_id: self._transcript(row.key) for row in rows}
        with self._store.writing() as write:
            for task_id, transcript in transcripts.items():
                narration.put(write, task_id, transcript, mark=True)
        self.is_complete = len(rows) < BATCH
        self._before = rows[-1].id if rows else self._before
        return len(rows)

    def _transcript(self, key: str) -> str:
        """Return a stored transcript; empty if it is not there any more."""
        try:
            return narration.read_transcript(self._store.files.fetch(key))
        except FileNotFoundError:
            return ""
