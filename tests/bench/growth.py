"""What a long log costs: claim, resume and the task's page with a thousand events and with a million of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from models import attempt, event, task, worker
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from models.sqlite.driver import connect
from tests.bench.place import a_store
from tests.bench.row import Row, percentile
from videogen.config import Settings
from videogen.web import views

FEW, MANY = 1_000, 1_000_000
TASKS = 10
RESUMED = 100
# As a worker writes them, evenly of all tasks and in turn, so that those of one lie all over the log.
FILL = """
WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :events)
INSERT INTO events (task_id, attempt, type, status, stage, stage_progress, progress, message, data, at)
SELECT tasks.id, 1, 'stage.progress', 'running', 'video', 0.5, 0.5, 'Drawing scenes', json_object('done', n), tasks.created_at
FROM number JOIN tasks ON tasks.rowid = 1 + n % :tasks
"""

Act = Callable[[], object]


def measure(*, quick: bool) -> list[Row]:
    many, times = (20_000, 20) if quick else (MANY, 300)
    with ExitStack() as stack:
        small, large = (_acts(stack.enter_context(a_store()), events, times) for events in (FEW, many))
        return [_row(name, small[name], large[name], many, times) for name in small]


def _row(name: str, small: Act, large: Act, many: int, times: int) -> Row:
    """Either in turn, so that both meet the same disk and the same neighbours."""
    seconds: dict[Act, list[float]] = {small: [], large: []}
    for _ in range(times):
        for act in seconds:
            began = time.perf_counter()
            act()
            seconds[act].append(time.perf_counter() - began)
    few_s, many_s = (percentile(durations, 50) for durations in seconds.values())
    measured = f"{few_s * 1000:.2f} ms and {many_s * 1000:.2f} ms, {many_s / few_s:.2f} times"
    return Row(name, measured, "within 1.5 times", f"p50 of {times} with {FEW:,} and with {many:,} events in the log")


def _acts(store: Store, events: int, times: int) -> Mapping[str, Act]:
    """What is measured, at a store whose log has so many events of ten tasks, one of which is watched."""
    task_rows = [task.submit(store, source="# Film", format="markdown", title=f"Film {number}") for number in range(TASKS)]
    me = worker.register(store)
    for _ in task_rows:
        claimed = attempt.claim(store, me, 3600)
        assert claimed
        # Every video has ended its first stages soon, and its page looks for them.
        attempt.report(store, claimed.lease, [Fact(EventType.STAGE_COMPLETED, stage=name) for name in ("script", "parse", "audio")])
    _fill(store, events)
    with store.reading() as read:
        head = event.head(read)
    for _ in range(times):
        task.submit(store, source="# Next", format="markdown", max_queued=times)
    settings, watched = Settings(data=store.data), task_rows[0].id

    def resume(task_ids: set[str] | None) -> None:
        # The last hundred: of all tasks, or of one, which has every tenth.
        behind = RESUMED if task_ids is None else RESUMED * TASKS
        with store.reading() as read:
            events_read = event.after(read, max(head - behind, 0), task_ids=task_ids, limit=RESUMED)
        assert len(events_read) >= RESUMED * 0.9

    return {
        "claim": lambda: attempt.claim(store, me, 3600),
        "resume, one task": lambda: resume({watched}),
        "resume, all tasks": lambda: resume(None),
        "the task's page": lambda: views.task_view(store, settings, watched),
    }


def _fill(store: Store, events: int) -> None:
    connection = connect(store.path)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute(FILL, {"events": events, "tasks": TASKS})
    connection.close()
    assert store.checkpoint()
