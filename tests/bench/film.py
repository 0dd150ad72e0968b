"""Seconds of film a second, from script to mp4 with sound, the whole process."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.row import Row
from tests.bench.server import APP, ROOT

EXAMPLE = ROOT / "examples" / "welcome.md"


def measure(*, quick: bool) -> list[Row]:
    options = ("--height", "240", "--voice", "none") if quick else ()
    with tempfile.TemporaryDirectory(prefix="videogen-bench-") as place:
        first, first_s = _render(Path(place), options)
        _, again_s = _render(Path(place), options)
    what = "the example at 240p, silent" if quick else "the example at 1080p with voice"
    how = f"{what}: {first['seconds']:.0f} s of film in {first['scenes']} scenes"
    return [
        Row("seconds of film a second", f"{first['seconds'] / first_s:.1f}", "", f"{how}, cache empty, whole process ({first_s:.1f} s)"),
        Row("the same again", f"{first['seconds'] / again_s:.1f}", "", f"everything from the cache, whole process ({again_s:.1f} s)"),
    ]


def _render(place: Path, options: tuple[str, ...]) -> tuple[dict[str, Any], float]:
    began = time.monotonic()
    command = [*APP, "--data", str(place / "data"), "render", str(EXAMPLE), "-o", str(place / "film.mp4"), "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout), time.monotonic() - began
