"""Starts a process group that dies with its owner. Knows nothing else.

A group is a *guardian* and a *leader*. The guardian is a shell of two commands that blocks reading a pipe whose only write end the
owner holds; when the owner ends, however it ends, the kernel closes that end and the guardian kills the group. It is started first and
leads the group, so the leader never lives without it, and the group's id cannot be given to others while the owner has not reaped it.
A thread that watches the parent is not enough: a C call that holds the GIL stops it, and it does not reach the children's children.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

PROC = Path("/proc")
OWNER = "GROUP_OWNER"
PR_SET_PDEATHSIG = 1
GUARDIAN = ("/bin/sh", "-c", 'trap "" HUP INT QUIT TERM; read _; kill -KILL 0')


class Group:
    """A command, and whatever it starts, in a process group of its own.

    `nice` is added to the leader's niceness, `env` to the environment; `stdin` and `stdout` are as in `subprocess.Popen`. Start it from a
    thread that lives as long as the owner: PR_SET_PDEATHSIG (`die_with_owner`) means the thread that started the process, not the process.
    Works plain, and cooperatively where gevent has patched `subprocess`.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        nice: int = 0,
        env: Mapping[str, str] | None = None,
        stdin: int | None = None,
        stdout: int | None = None,
        cwd: Path | None = None,
    ) -> None:
        read_end, write_end = os.pipe()  # both close-on-exec: a copy in another child would hide the owner's death
        self._lifeline = os.fdopen(write_end, "wb", buffering=0)
        with os.fdopen(read_end, "rb", buffering=0) as guarded_end, contextlib.ExitStack() as undo:
            undo.callback(self._lifeline.close)
            self._guardian = subprocess.Popen(
                GUARDIAN, stdin=guarded_end, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={}, process_group=0
            )
            self.id = self._guardian.pid
            undo.callback(self._guardian.wait)
            undo.callback(self._guardian.kill)
            owned = {**os.environ, **(env or {}), OWNER: str(os.getpid())}
            self._leader = subprocess.Popen(command, stdin=stdin, stdout=stdout, cwd=cwd, env=owned, process_group=self.id)
            undo.pop_all()
        if nice:
            with contextlib.suppress(ProcessLookupError):  # it has ended already
                os.setpriority(os.PRIO_PROCESS, self.pid, os.getpriority(os.PRIO_PROCESS, 0) + nice)

    @property
    def pid(self) -> int:
        """The leader's process id."""
        return self._leader.pid

    @property
    def stdin(self) -> IO[bytes] | None:
        return self._leader.stdin

    @property
    def stdout(self) -> IO[bytes] | None:
        return self._leader.stdout

    def poll(self) -> int | None:
        """The leader's exit code (negative: the signal), None while it runs. Once it has ended, so has the whole group."""
        code = self._leader.poll()
        if code is not None:
            self.kill()
        return code

    def alive(self) -> bool:
        return self.poll() is None

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Waits for the leader's end; what `poll` gives then."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._leader.wait(timeout_s)
        return self.poll()

    def terminate(self) -> None:
        """Asks the leader to end (SIGTERM); what it has started is its own affair until it has ended."""
        self._leader.terminate()

    def kill(self, timeout_s: float = 10.0) -> None:
        """Kills every process of the group and waits until none is left; raises TimeoutError if the kernel does not let one go."""
        if self._guardian.poll() is None or self._leader.poll() is None:  # else the id may already be another group's
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.id, signal.SIGKILL)
            deadline = time.monotonic() + timeout_s
            while self.pids():
                if time.monotonic() > deadline:
                    raise TimeoutError(f"process group {self.id} did not end within {timeout_s:g} s of SIGKILL")
                time.sleep(0.001)
        self._leader.wait()
        self._guardian.wait()  # last: until here the id is ours
        self._lifeline.close()

    def close(self) -> None:
        """Kills the group and closes the owner's ends of its pipes. (`kill` leaves what the leader said last to be read.)"""
        self.kill()
        for pipe in (self.stdin, self.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def pids(self) -> tuple[int, ...]:
        """The group's living processes, the guardian among them; empty where there is no /proc."""
        return tuple(_members(self.id))

    def memory_bytes(self) -> int:
        """The group's memory: the sum of its proportional set sizes, so that shared pages count once; 0 where there is no /proc."""
        return sum(_pss_bytes(pid) for pid in self.pids())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def die_with_owner() -> None:
    """Has the kernel kill this process when the owner of its group dies. First in an entry point; without a group it does nothing.

    It is the second layer: it does not reach this process's children, but it needs no guardian, and works while both are stopped.
    """
    owner = os.environ.pop(OWNER, None)
    if owner is not None:
        die_with_parent(int(owner))


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when its parent, whose process id is `parent`, dies. For a process that was forked."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel had been asked
            os.kill(os.getpid(), signal.SIGKILL)


def _members(group: int) -> Iterator[int]:
    for path in PROC.iterdir() if PROC.is_dir() else ():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if path.name.isdecimal() and os.getpgid(int(path.name)) == group and not _is_zombie(path):
                yield int(path.name)


def _is_zombie(process: Path) -> bool:
    state = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    return state in "ZX"


def _pss_bytes(pid: int) -> int:
    try:
        rollup = (PROC / str(pid) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)
