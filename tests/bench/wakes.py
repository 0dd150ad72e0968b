"""How soon a worker begins, and how late events are at a browser's end while everything is busy."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx
from playwright.sync_api import sync_playwright

from tests.bench.row import Row, milliseconds
from tests.bench.server import ROOT, ended, serving, submit
from tests.browser.conftest import CHROMIUM

EXAMPLE = ROOT / "examples" / "welcome.md"
# In the page: each event's own time, and the time at which the page has it. What was written before the line was open is not late.
LISTEN = """task => {
    window.arrivals = [];
    const source = new EventSource(`/api/tasks/${task}/stream`);
    source.onopen = () => { window.opened = Date.now() / 1000; };
    source.onmessage = message => window.arrivals.push([Date.now() / 1000, JSON.parse(message.data).at]);
    source.addEventListener("end", () => { source.close(); window.arrived = true; });
}"""


def measure(*, quick: bool) -> list[Row]:
    times = 10 if quick else 100
    with serving() as client:
        starts = [_start_s(client) for _ in range(times)]
        script = "# One\n\nA sentence.\n\n# Two\n\nAnother.\n" if quick else EXAMPLE.read_text(encoding="utf-8")
        named = "two scenes" if quick else "the example"
        task_id, browser, plain = _watched(client, script)
        first_scene_s = _between(ended(client, task_id), "task.submitted", "scene.rendered")
    return [
        Row(
            "submit to task.started, idle worker",
            milliseconds(starts),
            "p50 under 50 ms",
            f"{times} small tasks one by one, times of the log",
        ),
        Row("submit to first scene.rendered", f"{first_scene_s:.2f} s", "", f"{named} at 1080p with voice, cache empty, worker warm"),
        Row("lateness of events in Chromium", milliseconds(browser), "p99 under 250 ms", f"{len(browser)} events while all cores draw"),
        Row(
            "lateness of events at a plain client",
            milliseconds(plain),
            "p99 under 250 ms",
            f"{len(plain)} events, the same video, read by httpx",
        ),
    ]


def _start_s(client: httpx.Client) -> float:
    return _between(ended(client, submit(client, "# Small")), "task.submitted", "task.started")


def _between(events: Sequence[dict[str, Any]], one: str, other: str) -> float:
    """Seconds from the first event of one type to the first of another."""
    first = {event["type"]: datetime.fromisoformat(event["at"]) for event in reversed(events)}
    return (first[other] - first[one]).total_seconds()


def _watched(client: httpx.Client, script: str) -> tuple[str, list[float], list[float]]:
    """Makes a video while Chromium and a plain client watch: its id, and how late each event was at either, in seconds."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_context(bypass_csp=True).new_page()  # the page allows no script that a test hands in
        page.goto(str(client.base_url.join("/status")))
        task_id = submit(client, script, height=1080)
        plain: list[float] = []
        reader = threading.Thread(target=_read, args=(str(client.base_url), task_id, plain))
        reader.start()
        page.evaluate(LISTEN, task_id)
        page.wait_for_function("window.arrived", timeout=600_000)
        opened, arrivals = page.evaluate("[window.opened, window.arrivals]")
        chromium.close()
        reader.join()
    return task_id, [arrived - written for arrived, at in arrivals if (written := _written(at)) >= opened], plain


def _read(url: str, task_id: str, late: list[float]) -> None:
    with httpx.stream("GET", f"{url}/api/tasks/{task_id}/stream", timeout=120) as response:
        opened = time.time()
        for line in response.iter_lines():
            now = time.time()
            if line.startswith('data: {"type"') and (written := _written(json.loads(line[6:])["at"])) >= opened:
                late.append(now - written)


def _written(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
