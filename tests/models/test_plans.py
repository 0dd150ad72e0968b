"""Every statement that a worker or a stream makes goes through an index: none reads a whole table. Of requests, see `tests/web`."""

from __future__ import annotations

from itertools import islice

import pytest

from models import attempt, disk_hold, event, retention, task, worker
from models.database import Store
from models.errors import DiskFull
from models.event import Cursor
from tests.support.query_plans import executed, plan, scans
from tests.support.task_moves import Moves, published, written
from videogen.errors.rendering import RendererLost
from videogen.streams.broadcaster import Broadcaster
from videogen.streams.subscription import watching
from videogen.web import views


def test_work_uses_indexes(store: Store) -> None:
    moves = Moves(store)
    moves.make()
    with executed(store) as statements:
        made = moves.submit(idempotency_key="k")
        lease = moves.claim().lease
        attempt.renew(store, lease, 15)
        moves.render(lease, 1)
        attempt.report(store, lease, published(written(store.data / "work" / "film.mp4")))
        attempt.sweep(store)
        attempt.lose(store, lease, RendererLost("Lost."))
        attempt.release_dead(store)
        worker.see(store, moves.worker_id)
        task.cancel(store, made.id)
        task.retry(store, made.id)
        task.delete(store, made.id)
        task.undelete(store, made.id)
        task.delete(store, made.id)
        retention.purge(store, 0)
        disk_hold.hold_next(store, DiskFull("Nearly full."))
        disk_hold.release(store)
        event.changes(store, event.changes(store, None).head)
    assert len(statements) > 20
    assert scans(store, statements) == []


def test_claim_takes_the_first_of_the_index_and_sorts_nothing(store: Store) -> None:
    moves = Moves(store)
    moves.submit()
    with executed(store) as statements:
        moves.claim()
    (claim,) = (statement for statement in statements if statement.startswith("UPDATE tasks SET status"))
    lines = plan(store, claim, statements[claim])
    assert "SCAN tasks USING INDEX tasks_queued" in lines
    assert not any("TEMP B-TREE" in line for line in lines)


@pytest.mark.parametrize("kind", ["one", "all", "some", "late"])
def test_streams_use_indexes(store: Store, kind: str) -> None:
    moves = Moves(store)
    made, waiting = moves.make(), moves.submit()
    broadcaster = Broadcaster(store, views.describe, heartbeat_s=0.001)
    with store.reading() as read:
        late = str(Cursor(read.epoch, 2))
    watch = {"one": watching([waiting.id]), "all": watching(), "some": watching([made.id, waiting.id]), "late": watching([made.id])}[kind]
    with executed(store) as statements:
        stream = broadcaster.subscribe(watch, late if kind == "late" else None)
        assert stream
        frames = list(islice(stream, 12))
    assert len(frames) >= 5
    assert scans(store, statements) == []
