"""An attempt: one worker's try at a task, held by a lease. Every write of it is fenced by the attempt's number."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from typing import Any

from sqlalchemy import Integer, Text, bindparam, func, literal_column, or_, select, update

from models import artifact, clock, dependency, event, narration, worker
from models.artifact import File
from models.database import Store, Write
from models.dialect import ByDialect, clock_seconds, greatest
from models.errors import RowDamaged, StaleAttempt, StoreBusy, VideogenError, WorkerLost
from models.event import EventType, events, stage_patch
from models.postgres import statements as postgres
from models.prepared_statement import PreparedStatement
from models.sqlite import statements as sqlite
from models.task import end_cancelled
from models.task_table import NO_LEASE, WAITING, Lease, Task, append, change, row_to_task, tasks, values_to_task
from models.text_values import readable, to_json

# Only task.completed says 1.0: a task that shows it is done.
BELOW_ONE = 0.999

# Without these nobody knows what is to be made.
ASKED = frozenset({"kind", "payload", "source", "format", "options"})


@dataclass(frozen=True)
class Fact:
    """What a worker reports of its attempt: one event. None leaves the row's value.

    `progress` is the whole task's, 0..1, and never goes back within an attempt.
    `files` are published in the same transaction: moved to their final names and registered.
    """

    type: EventType
    stage: str | None = None
    stage_progress: float | None = None
    progress: float | None = None
    message: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[File] = ()

    def __post_init__(self) -> None:
        # Row and log fold the table of stages alike only when the fact itself names its stage.
        if self.stage is None and stage_patch(self.type, "", self.stage_progress, self.data, ""):
            raise ValueError(f"{self.type} changes a stage and names none")


@dataclass(frozen=True)
class ClaimRequest:
    """Who claims tasks, for how long, and which.

    `kinds` are those that the worker can run, each with how many of it may run at once (None: any number); by default all of them. Of a
    kind that `batches` names so many are claimed together, if they are the next ones in the queue; of all others one.
    """

    worker_id: str
    lease_s: float
    kinds: Mapping[str, int | None] | None = None
    batches: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Completion:
    """The end of an attempt that has a result, with what it reports before."""

    lease: Lease
    facts: Sequence[Fact] = ()


LEASE_COLUMNS: dict[str, Any] = {
    "lease_expires_at": bindparam("new_expires_at"),
    "lease_boot": bindparam("new_boot"),
    "lease_until_s": clock_seconds(bindparam("new_until_s")),
}
# A clock that was set back must not keep a task waiting: more than an hour of it is nobody's back-off.
NEXT = ByDialect(sqlite.NEXT, postgres.NEXT).columns(tasks.c.id)
NEXT_TO_CLAIM = ByDialect(sqlite.NEXT, postgres.NEXT_TO_CLAIM).columns(tasks.c.id)
# With `of_kind` only if the next task is of that kind: nothing is passed over.
OF_KIND = or_(bindparam("of_kind", type_=Text).is_(None), tasks.c.kind == bindparam("of_kind", type_=Text))
CLAIM = PreparedStatement(
    update(tasks)
    .where(tasks.c.id == NEXT_TO_CLAIM.scalar_subquery(), OF_KIND)
    .values(
        status="running",
        stage=None,
        stages="{}",
        progress=0.0,
        message="Starting",
        attempt=tasks.c.attempt + 1,
        worker_id=bindparam("new_worker_id"),
        not_before=None,
        hold_reason=None,
        started_at=func.coalesce(tasks.c.started_at, bindparam("at")),
        **LEASE_COLUMNS,
    )
    .returning(tasks)
)
COLUMNS = tuple(tasks.c.keys())
NEXT_ID = PreparedStatement(NEXT)
# Written out: SQLite prepares a statement anew at each run where a parameter may decide on a partial index.
RUNNING = tasks.c.status == literal_column("'running'")
LEASED = (
    (tasks.c.id == bindparam("of_task"))
    & (tasks.c.attempt == bindparam("of_attempt"))
    & (tasks.c.worker_id == bindparam("of_worker"))
    & RUNNING
)
HOLD = select(tasks).where(LEASED).with_for_update()
RENEW = PreparedStatement(update(tasks).where(LEASED).values(**LEASE_COLUMNS).returning(tasks.c.cancel_requested_at))
COMPLETE = PreparedStatement(
    update(tasks)
    .where(LEASED)
    .values(
        status="completed",
        progress=1.0,
        message="Completed",
        finished_at=bindparam("at"),
        cancel_requested_at=None,
        **NO_LEASE,
    )
    # Most tasks have none that waits for them, and those need no further statement.
    .returning(tasks.c.stage, dependency.is_waited_for(tasks.c.id))
)
RECORD = PreparedStatement(
    update(tasks)
    .where(LEASED)
    .values(
        stage=func.coalesce(bindparam("new_stage"), tasks.c.stage),
        stages=func.json_patch(tasks.c.stages, bindparam("stages_patch")),
        progress=greatest(tasks.c.progress, func.coalesce(bindparam("new_progress"), 0.0)),
        message=func.coalesce(bindparam("new_message"), tasks.c.message),
    )
    .returning(tasks.c.status, tasks.c.stage, tasks.c.progress, tasks.c.message)
)
RUNNING_BY_KIND = PreparedStatement(select(tasks.c.kind, func.count()).where(RUNNING).group_by(tasks.c.kind))
# IS NOT: a row that runs by nobody's lease, as only a hand can write it, has expired too.
EXPIRED = select(tasks).where(
    RUNNING,
    or_(tasks.c.lease_boot.is_distinct_from(bindparam("boot")), tasks.c.lease_until_s < clock_seconds(bindparam("steady_now"))),
)


def next_values(kinds: Collection[str] | None, at: str) -> dict[str, Any]:
    """Return the parameters of NEXT as of a moment: the next task is of one of these kinds, or of any."""
    names = None if kinds is None else names_of_kinds(kinds)
    return {"kinds": names, "at": at, "an_hour_ahead": clock.ahead(3600)}


def names_of_kinds(kinds: Collection[str]) -> str:
    """Return kinds as NEXT takes them."""
    return to_json(sorted(kinds))


def claim(store: Store, worker_id: str, lease_s: float, kinds: Mapping[str, int | None] | None = None) -> Task | None:
    """Take the next task that may start: the one with the smallest queue rank. None when there is none.

    `kinds` are those that the worker can run, each with how many of it may run at once (None: any number); by default all of them.
    """
    return next(iter(claim_batch(store, ClaimRequest(worker_id, lease_s, kinds))), None)


def claim_batch(store: Store, request: ClaimRequest) -> list[Task]:
    """Take the next task that may start, and those behind it that are claimed with it. Each has an attempt and a lease of its own."""
    if not _any_may_start(store, request.kinds):
        return []
    with store.writing() as write:
        write.lock("queue")
        return _claim(write, store, request, clock.now())


def renew(store: Store, lease: Lease, lease_s: float) -> bool:
    """Keep the lease for `lease_s` more seconds. True when a cancel has been asked for. Raises StaleAttempt."""
    with store.writing() as write:
        row = RENEW.row(write, _lease_values(lease) | _lease(store, lease_s))
        if row is None:
            raise _stale(lease)
        worker.seen(write, lease.worker_id, lease.task_id)
        (cancel_requested_at,) = row
        return cancel_requested_at is not None


def report(store: Store, lease: Lease, facts: Sequence[Fact]) -> None:
    """Write down what the attempt reports: one event a fact, the row with it, all or nothing. Raises StaleAttempt.

    Files that are not stored on the local disk are put there before; a worker has done that already, so as not to wait here.
    """
    facts = _with_files_put(store, lease, facts)
    with store.writing() as write:
        for fact in facts:
            _record(write, store, lease, fact)


def complete(store: Store, lease: Lease, facts: Sequence[Fact] = (), then: ClaimRequest | None = None) -> list[Task]:
    """Complete the task: write the one event whose progress is 1.0, after what the attempt reports. Raises StaleAttempt.

    With `then` the next tasks are claimed in the same transaction, and returned.
    """
    claimed, stale = complete_all(store, [Completion(lease, facts)], then)
    if stale:
        raise _stale(lease)
    return claimed


def complete_all(store: Store, completions: Sequence[Completion], then: ClaimRequest | None = None) -> tuple[list[Task], list[Lease]]:
    """Complete tasks in one transaction, and claim the next ones if `then` asks for it.

    Return what was claimed, and the leases that belong to the worker no longer. Of those nothing is written; if all are such, nothing is
    claimed either.
    """
    completions = [replace(one, facts=_with_files_put(store, one.lease, one.facts)) for one in completions]
    with store.writing() as write:
        write.lock("queue")
        at = clock.now()
        stale = [one.lease for one in completions if not _complete(write, store, one, at)]
        if then is None or len(stale) == len(completions):
            return [], stale
        claimed = _claim(write, store, then, at)
        if not claimed:
            worker.seen(write, then.worker_id, None, at)
        return claimed, stale


def fail(store: Store, lease: Lease, error: VideogenError, stage: str | None = None) -> None:
    """Fail the task with the error of its handler; or put it back into the queue, if its kind's policy has another attempt for that."""
    with store.writing() as write:
        write.lock("queue")
        task = _hold(write, lease)
        policy = store.retry_policy(task.kind)
        if not policy.failures or task.attempts_left <= 1 or task.cancel_requested_at:
            _fail(write, task, error, stage)
            return
        left = task.attempts_left - 1
        wait_s = policy.wait_before(task.attempts - left)
        data = error.as_dict() | {"stage": stage, "attempts_left": left, "wait_s": wait_s}
        values: dict[str, Any] = {
            "status": "queued",
            "attempts_left": left,
            "message": "Failed, trying again",
            "not_before": clock.ahead(wait_s),
        }
        values |= {"stage": stage or task.stage}
        append(write, EventType.ATTEMPT_FAILED, change(write, task, **values, **NO_LEASE), data=data)


