"""`app.py render` and other programs, run whole and timed."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.bench.server import APP, ROOT

PICTURE = "tea.jpg"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
PR_SET_CHILD_SUBREAPER = 36
SMALL = ("--height", "240", "--voice", "none")
"""What is measured quickly: to see that it runs."""


@dataclass(frozen=True)
class Run:
    """A video, and what its making took: seconds, and seconds of all processors."""

    video: Path
    seconds: float
    scenes: int
    took_s: float
    cpu_s: float


def script(name: str, directory: Path) -> Path:
    """A script of this benchmark, brought to a place together with the picture that it shows."""
    shutil.copyfile(ROOT / "examples" / PICTURE, directory / PICTURE)
    return Path(shutil.copyfile(Path(__file__).with_name(name), directory / name))


def command(script: Path, directory: Path, *options: str) -> list[str]:
    """Makes `place`/video.mp4, with a data directory of its own there."""
    return [*APP, "--data", str(directory / "data"), "render", str(script), "-o", str(directory / "film.mp4"), "--json", *options]


def render(script: Path, directory: Path, *options: str) -> Run:
    directory.mkdir(exist_ok=True)
    answer, took_s, cpu_s = timed(command(script, directory, *options))
    reply = json.loads(answer)
    return Run(directory / "film.mp4", reply["seconds"], reply["scenes"], took_s, cpu_s)


def program(module: str, *arguments: str) -> tuple[float, float]:
    """Runs a module of this benchmark; seconds, and seconds of all processors."""
    _, took_s, cpu_s = timed([sys.executable, "-m", module, *arguments])
    return took_s, cpu_s


def timed(line: list[str]) -> tuple[str, float, float]:
    """Run a command; return its standard output, how long it took, and how much of the processors."""
    _adopt_orphans()
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(line, capture_output=True, text=True, env=ENVIRONMENT, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(line)}\n{done.stderr[-3000:]}")
    took_s = time.monotonic() - began
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, took_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@cache
def _adopt_orphans() -> None:
    """Make processes whose parent was killed children of this one (Linux): else what they used is not counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
