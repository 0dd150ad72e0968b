"""The whole house under one open page: whatever of it is killed, the page goes on without a reload."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from models import event
from models.database import Store
from models.event import Cursor
from models.migrate import migrate
from models.verify import verify
from tests.torture.application import Application, kill
from videogen.streams.listener import open_store

WITHIN_S = 180.0
SCENES = 12
SCRIPT = "# Unkillable\n\n" + "\n".join(f"## Part {part}\n\n{'A sentence that takes a while to draw. ' * 6}\n" for part in range(SCENES))


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    migrate(tmp_path / "data")
    application = Application(tmp_path / "data")
    application.wait_until_it_answers()
    yield application
    application.stop()


@pytest.fixture
def store(application: Application) -> Iterator[Store]:
    store = open_store(application.data)
    yield store
    store.close()


@pytest.mark.slow
def test_page_goes_on_while_everything_is_killed_in_turn(browser: Browser, application: Application, store: Store) -> None:
    page = browser.new_page()
    task_id = submit(application)
    page.goto(f"{application.url}/tasks/{task_id}")
    page.evaluate("window.stayed = true")

    for kind in ("renderer", "worker", "web renderer", "web", "supervisor"):
        drawn = len(of_type(store, task_id, "scene.rendered"))
        wait_for(lambda drawn=drawn: ended(store, task_id) or len(of_type(store, task_id, "scene.rendered")) > drawn)  # type: ignore[misc]
        if kind == "supervisor":
            application.kill_supervisor()
        else:
            wait_for(lambda kind=kind: [process for process in application.processes() if process.kind == kind])  # type: ignore[misc]
            kill_one(application, store, kind)

    expect(page.locator(".pi-now")).to_have_text("Your video is ready", timeout=WITHIN_S * 1000)
    assert page.evaluate("window.stayed"), "the page was loaded again"
    log = of_type(store, task_id)
    rows = page.locator("#log [data-part=list] > li")
    expect(rows).to_have_count(len(log))
    shown = rows.evaluate_all("rows => rows.map(row => row.dataset.id)")
    with store.reading() as read:
        assert shown == [str(Cursor(read.epoch, entry.seq)) for entry in log]
    made = [entry.data["position"] for entry in log if entry.type == "scene.rendered" and not entry.data["reused"]]
    assert len(made) == len(set(made)), "a finished scene was made again"
    assert any(entry.data.get("reused") for entry in log if entry.type == "stage.completed" and entry.stage == "video")
    assert verify(store) == []
    expect(page.locator("video")).to_be_visible()
    page.close()


def submit(application: Application) -> str:
    body = json.dumps({"script": SCRIPT, "options": {"voice": "none", "height": 480}}).encode()
    request = urllib.request.Request(f"{application.url}/api/tasks", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return str(json.load(answer)["id"])


def kill_one(application: Application, store: Store, kind: str) -> None:
    """The one of this kind that works on the task, where only one does."""
    pids = [process.pid for process in application.processes() if process.kind == kind]
    if kind == "worker":
        with store.reading() as read:
            from models import worker

            busy = [process.pid for process in worker.alive(read) if process.task_id]
        pids = [pid for pid in pids if pid in busy] or pids
    for pid in pids:
        kill(pid)


def of_type(store: Store, task_id: str, type: str | None = None) -> list[event.Event]:
    with store.reading() as read:
        log = event.after(read, 0, task_ids={task_id}, limit=100_000)
    return [entry for entry in log if type in (None, entry.type)]


def ended(store: Store, task_id: str) -> bool:
    return bool(re.fullmatch("completed|failed|cancelled", of_type(store, task_id)[-1].status or ""))


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