def lose(store: Store, lease: Lease, error: VideogenError) -> None:
    """End the attempt without a result, for the reason given.

    The task waits for the next attempt, or fails when none is left.
    """
    with store.writing() as write:
        write.lock("queue")
        _lose(store, write, _hold(write, lease), error)


def requeue(store: Store, lease: Lease, reason: str = "The worker was asked to stop") -> None:
    """Put the task of a stopping worker back into the queue with its attempts as they were. End a cancelled task."""
    with store.writing() as write:
        write.lock("queue")
        task = _hold(write, lease)
        if task.cancel_requested_at:
            end_cancelled(write, task)
            return
        task = change(write, task, status="queued", message=WAITING, **NO_LEASE)
        append(write, EventType.TASK_REQUEUED, task, data={"reason": reason})


def requeue_running(write: Write, reason: str) -> None:
    """Put every running task back into the queue with its attempts as they were, in a transaction that has the lock of the queue.

    For a log that goes on from an earlier moment: what an attempt has reported since then is lost, and it must not report more. Cancelled
    tasks are ended.
    """
    for row in write.connection.execute(select(tasks).where(RUNNING).with_for_update()).all():
        task = row_to_task(row)
        if task.cancel_requested_at:
            end_cancelled(write, task)
        else:
            task = change(write, task, status="queued", message=WAITING, **NO_LEASE)
            append(write, EventType.TASK_REQUEUED, task, data={"reason": reason})


