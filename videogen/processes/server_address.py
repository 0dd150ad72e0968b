"""The address of a data directory's server: the server writes it to a file, and commands that print a page's address read it.

Only the server knows its `--port` and VIDEOGEN_PORT; the settings of another process may differ.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

FILE_NAME = "server.json"
LOCAL = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - not bound
"""Where this machine reaches a server that listens on every address."""


def reachable_host(host: str) -> str:
    """Return the host by which this machine reaches a server that listens on `host`."""
    return LOCAL.get(host, host)


def format_host(host: str) -> str:
    """Return the host as it is written in a URL: IPv6 addresses in brackets."""
    return f"[{host}]" if ":" in host else host


def origin(host: str, port: int) -> str:
    """Return `http://host:port` for a browser on this machine."""
    return f"http://{format_host(reachable_host(host))}:{port}"


def save(data: Path, host: str, port: int) -> None:
    """Write down where this process listens. Does nothing if the directory is not writable: the server works without it."""
    temporary = data / f".{FILE_NAME}.{os.getpid()}"
    with suppress(OSError):
        temporary.write_text(json.dumps({"origin": origin(host, port), "pid": os.getpid()}))
        temporary.replace(data / FILE_NAME)


def remove(data: Path) -> None:
    """Remove what this process wrote; leave what another server has written since."""
    if _read(data)[1] == os.getpid():
        (data / FILE_NAME).unlink(missing_ok=True)


def find_origin(data: Path) -> str | None:
    """Return the origin of the running server of this data directory, or None."""
    address, pid = _read(data)
    if address is None or pid is None:
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass  # another user's process: it runs
    return address


def _read(data: Path) -> tuple[str | None, int | None]:
    try:
        content = json.loads((data / FILE_NAME).read_text())
        address, pid = content["origin"], content["pid"]
    except (OSError, ValueError, KeyError, TypeError):
        return None, None
    return (address, pid) if isinstance(address, str) and isinstance(pid, int) and 0 < pid < 2**31 else (None, None)
