"""The crash loop itself: who is killed when, drawn from a seed, and what came of it, as a table."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from models import Store, clock, event, migrate, task
from models.signals import event_appended
from tests.torture import judge
from tests.torture.house import House, kill
from tests.torture.people import Crowd
from videogen.listen import Listener, open_store

# How often each kind is chosen. `all` is everything at once.
WEIGHTS = {"web": 27, "worker": 24, "maker": 27, "render": 8, "web maker": 5, "supervisor": 6, "all": 3}
PAUSE_S = (0.1, 0.9)
AT_A_COMMIT = 0.7
WHILE_RUNNING = 0.85
WORK_WAIT_S = 15.0
COMMIT_WAIT_S = 2.0
CLOSE_MS = 5.0


@dataclass
class Report:
    """What was done, and what was found wrong."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    while_running: int = 0
    close_to_a_commit: int = 0
    orphans_s: list[float] = field(default_factory=list)
    seconds: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    readers: int = 0
    connections: int = 0
    events_read: int = 0
    events: int = 0
    faults: list[str] = field(default_factory=list)

    def table(self) -> str:
        rows = [
            ("seed", self.seed),
            ("seconds", f"{self.seconds:.0f}"),
            ("kills", sum(self.kills.values())),
            *((f"  of {kind}", self.kills[kind]) for kind in WEIGHTS),
            ("  with a task running", self.while_running),
            (f"  within {CLOSE_MS:g} ms of a commit", self.close_to_a_commit),
            ("longest wait for orphans to end", f"{max(self.orphans_s, default=0):.2f} s"),
            *((f"tasks {status}", count) for status, count in self.statuses.items()),
            *((f"requests to {verb}", count) for verb, count in self.done.items()),
            ("events in the log", self.events),
            ("readings of a task", self.readers),
            ("  connections", self.connections),
            ("  events read", self.events_read),
            ("faults", len(self.faults)),
        ]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {value:>10}" for name, value in rows)


def torture(directory: Path, *, seed: int, kills: int, seconds: float) -> Report:
    """Kill until `kills` were made or `seconds` are over; then let it settle, and judge."""
    data = directory / "data"
    migrate(data)
    store = open_store(data)
    report = Report(seed)
    began = time.monotonic()
    house = House(data)
    house.wait_until_it_answers()
    crowd = Crowd(house.url, seed)
    crowd.start()
    try:
        with Listener(store) as _:
            _kill_again_and_again(house, store, report, random.Random(seed), kills, began + seconds)
        crowd.stop_meddling()
        house.wait_until_it_answers()
        judge.wait_until_settled(store)
    finally:
        crowd.stop()
        house.stop()
    report.seconds = time.monotonic() - began
    _fill(report, store, crowd)
    store.close()
    return report


def _kill_again_and_again(house: House, store: Store, report: Report, dice: random.Random, kills: int, until: float) -> None:
    commit = threading.Event()

    def ring(_sender: object) -> None:
        commit.set()

    with event_appended.connected_to(ring):
        while sum(report.kills.values()) < kills and time.monotonic() < until:
            time.sleep(dice.uniform(*PAUSE_S))
            if dice.random() < WHILE_RUNNING:
                _wait_for_work(store)
            kind = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            at_a_commit = dice.random() < AT_A_COMMIT
            targets = [each.pid for each in house.processes() if each.kind == kind]
            if not targets and kind not in ("supervisor", "all"):
                continue
            target = dice.choice(targets) if targets else 0
            if at_a_commit:
                commit.clear()
                commit.wait(COMMIT_WAIT_S)
            if kind == "all":
                house.kill_all()
            elif kind == "supervisor":
                report.orphans_s.append(house.kill_supervisor())
            elif not kill(target):
                continue
            _note(report, kind, store)


def _wait_for_work(store: Store) -> None:
    """Until some task runs: killing what only warms up proves little. Not for ever: what was killed last may be all there was."""
    deadline = time.monotonic() + WORK_WAIT_S
    while time.monotonic() < deadline:
        with store.reading() as read:
            if task.count_by_status(read)["running"]:
                return
        time.sleep(0.05)


def _note(report: Report, kind: str, store: Store) -> None:
    """Count the kill. The event's time is of before its commit, so what counts as close was closer."""
    killed_at = datetime.now(UTC)
    with store.reading() as read:
        running = task.count_by_status(read)["running"]
        head = event.head(read)
        newest = event.after(read, head - 1, limit=1)
    report.kills[kind] += 1
    report.while_running += running > 0
    if newest and kind not in ("supervisor", "all"):
        report.close_to_a_commit += 0 <= (killed_at - clock.parse(newest[0].at)).total_seconds() * 1000 <= CLOSE_MS


def _fill(report: Report, store: Store, crowd: Crowd) -> None:
    with store.reading() as read:
        report.statuses = task.count_by_status(read)
        report.events = event.head(read)
    report.done = crowd.done
    report.readers = len(crowd.seen)
    report.connections = sum(seen.connections for seen in crowd.seen)
    report.events_read = sum(len(seen.ids) for seen in crowd.seen)
    report.faults = judge.faults(store, crowd.seen)