def finish_cancel(store: Store, lease: Lease) -> None:
    """Cancel a task of which nothing runs any more."""
    with store.writing() as write:
        write.lock("queue")
        end_cancelled(write, _hold(write, lease))


def sweep(store: Store) -> int:
    """Lose the attempts whose lease has expired, so that no task looks busy when nobody works on it. Gives how many.

    It waits for nobody: while another program holds the lock, no worker can renew its lease either, and is to come first afterwards.
    """
    values = {"boot": store.dialect.boot(), "steady_now": store.dialect.seconds(0.0)}
    with store.reading() as read:
        if not read.connection.execute(EXPIRED, values).first():
            return 0
    with contextlib.suppress(StoreBusy), store.writing(wait_s=0) as write:
        write.lock("queue")
        expired = [row_to_task(row) for row in write.connection.execute(EXPIRED.with_for_update(), values)]
        for task in expired:
            _lose(store, write, task, WorkerLost("The worker gave no sign for too long."))
        return len(expired)
    return 0


def release_dead(store: Store, *, wait_s: float | None = None) -> int:
    """Lose at once, without waiting for the lease, the attempts of this machine's ended processes.

    Return their number.

    Meant for whoever has just started or reaped a worker; a worker on which another process watches is left to the lease.
    Raises StoreBusy after `wait_s` (10 s by default).
    """
    with store.writing(wait_s=wait_s) as write:
        write.lock("queue")
        dead = {row.id for row in worker.dead(write)}
        running = select(tasks).where(RUNNING).with_for_update()
        lost = [task for task in map(row_to_task, write.connection.execute(running)) if task.worker_id in dead]
        for task in lost:
            _lose(store, write, task, WorkerLost("The worker's process ended."))
        for worker_id in dead:
            worker.forget(write, worker_id)
        return len(lost)


