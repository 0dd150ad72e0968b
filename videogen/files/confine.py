"""Keeps libraries from writing files outside of the data directory, and from sending telemetry.

Call it in each process that draws or speaks, before it imports such libraries. tests/files makes whole videos, with `render` and with
`serve`, with an empty HOME, a read-only checkout and no network, and finds no file outside.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

NO_TELEMETRY = {"ORT_DISABLE_TELEMETRY": "1"}
"""Otherwise onnxruntime creates a device id and a database of events below ~/.cache."""


def environment(data: Path) -> Mapping[str, str]:
    """Return the environment variables of a process that works on this data directory. Paths are absolute."""
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
    """Confine this process, and what it starts, to a data directory. Creates it if needed."""
    prepare(data)
    os.environ.update(environment(data))
    tempfile.tempdir = None  # tempfile reads TMPDIR again


def prepare(data: Path) -> None:
    """Create the directories of a confined process. Without them its libraries would use others."""
    for name in ("tmp", "cache/libraries", "cache/libraries/fontconfig"):
        (data / name).mkdir(parents=True, exist_ok=True)
