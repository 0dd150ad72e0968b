"""`python -m tests.soak [--minutes M] [--streams N] [--writers N] [--videos N]`: prints how memory, open files and the disk went.

Exit code 1 when something grew, or a video was not completed. `--writers` ask for previews without a pause meanwhile;
`--videos 100` ends with the hundredth.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from pathlib import Path

import httpx

from tests.support.socket_readers import resident_bytes
from tests.torture.application import Application
from tests.torture.editors import Writers

MIB = 1024 * 1024
SAMPLE_EVERY_S = 5.0
# What an allocator may take more than at first without anything being lost.
SLACK, SLACK_BYTES = 1.25, 8 * MIB
SCRIPT = "# Film {number}\n\nOne sentence of film {number}.\n\n## More\n\n- A point\n- Another\n"

Samples = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--streams", type=int, default=50)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--videos", type=int, help="end after so many, if that is sooner")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as scratch:
        data = Path(scratch) / "data"
        data.mkdir()
        application = Application(data, retention_count=20, undo_s=1, heartbeat_s=1)
        try:
            application.wait_until_it_answers()
            with Writers(application.url, asked.writers) as writers:
                samples, statuses = soak(application, asked.minutes * 60, asked.streams, asked.videos)
        finally:
            application.stop()
    grown = report(samples, statuses, writers)
    # A short run is still warming up when it ends.
    sys.exit(1 if (grown and not asked.videos) or set(statuses) != {"completed"} or writers.failed else 0)


def soak(application: Application, seconds: float, streams: int, videos: int | None) -> tuple[Samples, Counter[str]]:
    """Make video after video for so long, or so many; give what was measured meanwhile, and how many videos ended with which status."""
    samples: Samples = defaultdict(list)
    statuses: Counter[str] = Counter()
    ending = time.monotonic() + seconds
    measured_at = 0.0
    with ExitStack() as stack:
        client = stack.enter_context(httpx.Client(base_url=application.url, timeout=60))
        stack.enter_context(_watch(application.port, streams))
        while time.monotonic() < ending and statuses.total() != videos:
            body = {"script": SCRIPT.format(number=statuses.total()), "options": {"voice": "none", "height": 240}}
            task = client.post("/api/tasks", json=body).raise_for_status().json()
            while (status := client.get(f"/api/tasks/{task['id']}").json()["status"]) not in ("completed", "failed"):
                if time.monotonic() - measured_at > SAMPLE_EVERY_S:
                    measured_at = time.monotonic()
                    measure(application, samples)
                time.sleep(0.1)
            statuses[status] += 1
    return samples, statuses


def measure(application: Application, samples: Samples) -> None:
    for process in application.processes():
        if process.kind in ("supervisor", "web", "worker", "renderer", "web renderer"):
            try:
                samples[f"{process.kind}, memory"].append(resident_bytes(process.pid))
                samples[f"{process.kind}, open files"].append(len(list(Path(f"/proc/{process.pid}/fd").iterdir())))
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while it was looked at
    samples["files, bytes"].append(sum(path.stat().st_size for path in (application.data / "tasks").rglob("*") if path.is_file()))
    wal = application.data / "videogen.db-wal"
    samples["write-ahead log, bytes"].append(wal.stat().st_size if wal.exists() else 0)


def report(samples: Samples, statuses: Counter[str], writers: Writers) -> list[str]:
    """Prints the table; gives what grew from the second quarter of the time to the last."""
    grown = []
    print("Videos:", ", ".join(f"{count} {status}" for status, count in statuses.items()))
    print("Previews:", ", ".join(f"{count} answered {status or 'nothing'}" for status, count in sorted(writers.answers.items())) or "none")
    print(f"{'what':28}{'second quarter':>16}{'last quarter':>16}")
    for what, values in sorted(samples.items()):
        quarter = max(1, len(values) // 4)
        before, after = statistics.median(values[quarter : 2 * quarter] or values), statistics.median(values[-quarter:])
        count = what.endswith("open files")
        shown = [f"{value:,.0f}" if count else f"{value / MIB:,.1f} MiB" for value in (before, after)]
        if after > before * SLACK + (4 if count else SLACK_BYTES):
            grown.append(what)
        print(f"{what:28}{shown[0]:>16}{shown[1]:>16}{'   grew' if what in grown else ''}")
    return grown


def _watch(port: int, streams: int) -> ExitStack:
    """So many readers of all tasks, who read on and on; closing it ends them."""
    readers = ExitStack()
    for _ in range(streams):
        reader = readers.enter_context(socket.create_connection(("127.0.0.1", port)))
        reader.sendall(f"GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        threading.Thread(target=_read, args=(reader,), daemon=True).start()
    return readers


def _read(reader: socket.socket) -> None:
    try:
        while reader.recv(65536):
            pass
    except OSError:
        pass


if __name__ == "__main__":
    main()
