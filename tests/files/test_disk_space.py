"""Too little room on the disk: nothing is started, it is said everywhere, and it goes on by itself; what runs into the end of it fails."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from models import disk_hold, task
from models.retention import DAY_S
from tests.files.test_failing_disk import in_a_namespace
from tests.support.task_store import TaskStore
from videogen.config import Settings
from videogen.errors.system import DiskLow
from videogen.processes.janitor import clean
from videogen.web import labels

LOW = DiskLow("Only 3 MB are free.")


@pytest.mark.slow
def test_below_the_least_free_space_nothing_starts_and_on_a_full_disk_a_video_fails_and_both_go_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    run = 'mount -t tmpfs -o size=12m tmpfs "$0" && exec "$1" -m tests.files.on_a_crowded_disk "$0"'
    done = in_a_namespace(run, str(disk), sys.executable)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["says"], report["trouble"]) == (disk_hold.WAITING_FOR_DISK_SPACE, labels.DISK_LOW)
    assert (report["status"], report["doctor"]) == ("disk_low", "bad")
    assert report["types"] == ["task.submitted", "task.held", "task.released", "task.started"]
    assert report["behind"] == ["task.submitted", "task.started"]
    assert report["ended"] == ["completed", "completed"]
    assert (report["code"], report["again"]) == ("disk_full", "completed")
    assert "Free some space" in report["hint"]
    assert report["faults"] == []


def test_of_a_task_that_is_held_back_it_is_said_once_and_taken_back_once(task_store: TaskStore) -> None:
    first, second = task_store.submit().id, task_store.submit().id
    for _ in range(3):
        disk_hold.hold_next(task_store.store, LOW)
    assert (task_store.types(first), task_store.types(second)) == (["task.submitted", "task.held"], ["task.submitted"])
    assert [task.get(task_store.store, id).hold_reason for id in (first, second)] == ["disk_low", None]
    urgent = task.submit(task_store.store, source="# Now", format="markdown", priority=9).id
    disk_hold.hold_next(task_store.store, LOW)
    assert task_store.types(urgent) == ["task.submitted", "task.held"]
    for _ in range(2):
        disk_hold.release(task_store.store)
    assert task_store.claim().id == urgent
    assert task_store.types(first) == ["task.submitted", "task.held", "task.released"]
    released = task.get(task_store.store, first)
    assert (released.message, released.hold_reason) == ("Waiting for a worker", None)
    assert task_store.faults() == []


@pytest.mark.parametrize("by_view", [False, True], ids=["verb", "view"])
def test_hold_ends_when_the_task_is_cancelled(task_store: TaskStore, by_view: bool) -> None:
    waiting = task_store.submit().id
    disk_hold.hold_next(task_store.store, LOW)
    with task_store.store.reading() as read:
        queue = read.connection.exec_driver_sql("SELECT task_id, hold_reason FROM queue").all()
    assert [tuple(row) for row in queue] == [(waiting, "disk_low")]
    if by_view:
        with task_store.store.writing() as write:
            write.connection.exec_driver_sql("INSERT INTO cancel (task_id) VALUES (?)", (waiting,))
    else:
        task.cancel(task_store.store, waiting)
    cancelled = task.get(task_store.store, waiting)
    assert (cancelled.status, cancelled.hold_reason) == ("cancelled", None)
    assert task_store.faults() == []


@pytest.mark.parametrize(("short", "left"), [(0, {"old", "new"}), (1, {"new"}), (10**15, set())])
def test_the_cache_gives_way_to_videos(task_store: TaskStore, monkeypatch: pytest.MonkeyPatch, short: int, left: set[str]) -> None:
    cached = task_store.data / "cache" / "segment" / "aa"
    cached.mkdir(parents=True)
    for name, used in (("old", 1), ("new", 2)):
        (cached / name).write_bytes(b"x" * 100)
        os.utime(cached / name, (used * DAY_S, used * DAY_S))
    monkeypatch.setattr("videogen.files.disk_space.free_bytes", lambda _data: 10**9)
    clean(task_store.store, Settings.model_validate({"data": task_store.data, "disk_free_min_bytes": 10**9 + short}), search=False)
    assert {path.name for path in cached.iterdir()} == left