def _claim(write: Write, store: Store, request: ClaimRequest, at: str) -> list[Task]:
    """Claim the next tasks in this transaction, which has the lock of the queue."""
    claimed: list[Task] = []
    running = _running_by_kind(write, request.kinds)
    values = next_values(None, at) | _lease(store, request.lease_s) | {"new_worker_id": request.worker_id, "of_kind": None}
    while not claimed or len(claimed) < request.batches.get(claimed[0].kind, 1):
        if request.kinds is not None:
            values["kinds"] = names_of_kinds(_below_limit(running, request.kinds))
        row = CLAIM.row(write, values)
        if row is None:
            break
        task = values_to_task(dict(zip(COLUMNS, row, strict=True)))
        append(write, EventType.TASK_STARTED, task, data={"worker": request.worker_id}, at=at)
        if ASKED.isdisjoint(task.damaged):
            claimed.append(task)
            values["of_kind"] = task.kind
            running[task.kind] = running.get(task.kind, 0) + 1
        else:
            # What was asked for is not known any more. Said here, where it is found, it keeps no worker from the tasks behind it.
            _fail(write, task, RowDamaged(f"The task's row is damaged: {', '.join(task.damaged)}."), None)
    if claimed:
        worker.seen(write, request.worker_id, claimed[0].id, at)
    return claimed


def _complete(write: Write, store: Store, completion: Completion, at: str) -> bool:
    """Complete a task in this transaction. Return False, with nothing written, if the lease belongs to the worker no longer."""
    lease = completion.lease
    for number, fact in enumerate(completion.facts):
        if not _try_to_record(write, store, lease, fact):
            assert number == 0, "a row whose lease has been found is locked"
            return False
    row = COMPLETE.row(write, _lease_values(lease) | {"at": at})
    if row is None:
        return False
    stage, is_waited_for = row
    event.append(
        write,
        EventType.TASK_COMPLETED,
        lease.task_id,
        attempt=lease.attempt,
        status="completed",
        stage=stage,
        progress=1.0,
        message="Completed",
        at=at,
    )
    if is_waited_for:
        dependency.settle(write, lease.task_id)
    return True


def _with_files_put(store: Store, lease: Lease, facts: Sequence[Fact]) -> Sequence[Fact]:
    """Return the facts with their files put where files are not on the local disk."""
    if store.files.is_local:
        return facts
    return [replace(fact, files=[artifact.put_first(store.files, lease, file) for file in fact.files]) for fact in facts]


def _record(write: Write, store: Store, lease: Lease, fact: Fact) -> None:
    if not _try_to_record(write, store, lease, fact):
        raise _stale(lease)


def _try_to_record(write: Write, store: Store, lease: Lease, fact: Fact) -> bool:
    """Write down a fact in this transaction. Return False, with nothing written, if the lease belongs to the worker no longer."""
    at = clock.now()
    values = {
        "new_stage": fact.stage,
        "stages_patch": to_json(stage_patch(fact.type, fact.stage, fact.stage_progress, fact.data, at)),
        "new_progress": None if fact.progress is None or isnan(fact.progress) else min(fact.progress, BELOW_ONE),
        "new_message": fact.message and readable(fact.message),
    }
    row = RECORD.row(write, _lease_values(lease) | values)
    if row is None:
        return False
    status, stage, progress, message = row
    for file in (file for file in fact.files if file.kind == narration.TRANSCRIPT):
        narration.put(write, lease.task_id, file.words or narration.read_transcript(file.path))
    published = [
        {"kind": file.kind, "position": file.position, "key": artifact.publish(write, store.files, lease, file)}
        | {"media_type": file.media_type, "bytes": file.bytes, "sha256": file.sha256}
        for file in fact.files
    ]
    event.append(
        write,
        fact.type,
        lease.task_id,
        attempt=lease.attempt,
        status=status,
        stage=fact.stage or stage,
        stage_progress=fact.stage_progress,
        progress=progress,
        message=message,
        data={**fact.data, "files": published} if published else fact.data,
        at=at,
    )
    return True


