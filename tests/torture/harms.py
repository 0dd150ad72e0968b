"""What harms an application besides a kill: a process that is stopped and does not end, and a disk that fills up, hangs or dies."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from models import task, worker
from models.database import Store
from tests.torture.application import Application, is_alive, kill
from tests.torture.disk import FLUSH_EVERYTHING, FLUSH_NOTHING, Disk
from tests.torture.marksman import Marksman

SETTINGS = {"health_interval_s": 2, "worker_silence_s": 10, "stage_silence_s": 20}
"""Settings with which a stopped process is replaced soon."""
STOPPED = {"web": 5, "worker": 4, "renderer": 5, "render": 2, "web renderer": 2, "supervisor": 2}
"""How often each kind of process is stopped."""
REPLACED_S = {"web": 60.0, "worker": 90.0, "renderer": 90.0, "render": 90.0}
"""Within this time a stopped one is gone: the supervisor, or the worker of a renderer at work, has ended it."""
PAUSED_S = 6.0
"""Nobody replaces the supervisor but the service manager, and an idle renderer is needed by nobody: they wake up after this time."""
DISK_FAILURES = {"full": 4, "hung": 2, "read-only": 2, "dead": 2, "power lost": 3}
KILLED_MEANWHILE = ("web", "worker", "renderer", "supervisor", None)
BAD_FOR_S = (2.0, 5.0)
ANSWER_S = 10.0


@dataclass
class Harms:
    """Does harm, and notes what came of it."""

    application: Application
    store: Store
    marksman: Marksman
    disk: Disk | None
    dice: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    replaced_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)

    def rows(self) -> list[tuple[str, object]]:
        """The report's rows."""
        return [
            *((f"{harm}", count) for harm, count in sorted(self.counts.items())),
            *((f"longest until a stopped {kind} was replaced", f"{max(times):.1f} s") for kind, times in sorted(self.replaced_s.items())),
            *((f"{answer}", count) for answer, count in sorted(self.answers.items())),
        ]

    def stop_process(self) -> None:
        """Stop a process. It must be replaced, although it has not ended."""
        kind = self.dice.choices(list(STOPPED), list(STOPPED.values()))[0]
        at_work = self._at_work()
        processes = self.application.processes()
        own = {"worker": at_work, "renderer": [process.pid for process in processes if process.parent in at_work]}
        targets = own.get(kind) or [process.pid for process in processes if process.kind == kind]
        if not targets:
            return
        pid = self.dice.choice(targets)
        must_end = kind == "web" or pid in own.get(kind, ())
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            self.counts[f"stopped: {kind}"] += 1
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
        failure = self.dice.choices(list(DISK_FAILURES), list(DISK_FAILURES.values()))[0]
        seconds = self.dice.uniform(*BAD_FOR_S)
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
        self._kill_one(failure)
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

    def _kill_one(self, failure: str) -> None:
        kind = self.dice.choice(KILLED_MEANWHILE)
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

    def _at_work(self) -> list[int]:
        with self.store.reading() as read:
            busy = {row.worker_id for row in task.unfinished(read) if row.status == "running"}
            return [row.pid for row in worker.every(read) if row.id in busy]
