"""A backup is of one moment, whole or not there at all, and a store of its own."""

import errno
import os
from contextlib import closing
from pathlib import Path

import pytest

from models import attempt, task
from models.database import Store
from models.errors import BackupExists, StoreDamaged
from models.event import head
from models.sqlite import database_copy
from models.sqlite.backup import backup
from models.sqlite.driver import connect
from models.sqlite.restore import restore
from tests.support.database_damage import by_hand
from tests.support.task_store import TaskStore
from videogen.config import Settings
from videogen.processes.janitor import clean


def content(directory: Path) -> dict[str, bytes]:
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_a_backup_opens_elsewhere_as_a_store_of_its_own(task_store: TaskStore, store: Store, tmp_path: Path) -> None:
    task_id, waiting = task_store.completed_task(), task_store.submit().id
    running = task_store.claim()
    copied = backup(store, tmp_path / "copy")
    assert (copied.tasks, copied.files, copied.missing) == (2, 1, ())
    assert set(content(tmp_path / "copy")) == {"videogen.db", f"tasks/{task_id}/1/video.mp4"}
    copy = TaskStore(tmp_path / "copy")
    with store.reading() as read, copy.store.reading() as elsewhere:
        assert read.epoch != elsewhere.epoch
    assert copy.tasks() == {task_id, waiting}
    assert copy.faults() == task_store.faults() == []
    taken_up = copy.claim()
    assert (taken_up.id, taken_up.attempts_left) == (running.id, running.attempts_left)
    attempt.renew(store, running.lease, 15)  # the original knows nothing of it
    copy.store.close()


def test_a_backup_is_of_one_moment_however_much_is_written_meanwhile(
    task_store: TaskStore, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_copy, "PAGES", 2)
    before = {task_store.completed_task(), task_store.completed_task()}

    def meanwhile(what: str, done: float) -> None:
        if what == "Copying the database" and len(task_store.tasks()) < 20:
            task_store.completed_task()

    backup(store, tmp_path / "copy", meanwhile)
    assert len(task_store.tasks()) > 10
    copy = TaskStore(tmp_path / "copy")
    assert copy.tasks() == before
    assert copy.faults() == []
    copy.store.close()


def test_files_that_are_due_for_removal_wait_for_the_backup(task_store: TaskStore, store: Store, tmp_path: Path) -> None:
    task.delete(store, task_store.completed_task())
    task_store.completed_task()
    settings = Settings.model_validate({"data": task_store.data, "undo_s": 0})
    rounds = []

    def meanwhile(what: str, _done: float) -> None:
        rounds.append((what, clean(store, settings)))

    assert backup(store, tmp_path / "copy", meanwhile).missing == ()
    assert {what for what, _ in rounds} == {"Copying the database", "Copying the files"}
    assert {done for _, done in rounds} == {None}
    assert len(content(tmp_path / "copy")) == 3


@pytest.mark.parametrize("stage", ["Copying the database", "Copying the files"])
def test_a_backup_that_fails_leaves_nothing_behind(task_store: TaskStore, store: Store, tmp_path: Path, stage: str) -> None:
    task_store.completed_task()

    def fail(what: str, _done: float) -> None:
        if what == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup(store, tmp_path / "copy", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    assert task_store.faults() == []


def test_what_a_killed_backup_left_is_no_hindrance(task_store: TaskStore, store: Store, tmp_path: Path) -> None:
    task_store.completed_task()
    left = tmp_path / ".copy.partial" / "tasks"
    left.mkdir(parents=True)
    (left / "half").write_text("x")
    assert backup(store, tmp_path / "copy").files == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "data"]


