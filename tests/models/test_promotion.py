"""A standby that takes over: what it lacked is another history's to readers, and what waited for it is there."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from models import attempt, event, worker
from models.attempt import Fact
from models.database import Store
from models.errors import StaleAttempt
from models.event import Cursor, EventType
from models.migrate import migrate
from models.server import Server
from models.verify import verify
from tests.support.postgres import USER, Cluster, hand, programs
from tests.support.process_state import until
from tests.support.task_moves import LEASE_S, Moves, events_of
from tests.torture.application import children_of

pytest.importorskip("psycopg", reason="the extra [postgres] is not installed")

BY_HAND = "INSERT INTO submit (source) VALUES ('# By hand')"


@pytest.fixture
def primary() -> Iterator[Cluster]:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    primary = Cluster()
    yield primary
    primary.close()


@pytest.fixture
def standby(primary: Cluster) -> Iterator[Cluster]:
    primary.sql("postgres", "CREATE DATABASE store")
    standby = Cluster(primary=primary)
    yield standby
    standby.close()


@pytest.fixture
def store(primary: Cluster, standby: Cluster, tmp_path: Path) -> Iterator[Store]:
    """The store at whichever of the two takes writes."""
    server = Server(f"postgresql://{USER}@/store?host={primary.home},{standby.home}")
    migrate(tmp_path, server)
    with closing(Store(tmp_path, server=server)) as store:
        yield store


def take_over(primary: Cluster, standby: Cluster) -> None:
    primary.stop()
    standby.promote()


@contextmanager
def stopped(cluster: Cluster) -> Iterator[None]:
    pids = [cluster.process.pid, *children_of(cluster.process.pid)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("by_hand", [False, True], ids=["by the program", "by hand"])
def test_what_a_promoted_standby_lacked_is_lost_and_its_readers_are_reset(
    store: Store, primary: Cluster, standby: Cluster, by_hand: bool
) -> None:
    moves = Moves(store)
    kept = moves.submit()
    standby.await_answer("SELECT count(*) FROM pg_stat_wal_receiver", "1")
    primary.await_answer("SELECT replay_lsn = pg_current_wal_lsn() FROM pg_stat_replication", "t")
    standby.stop_following()
    lost, worker_id = moves.submit(), worker.register(store)
    moves.claim()
    with store.reading() as read:
        shared, ahead = Cursor(read.epoch, 1), Cursor(read.epoch, event.head(read))

    take_over(primary, standby)
    with store.reading() as read:
        assert event.reset_reason(read, ahead) == "ahead"
    if by_hand:
        hand(store, *[BY_HAND] * 3)  # as many as were lost: their seqs are given again
    else:
        moves.submit()
        moves.submit()
        moves.submit()

    with store.reading() as read:
        assert event.reset_reason(read, ahead) == event.reset_reason(read, shared) == "epoch"
    log = events_of(store)
    assert [entry.seq for entry in log] == list(range(1, 6))
    assert [entry.type for entry in log[:2]] == ["task.submitted", "log.restored"]
    assert log[1].data == {"from_epoch": ahead.epoch}
    assert lost.id not in {entry.task_id for entry in log}
    worker.see(store, worker_id)
    claimed = attempt.claim(store, worker_id, LEASE_S)
    assert claimed
    assert (claimed.id, claimed.attempt) == (kept.id, 1)
    with store.reading() as read:
        assert worker_id in [row.id for row in worker.alive(read)]
    assert verify(store) == []


def test_attempt_whose_reports_were_lost_does_not_go_on(store: Store, primary: Cluster, standby: Cluster) -> None:
    """It would tell of a stage whose beginning is not in the log, and complete a task whose files are not in the store."""
    moves = Moves(store)
    moves.submit()
    lease = moves.claim().lease
    standby.await_answer("SELECT count(*) FROM pg_stat_wal_receiver", "1")
    primary.await_answer("SELECT replay_lsn = pg_current_wal_lsn() FROM pg_stat_replication", "t")
    standby.stop_following()
    attempt.report(store, lease, [Fact(EventType.STAGE_STARTED, stage="video")])

    take_over(primary, standby)
    with pytest.raises(StaleAttempt):
        attempt.report(store, lease, [Fact(EventType.STAGE_PROGRESS, stage="video", stage_progress=0.5)])
    assert [entry.type for entry in events_of(store)] == ["task.submitted", "task.started", "log.restored", "task.requeued"]
    again = moves.claim()
    assert (again.id, again.attempt) == (lease.task_id, 2)
    assert verify(store) == []


def test_what_was_acknowledged_is_on_a_synchronous_standby(store: Store, primary: Cluster, standby: Cluster) -> None:
    """Also where the connection was cut while the commit waited for the standby: that it is committed here is not enough."""
    waiting = "SELECT coalesce(min(pid), 0) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    moves = Moves(store)
    primary.wait_for_standby()
    first = moves.submit()
    with ThreadPoolExecutor(1) as threads:
        with stopped(standby):
            submitting = threads.submit(moves.submit)
            until(lambda: primary.sql("store", waiting) != "0")
            cut_off = primary.sql("store", waiting)
            primary.sql("store", f"SELECT pg_terminate_backend({cut_off})")
            until(lambda: submitting.done() or primary.sql("store", waiting) not in ("0", cut_off))
            assert not submitting.done()
        second = submitting.result(20)

    take_over(primary, standby)
    assert {entry.task_id for entry in events_of(store)} == {None, first.id, second.id} - {None}
    third = moves.submit()
    assert [entry.task_id for entry in events_of(store)] == [first.id, second.id, None, third.id]
    assert verify(store) == []
