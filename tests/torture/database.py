"""PostgreSQL for the torture: a cluster of its own behind a proxy and a pooler, and what goes wrong with a database."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from models.database import Store
from models.migrate import migrate
from models.server import Server
from tests.support.pooler import Pooler
from tests.support.postgres import FAST, USER, Cluster
from tests.torture.application import children_of
from tests.torture.history import History
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
    "a standby promoted that lagged": 2,
    "a synchronous standby promoted": 1,
}
"""How often in a round each comes."""
POOLER_HARMS = {"the pooler ended and started again": 2, "the pooler stopped": 1}
SHORT_S, LONG_S = (1.0, 4.0), (4.0, 14.0)
"""Seconds that it lasts. Processes wait ten for a server that is away: both less and more must do no harm."""
LONG = 0.3


@dataclass(frozen=True)
class Promotion:
    """A standby took over. Of the history `epoch` it had the events up to `until`. If it `lagged`, more may have been acknowledged."""

    epoch: str
    until: int
    lagged: bool


class Database:
    """The cluster. The application is at `server` through the proxy, and at `pooled` through the pooler, too.

    `own` leads there for who judges, and is cut off by nothing but a promotion.
    """

    def __init__(self, data: Path, dice: random.Random, *, pooler: bool = False) -> None:
        self.data, self.dice = data, dice
        self.counts: Counter[str] = Counter()
        self.promotions: list[Promotion] = []
        self.history: History | None = None
        """Reads the rest of what a promotion ends."""
        self.cluster = Cluster(SETTINGS)
        self.cluster.sql("postgres", f"CREATE DATABASE {NAME}")
        self.proxy, self._own_proxy = TcpProxy(self.cluster.socket), TcpProxy(self.cluster.socket)
        self.server = Server(_url(self.proxy.port))
        self.own = Server(f"{_url(self._own_proxy.port)}?application_name=judge")
        migrate(data, self.own)
        self.pooler = Pooler("127.0.0.1", self.proxy.port) if pooler else None
        self.pooled = self.pooler.server(NAME, self.server.url) if self.pooler else self.server
        self._left: list[str] = []

    def close(self) -> None:
        if self.pooler:
            self.pooler.close()
        self.proxy.close()
        self._own_proxy.close()
        self.cluster.close()

    def harm(self) -> str:
        """Do the next harm and repair it. Return what it was."""
        if not self._left:
            weights = HARMS | (POOLER_HARMS if self.pooler else {})
            self._left = [harm for harm, weight in weights.items() for _ in range(weight)]
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
            case "connections silent, then going on":
                self.proxy.delay(seconds)
            case "a standby promoted that lagged" | "a synchronous standby promoted":
                self._promote(seconds, lagged="lagged" in harm)
            case "the pooler ended and started again":
                assert self.pooler
                self.pooler.stop()
                time.sleep(seconds)
                self.pooler.start()
            case _:
                assert self.pooler
                self.pooler.freeze(seconds)
        return harm

    def _promote(self, seconds: float, *, lagged: bool) -> None:
        """Let a standby take over from a server that has ended. It lags by so many seconds, or is what commits have waited for."""
        ended, standby = self.cluster, Cluster(SETTINGS, self.cluster)
        if lagged:
            standby.stop_following()
        else:
            ended.wait_for_standby()
        time.sleep(seconds)
        ended.stop()
        standby.promote()
        epoch, until = standby.sql(NAME, "SELECT epoch, head FROM log, log_head").split("|")
        self.promotions.append(Promotion(epoch, int(until), lagged))
        self.cluster = standby
        for proxy in (self._own_proxy, self.proxy):
            proxy.lead_to(standby.socket)
        ended.start()
        with closing(Store(self.data, server=Server(ended.url(NAME)))) as store:
            if self.history:
                self.history.finish(store)
        ended.close()

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


def _url(port: int) -> str:
    return f"postgresql://{USER}@127.0.0.1:{port}/{NAME}"


_OF_APPLICATION = f"FROM pg_stat_activity WHERE datname = '{NAME}' AND application_name = 'videogen'"


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
