"""`python -m tests.soak [--minutes M] [--streams N] [--writers N] [--videos N] [--json]`: prints how memory, open files and the disk went.

Exit code 1 when something grew, a video failed, or an event reached fewer streams than follow. `--writers` request previews without a
pause meanwhile; `--videos 100` ends with the hundredth. In the second half the server is also restarted again and again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.support.log_reader import LogReader
from tests.support.socket_readers import resident_bytes
from tests.torture.application import APP, ROOT, Application
from tests.torture.editors import Writers

MIB = 1024 * 1024
SAMPLE_EVERY_S = 5.0
# What an allocator may take more than at first without anything being lost.
SLACK, SLACK_BYTES, SLACK_COUNT = 1.25, 8 * MIB, 4
SCRIPT = "# Film {number}\n\nOne sentence of film {number}.\n\n## More\n\n- A point\n- Another\n"
CANCELLED = 0.15
"""This part of the videos is cancelled while it is made."""
# A connection that a restart closes between two requests would look like an error of the server's.
NO_KEEP_ALIVE = httpx.Limits(max_keepalive_connections=0)
OWNER_EVERY_S = 45.0
RESTART_EVERY_S = 90.0
KEPT_BACKUPS = 2
KEPT_VIDEOS = 20
CACHE_BYTES = 16 * MIB
PERIODS = {"at first": (0.125, 0.25), "before the restarts": (0.375, 0.5), "at the end": (0.875, 1.0)}
"""Parts of the time whose medians are compared: nothing that lives grows from the first to the second, nothing at all to the third."""


@dataclass
class Soak:
    """What was done, and what was measured meanwhile: for each name of a quantity (part of the time, value) pairs."""

    samples: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def medians(self) -> dict[str, list[float]]:
        """The medians of each quantity in the periods."""
        by_name = {}
        for name, samples in sorted(self.samples.items()):
            periods = [[value for part, value in samples if first <= part <= last] for first, last in PERIODS.values()]
            by_name[name] = [statistics.median(period or [value for _, value in samples]) for period in periods]
        return by_name

    def grown(self) -> list[str]:
        return [name for name, (first, *later) in self.medians().items() if max(later) > first * SLACK + slack(name)]


def is_count(name: str) -> bool:
    return not name.endswith(("memory", "bytes"))


def slack(name: str) -> int:
    return SLACK_COUNT if is_count(name) else SLACK_BYTES


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--streams", type=int, default=50)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--videos", type=int, help="end after so many, if that is sooner")
    parser.add_argument("--json", action="store_true", help="for programs")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as scratch:
        data = Path(scratch) / "data"
        data.mkdir()
        application = Application(data, retention_count=KEPT_VIDEOS, undo_s=1, heartbeat_s=1, cache_max_bytes=CACHE_BYTES)
        soak = Soak()
        try:
            application.wait_until_it_answers()
            with Writers(application.url, arguments.writers) as writers, following(application, arguments.streams, soak):
                run(application, soak, arguments.minutes * 60, arguments.videos)
        finally:
            application.stop()
    report(soak, writers, as_json=arguments.json)
    # A short run is still warming up when it ends.
    grown = [] if arguments.videos else soak.grown()
    failed = set(soak.statuses) - {"completed", "cancelled"}
    sys.exit(1 if grown or failed or soak.faults or writers.failed else 0)


def run(application: Application, soak: Soak, seconds: float, videos: int | None) -> None:
    """Make video after video for so long, or so many, while the owner backs up and prunes, and restarts in the second half."""
    dice = random.Random(1)
    began = time.monotonic()
    ending = began + seconds
    owner = threading.Thread(target=keep_up, args=(application, soak, began, seconds), daemon=True)
    owner.start()
    measured_at = 0.0
    number = 0
    with httpx.Client(base_url=application.url, timeout=60, transport=httpx.HTTPTransport(retries=0, limits=NO_KEEP_ALIVE)) as client:
        while time.monotonic() < ending and number != videos:
            number += 1
            body = {"script": SCRIPT.format(number=number), "options": {"voice": "none", "height": 240}}
            task = client.post("/api/tasks", json=body, headers={"Idempotency-Key": f"soak-{number}"}).raise_for_status().json()
            cancel_at = time.monotonic() + dice.uniform(0.0, 2.0) if dice.random() < CANCELLED else None
            while (status := client.get(f"/api/tasks/{task['id']}").json()["status"]) not in ("completed", "failed", "cancelled"):
                now = time.monotonic()
                if cancel_at is not None and now > cancel_at:
                    cancel_at = None
                    client.post(f"/api/tasks/{task['id']}/cancel")
                    soak.actions["cancel"] += 1
                if now - measured_at > SAMPLE_EVERY_S:
                    measured_at = now
                    measure(application, soak, (now - began) / seconds)
                time.sleep(0.1)
            soak.statuses[status] += 1
    owner.join(timeout=120)


def keep_up(application: Application, soak: Soak, began: float, seconds: float) -> None:
    """Make backups and prune in turn, and from half time on restart (SIGHUP) now and then, until the time is nearly over."""
    backups: list[Path] = []
    next_restart = began + seconds / 2
    while time.monotonic() + OWNER_EVERY_S < began + seconds:
        time.sleep(OWNER_EVERY_S)
        backups.append(application.data.parent / f"backup-{soak.actions['backup']}")
        command(application, soak, "backup", str(backups[-1]))
        for old in backups[:-KEPT_BACKUPS]:
            shutil.rmtree(old, ignore_errors=True)
        command(application, soak, "prune", "--now", "--count", str(KEPT_VIDEOS))
        if time.monotonic() > next_restart:
            next_restart = time.monotonic() + RESTART_EVERY_S
            application.restart()
            soak.actions["restart"] += 1


def command(application: Application, soak: Soak, *arguments: str) -> None:
    ran = subprocess.run((sys.executable, str(APP), *arguments), cwd=ROOT, env=application.environment, capture_output=True, check=False)
    soak.actions[arguments[0]] += 1
    if ran.returncode:
        soak.faults.append(f"app.py {arguments[0]} ended with {ran.returncode}: {ran.stderr.decode(errors='replace')[-300:]}")


def measure(application: Application, soak: Soak, part: float) -> None:
    """Sample memory and descriptors of each process, and what is on the disk."""
    kinds: Counter[str] = Counter()
    for process in application.processes():
        kinds[process.kind] += 1
        if process.kind in ("supervisor", "web", "worker", "renderer", "web renderer"):
            with suppress(FileNotFoundError, ProcessLookupError):  # it ended while it was looked at
                soak.samples[f"{process.kind}, memory"].append((part, resident_bytes(process.pid)))
                soak.samples[f"{process.kind}, open files"].append((part, len(list(Path(f"/proc/{process.pid}/fd").iterdir()))))
    soak.samples["processes"].append((part, kinds.total()))
    for name in ("tasks", "cache"):
        soak.samples[f"{name}, bytes"].append((part, sum(size for _, size in files(application.data / name))))
    for name in ("tmp", "work"):
        soak.samples[f"{name}, files"].append((part, sum(1 for _ in files(application.data / name))))
    for name in ("videogen.db", "videogen.db-wal"):
        path = application.data / name
        soak.samples[f"{name}, bytes"].append((part, path.stat().st_size if path.exists() else 0))


def files(directory: Path) -> Iterator[tuple[Path, int]]:
    """The files below a directory and their sizes; what is removed meanwhile is left out."""
    for parent, _, names in os.walk(directory):
        for name in names:
            with suppress(OSError):
                yield Path(parent, name), Path(parent, name).stat().st_size


def report(soak: Soak, writers: Writers, *, as_json: bool) -> None:
    """Print what was done, and the medians of the periods."""
    medians, grown = soak.medians(), soak.grown()
    if as_json:
        done = {"videos": soak.statuses, "actions": soak.actions, "previews": writers.answers}
        print(json.dumps(done | {"periods": list(PERIODS), "medians": medians, "grown": grown, "faults": soak.faults}, indent=2))
        return
    print("Videos:", ", ".join(f"{count} {status}" for status, count in soak.statuses.items()))
    print("Actions:", ", ".join(f"{count} {action}" for action, count in sorted(soak.actions.items())))
    print("Previews:", ", ".join(f"{count} answered {status or 'nothing'}" for status, count in sorted(writers.answers.items())) or "none")
    print(f"{'what':28}" + "".join(f"{period:>22}" for period in PERIODS))
    for name, values in medians.items():
        shown = [f"{value:,.0f}" if is_count(name) else f"{value / MIB:,.1f} MiB" for value in values]
        print(f"{name:28}" + "".join(f"{value:>22}" for value in shown) + ("   grew" if name in grown else ""))
    print(*soak.faults, sep="\n")


@contextmanager
def following(application: Application, streams: int, soak: Soak) -> Iterator[None]:
    """Have so many streams of all tasks open, which come back with their cursor after a restart; each must see every event in order."""
    over = threading.Event()
    readers = [LogReader(application.port, over) for _ in range(streams)]
    for reader in readers:
        reader.start()
    try:
        yield
        time.sleep(3)
    finally:
        over.set()
        for reader in readers:
            reader.join(timeout=10)
    soak.actions["events read"] += sum(reader.count for reader in readers)
    soak.actions["connections"] += sum(reader.connections for reader in readers)
    soak.faults += [fault for reader in readers for fault in reader.faults[:3]]
    last = Counter(reader.cursor for reader in readers)
    if len(last) > 1:
        soak.faults.append(f"streams ended at different events: {last}")


if __name__ == "__main__":
    main()
