"""A film of fifty scenes once more: with one scene changed, and after everything was killed at nine tenths."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tests.bench.film.running import ENVIRONMENT, ROOT, SMALL, command, render
from tests.bench.row import Row

SCENES = 50


def measure(*, quick: bool) -> list[Row]:
    options = SMALL if quick else ("--voice", "hibari")
    with tempfile.TemporaryDirectory(prefix="videogen-bench-") as name:
        place = Path(name)
        first = render(_script(place / "first.md"), place, *options)
        same = render(place / "first.md", place, *options)
        changed = render(_script(place / "changed.md", changed=25), place, *options)
        killed = _killed(place / "first.md", place / "killed", *options)
        second = render(place / "first.md", place / "killed", *options)
    of = f"{first.seconds:.0f} s of film in {first.scenes} scenes, whole process; the first time {first.took_s:.1f} s"
    return [
        Row("the same again", f"{same.took_s / first.took_s:.1%} of the first time", "", f"{same.took_s:.1f} s; {of}"),
        Row("one scene changed", f"{changed.took_s / first.took_s:.1%} of the first time", "8 %", f"{changed.took_s:.1f} s; {of}"),
        Row(
            "after kill -9 at 90 %",
            f"{second.took_s / first.took_s:.1%} of the first time",
            "15 %",
            f"{second.took_s:.1f} s after {killed} scenes were kept; {of}",
        ),
    ]


def _script(file: Path, changed: int | None = None) -> Path:
    lines = ["# Fifty scenes", ""]
    for number in range(2, SCENES + 1):
        word = "changed" if number == changed else "plain"
        lines += [f"## Scene {number}", "", f"This is a {word} scene. It says what it is, and that it is number {number}.", ""]
        if number % 2:
            lines += ["- It has a point", "- And then another", "- Which is the last", ""]
    file.write_text("---\noutro: none\n---\n\n" + "\n".join(lines))
    return file


def _killed(script: Path, place: Path, *options: str) -> int:
    """Kills `app.py render` when so many scenes are in the cache; how many there are then. All below it ends with it."""
    place.mkdir()
    process = subprocess.Popen(
        command(script, place, *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, cwd=ROOT
    )
    while process.poll() is None and _kept(place) < SCENES * 0.9:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(1)
    return _kept(place)


def _kept(place: Path) -> int:
    return sum(1 for _ in place.glob("data/cache/segment/*/*.mp4"))
