"""Files that no row knows are found and removed, and never one that a row knows or is about to."""

import os
import threading
import time
from pathlib import Path

import pytest

from models import attempt, orphans, retention, task
from models.artifact import File, publish
from models.database import Store
from models.sqlite.driver import connect
from tests.support.task_store import TaskStore


def test_files_go_with_their_task(task_store: TaskStore, store: Store) -> None:
    gone, remaining = task_store.completed_task(), task_store.completed_task()
    orphans.remove(store.data, [gone, "never-was"])
    assert [path.name for path in (task_store.data / "tasks").iterdir()] == [remaining]
    assert list((task_store.data / "trash").iterdir()) == []


def test_an_id_put_in_by_hand_leads_nowhere_else(task_store: TaskStore, store: Store) -> None:
    precious = task_store.data / "precious"
    precious.write_text("x")
    orphans.remove(store.data, ["../precious", "..", "", ".", "/", "a/../../precious"])
    assert precious.read_text() == "x"


def test_what_belongs_to_a_row_stays_and_all_else_goes(task_store: TaskStore, store: Store) -> None:
    task_id, tasks = task_store.completed_task(), task_store.data / "tasks"
    (tasks / task_id / "1" / "half.mp4").write_text("a commit that a crash cut short")
    (tasks / task_id / "7").mkdir()
    (tasks / "0123456789abcdef" / "1").mkdir(parents=True)
    (tasks / "0123456789abcdef" / "1" / "video.mp4").write_text("of a task that is gone")
    (tasks / task_id / "assets").mkdir()
    (tasks / task_id / "assets" / "mine.png").write_text("not an attempt's")
    assert orphans.sweep(store, unknown_s=0) == 3
    left = sorted(path.relative_to(tasks).as_posix() for path in tasks.rglob("*") if path.is_file())
    assert left == [f"{task_id}/1/video.mp4", f"{task_id}/assets/mine.png"]
    assert not (tasks / task_id / "7").exists()
    assert task_store.faults() == []
    assert orphans.sweep(store, unknown_s=0) == 0


def test_under_an_empty_database_put_there_by_mistake_videos_are_left_alone_for_a_week(task_store: TaskStore, store: Store) -> None:
    task_ids = [task_store.completed_task(), task_store.completed_task()]
    gone = task_store.completed_task()
    task.delete(store, gone)
    retention.purge(store, 0)  # and the process was killed before it came to the files
    assert orphans.sweep(store) == 1
    with store.writing() as write:
        write.connection.exec_driver_sql("DELETE FROM tasks")
    assert orphans.sweep(store) == 0
    old = task_store.data / "tasks" / task_ids[0]
    for path in (old, *old.iterdir()):
        os.utime(path, times=(time.time() - 8 * 86400,) * 2)
    assert orphans.sweep(store) == 1
    assert [path.name for path in (task_store.data / "tasks").iterdir()] == [task_ids[1]]


def test_the_files_of_an_attempt_go_when_a_later_one_has_taken_their_place(task_store: TaskStore, store: Store) -> None:
    task_store.submit()
    first = task_store.claim()
    replaced, lasting = task_store.publish(first), task_store.publish(first, "a.vtt", kind="captions_vtt")
    attempt.requeue(store, first.lease)
    second = task_store.claim()
    new = task_store.publish(second)
    orphans.sweep(store)
    assert (replaced.exists(), lasting.exists(), new.exists()) == (False, True, True)
    assert task_store.faults() == []


def test_files_of_a_deleted_task_stay_as_long_as_it_can_be_brought_back(task_store: TaskStore, store: Store) -> None:
    task_id = task_store.completed_task()
    task.delete(store, task_id)
    orphans.sweep(store)
    task.undelete(store, task_id)
    assert task_store.faults() == []


def test_a_file_that_is_just_being_committed_is_never_taken(task_store: TaskStore, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    task_store.submit()
    claimed = task_store.claim()
    made = task_store.data / "made"
    made.write_bytes(b"film")
    looked = threading.Event()
    unknown = orphans._unknown

    def tell(*args: object) -> object:
        looked.set()
        return unknown(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(orphans, "_unknown", tell)
    counts: list[int] = []
    with store.writing() as write:
        key = publish(write, store.files, claimed.lease, File("video", made, "video.mp4", "video/mp4", 4, "0"))
        sweeping = threading.Thread(target=lambda: counts.append(orphans.sweep(store)))
        sweeping.start()
        assert looked.wait(10)
    sweeping.join()
    assert counts == [0]
    assert (task_store.data / key).read_bytes() == b"film"


@pytest.mark.sqlite_only
def test_a_file_goes_back_to_its_attempt_before_anybody_can_take_it_for_an_orphan(task_store: TaskStore, store: Store) -> None:
    task_store.submit()
    claimed = task_store.claim()
    made = task_store.data / "made"
    made.write_bytes(b"film")
    other = connect(store.path)
    other.execute("PRAGMA busy_timeout = 0")
    seen: list[Path] = []

    class Refused(Exception):
        pass

    def under_the_lock() -> None:
        with pytest.raises(Exception, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        seen.extend(path for path in (store.data / "tasks").rglob("*") if path.is_file())

    with pytest.raises(Refused), store.writing() as write:
        write.undo.append(under_the_lock)  # undone last
        publish(write, store.files, claimed.lease, File("video", made, "video.mp4", "video/mp4", 4, "0"))
        raise Refused
    other.close()
    assert seen == []
    assert made.read_bytes() == b"film"


def test_what_a_killed_process_had_thrown_away_is_removed(task_store: TaskStore, store: Store) -> None:
    (task_store.data / "trash" / "x").mkdir(parents=True)
    (task_store.data / "trash" / "x" / "big.mp4").write_text("x")
    (task_store.data / "trash" / "y").write_text("y")
    orphans.empty_trash(store.data)
    assert list((task_store.data / "trash").iterdir()) == []
