"""The application under torture: started, looked into through /proc, killed in parts or whole, started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.ports import Port

APP = ROOT / "app.py"
WITHOUT = ROOT / "tests" / "torture" / "without"
START_S = 120.0
# A dead supervisor takes everything below it along within five seconds, where the machine has the time for it.
ORPHANS_S = 60.0

SETTINGS = {
    "WORKERS": "2",
    "RENDER_PROCESSES": "2",
    "LEASE_S": "4",
    "ATTEMPTS": "8",
    "HEARTBEAT_S": "2",
    "UNDO_S": "86400",
    "MAX_TASKS_PER_MINUTE": "100000",
    "VOICE": "none",
    "STAGE_SILENCE_S": "60",
}


@dataclass(frozen=True)
class Process:
    """A process of the house. `kind` is supervisor, web, worker, renderer, render, web renderer or guardian."""

    pid: int
    kind: str
    parent: int = 0


class Application:
    """`app.py serve` on a data directory of its own, on a port that it keeps. `settings` come on top of those of the torture.

    `without` names a safeguard that is taken out of all its processes. What they log is appended to the file `log`.
    """

    def __init__(self, data: Path, without: str | None = None, log: Path | None = None, **settings: object) -> None:
        self.data = data
        self._held = Port()
        self.port = self._held.number
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = (log or data.parent / "application.log").open("ab")
        chosen = SETTINGS | {name.upper(): str(value) for name, value in settings.items()}
        self.environment = os.environ | {f"VIDEOGEN_{name}": value for name, value in chosen.items()} | {"VIDEOGEN_DATA": str(data)}
        if without:
            self.environment |= {"TORTURE_WITHOUT": without, "PYTHONPATH": str(WITHOUT)}
        self.supervisor = self._launch()

    def _launch(self) -> subprocess.Popen[bytes]:
        if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # under nohup the server would ignore it, too
            signal.signal(signal.SIGHUP, lambda *_: None)
        command = [sys.executable, str(APP), "serve", "--port", str(self.port)]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True)

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"nothing answers on port {self.port} after {START_S:g} s; see {self.log.name}")

    def processes(self) -> list[Process]:
        """What runs below the supervisor, and it."""
        parents, commands = _table()
        children: dict[int, list[int]] = {}
        for pid, parent in parents.items():
            children.setdefault(parent, []).append(pid)
        running = [Process(self.supervisor.pid, "supervisor")]
        waiting = [(pid, "supervisor") for pid in children.get(self.supervisor.pid, ())]
        while waiting:
            pid, above = waiting.pop()
            kind = _kind(commands.get(pid, ""), above)
            running.append(Process(pid, kind, parents[pid]))
            waiting += [(child, kind) for child in children.get(pid, ())]
        return running

    def kill_supervisor(self) -> float:
        """Kill the supervisor and start another when nothing of the old house is left; the seconds that took."""
        below = [process.pid for process in self.processes()]
        began = time.monotonic()
        self.supervisor.kill()
        self.supervisor.wait()
        self._wait_for_the_end(below, began)
        took = time.monotonic() - began
        self.supervisor = self._launch()
        return took

    def kill_all(self) -> None:
        """Kill everything in one go and start again."""
        self.end()
        self.start()

    def end(self) -> None:
        """Kill everything in one go."""
        below = [process.pid for process in self.processes()]
        for pid in below:
            kill(pid)
        self.supervisor.wait()
        self._wait_for_the_end(below, time.monotonic())

    def start(self) -> None:
        """Start again what has ended."""
        self.supervisor = self._launch()

    def restart(self) -> None:
        """Ask for a restart by SIGHUP, and wait until the web process is another one."""
        before = {process.pid for process in self.processes() if process.kind == "web"}
        self.supervisor.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + START_S
        while before & {process.pid for process in self.processes() if process.kind == "web"}:
            assert time.monotonic() < deadline, f"the web process was not replaced within {START_S:g} s"
            time.sleep(0.1)

    def stop(self) -> None:
        """Ask it to end, as a person would; once it has, this does nothing."""
        if self.log.closed:
            return
        below = [process.pid for process in self.processes()]
        self.supervisor.terminate()
        self.supervisor.wait(timeout=30)
        self._wait_for_the_end(below, time.monotonic())
        self.log.close()
        self._held.close()

    def _wait_for_the_end(self, pids: list[int], began: float) -> None:
        while left := [pid for pid in pids if is_alive(pid)]:
            assert time.monotonic() - began < ORPHANS_S, f"left behind: {[(pid, _table()[1].get(pid)) for pid in left]}"
            time.sleep(0.01)


def kill(pid: int) -> bool:
    """Whether there was something to kill."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def freeze(pid: int, seconds: float) -> bool:
    """Stop a process for so long; whether it was there."""
    try:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        return False
    return True


def _kind(command: str, above: str) -> str:
    if "videogen.web.server" in command:
        return "web"
    if "videogen.processes.worker_process" in command:
        return "worker"
    if "videogen.processes.renderer_pool" in command:
        return "web renderer"
    if "videogen.processes.renderer" in command:
        return {"web": "web renderer", "worker": "renderer", "renderer": "render"}.get(above, "render")
    return "guardian" if "kill -KILL 0" in command else "other"


def _table() -> tuple[dict[int, int], dict[int, str]]:
    parents, commands = {}, {}
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                fields = (path / "stat").read_text(errors="replace").rpartition(")")[2].split()
                command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if fields[0] not in "ZX":
                parents[int(path.name)], commands[int(path.name)] = int(fields[1]), command
    return parents, commands


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started and that run."""
    return [child for child, parent in _table()[0].items() if parent == pid]


def is_alive(pid: int) -> bool:
    return pid in _table()[0]
