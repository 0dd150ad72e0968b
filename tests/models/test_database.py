from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from models import event, task
from models.artifact import artifacts
from models.database import Store
from models.errors import StoreBusy, StoreDamaged, StoreUnusable
from models.event import EventType
from models.signals import event_appended
from models.sqlite import errors as sqlite_errors
from models.sqlite.dialect import SQLite
from models.sqlite.driver import has_wal_reset_bug
from tests.support.database_lock import locked
from tests.support.paths import ROOT
from tests.support.task_moves import Moves, events_of


def test_signal_comes_once_a_task_after_the_commit_and_outside_the_transaction(store: Store) -> None:
    made = task.submit(store, source="# A", format="markdown")
    seen: list[tuple[object, int]] = []

    def receiver(sender: object) -> None:
        # A transaction of its own both proves that the first is over and that its rows are there.
        with store.writing():
            seen.append((sender, len(events_of(store))))

    with event_appended.connected_to(receiver), store.writing() as write:
        event.append(write, EventType.TASK_WARNING, made.id)
        event.append(write, EventType.TASK_WARNING, made.id)
        event.append(write, EventType.LOG_PRUNED, None)
        assert seen == []
    assert seen == [(made.id, 4), (None, 4)]


def test_after_a_commit_that_failed_the_next_transaction_is_as_any_other(store: Store) -> None:
    made = task.submit(store, source="# A", format="markdown")
    file = {"task_id": "nobody", "kind": "video", "position": 0, "key": "a", "media_type": "video/mp4", "bytes": 1, "sha256": "0"}
    with pytest.raises(IntegrityError), store.writing() as write:
        write.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        write.connection.execute(insert(artifacts), file)
        event.append(write, EventType.TASK_WARNING, made.id)
    assert len(events_of(store)) == 1
    assert task.delete(store, made.id).status == "cancelled"
    with store.reading() as read:
        assert read.connection.execute(artifacts.select()).all() == []


def test_no_signal_and_no_row_when_the_transaction_rolls_back(store: Store) -> None:
    senders: list[object] = []
    rung: list[object] = []
    store.notify = rung.extend

    def receiver(sender: object) -> None:
        senders.append(sender)

    with event_appended.connected_to(receiver), pytest.raises(KeyError), store.writing() as write:
        event.append(write, EventType.LOG_PRUNED, None)
        raise KeyError
    assert (senders, rung, events_of(store)) == ([], [], [])


def test_other_processes_are_rung_after_the_commit_with_each_task_once(store: Store) -> None:
    rung: list[tuple[str | None, ...]] = []
    store.notify = lambda tasks: rung.append(tuple(tasks))
    made = task.submit(store, source="# A", format="markdown")
    task.delete(store, made.id)
    assert rung == [(made.id,), (made.id,)]


def test_writing_does_not_nest(store: Store) -> None:
    with pytest.raises(RuntimeError, match="does not nest"), store.writing(), store.writing():
        pass
    task.submit(store, source="# The door is open again", format="markdown")


def test_two_threads_write_one_after_the_other(store: Store) -> None:
    writers = [threading.Thread(target=lambda: [task.submit(store, source="# A", format="markdown") for _ in range(20)]) for _ in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    assert [entry.seq for entry in events_of(store)] == list(range(1, 81))


def test_busy_database_is_waited_for_then_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_errors, "BUSY_S", 0.2)
    with locked(store.path) as let_go:
        with pytest.raises(StoreBusy):
            task.submit(store, source="# A", format="markdown")
        assert events_of(store) == [], "readers are not in the way of a writer, nor it in theirs"
        monkeypatch.setattr(sqlite_errors, "BUSY_S", 20.0)
        letting_go = threading.Timer(0.1, let_go)
        letting_go.start()
        task.submit(store, source="# A", format="markdown")
        letting_go.join()


def test_connection_that_gave_up_is_not_used_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a BEGIN that failed, SQLAlchemy's connection runs statements outside of any transaction: a rollback would keep them."""
    monkeypatch.setattr(sqlite_errors, "BUSY_S", 0.05)
    with locked(store.path) as let_go:
        for _ in range(6):
            with pytest.raises(StoreBusy):
                task.submit(store, source="# A", format="markdown")
        let_go()
    with pytest.raises(KeyError), store.writing() as write:
        event.append(write, EventType.LOG_PRUNED, None)
        raise KeyError
    assert events_of(store) == []


def test_reading_sees_one_moment(store: Store) -> None:
    with store.reading() as read:
        before = event.head(read)
        task.submit(store, source="# A", format="markdown")
        assert event.head(read) == before
    with store.reading() as read:
        assert event.head(read) == before + 1


def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnusable), store.reading() as read:
        read.connection.exec_driver_sql("UPDATE log SET floor = 5")


def test_watcher_sees_the_commits_of_others_and_of_this_process(store: Store) -> None:
    with store.watching() as version:
        first = version()
        assert version() == first
        task.submit(store, source="# A", format="markdown")
        assert version() != first


def test_watcher_of_a_store_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable), Store(tmp_path / "nowhere").watching():
        pass


def test_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "videogen.db").write_bytes(b"not a database at all" * 500)
    store = Store(tmp_path)
    with pytest.raises(StoreDamaged), store.reading():
        pass
    store.close()


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 0)])
def test_database_keeps_its_promises_by_its_pragmas(store: Store, pragma: str, value: object) -> None:
    assert SQLite.of(store).pragma(pragma) == value
    with store.writing() as write:
        assert write.connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_row_that_is_not_utf8_does_not_keep_readers_from_others(store: Store) -> None:
    moves = Moves(store)
    good = moves.submit()
    with store.writing() as write:
        write.connection.exec_driver_sql(
            "UPDATE tasks SET source = CAST(x'23ff2041' AS TEXT), created_at = '2000' WHERE id = ?", (good.id,)
        )
    assert moves.claim().source == "#\ufffd A"


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)])
def test_versions_with_the_wal_reset_bug_are_known(version: tuple[int, ...]) -> None:
    assert has_wal_reset_bug(version)


@pytest.mark.parametrize("version", [(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 53, 0), (4, 0, 0)])
def test_versions_without_it_are_known(version: tuple[int, ...]) -> None:
    assert not has_wal_reset_bug(version)


def test_only_one_place_imports_a_driver() -> None:
    """Two SQLite libraries in one process drop each other's locks: nothing of ours opens the store with the standard one."""
    ours = [ROOT / "app.py", *(path for package in ("videogen", "models", "migrations") for path in (ROOT / package).rglob("*.py"))]
    importing = [path.relative_to(ROOT) for path in ours if {"sqlite3", "pysqlite3"} & {word for line in imports(path) for word in line}]
    assert importing == [Path("models/sqlite/driver.py")]


def imports(path: Path) -> list[list[str]]:
    lines = (line.strip() for line in path.read_text().splitlines())
    return [line.replace(".", " ").replace(",", " ").split() for line in lines if line.startswith(("import ", "from "))]


@pytest.mark.slow
def test_busy_database_never_blocks_the_hub(store: Store) -> None:
    """Under gevent: while a writer waits for the lock that another program holds, the other greenlets run."""
    waiting = (sys.executable, "-m", "tests.models.waiting_in_gevent", str(store.data))
    with locked(store.path) as let_go, subprocess.Popen(waiting, stdout=subprocess.PIPE, text=True, cwd=ROOT) as ran:
        assert ran.stdout
        assert ran.stdout.readline() == "ticked 20 times meanwhile\n"
        let_go()
        assert ran.stdout.readline() == "written\n"
