"""A restore under running processes: they see the one content or the other, browsers begin anew, lost attempts write nothing."""

import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from models import attempt, task, worker
from models.attempt import Fact
from models.database import Store
from models.errors import NoBackup, StaleAttempt, StoreDamaged, StoreInUse, StoreTooNew
from models.event import EventType
from models.sqlite.backup import backup
from models.sqlite.database_copy import Copied
from models.sqlite.driver import connect
from models.sqlite.restore import DAMAGED, KEPT, restore
from models.task import Task
from tests.models.test_backup import content
from tests.support.process_state import until
from tests.support.task_store import TaskStore
from videogen.streams import listener
from videogen.streams.broadcaster import Broadcaster
from videogen.streams.listener import Listener
from videogen.streams.subscription import watching

pytestmark = pytest.mark.integration

MOMENTS = (
    ("Reading the backup", "0.5"),
    ("Putting the files back", "1"),
    ("Replacing the database", "0.5"),
    ("Replacing the database", "1"),
)
# A restore in small steps that is killed at one of them.
KILLED = """
import os, signal, sys
from pathlib import Path
from models.sqlite import database_copy
from models.sqlite.restore import restore

database_copy.PAGES = 2

def step(what, done):
    if what == sys.argv[3] and done >= float(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)

restore(Path(sys.argv[1]), Path(sys.argv[2]), in_use=True, progress=step)
"""


@pytest.fixture
def copy(task_store: TaskStore, tmp_path: Path) -> Path:
    """A backup of three videos, and of one in the making."""
    for number in range(3):
        task_store.completed_task(f"# {number}")
    task_store.submit("# In the making")
    task_store.claim()
    backup(task_store.store, tmp_path / "copy")
    return tmp_path / "copy"


def put_back(task_store: TaskStore, copy: Path, *, in_use: bool = True) -> Copied:
    return restore(task_store.data, copy, in_use=in_use)


def running(task_store: TaskStore) -> Task:
    with task_store.store.reading() as read:
        return next(row for row in task.page(read)[0] if row.status == "running")


def test_rows_and_files_come_back_and_what_came_later_is_gone(task_store: TaskStore, store: Store, copy: Path) -> None:
    before = task_store.tasks()
    for task_id in before:
        task.delete(store, task_id)
    later = task_store.completed_task("# Later")
    assert task_store.tasks() == {later}
    copied = put_back(task_store, copy)
    assert (copied.tasks, copied.files, copied.missing) == (4, 3, ())
    assert task_store.tasks() == before
    assert task_store.faults() == []


def test_files_that_were_removed_meanwhile_come_back(task_store: TaskStore, store: Store, copy: Path) -> None:
    for path in (task_store.data / "tasks").rglob("*.mp4"):
        path.unlink()
    put_back(task_store, copy)
    assert task_store.faults() == []


def test_a_name_that_another_content_has_taken_meanwhile_gets_its_own_back(task_store: TaskStore, store: Store, copy: Path) -> None:
    key = next((task_store.data / "tasks").rglob("*.mp4"))
    key.unlink()
    key.write_bytes(b"of another history")
    put_back(task_store, copy)
    assert key.read_bytes() == b"film"
    assert task_store.faults() == []


def test_who_reads_while_it_is_restored_sees_the_old_store_to_the_end(task_store: TaskStore, store: Store, copy: Path) -> None:
    later = task_store.completed_task("# Later")
    with store.reading() as read:
        old = task.page(read)[0]
        put_back(task_store, copy)
        assert task.page(read)[0] == old
    assert later not in task_store.tasks()


def test_the_processes_that_run_work_on_with_the_restored_store(task_store: TaskStore, store: Store, copy: Path) -> None:
    running_task = running(task_store)
    put_back(task_store, copy)
    with store.reading() as read:
        assert [row.id for row in worker.every(read)] == [task_store.worker_id]
    claimed = task_store.claim()
    assert (claimed.id, claimed.attempt, claimed.attempts_left) == (running_task.id, 2, running_task.attempts_left)
    attempt.complete(store, claimed.lease)
    assert task_store.faults() == []


def test_an_attempt_from_before_the_restore_writes_nothing_not_even_a_file(task_store: TaskStore, store: Store, copy: Path) -> None:
    lost = running(task_store)
    put_back(task_store, copy)
    before = content(task_store.data / "tasks")
    for write in (
        lambda: attempt.renew(store, lost.lease, 15),
        lambda: attempt.report(store, lost.lease, [Fact(EventType.STAGE_STARTED, stage="video")]),
        lambda: attempt.complete(store, lost.lease),
        lambda: task_store.publish(lost),
    ):
        with pytest.raises(StaleAttempt):
            write()
    assert content(task_store.data / "tasks") == before
    assert task_store.faults() == []


