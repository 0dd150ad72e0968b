"""Make a video in namespaces of its own, and print as JSON what was left and sent.

`python -m tests.files.isolated_run DIRECTORY CHECKOUT render|serve [bare]`.

There is no network: for `render` not even the loopback device. The checkout is read-only; HOME and /tmp are empty. `bare`: there is no
IPv6 and no /dev/shm either.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

SIOCSIFFLAGS, IFF_UP = 0x8914, 1
DEVICES = ("null", "zero", "full", "random", "urandom")
URL = "http://127.0.0.1:8000"
MINUTES_S = 300.0
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


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def take_away() -> None:
    """Take away IPv6, and of /dev all but the devices that every machine has."""
    Path("/proc/sys/net/ipv6/conf/all/disable_ipv6").write_text("1")
    Path("/proc/sys/net/ipv6/conf/lo/disable_ipv6").write_text("1")
    descriptors = {name: os.open(f"/dev/{name}", os.O_PATH) for name in DEVICES}
    mount("none", "/dev", "tmpfs", 0)
    for name, descriptor in descriptors.items():
        Path("/dev", name).touch()
        mount(f"/proc/self/fd/{descriptor}", f"/dev/{name}", None, MS_BIND)
    Path("/dev/fd").symlink_to("/proc/self/fd")


def ask(path: str, body: Any = None) -> bytes:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read())


def render(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    made = subprocess.run([*command, "render", "/mnt/script.md", "-o", "/mnt/film.mp4"], **beside(environment), text=True, check=False)
    return made.returncode, made.stderr


def serve(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Have a server make the video, and ask for pages beside it. Return how the server ended, and what it said."""
    server = subprocess.Popen([*command, "serve"], **beside(environment), text=True)
    until = time.monotonic() + MINUTES_S
    failure = ""
    try:
        while time.monotonic() < until and server.poll() is None:
            try:
                ask("/api/health")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        for path in ("/", "/api/voices", "/api/status", "/api/samples"):
            ask(path)
        ask("/api/preview", {"script": SCRIPT})
        task = json.loads(ask("/api/tasks", {"script": SCRIPT}))
        while task["status"] in ("queued", "running") and time.monotonic() < until:
            time.sleep(0.2)
            task = json.loads(ask(f"/api/tasks/{task['id']}"))
        if task["status"] == "completed":
            Path("/mnt/film.mp4").write_bytes(ask(f"/api/tasks/{task['id']}/video"))
        else:
            failure = json.dumps(task)
    except (OSError, ValueError) as error:
        failure = repr(error)
    finally:
        server.terminate()
        _, output = server.communicate(timeout=60)
    return server.returncode, f"{output}\n{failure}"


def beside(environment: dict[str, str]) -> dict[str, Any]:
    return {"cwd": "/mnt", "env": environment, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


def main() -> None:
    directory, checkout, front, *bare = sys.argv[1:]
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    os.chdir("/")
    mount(directory, "/mnt", None, MS_BIND | MS_REC)
    mount(checkout, checkout, None, MS_BIND | MS_REC)
    mount(checkout, checkout, None, MS_BIND | MS_REMOUNT | MS_RDONLY)
    mount("none", "/tmp", "tmpfs", 0)
    if front == "serve":
        loopback_up()
    if bare:
        take_away()
    home, script = Path("/mnt/home"), Path("/mnt/script.md")
    home.mkdir()
    script.write_text(SCRIPT)
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "VIDEOGEN_DATA": "/mnt/data",
    }
    command = [sys.executable, f"{checkout}/app.py"]
    exit_code, output = {"render": render, "serve": serve}[front](command, environment)
    answer: dict[str, Any] = {
        "exit_code": exit_code,
        "said": output[-2000:],
        "film": Path("/mnt/film.mp4").exists(),
        "left": [str(path) for root in (home, Path("/tmp")) for path in sorted(root.rglob("*"))],
        "beside": sorted(path.name for path in Path("/mnt").iterdir()),
        "sent": sent(front),
        "ipv6": can_bind_ipv6(),
        "shared_memory": Path("/dev/shm").exists(),
    }
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        answer["refused"] = probe.connect_ex(("192.0.2.1", 80)) != 0
    print(json.dumps(answer | {"sent_by_probe": sent(front) - answer["sent"]}))


def can_bind_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def sent(front: str) -> int:
    """How often anything in this network namespace tried to send: packets, those that no route was found for, and connections begun.

    A server is asked over the loopback device: there, what found no route out, and questions for names.
    """
    lines = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines()]
    counters: dict[str, int] = {}
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        counters |= {f"{names[0]}{name}": int(value) for name, value in zip(names[1:], values[1:], strict=True)}
    if front == "serve":
        return counters["Ip:OutNoRoutes"] + counters["Udp:OutDatagrams"] + no_routes_of_ipv6()
    return sum(counters[name] for name in ("Ip:OutRequests", "Ip:OutNoRoutes", "Tcp:ActiveOpens", "Udp:OutDatagrams"))


def no_routes_of_ipv6() -> int:
    try:
        lines = Path("/proc/net/snmp6").read_text().splitlines()
    except FileNotFoundError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Ip6OutNoRoutes"))


if __name__ == "__main__":
    main()
