"""What runs in the namespaces: `python -m tests.alone.inside PLACE CHECKOUT`. Prints what was left behind, and what was sent, as JSON.

There is no network, not even the loopback device; the checkout is read-only; HOME and /tmp are empty.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
SCRIPT = """\
---
voice: hibari
height: 240
---
# A film

One sentence is spoken.

## A formula

$$E = mc^2$$

## A chart

```chart
type: bar
x: [a, b]
series:
  - values: [1, 2]
```
"""


def mount(source: str, target: str, kind: str | None, flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(source.encode(), target.encode(), kind and kind.encode(), flags, None):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), target)


def main() -> None:
    place, checkout = sys.argv[1:]
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    os.chdir("/")
    mount(place, "/mnt", None, MS_BIND | MS_REC)
    mount(checkout, checkout, None, MS_BIND | MS_REC)
    mount(checkout, checkout, None, MS_BIND | MS_REMOUNT | MS_RDONLY)
    mount("none", "/tmp", "tmpfs", 0)
    home, script = Path("/mnt/home"), Path("/mnt/script.md")
    home.mkdir()
    script.write_text(SCRIPT)
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "VIDEOGEN_DATA": "/mnt/data",
    }
    command = [sys.executable, f"{checkout}/app.py", "render", str(script), "-o", "/mnt/film.mp4"]
    made = subprocess.run(command, cwd="/mnt", env=environment, capture_output=True, text=True, check=False)
    answer = {
        "exit_code": made.returncode,
        "said": made.stderr[-2000:],
        "film": Path("/mnt/film.mp4").exists(),
        "left": [str(path) for root in (home, Path("/tmp")) for path in sorted(root.rglob("*"))],
        "beside": sorted(path.name for path in Path("/mnt").iterdir()),
        "sent": sent(),
    }
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        answer["refused"] = probe.connect_ex(("192.0.2.1", 80)) != 0
    print(json.dumps(answer | {"sent_by_probe": sent() - answer["sent"]}))


def sent() -> int:
    """How often anything in this network namespace tried to send: packets, those that no route was found for, and connections begun."""
    lines = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines()]
    counters: dict[str, int] = {}
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        counters |= {f"{names[0]}{name}": int(value) for name, value in zip(names[1:], values[1:], strict=True)}
    return sum(counters[name] for name in ("Ip:OutRequests", "Ip:OutNoRoutes", "Tcp:ActiveOpens", "Udp:OutDatagrams"))


if __name__ == "__main__":
    main()