def test_open_streams_are_told_at_once_that_the_history_is_another_one(task_store: TaskStore, copy: Path) -> None:
    store = listener.open_store(task_store.data)
    task_id = running(task_store).id
    for _ in range(3):
        task_store.submit()  # so that the restored log will be just as long as this one: its length then tells nobody anything
    head = task_store.seqs()[-1]
    with Listener(store, poll_interval_s=0):
        stream = Broadcaster(store, lambda _read, row, _prefix: {"id": row.id}).subscribe(watching([task_id]), None)
        assert stream
        frames: list[bytes] = []
        reading = threading.Thread(target=lambda: frames.extend(stream), daemon=True)
        reading.start()
        until(lambda: any(b"task.started" in frame for frame in frames))
        seen = len(frames)
        subprocess.run(
            [sys.executable, "app.py", "--data", str(task_store.data), "restore", str(copy), "--yes"], check=True, capture_output=True
        )
        until(lambda: any(b"task.requeued" in frame for frame in frames[seen:]))
        first = next(frame for frame in frames[seen:] if not frame.startswith(b"event: heartbeat"))
        assert first.startswith(b"event: reset\n")
        assert b'"epoch"' in first
        assert task_store.seqs()[-1] == head
        stream.hang_up()
        reading.join()
    store.close()


def test_a_restore_of_the_same_backup_is_another_history_each_time(task_store: TaskStore, store: Store, copy: Path) -> None:
    epochs = set()
    for _ in range(3):
        put_back(task_store, copy)
        with store.reading() as read:
            epochs.add(read.epoch)
    assert len(epochs) == 3
    assert task_store.faults() == []


def test_the_backup_itself_is_not_changed(task_store: TaskStore, store: Store, copy: Path) -> None:
    before = content(copy)
    put_back(task_store, copy)
    claimed = task_store.claim()
    task_store.publish(claimed)
    attempt.complete(store, claimed.lease)
    assert content(copy) == before


def test_a_backup_makes_a_store_where_none_was(copy: Path, tmp_path: Path) -> None:
    restore(tmp_path / "new", copy, in_use=False)
    new = TaskStore(tmp_path / "new")
    assert len(new.tasks()) == 4
    assert new.faults() == []
    new.store.close()


def test_the_database_as_it_was_is_kept(task_store: TaskStore, store: Store, copy: Path) -> None:
    later = task_store.completed_task("# Later")
    put_back(task_store, copy)
    with closing(connect(task_store.data / KEPT)) as replaced:
        assert replaced.execute("SELECT title FROM tasks WHERE id = ?", (later,)).fetchone() == ("Later",)


def test_what_is_no_backup_changes_nothing(task_store: TaskStore, store: Store, copy: Path, tmp_path: Path) -> None:
    task_id = task_store.completed_task("# Later")
    too_new, rotten = tmp_path / "too-new", tmp_path / "rotten"
    for directory in (too_new, rotten):
        directory.mkdir()
        (directory / "videogen.db").write_bytes((copy / "videogen.db").read_bytes())
    with closing(connect(too_new / "videogen.db")) as shell:
        shell.execute("UPDATE alembic_version SET version_num = '9999'")
    with (rotten / "videogen.db").open("r+b") as file:
        file.seek(8 * 4096)
        file.write(b"\xff" * 8192)
    for source, refusal in ((too_new, StoreTooNew), (rotten, StoreDamaged), (tmp_path / "none", NoBackup), (task_store.data, NoBackup)):
        with pytest.raises(refusal):
            put_back(task_store, source)
    assert task_id in task_store.tasks()
    assert task_store.faults() == []
    assert not (task_store.data / ".restore").exists()


@pytest.mark.parametrize(("stage", "done"), MOMENTS)
def test_a_restore_that_is_killed_leaves_the_old_store_or_the_new_one(
    task_store: TaskStore, store: Store, copy: Path, stage: str, done: str
) -> None:
    restored = task_store.tasks()
    later = task_store.completed_task("# Later")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(task_store.data), str(copy), stage, done], check=False, capture_output=True)
    assert killed.returncode == -9, killed.stderr
    assert task_store.tasks() == (restored if (stage, done) == MOMENTS[-1] else restored | {later})
    assert task_store.faults() == []
    put_back(task_store, copy)
    assert task_store.tasks() == restored
    assert task_store.faults() == []


def test_a_file_that_sqlite_cannot_write_to_is_replaced_unless_somebody_has_it_open(
    task_store: TaskStore, store: Store, copy: Path
) -> None:
    store.close()
    garbage = b"not a database at all" * 500
    for ending in ("-wal", "-shm"):
        store.path.with_name(f"{store.path.name}{ending}").unlink(missing_ok=True)
    store.path.write_bytes(garbage)
    with pytest.raises(StoreInUse):
        put_back(task_store, copy, in_use=True)
    assert store.path.read_bytes() == garbage
    put_back(task_store, copy, in_use=False)
    assert (task_store.data / DAMAGED).read_bytes() == garbage
    assert task_store.faults() == []


def test_a_store_with_damaged_pages_is_healed_under_running_processes(task_store: TaskStore, store: Store, copy: Path) -> None:
    for _ in range(30):
        task_store.completed_task()
    store.checkpoint()
    with closing(connect(store.path)) as shell:
        (pages,) = shell.execute("PRAGMA page_count").fetchone()
    store.close()
    with store.path.open("r+b") as file:
        file.seek((pages // 2) * 4096)
        file.write(b"\xff" * 4 * 4096)
    put_back(task_store, copy)
    assert len(task_store.tasks()) == 4
    assert task_store.faults() == []
