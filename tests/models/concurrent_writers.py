"""One process of several that do everything at once to the same tasks: `python -m tests.models.concurrent_writers DATA SEED MOVES URL`."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from models import attempt, retention, task, worker
from models.attempt import Fact
from models.database import Store
from models.errors import StaleAttempt, TaskGone, TaskNotFound, WrongState
from models.event import EventType
from models.server import Server
from models.task import Lease
from videogen.errors.rendering import RendererLost, StageFailed
from videogen.streams.listener import open_store

REFUSED = (StaleAttempt, TaskGone, TaskNotFound, WrongState)
LEASE_S = 0.05  # so that leases expire under their holders


class Storm:
    """A worker that never lets go of an old lease, and a person with a finger on every button."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.chance = store, random.Random(seed)
        self.worker_id = worker.register(store)
        self.leases: list[Lease] = []

    def move(self) -> None:
        """One thing, of a worker or of a person; that it may be refused is the point."""
        with contextlib.suppress(*REFUSED):
            self.chance.choice((self.claim, self.work, self.work, self.press, self.press, self.tidy))()

    def claim(self) -> None:
        claimed = attempt.claim(self.store, self.worker_id, LEASE_S)
        self.leases += [claimed.lease] if claimed else []

    def work(self) -> None:
        if not self.leases:
            return
        store, lease = self.store, self.chance.choice(self.leases)
        stage = self.chance.choice(("audio", "video"))
        self.chance.choice(
            (
                lambda: attempt.renew(store, lease, LEASE_S),
                lambda: attempt.report(store, lease, whole(stage)),
                lambda: attempt.complete(store, lease),
                lambda: attempt.fail(store, lease, StageFailed("It failed."), stage),
                lambda: attempt.lose(store, lease, RendererLost("It was lost.")),
                lambda: attempt.requeue(store, lease),
                lambda: attempt.finish_cancel(store, lease),
            )
        )()

    def press(self) -> None:
        with self.store.reading() as read:
            known = task.page(read)[0]
        if len(known) < 3:
            task.submit(self.store, source="# Storm", format="markdown", title="Storm")
            return
        one = self.chance.choice(known)
        again = task.retry if one.status in ("failed", "cancelled") else task.cancel
        self.chance.choice((again, again, again, task.delete, task.undelete))(self.store, one.id)

    def tidy(self) -> None:
        self.chance.choice((attempt.sweep, attempt.release_dead, lambda store: retention.purge(store, 0)))(self.store)


def whole(stage: str) -> Sequence[Fact]:
    """A stage from its beginning to its end, told at once."""
    done = Fact(EventType.STAGE_COMPLETED, stage=stage, progress=0.5, data={"made": 1})
    return [Fact(EventType.STAGE_STARTED, stage=stage, progress=0.2), done]


def main() -> None:
    data, seed, moves, url = sys.argv[1:]
    store = open_store(Path(data), server=Server(url) if url else None)
    storm = Storm(store, int(seed))
    for _ in range(int(moves)):
        storm.move()
    store.close()


if __name__ == "__main__":
    main()
