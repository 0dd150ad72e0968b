"""A real `app.py serve` on a data directory of its own, for measuring."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.support.paths import ROOT

APP = (sys.executable, str(ROOT / "app.py"))


@contextmanager
def serving(**settings: object) -> Iterator[httpx.Client]:
    """A client of a server with one worker, whose renderer is warm: a first small video has been made."""
    with tempfile.TemporaryDirectory(prefix="videogen-bench-") as data:
        named = {f"VIDEOGEN_{name.upper()}": str(value) for name, value in settings.items()}
        environment = os.environ | {"VIDEOGEN_DATA": data, "VIDEOGEN_MAX_TASKS_PER_MINUTE": "100000"} | named
        server = subprocess.Popen(
            [*APP, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            assert server.stdout
            url = next(line for line in server.stdout if "http://" in line).split()[-1]
            with httpx.Client(base_url=url, timeout=120) as client:
                ended(client, submit(client, "# Warm up"))
                yield client
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def submit(client: httpx.Client, script: str, **options: object) -> str:
    """Submits a script (small and silent, unless told otherwise) and gives the task's id."""
    body = {"script": script, "options": options or {"voice": "none", "height": 240}}
    return str(client.post("/api/tasks", json=body).raise_for_status().json()["id"])


def ended(client: httpx.Client, task_id: str) -> list[dict[str, Any]]:
    """The events of a task, once it has ended."""
    events: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = client.get(f"/api/tasks/{task_id}/events", params={"after": cursor, "limit": 1000, "wait": 30}).raise_for_status().json()
        events += page["events"]
        cursor = page["cursor"]
        if page["ended"]:
            assert events[-1]["type"] == "task.completed", events[-1]
            time.sleep(0.1)  # the worker is idle again
            return events
