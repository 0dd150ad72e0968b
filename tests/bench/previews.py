"""Many scripts at once, and previews that delay nobody: `make bench ARGS=previews`.

The server is a real one, started by `app.py serve` with a worker for nothing; BENCH_CHECKOUT names another checkout to be measured instead.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.bench.place import directory, processes
from tests.bench.row import Row, percentile
from tests.support.web_server import free_port
from videogen.processes.process_group import ProcessGroup

START_S = 120.0
PAGE = "/tasks"


def measure(*, quick: bool = False) -> Sequence[Row]:
    with directory() as data, served(data / "data") as client:
        return [*submissions(client, 40 if quick else 200), *previews(client, 8)]


def submissions(client: httpx.Client, count: int) -> Iterator[Row]:
    # Warm, as a server is that has been up for a while.
    client.post("/api/preview", json={"script": "# Warm", "page": "light"})
    client.post("/api/tasks", json={"script": script(-1, 3)}).raise_for_status()
    took: list[float] = []
    statuses: Counter[int] = Counter()

    def submit(number: int) -> None:
        began = time.monotonic()
        try:
            statuses[client.post("/api/tasks", json={"script": script(number, 3)}).status_code] += 1
        except httpx.HTTPError:
            statuses[0] += 1
        took.append(time.monotonic() - began)

    with directory() as data, processes() as looking, ThreadPoolExecutor(count) as people:
        looked = looking.submit(look, str(client.base_url), data / "over")
        looking_since = data / "over.begun"
        while not looking_since.exists():
            time.sleep(0.01)
        list(people.map(submit, range(count)))
        (data / "over").touch()
        pages = looked.result()
    counts = ", ".join(f"{number} answered {status or 'nothing'}" for status, number in sorted(statuses.items()))
    how = f"{count} scripts with three formulas each, all sent at the same time"
    yield Row("submissions with formulas at once", f"{counts}; longest {max(took):.2f} s", "201, none over 5 s", how)
    yield Row(
        "an ordinary page meanwhile", f"p50 {percentile(pages, 50) * 1000:.0f} ms, longest {max(pages) * 1000:.0f} ms", "under 300 ms", PAGE
    )


def previews(client: httpx.Client, heavy: int) -> Iterator[Row]:
    """A light preview while so many heavy ones are drawn, each of a page of its own."""
    client.post("/api/preview", json={"script": "# Warm", "page": "light"}).raise_for_status()
    took: list[float] = []
    light: list[float] = []
    statuses: Counter[int] = Counter()

    def ask(number: int) -> None:
        began = time.monotonic()
        try:
            answer = client.post("/api/preview", json={"script": script(number + 1000, 60), "page": f"heavy {number}"})
            statuses[answer.status_code] += 1
        except httpx.HTTPError:
            statuses[0] += 1
        took.append(time.monotonic() - began)

    with ThreadPoolExecutor(heavy) as people:
        asked = [people.submit(ask, number) for number in range(heavy)]
        time.sleep(0.3)  # so that all of them are at work
        for number in range(3):
            began = time.monotonic()
            client.post("/api/preview", json={"script": f"# Light {number}\n\nA sentence.", "page": "light"})
            light.append(time.monotonic() - began)
        for future in asked:
            future.result()
    counts = ", ".join(f"{number} answered {status or 'nothing'}" for status, number in sorted(statuses.items()))
    yield Row("a light preview meanwhile", f"longest of 3: {max(light):.2f} s", "under 1 s", f"while {heavy} heavy ones are drawn")
    yield Row("heavy previews", f"{counts}; longest {max(took):.2f} s", "", f"{heavy} of 60 formulas each, at the same time")


def script(number: int, formulas: int) -> str:
    one = f"a_{{{number}}}"
    scenes = (
        f"## Part {part}\n\n$$\\frac{{{one}}}{{b_{{{part}}}}} + \\sqrt{{x^{{{part}}} + {number + 5000}}}$$\n" for part in range(formulas)
    )
    return f"# Film {number}\n\n" + "\n".join(scenes)


def look(url: str, over: Path) -> list[float]:
    """How long an ordinary page takes, again and again until `over` exists; in a process of its own, since the others keep theirs busy."""
    took = []
    with httpx.Client(base_url=url, timeout=60) as client:
        client.get(PAGE)
        over.with_name(f"{over.name}.begun").touch()
        while not over.exists():
            began = time.monotonic()
            client.get(PAGE)
            took.append(time.monotonic() - began)
            time.sleep(0.02)
    return took


@contextmanager
def served(data: Path) -> Iterator[httpx.Client]:
    """A client of a server that has no worker: what is submitted waits."""
    checkout = Path(os.environ.get("BENCH_CHECKOUT", Path(__file__).resolve().parents[2]))
    port = free_port()
    env = {
        "VIDEOGEN_DATA": str(data),
        "VIDEOGEN_PORT": str(port),
        "VIDEOGEN_WORKERS": "0",
        "VIDEOGEN_VOICE": "none",
        "VIDEOGEN_MAX_TASKS_PER_MINUTE": "100000",
        "VIDEOGEN_MAX_QUEUED": "100000",
        "PYTHONPATH": str(checkout),
    }
    limits = httpx.Limits(max_connections=1000, max_keepalive_connections=0)
    with (
        ProcessGroup([sys.executable, str(checkout / "app.py"), "serve"], env=env, cwd=checkout, stdin=subprocess.DEVNULL),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, limits=limits) as client,
    ):
        wait(lambda: client.get("/api/health").status_code == 200)
        yield client


def wait(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise TimeoutError("the server does not answer")
