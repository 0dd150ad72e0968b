"""Runs what a library does with a stranger's file in a process of its own, with limits: it may crash, or never end."""

from __future__ import annotations

import faulthandler
import io
import os
import pickle
import resource
import signal
import sys
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space that the process may take beyond what it begins with."""
SHARE_OF_MEMORY = 8
"""It may take at most this part of the address space that its owner has."""


@dataclass(frozen=True)
class Outcome:
    """The values that were yielded, whether all of them were, whether the limit of processor ended it, and what it used of that."""

    values: tuple[object, ...]
    is_complete: bool
    is_slow: bool
    cpu_s: float


def run_apart(function: Callable[[], Iterable[object]], cpu_s: int) -> Outcome:
    """Run a function that yields values, which have to pickle, in a forked process. Those before a crash or its end are not lost."""
    reading_end, writing_end = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads that the child has not: it needs none
        child = os.fork()
    if not child:
        code = 1
        try:
            os.close(reading_end)
            faulthandler.disable()  # a crash is expected, and told of
            _limit(cpu_s)
            with os.fdopen(writing_end, "wb") as pipe:
                _send(function, pipe)
            code = 0
        finally:
            os._exit(code)
    os.close(writing_end)
    try:
        with os.fdopen(reading_end, "rb") as pipe:
            content = pipe.read()
    finally:
        _, status, usage = os.wait4(child, 0)
    exit_code = os.waitstatus_to_exitcode(status)
    return Outcome(tuple(_values(content)), exit_code == 0, exit_code == -signal.SIGXCPU, usage.ru_utime + usage.ru_stime)


def _send(function: Callable[[], Iterable[object]], pipe: BinaryIO) -> None:
    for value in function():
        pickle.dump(value, pipe)
        pipe.flush()


def _values(content: bytes) -> Iterable[object]:
    stream = io.BytesIO(content)
    while True:
        try:
            value = pickle.load(stream)  # noqa: S301 - of a process that is confined as this one is
        except (EOFError, pickle.UnpicklingError):
            return
        yield value


def _limit(cpu_s: int) -> None:
    """Limit processor and memory of this process. Where the system cannot measure its memory, that is not limited."""
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s if hard == resource.RLIM_INFINITY else min(cpu_s, hard), hard))
    if sys.platform == "linux":
        maps = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        more = MEMORY_BYTES if soft == resource.RLIM_INFINITY else min(MEMORY_BYTES, soft // SHARE_OF_MEMORY)
        most = maps + more if soft == resource.RLIM_INFINITY else min(maps + more, soft)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
