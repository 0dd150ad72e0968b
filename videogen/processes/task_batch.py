"""The tasks that a worker has claimed and not begun, and those that are done and not recorded yet.

Of a kind whose tasks take milliseconds several are claimed in one transaction, and their ends are recorded in one, too: a transaction
takes longer than such a task. Each has its attempt, its events and its lease all the same. Of any other kind there is one task at a time,
and the transaction that completes it claims the next one.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from models import attempt
from models.attempt import ClaimRequest, Completion
from models.database import Store
from models.errors import DiskFull, StaleAttempt, StoreBusy, VideogenError
from models.task import Task

log = logging.getLogger(__name__)

RECORD_WITHIN_S = 0.1
"""Seconds after which a task that is done is recorded, though others of its batch are not done."""
BEGIN_WITHIN_S = 1.0
"""Seconds after which a task that has not begun goes back to the queue, for another worker."""
BUSY = "The worker that claimed it was busy with another task"


class DoneTask(Protocol):
    """An attempt that is done, and whose end is to be recorded."""

    @property
    def completion(self) -> Completion: ...

    def record_alone(self) -> None:
        """Record the end by itself, or what kept it from being recorded."""

    def close(self, *, recorded: bool) -> None:
        """Tidy up. Without `recorded` the task belonged to another worker."""


class TaskBatch:
    """What a worker has claimed with `request`. `may_claim` tells whether it can take more tasks now."""

    def __init__(self, store: Store, request: ClaimRequest, may_claim: Callable[[], bool]) -> None:
        self.store, self.request, self.may_claim = store, request, may_claim
        self._waiting: deque[Task] = deque()
        self._begin_until = float("inf")
        self._done: list[DoneTask] = []
        self._record_at = float("inf")

    @property
    def waiting(self) -> bool:
        """Whether a task has been claimed that has not begun."""
        return bool(self._waiting)

    @property
    def request_after_end(self) -> ClaimRequest | None:
        """What to claim in the transaction that ends a task: nothing while others wait, or where no task can be taken now."""
        return self.request if not self._waiting and self.may_claim() else None

    def claim(self) -> None:
        """Claim the next tasks, if none waits. Raises StoreBusy."""
        if not self._waiting and self.may_claim():
            self.take(attempt.claim_batch(self.store, self.request))

    def take(self, claimed: Sequence[Task]) -> None:
        """Add tasks that were claimed."""
        if claimed:
            self._waiting.extend(claimed)
            self._begin_until = time.monotonic() + BEGIN_WITHIN_S

    def next_task(self) -> Task | None:
        """Remove and return the task that is to begin now."""
        self.check(time.monotonic())
        return self._waiting.popleft() if self._waiting else None

    def add_done(self, done: DoneTask) -> None:
        """Record the end of a task with those of its batch: now, if it is the last one, and otherwise soon."""
        self._done.append(done)
        self._record_at = min(self._record_at, time.monotonic() + RECORD_WITHIN_S)
        if not self._waiting:
            self.record()

    def check(self, now: float) -> None:
        """Record what is due, and put back what has waited for too long. Called at least every half a second."""
        if now >= self._record_at:
            self.record()
        if now >= self._begin_until:
            with suppress(StoreBusy, DiskFull):
                self.put_back(BUSY)

    def record(self) -> None:
        """Record the ends of all tasks that are done, and claim the next ones. While the database is busy that waits for the next call."""
        if not self._done:
            return
        done = self._done
        try:
            claimed, stale = attempt.complete_all(self.store, [one.completion for one in done], self.request_after_end)
        except StoreBusy:
            self._record_at = time.monotonic() + RECORD_WITHIN_S
            return
        except (VideogenError, OSError, ValueError, TypeError, OverflowError, RecursionError) as error:
            log.warning("%d tasks could not be recorded together; recording each by itself: %s", len(done), error)
            self._forget_done()
            for one in done:
                one.record_alone()
            return
        self._forget_done()
        for one in done:
            one.close(recorded=one.completion.lease not in stale)
        self.take(claimed)

    def put_back(self, reason: str) -> None:
        """Put the tasks that have not begun back into the queue, with their attempts as they were."""
        while self._waiting:
            with suppress(StaleAttempt):
                attempt.requeue(self.store, self._waiting[0].lease, reason)
            self._waiting.popleft()
        self._begin_until = float("inf")

    def close(self) -> None:
        """Record what is done, and put the others back: the worker stops. Raises StoreBusy."""
        self.may_claim = lambda: False
        self.record()
        self.put_back("The worker was asked to stop")

    def _forget_done(self) -> None:
        self._done, self._record_at = [], float("inf")