def _hold(write: Write, lease: Lease) -> Task:
    row = write.connection.execute(HOLD, _lease_values(lease)).one_or_none()
    if row is None:
        raise _stale(lease)
    return row_to_task(row)


def _lease_values(lease: Lease) -> dict[str, Any]:
    return {"of_task": lease.task_id, "of_attempt": lease.attempt, "of_worker": lease.worker_id}


def _lease(store: Store, lease_s: float) -> dict[str, Any]:
    """Return the lease's end: in the database's own seconds, which decide, and in UTC, for people."""
    return {"new_expires_at": clock.ahead(lease_s), "new_boot": store.dialect.boot(), "new_until_s": store.dialect.seconds(lease_s)}


def _stale(lease: Lease) -> StaleAttempt:
    return StaleAttempt(f"Attempt {lease.attempt} of task {lease.task_id} no longer belongs to worker {lease.worker_id}.")


def _fail(write: Write, task: Task, error: VideogenError, stage: str | None) -> None:
    at = clock.now()
    task = change(
        write,
        task,
        status="failed",
        stage=stage or task.stage,
        message=error.detail,
        error_code=error.code,
        error_message=error.detail,
        error_hint=error.hint,
        error_stage=stage or task.stage,
        finished_at=at,
        cancel_requested_at=None,
        **NO_LEASE,
    )
    append(write, EventType.TASK_FAILED, task, data=error.as_dict() | {"stage": task.error_stage}, at=at)
    dependency.settle(write, task.id)


def _lose(store: Store, write: Write, task: Task, error: VideogenError) -> None:
    costs = 0 if _finished_something_new(write, task, store.progress_events(task.kind)) else 1
    left = max(task.attempts_left - costs, 0)
    lost = {"attempt": task.attempt, "progress": task.progress, "code": error.code, "reason": error.detail, "attempts_left": left}
    if task.cancel_requested_at:
        append(write, EventType.ATTEMPT_LOST, task, data=lost)
        end_cancelled(write, task)
    elif left == 0:
        append(write, EventType.ATTEMPT_LOST, change(write, task, attempts_left=0), data=lost)
        _fail(write, task, error, task.stage)
    else:
        wait_s = store.retry_policy(task.kind).wait_before(task.attempts - left) if costs else 0.0
        values = {"status": "queued", "attempts_left": left, "message": "Worker lost, trying again", "not_before": clock.ahead(wait_s)}
        append(write, EventType.ATTEMPT_LOST, change(write, task, **values, **NO_LEASE), data=lost | {"wait_s": wait_s})


def _finished_something_new(write: Write, task: Task, progress_events: Collection[str]) -> bool:
    """Return whether this attempt finished a stage or an item that no earlier one had.

    Only then is its loss free, so losses come to an end.
    """
    finished = select(events.c.type, events.c.stage, func.json_extract(events.c.data, "$.position", type_=Integer)).where(
        events.c.task_id == task.id, events.c.type.in_(tuple(progress_events))
    )
    news = finished.where(events.c.attempt == task.attempt).except_(finished.where(events.c.attempt < task.attempt))
    return write.connection.execute(news.limit(1)).first() is not None


def _any_may_start(store: Store, kinds: Mapping[str, int | None] | None) -> bool:
    """Look before the write lock is taken: idle workers ask often."""
    with store.reading() as read:
        return NEXT_ID.row(read, next_values(None if kinds is None else tuple(kinds), clock.now())) is not None


def _running_by_kind(write: Write, kinds: Mapping[str, int | None] | None) -> dict[str, int]:
    """Return how many tasks of each kind run, if any kind has a limit."""
    return dict(RUNNING_BY_KIND.rows(write, {})) if kinds and any(kinds.values()) else {}  # type: ignore[arg-type]


def _below_limit(running: Mapping[str, int], kinds: Mapping[str, int | None]) -> Collection[str]:
    """Return those kinds of which another task may run now."""
    return [kind for kind, limit in kinds.items() if limit is None or running.get(kind, 0) < limit]
