"""How much memory all processes of a video share and own together at most (PSS), for a video of three minutes and one of an hour."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path

from tests.bench.film.running import ENVIRONMENT, ROOT, command
from tests.bench.row import Row

SCENE_S = 20
SAMPLE_S = 0.1


def measure(*, quick: bool) -> list[Row]:
    height = "240" if quick else "1080"
    with tempfile.TemporaryDirectory(prefix="videogen-bench-") as name:
        short, short_s = _peak(Path(name), 3, height)
        long, long_s = _peak(Path(name), 12 if quick else 60, height)
    how = f"scenes of {SCENE_S} s without words at {height}p, all processes of `app.py render` ten times a second"
    return [
        Row("memory of a video of 3 minutes", f"{short:.0f} MiB at most", "", f"{how}; {short_s:.0f} s"),
        Row(f"memory of one of {12 if quick else 60}", f"{long / short:.2f} times that", "1.2 times", f"{long:.0f} MiB; {long_s:.0f} s"),
    ]


def _peak(directory: Path, minutes: int, height: str) -> tuple[float, float]:
    """The most memory in MiB, and how long it took."""
    script, own = directory / f"{minutes}.json", directory / f"{minutes}"
    scenes = [
        {"kind": "list", "heading": f"Number {n}", "items": ["A point", "And another", "And a third"], "say": "", "duration_s": SCENE_S}
        for n in range(minutes * 60 // SCENE_S)
    ]
    script.write_text(json.dumps({"title": "Long", "scenes": scenes}))
    own.mkdir()
    began, most = time.monotonic(), 0
    line = command(script, own, "--voice", "none", "--height", height)
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, cwd=ROOT)
    while process.poll() is None:
        most = max(most, sum(map(_pss_kib, _family(process.pid))))
        time.sleep(SAMPLE_S)
    if process.returncode:
        raise RuntimeError(f"{' '.join(line)} ended with {process.returncode}")
    return most / 1024, time.monotonic() - began


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    try:
        children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(below for child in children for below in _family(child))]


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
