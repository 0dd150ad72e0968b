"""A server under load: submissions at once beside watchers, and restarts with a hundred streams: `make bench ARGS=load`.

Everything is real: `app.py serve` with a worker and renderers. What asks for pages runs in a process of its own.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from models import event
from tests.bench.place import directory, processes
from tests.bench.row import Row, milliseconds
from tests.support.log_reader import LogReader
from tests.torture.application import Application
from videogen.streams.listener import open_store

PAGES = ("/", "/tasks", "/status", "/api/tasks")
SUBMISSIONS, WATCHERS, WAVES = 50, 20, 5
STREAMS, RESTARTS, EVERY_S = 100, 5, 6.0
LOOKERS = 4
SCRIPT = "# Video {number}\n\nA sentence of video {number}.\n\n## More\n\n- A point\n- Another\n"
OPTIONS = {"voice": "none", "height": 240}


def measure(*, quick: bool = False) -> Sequence[Row]:
    with serving() as application:
        rows = list(submissions(application, 1 if quick else WAVES))
    with serving() as application:
        return [*rows, *restarts(application, 1 if quick else RESTARTS, 20 if quick else STREAMS)]


@contextmanager
def serving() -> Iterator[Application]:
    """A whole server with one worker, which has made a video."""
    with directory() as place:
        (place / "data").mkdir()
        application = Application(place / "data", workers=1, max_queued=100_000)
        try:
            application.wait_until_it_answers()
            with httpx.Client(base_url=application.url, timeout=120) as client:
                task = submit(client, -1)
                while client.get(f"/api/tasks/{task}").json()["status"] not in ("completed", "failed"):
                    time.sleep(0.2)
            yield application
        finally:
            application.stop()


@contextmanager
def watching(application: Application, count: int, *, keep_ids: bool = False) -> Iterator[list[LogReader]]:
    """So many streams of all tasks."""
    over = threading.Event()
    readers = [LogReader(application.port, over, keep_ids=keep_ids) for _ in range(count)]
    for reader in readers:
        reader.start()
    try:
        yield readers
    finally:
        over.set()
        for reader in readers:
            reader.join(timeout=30)


def submissions(application: Application, waves: int) -> Iterator[Row]:
    """Waves of submissions that all arrive at once, while a worker renders, watchers follow and pages are asked for."""
    statuses: Counter[str] = Counter()
    took: list[float] = []

    def post(number: int) -> None:
        began = time.monotonic()
        with httpx.Client(base_url=application.url, timeout=60) as client:
            try:
                body = {"script": SCRIPT.format(number=number), "options": OPTIONS}
                statuses[str(client.post("/api/tasks", json=body).status_code)] += 1
            except httpx.HTTPError as error:
                statuses[type(error).__name__] += 1
        took.append(time.monotonic() - began)

    with directory() as place, processes() as pool, watching(application, WATCHERS) as watchers:
        asked = pool.submit(ask_for_pages, application.url, str(place / "over"))
        while not (place / "over.begun").exists():
            time.sleep(0.05)
        with ThreadPoolExecutor(SUBMISSIONS) as people:
            for wave in range(waves):
                list(people.map(post, range(wave * SUBMISSIONS, (wave + 1) * SUBMISSIONS)))
                time.sleep(1)
        (place / "over").touch()
        pages, failed = asked.result()
        faults = [fault for watcher in watchers for fault in watcher.faults]
    answers = ", ".join(f"{count} answered {status}" for status, count in sorted(statuses.items()))
    how = f"{waves} waves of {SUBMISSIONS}, all sent at once, {WATCHERS} streams of all tasks, one worker at work"
    yield Row("submissions at once", f"{answers}; {milliseconds(took)}", "", how)
    measured = (
        f"{milliseconds(pages)}, longest {max(pages) * 1000:.0f} ms; {failed} failed of {len(pages)}; {len(faults)} faults of streams"
    )
    yield Row("pages meanwhile", measured, "p99 under 500 ms", f"{', '.join(PAGES)} in turn, a new connection each")


def restarts(application: Application, count: int, streams: int) -> Iterator[Row]:
    """Restart by SIGHUP while streams follow, videos are made and pages are asked for; then compare what came with the log."""
    statuses: Counter[str] = Counter()
    over = threading.Event()

    def submit_on_and_on() -> None:
        number = 0
        with httpx.Client(base_url=application.url, timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as client:
            while not over.is_set():
                number += 1
                try:
                    submit(client, number)
                    statuses["submissions"] += 1
                except httpx.HTTPError as error:
                    statuses[f"submissions failed ({type(error).__name__})"] += 1
                over.wait(0.5)

    with directory() as place, processes(LOOKERS) as pool, watching(application, streams, keep_ids=True) as readers:
        asked = [pool.submit(ask_for_pages, application.url, str(place / f"over{number}")) for number in range(LOOKERS)]
        while len(list(place.glob("*.begun"))) < LOOKERS or not all(reader.cursor for reader in readers):
            time.sleep(0.05)
        submitting = threading.Thread(target=submit_on_and_on)
        submitting.start()
        for _ in range(count):
            time.sleep(EVERY_S)
            application.restart()
        time.sleep(EVERY_S)
        over.set()
        submitting.join()
        for number in range(LOOKERS):
            (place / f"over{number}").touch()
        looked = [future.result() for future in asked]
        head = head_of(application.data)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not all(seq_of(reader.cursor) >= head for reader in readers):
            time.sleep(0.1)
    lost, twice = compare(application.data, readers, head)
    refused = sum("refused" in fault for reader in readers for fault in reader.faults)
    other = sum("refused" not in fault for reader in readers for fault in reader.faults)
    pages, failed = [took for times, _ in looked for took in times], sum(failed for _, failed in looked)
    done = ", ".join(f"{number} {what}" for what, number in sorted(statuses.items()))
    connections = sum(reader.connections for reader in readers)
    read = sum(reader.count for reader in readers)
    how = f"{count} times SIGHUP, {EVERY_S:g} s apart, {streams} streams of all tasks, one worker at work, {LOOKERS} clients ask for pages"
    yield Row(
        f"restart with {streams} streams",
        f"{refused} connections refused of {connections} of streams and {len(pages)} of pages; {failed} pages failed; {done}",
        "none refused",
        how,
    )
    yield Row(
        "events meanwhile",
        f"{lost} lost and {twice} twice of {read:,} delivered; {other} other faults",
        "none lost",
        "compared with the log",
    )
    yield Row("pages meanwhile", f"{milliseconds(pages)}, longest {max(pages):.1f} s", "", how)


def compare(data: Path, readers: Sequence[LogReader], head: int) -> tuple[int, int]:
    """How many events of the log up to `head` readers missed after the first that they had, and how many came twice."""
    store = open_store(data)
    with store.reading() as read:
        log = [row.seq for row in event.after(read, 0, limit=1_000_000)]
    store.close()
    lost = twice = 0
    for reader in readers:
        seen = [seq_of(cursor) for cursor in reader.ids]
        expected = [seq for seq in log if seen and seen[0] <= seq <= head]
        lost += len(set(expected) - set(seen))
        twice += len(seen) - len(set(seen))
    return lost, twice


def head_of(data: Path) -> int:
    store = open_store(data)
    with store.reading() as read:
        head = event.head(read)
    store.close()
    return head


def seq_of(cursor: str) -> int:
    return int(cursor.rpartition("-")[2] or 0)


def submit(client: httpx.Client, number: int) -> str:
    body = {"script": SCRIPT.format(number=number), "options": OPTIONS}
    return str(client.post("/api/tasks", json=body).raise_for_status().json()["id"])


def ask_for_pages(url: str, over: str) -> tuple[list[float], int]:
    """How long pages take, one after the other, until the file `over` exists; and how many failed."""
    took, failed = [], 0
    with httpx.Client(base_url=url, timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        for page in PAGES:
            client.get(page)
        Path(f"{over}.begun").touch()
        while not Path(over).exists():
            for page in PAGES:
                began = time.monotonic()
                try:
                    failed += client.get(page).status_code != 200
                except httpx.HTTPError:
                    failed += 1
                took.append(time.monotonic() - began)
            time.sleep(0.01)
    return took, failed
