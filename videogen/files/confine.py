"""Keeps libraries from leaving files outside of the data directory, and from telling their renderers what is done with them.

Called in each process that draws or speaks, before it imports anything that would ask. tests/alone makes whole videos, with `render` and
through `serve`, with an empty HOME, a read-only checkout and no network, and finds nothing outside.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

NO_TELEMETRY = {"ORT_DISABLE_TELEMETRY": "1"}
"""onnxruntime would make a device id and a database of events below ~/.cache."""


def environment(data: Path) -> Mapping[str, str]:
    """Return what a process that works for this data directory needs in its environment, as absolute paths."""
    data = data.resolve()
    libraries = str(data / "cache" / "libraries")
    return {
        **NO_TELEMETRY,
        "TMPDIR": str(data / "tmp"),
        "MPLCONFIGDIR": libraries,
        "XDG_CACHE_HOME": libraries,
        "XDG_CONFIG_HOME": libraries,
    }


def confine(data: Path) -> None:
    """Confine this process, and what it starts, to a data directory, which is made if need be."""
    prepare(data)
    os.environ.update(environment(data))
    tempfile.tempdir = None  # found out anew


def prepare(data: Path) -> None:
    """Make the directories that a confined process looks for when it starts: without them it would use others."""
    for name in ("tmp", "cache/libraries"):
        (data / name).mkdir(parents=True, exist_ok=True)
