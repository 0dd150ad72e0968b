"""PostgreSQL for the torture: a cluster of its own behind a proxy, and what goes wrong with a database."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

from models.migrate import migrate
from models.server import Server
from tests.support.postgres import FAST, USER, Cluster
from tests.torture.application import children_of
from tests.torture.tcp_proxy import TcpProxy

SETTINGS = (*FAST, "max_connections=200", "autovacuum=on")
NAME = "torture"
HARMS = {
    "a backend terminated": 3,
    "all backends terminated": 2,
    "a backend killed": 1,
    "a backend stopped": 2,
    "PostgreSQL stopped": 2,
    "PostgreSQL ended and started again": 2,
    "connections reset": 3,
    "connections silent, then reset": 2,
    "connections silent, then going on": 1,
}
"""How often in a round each comes."""
SHORT_S, LONG_S = (1.0, 4.0), (4.0, 14.0)
"""Seconds that it lasts. Processes wait ten for a server that is away: both less and more must do no harm."""
LONG = 0.3


class Database:
    """The cluster. The application is at `server` through the proxy; `own` leads there directly, for who judges and is never cut off."""

    def __init__(self, data: Path, dice: random.Random) -> None:
        self.dice = dice
        self.counts: Counter[str] = Counter()
        self.cluster = Cluster(SETTINGS)
        self.cluster.sql("postgres", f"CREATE DATABASE {NAME}")
        self.own = Server(f"{self.cluster.url(NAME)}&application_name=judge")
        migrate(data, self.own)
        self.proxy = TcpProxy(self.cluster.home / ".s.PGSQL.5432")
        self.server = Server(f"postgresql://{USER}@127.0.0.1:{self.proxy.port}/{NAME}")
        self._left: list[str] = []

    def close(self) -> None:
        self.proxy.close()
        self.cluster.close()

    def harm(self) -> str:
        """Do the next harm and repair it. Return what it was."""
        if not self._left:
            self._left = [harm for harm, weight in HARMS.items() for _ in range(weight)]
            self.dice.shuffle(self._left)
        harm = self._left.pop()
        self.counts[harm] += 1
        seconds = self.dice.uniform(*(LONG_S if self.dice.random() < LONG else SHORT_S))
        match harm:
            case "a backend terminated":
                self._terminate(" ORDER BY random() LIMIT 1")
            case "all backends terminated":
                self._terminate("")
            case "a backend killed":
                for pid in self._backends(1):
                    _signal([pid], signal.SIGKILL)
            case "a backend stopped":
                self._stop(self._backends(1), seconds)
            case "PostgreSQL stopped":
                self._stop([self.cluster.process.pid, *children_of(self.cluster.process.pid)], seconds)
            case "PostgreSQL ended and started again":
                self.cluster.stop()
                time.sleep(seconds)
                self.cluster.start()
            case "connections reset":
                self.proxy.reset()
            case "connections silent, then reset":
                self.proxy.hole(seconds)
            case _:
                self.proxy.delay(seconds)
        return harm

    def _terminate(self, which: str) -> None:
        self.cluster.sql(NAME, f"SELECT pg_terminate_backend(pid) FROM (SELECT pid {_OF_APPLICATION}{which}) AS found")

    def _backends(self, count: int) -> list[int]:
        """Return backends of the application, those in a transaction first: they hold what others wait for."""
        busy_first = f"SELECT pid {_OF_APPLICATION} ORDER BY xact_start IS NULL, random() LIMIT {count}"
        return [int(pid) for pid in self.cluster.sql(NAME, busy_first).split()]

    def _stop(self, pids: list[int], seconds: float) -> None:
        _signal(pids, signal.SIGSTOP)
        time.sleep(seconds)
        _signal(pids, signal.SIGCONT)


_OF_APPLICATION = f"FROM pg_stat_activity WHERE datname = '{NAME}' AND application_name = 'videogen'"


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