def test_a_backup_never_replaces_anything(task_store: TaskStore, store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    backup(store, tmp_path / "copy")
    before = content(tmp_path / "copy")
    for taken in (tmp_path / "copy", tmp_path / "copy" / "videogen.db", task_store.data):
        with pytest.raises(BackupExists):
            backup(store, taken)
    assert content(tmp_path / "copy") == before


def test_files_take_no_more_space_on_the_same_disk_and_are_checked_on_another(
    task_store: TaskStore, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_ids = [task_store.completed_task(), task_store.completed_task()]
    files = [task_store.data / "tasks" / task_id / "1" / "video.mp4" for task_id in task_ids]
    backup(store, tmp_path / "linked")
    assert all((tmp_path / "linked" / file.relative_to(task_store.data)).samefile(file) for file in files)

    def no_links(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", no_links)
    files[1].unlink()
    files[1].write_bytes(b"rust")  # as many bytes, and not what was registered
    copied = backup(store, tmp_path / "copied")
    assert copied.missing == (files[1].relative_to(task_store.data).as_posix(),)
    copied_file = tmp_path / "copied" / files[0].relative_to(task_store.data)
    assert copied_file.read_bytes() == b"film"
    assert not copied_file.samefile(files[0])
    assert not (tmp_path / "copied" / files[1].relative_to(task_store.data)).exists()


def test_a_file_that_is_not_there_is_told_and_the_rest_is_copied(task_store: TaskStore, store: Store, tmp_path: Path) -> None:
    lost, remaining = task_store.completed_task(), task_store.completed_task()
    (task_store.data / "tasks" / lost / "1" / "video.mp4").unlink()
    copied = backup(store, tmp_path / "copy")
    assert copied.missing == (f"tasks/{lost}/1/video.mp4",)
    assert (tmp_path / "copy" / "tasks" / remaining / "1" / "video.mp4").read_bytes() == b"film"


@pytest.mark.parametrize("key", ["../precious", "/etc/hostname", "tasks/../../precious", "tasks/x/1/../../../../precious", ""])
def test_a_name_put_in_by_hand_is_not_followed(task_store: TaskStore, store: Store, tmp_path: Path, key: str) -> None:
    task_id = task_store.completed_task()
    (tmp_path / "precious").write_text("x")
    with closing(connect(store.path)) as shell:
        shell.execute("UPDATE artifacts SET key = ?, bytes = 1 WHERE task_id = ?", (key, task_id))
    assert backup(store, tmp_path / "a" / "copy").missing == (key,)
    assert set(content(tmp_path / "a")) == {"copy/videogen.db"}


def test_of_a_damaged_store_no_backup_is_made(task_store: TaskStore, store: Store, tmp_path: Path) -> None:
    for _ in range(30):
        task_store.completed_task()
    store.checkpoint()
    store.close()
    with store.path.open("r+b") as file:
        file.seek(20 * 4096)
        file.write(os.urandom(4096))
    with pytest.raises(StoreDamaged):
        backup(Store(task_store.data), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_bad_row_is_no_reason_to_have_no_backup(task_store: TaskStore, store: Store, tmp_path: Path) -> None:
    task_id = task_store.completed_task()
    store.close()
    by_hand(store.path, f"UPDATE tasks SET options = '{{broken' WHERE id = '{task_id}'")
    assert backup(store, tmp_path / "copy").files == 1


def test_the_original_is_not_touched(task_store: TaskStore, store: Store, tmp_path: Path) -> None:
    task_store.completed_task()
    task_store.submit()
    task_store.claim()
    with store.reading() as read:
        before = read.epoch, head(read)
    backup(store, tmp_path / "copy")
    with store.reading() as read:
        assert (read.epoch, head(read)) == before


def test_own_themes_are_part_of_a_backup_and_come_back(task_store: TaskStore, store: Store, tmp_path: Path) -> None:
    themes = store.data / "themes"
    themes.mkdir()
    (themes / "mine.yaml").write_text("mode: dark")
    (themes / ".unfinished").write_text("half")
    (themes / "link.yaml").symlink_to("/etc/hostname")
    backup(store, tmp_path / "copy")
    assert [path.name for path in (tmp_path / "copy" / "themes").iterdir()] == ["mine.yaml"]
    (themes / "mine.yaml").write_text("mode: light")
    (themes / "newer.yaml").write_text("mode: light")
    restore(store.data, tmp_path / "copy", in_use=False)
    assert {path.name: path.read_text() for path in themes.glob("*er.yaml")} == {"newer.yaml": "mode: light"}
    assert (themes / "mine.yaml").read_text() == "mode: dark"
