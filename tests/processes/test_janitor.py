"""A round of keeping: all of it in order, one keeper at a time, and nothing of what is being made."""

import os
import subprocess
import sys
import time
from pathlib import Path

from models import retention, task
from models.database import Store
from tests.support.paths import ROOT
from tests.support.process_state import until
from tests.support.task_store import TaskStore
from videogen.config import Settings
from videogen.processes.attempt_runner import work_directory
from videogen.processes.janitor import Janitor, clean
from videogen.render.cache import Cache, key

DAY_S = 86400


def settings(task_store: TaskStore, **values: object) -> Settings:
    return Settings.model_validate({"data": task_store.data, "undo_s": 0} | values)


def aged(path: Path) -> Path:
    os.utime(path, times=(time.time() - 2 * DAY_S,) * 2)
    return path


def test_a_round_removes_rows_events_and_files(task_store: TaskStore, store: Store) -> None:
    gone, remaining = task_store.completed_task(), task_store.completed_task()
    done = clean(store, settings(task_store, retention_count=1))
    assert done
    assert (done.pruned.retired, done.pruned.purged) == ([gone], [gone])
    assert [path.name for path in (task_store.data / "tasks").iterdir()] == [remaining]
    assert task_store.faults() == []


def test_the_cache_is_kept_within_its_limit(task_store: TaskStore, store: Store) -> None:
    cache = Cache(task_store.data / "cache")
    for number in range(4):
        made = task_store.data / "made"
        made.write_bytes(b"x" * 1000)
        cache.put(key("sound", "wav", {"number": number}), made)
        made.unlink()
    done = clean(store, settings(task_store, cache_max_bytes=2000))
    assert done
    assert done.cache_bytes == 2000


def test_what_killed_processes_left_is_removed_and_what_lives_is_not(task_store: TaskStore, store: Store) -> None:
    task_store.submit()
    running = work_directory(task_store.data, task_store.claim())
    work, passing = task_store.data / "work", task_store.data / "tmp"
    left = [work / "0123456789abcdef-1-abc123", work / "render-old", passing / "preview-old", task_store.data / ".restore" / "tasks"]
    alive = [running, work / "render-new", passing / "preview-new", work / "render-busy"]
    for directory in left + alive:
        directory.mkdir(parents=True)
    (work / "render-busy" / "scene.png").write_text("just drawn")
    for directory in (left[1], left[2], alive[3]):
        aged(directory)
    (passing / "loose").write_text("of a library")
    aged(passing / "loose")
    clean(store, settings(task_store))
    assert [path for path in left + alive if path.exists()] == alive
    assert not (passing / "loose").exists()


def test_what_previews_of_older_versions_left_in_the_cache_is_removed_and_their_pictures_are_not(
    task_store: TaskStore, store: Store
) -> None:
    cache = task_store.data / "cache"
    (cache / "sketch-k2j3h4").mkdir(parents=True)
    (cache / "sketch-k2j3h4" / "scene-1.png").write_text("half drawn")
    (cache / "sketch" / "ab").mkdir(parents=True)
    (cache / "sketch" / "ab" / "ab12.png").write_text("drawn")
    clean(store, settings(task_store))
    assert [path.relative_to(cache).as_posix() for path in sorted(cache.rglob("*"))] == ["sketch", "sketch/ab", "sketch/ab/ab12.png"]


def test_one_keeps_at_a_time_and_none_during_a_backup(task_store: TaskStore, store: Store) -> None:
    task.delete(store, task_store.completed_task())
    with retention.alone(task_store.data):
        assert clean(store, settings(task_store)) is None
    done = clean(store, settings(task_store))
    assert done
    assert len(done.pruned.purged) == 1


def test_the_write_ahead_log_is_emptied_once_it_is_large_and_nobody_is_in_the_way(task_store: TaskStore, store: Store) -> None:
    with store.reading() as read:
        read.connection.exec_driver_sql("SELECT count(*) FROM tasks").scalar()  # holds a snapshot, so that nothing can be written back
        for _ in range(20):
            task_store.submit("# " + "x" * 1_000_000)
        clean(store, settings(task_store))
        assert store.wal_bytes() > 16 * 1024 * 1024
    clean(store, settings(task_store), search=False)
    assert store.wal_bytes() == 0


def test_the_keeper_keeps_by_itself(task_store: TaskStore, store: Store) -> None:
    gone = task_store.completed_task()
    task.delete(store, gone)
    with Janitor(store, settings(task_store), interval_s=0.05):
        until(lambda: not (task_store.data / "tasks" / gone).exists())
    assert task_store.types(gone) == ["task.deleted"]


def test_the_server_keeps_while_it_serves(task_store: TaskStore, store: Store) -> None:
    gone, remaining = task_store.completed_task(), task_store.completed_task()
    environment = os.environ | {"VIDEOGEN_DATA": str(task_store.data), "VIDEOGEN_RETENTION_COUNT": "1", "VIDEOGEN_UNDO_S": "0"}
    serve = [sys.executable, "app.py", "serve", "--workers", "0", "--port", "0"]
    with subprocess.Popen(serve, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        until(lambda: not (task_store.data / "tasks" / gone).exists())
        server.terminate()
    assert task_store.tasks() == {remaining}
    assert task_store.types(gone) == ["task.deleted"]
    assert task_store.faults() == []
