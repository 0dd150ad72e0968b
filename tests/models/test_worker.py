from __future__ import annotations

import os
import subprocess
import sys

import pytest

from models import clock, worker
from models.database import Store


def names(store: Store) -> list[str]:
    with store.reading() as read:
        return [process.id for process in worker.alive(read)]


def test_worker_is_alive_from_its_registration_to_its_end(store: Store) -> None:
    first, second = worker.register(store), worker.register(store)
    assert sorted(names(store)) == sorted([first, second])
    worker.unregister(store, first)
    assert names(store) == [second]
    with store.reading() as read:
        assert worker.count_alive(read) == 1
        assert [process.pid for process in worker.alive(read)] == [os.getpid()]


def test_worker_without_a_sign_for_long_is_not_alive(store: Store) -> None:
    gone = worker.register(store)
    with store.writing() as write:
        write.connection.exec_driver_sql(f"UPDATE workers SET seen_at = '{clock.ahead(-worker.ALIVE_S - 1)}'")
    assert names(store) == []
    worker.see(store, gone)
    assert names(store) == [gone]


def test_dead_worker_is_known_by_its_process(store: Store) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        there = worker.register(store)
        gone = worker.register(store, process.pid)
        with store.reading() as read:
            assert worker.dead(read) == []
    with store.reading() as read:
        assert [alive.id for alive in worker.dead(read)] == [gone]
        assert [alive.id for alive in worker.alive(read)] == [there, gone], "its row alone does not tell"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("column", "value", "dead"),
    [
        ("born", "1", True),  # its pid belongs to another process now
        ("boot", "another", True),
        ("host", "another", False),  # a container beside this one: its pids say nothing here
    ],
)
def test_death_is_judged_by_pid_birth_and_boot_of_this_host(store: Store, column: str, value: str, dead: bool) -> None:
    worker.register(store)
    with store.writing() as write:
        write.connection.exec_driver_sql(f"UPDATE workers SET {column} = ?", (value,))
    if column == "host":
        with store.writing() as write:
            write.connection.exec_driver_sql("UPDATE workers SET pid = 4194300, born = '1'")
    with store.reading() as read:
        assert bool(worker.dead(read)) is dead


def test_zombie_was_not_born() -> None:
    with subprocess.Popen(["true"]) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert worker.born(process.pid) is None
    assert worker.born(os.getpid())
