"""Process groups that die with their owner.

A group has a *guardian* and a *leader*. The guardian is a shell of two commands that reads from the *lifeline*, a pipe whose only write
end the owner holds. When the owner ends, for whatever reason, the kernel closes that end and the guardian kills the group. The guardian
is started first and its id is the group's: so the leader never runs without it, and the id is not reused before the owner reaps it.
A thread that watches the parent is not enough: a C call that holds the GIL stops it, and it does not reach grandchildren.
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
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
GUARDIAN = ("/bin/sh", "-c", 'trap "" HUP INT QUIT TERM; read _; kill -KILL 0')


class ProcessGroup:
    """A command, and whatever it starts, in a process group of its own.

    `nice` is added to the leader's niceness, `env` to the environment; if it does not `inherit` this process's environment, `env` is all
    of it. `stdin`, `stdout` and `pass_fds` are as in `subprocess.Popen`. Start it in a thread that lives as long as the owner:
    PR_SET_PDEATHSIG (`die_with_owner`) watches the thread that started the process, not the process. Works plain, and cooperatively where
    gevent has patched `subprocess`.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        nice: int = 0,
        env: Mapping[str, str] | None = None,
        inherit: bool = True,
        stdin: int | None = None,
        stdout: int | None = None,
        cwd: Path | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        read_end, write_end = os.pipe()  # both close-on-exec: a copy in another child would hide the owner's death
        self._lifeline = os.fdopen(write_end, "wb", buffering=0)
        with os.fdopen(read_end, "rb", buffering=0) as guardian_end, contextlib.ExitStack() as undo:
            undo.callback(self._lifeline.close)
            self._guardian = subprocess.Popen(
                GUARDIAN, stdin=guardian_end, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={}, process_group=0
            )
            self.id = self._guardian.pid
            undo.callback(self._guardian.wait)
            undo.callback(self._guardian.kill)
            full_env = {**(os.environ if inherit else {}), **(env or {}), OWNER: str(os.getpid())}
            self._leader = subprocess.Popen(
                command, stdin=stdin, stdout=stdout, cwd=cwd, env=full_env, process_group=self.id, pass_fds=pass_fds
            )
            undo.pop_all()
        if nice:
            with contextlib.suppress(ProcessLookupError):  # it has ended already
                os.setpriority(os.PRIO_PROCESS, self.pid, os.getpriority(os.PRIO_PROCESS, 0) + nice)

    @property
    def pid(self) -> int:
        """The process id of the leader."""
        return self._leader.pid

    @property
    def stdin(self) -> IO[bytes] | None:
        return self._leader.stdin

    @property
    def stdout(self) -> IO[bytes] | None:
        return self._leader.stdout

    def poll(self) -> int | None:
        """Return the leader's exit code (negative: a signal), or None while it runs. Once the leader has ended, kill the whole group."""
        code = self._leader.poll()
        if code is not None:
            self.kill()
        return code

    def alive(self) -> bool:
        return self.poll() is None

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Wait until the leader has ended or for `timeout_s`; return the result of `poll`."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._leader.wait(timeout_s)
        return self.poll()

    def terminate(self) -> None:
        """Ask the leader to end (SIGTERM). It has to end its own children."""
        self._leader.terminate()

    def kill(self, timeout_s: float = 10.0) -> None:
        """Kill every process of the group and wait until none is left. Raises TimeoutError if one does not end."""
        if self._guardian.poll() is None or self._leader.poll() is None:  # otherwise the id may belong to another group by now
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.id, signal.SIGKILL)
            deadline = time.monotonic() + timeout_s
            while self.pids():
                if time.monotonic() > deadline:
                    raise TimeoutError(f"process group {self.id} did not end within {timeout_s:g} s of SIGKILL")
                time.sleep(0.001)
        self._leader.wait()
        self._guardian.wait()  # last: until it is reaped the id is ours
        self._lifeline.close()

    def close(self) -> None:
        """Kill the group and close the owner's ends of its pipes. `kill` alone leaves the leader's last output to be read."""
        self.kill()
        for pipe in (self.stdin, self.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def pids(self) -> tuple[int, ...]:
        """Return the living processes of the group, with the guardian; empty without /proc."""
        return tuple(_members(self.id))

    def memory_bytes(self) -> int:
        """Return the sum of the proportional set sizes, so that shared pages count once; 0 without /proc."""
        return sum(_pss_bytes(pid) for pid in self.pids())

    def written_bytes(self) -> int:
        """Return how much the group's processes, and those that they have waited for, have written to disks; 0 without /proc."""
        return sum(_written_bytes(pid) for pid in self.pids())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def die_with_owner() -> None:
    """Make the kernel kill this process when the owner of its group dies. Call it first in an entry point; no effect without a group.

    It is a second layer: it does not reach this process's children, but it needs no guardian and works while both are stopped.
    """
    owner = os.environ.pop(OWNER, None)
    if owner is not None:
        die_with_parent(int(owner))


def die_with_parent(parent: int) -> None:
    """Make the kernel kill this forked process when its parent, whose process id is `parent`, dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before the call
            os.kill(os.getpid(), signal.SIGKILL)


def adopt_orphans() -> None:
    """Have the kernel make this process the parent of what its children leave behind. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_children() -> None:
    """Kill and reap all children of this process, and what they leave behind if it adopts orphans."""
    with contextlib.suppress(ChildProcessError):
        while True:
            for child in children(os.getpid()):
                os.kill(child, signal.SIGKILL)
            os.waitpid(-1, 0)


def children(pid: int) -> list[int]:
    """Return the children of a process that has one thread; none where it cannot be known."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _members(group: int) -> Iterator[int]:
    for path in PROC.iterdir() if PROC.is_dir() else ():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if path.name.isdecimal() and os.getpgid(int(path.name)) == group and not _is_zombie(path):
                yield int(path.name)


def _is_zombie(process: Path) -> bool:
    state = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    return state in "ZX"


def _written_bytes(pid: int) -> int:
    try:
        counts = (PROC / str(pid) / "io").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in counts.splitlines() if line.startswith("write_bytes:")), 0)


def _pss_bytes(pid: int) -> int:
    try:
        rollup = (PROC / str(pid) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)
