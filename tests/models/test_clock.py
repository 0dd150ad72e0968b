"""Processes whose wall clocks disagree by a year, on one store: leases go by the machine's steady clock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from models import attempt, worker
from models.errors import StaleAttempt
from tests.support.paths import ROOT
from tests.support.process_state import until
from tests.support.task_store import TaskStore

pytestmark = pytest.mark.integration

# Another process, by whose wall clock it is another day: what it sweeps, releases and claims, and whom it sees at work.
ELSEWHEN = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from models import attempt, clock, worker
from models.database import Store

class Moved(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(days=float(sys.argv[2]))

clock.datetime = Moved
store = Store(Path(sys.argv[1]))
swept, released = attempt.sweep(store), attempt.release_dead(store)
claimed = attempt.claim(store, worker.register(store), 60)
with store.reading() as read:
    print(swept, released, claimed.attempt if claimed else None, worker.count_alive(read))
"""


def elsewhen(data: Path, days: float) -> str:
    done = subprocess.run([sys.executable, "-c", ELSEWHEN, str(data), str(days)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("days", [-365, 365])
def test_a_lease_holds_whatever_day_it_is_for_others(task_store: TaskStore, days: float) -> None:
    task_store.submit()
    claimed = task_store.claim()
    assert elsewhen(task_store.data, days) == "0 0 None 1"
    assert attempt.renew(task_store.store, claimed.lease, 15) is False
    attempt.complete(task_store.store, claimed.lease)
    assert task_store.faults() == []


@pytest.mark.parametrize("days", [-365, 365])
def test_a_lease_ends_in_time_whatever_day_it_is_for_others(task_store: TaskStore, days: float) -> None:
    task_store.submit()
    claimed = attempt.claim(task_store.store, task_store.worker_id, lease_s=0.001)
    assert claimed
    until(lambda: elsewhen(task_store.data, days).startswith("1 0"), within_s=120)
    with pytest.raises(StaleAttempt):
        attempt.complete(task_store.store, claimed.lease)


def test_a_sign_of_life_from_the_future_is_none(task_store: TaskStore) -> None:
    with task_store.store.writing() as write:
        write.connection.exec_driver_sql("UPDATE workers SET seen_at = '2999-01-01T00:00:00.000Z'")
    with task_store.store.reading() as read:
        assert worker.count_alive(read) == 0
    worker.see(task_store.store, task_store.worker_id)
    with task_store.store.reading() as read:
        assert worker.count_alive(read) == 1
