"""A video of fifty scenes once more: with one scene changed, after everything was killed at nine tenths, and by a server that is warm."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path

import httpx

from tests.bench.film.running import ENVIRONMENT, ROOT, SMALL, Run, command, render
from tests.bench.film.talk import SCENES, talk
from tests.bench.row import Row
from tests.bench.server import ended, serving, submit

CHANGED = (25, 33, 41)
"""One scene is changed after another: a single time says little, so the middle one counts."""
SMALL_OPTIONS = {"height": 240, "voice": "none"}


def measure(*, quick: bool) -> list[Row]:
    flags, options = (SMALL, SMALL_OPTIONS) if quick else (("--voice", "hibari"), {"voice": "hibari"})
    with tempfile.TemporaryDirectory(prefix="videogen-bench-") as name:
        directory = Path(name)
        script, changed = directory / "first.md", directory / "changed.md"
        script.write_text(talk())
        first = render(script, directory, *flags)
        same = render(script, directory, *flags)
        others = []
        for scene in CHANGED:
            changed.write_text(talk(changed=scene))
            others.append(render(changed, directory, *flags))
        other = sorted(others, key=lambda run: run.took_s)[1]
        killed = _killed(script, directory / "killed", *flags)
        second = render(script, directory / "killed", *flags)
        with serving(data=directory / "data") as server:
            again = _made(server, talk(), options)  # type: ignore[arg-type]
            warm = sorted(_made(server, talk(changed=scene), options) for scene in CHANGED)[1]  # type: ignore[arg-type]
    of = f"{first.seconds:.0f} s of video in {first.scenes} scenes, whole process; the first time {_took(first)}"
    return [
        _row("the same again", first, same.took_s, "", f"{_took(same)}; {of}"),
        _row("one scene changed", first, other.took_s, "8 %", f"{_took(other)}; {of}"),
        _row("after kill -9 at 90 %", first, second.took_s, "15 %", f"{_took(second)} after {killed} scenes were kept; {of}"),
        _row("the same again, on a server", first, again, "", f"{again:.1f} s from task.submitted to task.completed"),
        _row("one scene changed, on a server", first, warm, "5 %", f"{warm:.1f} s from task.submitted to task.completed"),
    ]


def _row(what: str, first: Run, took_s: float, aim: str, how: str) -> Row:
    return Row(what, f"{took_s / first.took_s:.1%} of the first time", aim, how)


def _took(run: Run) -> str:
    return f"{run.took_s:.1f} s, {run.cpu_s:.1f} s of processor"


def _killed(script: Path, directory: Path, *options: str) -> int:
    """Kills `app.py render` when so many scenes are in the cache; how many there are then. All below it ends with it."""
    directory.mkdir()
    process = subprocess.Popen(
        command(script, directory, *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, cwd=ROOT
    )
    while process.poll() is None and _kept(directory) < SCENES * 0.9:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(1)
    return _kept(directory)


def _kept(directory: Path) -> int:
    return sum(1 for _ in directory.glob("data/cache/segment/*/*.mp4"))


def _made(server: httpx.Client, script: str, options: dict[str, object]) -> float:
    """Seconds from a task's first event to its last."""
    events = ended(server, submit(server, script, **options))
    first, last = (datetime.fromisoformat(event["at"]) for event in (events[0], events[-1]))
    return (last - first).total_seconds()
