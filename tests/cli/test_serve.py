"""serve and worker, as processes."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from pathlib import Path

import httpx

from models import task, worker
from models.database import Store
from tests.cli.conftest import Start
from tests.support.process_state import until


def unfinished(store: Store) -> list[task.Task]:
    with store.reading() as read:
        return task.unfinished(read)


def test_demo_says_where_to_look_and_begins_with_the_example(start: Start, store: Store) -> None:
    process = start("serve", "--port", "0", "--workers", "0", "--demo")
    assert process.stdout
    match = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    assert match
    tasks = httpx.get(f"{match[0]}/api/tasks", timeout=20).json()["tasks"]
    assert [(row["status"], row["workers_alive"]) for row in tasks] == [("queued", 0)]
    assert [row.title for row in unfinished(store)] == [tasks[0]["title"]]
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0


def test_demo_leaves_a_store_with_tasks_alone(start: Start, store: Store) -> None:
    task.delete(store, task.submit(store, source="# x", format="markdown").id)
    process = start("serve", "--port", "0", "--workers", "0", "--demo")
    assert process.stdout
    assert "http://" in process.stdout.readline()
    assert unfinished(store) == []
    process.terminate()
    assert process.wait(timeout=20) == 0


def test_taken_port_is_said(start: Start, serve: Callable[..., object]) -> None:
    taken = serve()
    process = start("serve", "--port", str(taken.port), "--workers", "0")  # type: ignore[attr-defined]
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{taken.port}" in err  # type: ignore[attr-defined]
    assert "Hint:" in err


def test_worker_is_there_until_it_is_interrupted(start: Start, store: Store, data: Path) -> None:
    process = start("worker")

    def alive() -> int:
        with store.reading() as read:
            return worker.count_alive(read)

    until(lambda: alive() == 1)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert alive() == 0
    assert process.stderr
    assert str(data) in process.stderr.readline()
