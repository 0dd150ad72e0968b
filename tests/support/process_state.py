"""Looks at processes from outside."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path


def living(pids: Iterable[int]) -> set[int]:
    """Those of them that still run; a zombie does not."""
    return {pid for pid in pids if state(pid) not in "ZX"}


def state(pid: int) -> str:
    """The process's state as in proc(5): R running, T stopped, Z zombie; X when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def until(condition: Callable[[], object], *, within_s: float = 60.0) -> None:
    """Returns as soon as the condition holds; fails when it never does."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
