"""What harms an application besides a kill: a process that is stopped and does not end, and a disk that fills up, hangs or dies."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import httpx

from models import task, worker
from models.database import Store
from tests.torture.application import Application, is_alive, kill
from tests.torture.database import Database
from tests.torture.disk import FLUSH_EVERYTHING, FLUSH_NOTHING, Disk
from tests.torture.marksman import Marksman

SETTINGS = {"health_interval_s": 2, "worker_silence_s": 10, "stage_silence_s": 20}
"""Settings with which a stopped process is replaced soon."""
STOPPED = {"web": 3, "worker": 3, "renderer": 3, "render": 1, "web renderer": 1, "guardian": 1, "supervisor": 1}
"""How often each kind of process is stopped in a round."""
REPLACED_S = {"web": 60.0, "worker": 90.0, "renderer": 90.0, "render": 90.0}
"""Within this time a stopped one is gone: the supervisor, or the worker of a renderer at work, has ended it."""
PAUSED_S = 6.0
"""Nobody replaces the supervisor but the service manager; an idle renderer and a guardian are not missed: they wake up after this time."""
KILLED_MEANWHILE = ("web", "worker", "renderer", "supervisor", None)
DISK_FAILURES = {
    **{(failure, kind): 1 for failure in ("full", "read-only", "dead") for kind in KILLED_MEANWHILE},
    ("hung", None): 2,
    ("power lost", None): 4,
}
"""How often in a round the disk fails so while a process of this kind, if any, is killed."""
BAD_FOR_S = {"hung": (4.0, 30.0)}
USUALLY_BAD_FOR_S = (2.0, 5.0)
ANSWER_S = 10.0
AT_WORK_S = 20.0

T = TypeVar("T")


class Rounds(Generic[T]):
    """Draws at random, but each thing as often as its weight says before anything comes once more: so a short run meets everything."""

    def __init__(self, weights: Mapping[T, int], dice: random.Random) -> None:
        self._weights, self._dice = weights, dice
        self._left: list[T] = []

    def draw(self) -> T:
        if not self._left:
            self._left = [thing for thing, weight in self._weights.items() for _ in range(weight)]
            self._dice.shuffle(self._left)
        return self._left.pop()


@dataclass
class Harms:
    """Does harm, and notes what came of it."""

    application: Application
    store: Store
    marksman: Marksman
    disk: Disk | None
    dice: random.Random
    database: Database | None = None
    counts: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    replaced_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stops = Rounds(STOPPED, self.dice)
        self._disk_failures = Rounds(DISK_FAILURES, self.dice)

    def rows(self) -> list[tuple[str, object]]:
        """The report's rows."""
        counts = self.counts + (self.database.counts if self.database else Counter())
        return [
            *((f"{harm}", count) for harm, count in sorted(counts.items())),
            *((f"longest until a stopped {kind} was replaced", f"{max(times):.1f} s") for kind, times in sorted(self.replaced_s.items())),
            *((f"{answer}", count) for answer, count in sorted(self.answers.items())),
        ]

    def stop_process(self) -> None:
        """Stop a process. It must be replaced, although it has not ended."""
        kind = self._stops.draw()
        at_work = self._at_work(AT_WORK_S if kind in ("worker", "renderer", "render") else 0.0)
        processes = self.application.processes()
        renderers = [process.pid for process in processes if process.kind == "renderer" and process.parent in at_work]
        own = {"worker": at_work, "renderer": renderers}
        targets = own.get(kind) or [process.pid for process in processes if process.kind == kind]
        if not targets:
            return
        pid = self.dice.choice(targets)
        must_end = kind == "web" or pid in own.get(kind, ())
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            self.counts[f"stopped: {kind}{' at work' * (pid in own.get(kind, ()))}"] += 1
            began = time.monotonic()
            deadline = began + (REPLACED_S.get(kind, PAUSED_S) if must_end else PAUSED_S)
            if kind == "supervisor":
                self._ask("with a stopped supervisor")
            while is_alive(pid) and time.monotonic() < deadline:
                time.sleep(0.05)
            if must_end and not is_alive(pid):
                self.replaced_s[kind].append(time.monotonic() - began)
            elif must_end:
                self.faults.append(f"a stopped {kind} was not replaced within {REPLACED_S[kind]:g} s")
            os.kill(pid, signal.SIGCONT)

    def fail_disk(self) -> None:
        """Let the disk fail for some seconds, while a process is killed that then has to start on it; then repair it."""
        assert self.disk
        failure, killed = self._disk_failures.draw()
        seconds = self.dice.uniform(*BAD_FOR_S.get(failure, USUALLY_BAD_FOR_S))
        self.counts[f"disk {failure}"] += 1
        match failure:
            case "hung":
                self.disk.hang(seconds)
                return
            case "full":
                self.disk.fill()
            case "read-only":
                self.disk.turn_read_only()
            case "dead":
                self.disk.die(FLUSH_EVERYTHING)
            case _:
                self.disk.die(FLUSH_NOTHING)
                self._repair()
                return
        self._kill_one(failure, killed)
        time.sleep(seconds)
        self._ask(f"on a {failure} disk")
        if failure == "full":
            self.disk.empty()
            if self.application.supervisor.poll() is not None:
                self.counts["  started again by hand"] += 1
                self.application.start()
        else:
            self._repair()

    def _repair(self) -> None:
        """End everything, repair the disk, and start again, as somebody does who exchanges a disk."""
        assert self.disk
        self.marksman.close()
        self.application.end()
        self.store.close()
        self.disk.repair()
        self.application.start()
        self.application.wait_until_it_answers()
        self.marksman.start()

    def _kill_one(self, failure: str, kind: str | None) -> None:
        targets = [process.pid for process in self.application.processes() if process.kind == kind]
        if kind is None or not targets:
            return
        self.counts[f"disk {failure}, {kind} killed"] += 1
        if kind == "supervisor":
            self.application.kill_supervisor()
        else:
            kill(self.dice.choice(targets))

    def _ask(self, when: str) -> None:
        """Note what the two questions of health are answered meanwhile."""
        for path in ("/api/health", "/api/ready"):
            try:
                status = str(httpx.get(f"{self.application.url}{path}", timeout=ANSWER_S).status_code)
            except httpx.HTTPError as error:
                status = type(error).__name__
            self.answers[f"{path} {when}: {status}"] += 1

    def _at_work(self, patience_s: float) -> list[int]:
        """Return the workers that have a task; wait so long for there to be one."""
        deadline = time.monotonic() + patience_s
        while True:
            with self.store.reading() as read:
                busy = {row.worker_id for row in task.unfinished(read) if row.status == "running"}
                pids = [row.pid for row in worker.every(read) if row.id in busy]
            if pids or time.monotonic() > deadline:
                return pids
            time.sleep(0.02)
