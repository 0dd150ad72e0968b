"""What an owner does meanwhile, by the command line: prunes, makes backups, puts them back, and is interrupted in that."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from itertools import cycle
from pathlib import Path

from tests.torture.application import APP, ROOT, Application
from tests.torture.clients import Crowd
from tests.torture.history import History

EVERY_KILLS = (1, 5)
MOST_KEPT = (2, 8)
COMMAND_S = 180.0
KILLED = 0.25
KILLED_WITHIN_S = 3.0


class Keeping:
    """One thing at a time, each in a thread of its own, since the killing goes on meanwhile."""

    def __init__(self, application: Application, crowd: Crowd, history: History, dice: random.Random) -> None:
        self.application, self.crowd, self.history, self.dice = application, crowd, history, dice
        self.done: Counter[str] = Counter()
        self.faults: list[str] = []
        self._backups: list[Path] = []
        self._kills_left = 0
        self._next = cycle((self._back_up, self._restore, self._prune))
        self._thread: threading.Thread | None = None

    def after_a_kill(self) -> None:
        """Begin the next thing, if it is time for one."""
        self._kills_left -= 1
        if self._kills_left > 0 or (self._thread and self._thread.is_alive()):
            return
        self._kills_left = 1 if self.left else self.dice.randint(*EVERY_KILLS)
        self._thread = threading.Thread(target=next(self._next))
        self._thread.start()

    @property
    def left(self) -> set[str]:
        """What was not done yet: a short run does that at once, and goes on until all was."""
        return {"backup", "restore", "prune"} - set(self.done)

    def finish(self) -> None:
        if self._thread:
            self._thread.join()

    def _prune(self) -> None:
        # Of what nobody adds to any more, all is known when it goes.
        with self.crowd.quiet:
            self.history.catch_up()
            self._run("prune", "--now", "--count", str(self.dice.randint(*MOST_KEPT)))

    def _back_up(self) -> None:
        target = self.application.data.parent / f"backup-{self.done['backup']}"
        if self._run("backup", str(target)):
            self._backups.append(target)
            for old in self._backups[:-2]:
                shutil.rmtree(old, ignore_errors=True)
            del self._backups[:-2]

    def _restore(self) -> None:
        if not self._backups:
            return
        killed = self.dice.random() < KILLED
        with self.crowd.quiet:
            self.history.catch_up()
            self._run("restore", "--yes", str(self.dice.choice(self._backups)), killed=killed)
            self.history.catch_up()

    def _run(self, *command: str, killed: bool = False) -> bool:
        """Whether the command did what it was to do. `killed`: it is killed somewhere on the way, if it is not quicker."""
        process = subprocess.Popen(
            (sys.executable, str(APP), *command),
            cwd=ROOT,
            env=self.application.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if killed:
            with suppress(subprocess.TimeoutExpired):
                process.wait(self.dice.uniform(0.3, KILLED_WITHIN_S))
            process.kill()
        began = time.monotonic()
        try:
            _, output = process.communicate(timeout=COMMAND_S)
        except subprocess.TimeoutExpired:
            process.kill()
            output = f"no end after {time.monotonic() - began:.0f} s".encode()
        self.done[f"{command[0]}, killed" if process.returncode < 0 else command[0]] += 1
        if process.returncode and not (killed and process.returncode < 0):
            self.faults.append(f"app.py {' '.join(command)} ended with {process.returncode}: {output.decode(errors='replace')[-500:]}")
        return process.returncode == 0
