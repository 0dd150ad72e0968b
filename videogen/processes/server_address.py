"""Where the server of a data directory listens: noted by the server, read by the commands that name a page.

`--port` and VIDEOGEN_PORT are told to the server alone, so another process cannot know them from its own settings.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

NOTE = "server.json"
LOCAL = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - not bound, only named
"""Where a server that listens on every address is reached from this machine."""


def origin(host: str, port: int) -> str:
    """`http://host:port` as a browser on this machine takes it."""
    reachable = LOCAL.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def note(data: Path, host: str, port: int) -> None:
    """Write down where this process listens. A directory that cannot be written is no reason not to serve."""
    passing = data / f".{NOTE}.{os.getpid()}"
    with suppress(OSError):
        passing.write_text(json.dumps({"origin": origin(host, port), "pid": os.getpid()}))
        passing.replace(data / NOTE)


def forget(data: Path) -> None:
    """Remove the note of this process; one that another server has written since stays."""
    if _noted(data)[1] == os.getpid():
        (data / NOTE).unlink(missing_ok=True)


def noted_origin(data: Path) -> str | None:
    """Where the server of this data directory listens, or None if none is known to run."""
    address, pid = _noted(data)
    if address is None or pid is None:
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass  # it is another user's, and there
    return address


def _noted(data: Path) -> tuple[str | None, int | None]:
    try:
        said = json.loads((data / NOTE).read_text())
        address, pid = said["origin"], said["pid"]
    except (OSError, ValueError, KeyError, TypeError):
        return None, None
    return (address, pid) if isinstance(address, str) and isinstance(pid, int) and 0 < pid < 2**31 else (None, None)
