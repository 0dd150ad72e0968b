"""`app.py backup`, `restore` and `prune`."""

import json
from pathlib import Path

import pytest

from models import task
from models.database import Store
from tests.cli.conftest import Run
from tests.support.task_store import TaskStore


@pytest.fixture
def task_store(data: Path) -> TaskStore:
    return TaskStore(data)


def test_a_backup_is_restored(task_store: TaskStore, store: Store, run: Run, tmp_path: Path) -> None:
    task_id = task_store.completed_task()
    done = run("backup", str(tmp_path / "copy"))
    assert (done.exit_code, done.stdout) == (0, f"{tmp_path / 'copy'}: 1 video with 1 file, 0.0 MiB\n")
    task.delete(store, task_id)
    asked = run("restore", str(tmp_path / "copy"), stdin="n\n")
    assert asked.exit_code == 1
    assert "has 0 videos. Replace it" in asked.stderr
    assert task_store.tasks() == set()
    assert run("restore", str(tmp_path / "copy"), stdin="y\n").exit_code == 0
    assert task_store.tasks() == {task_id}
    assert task_store.faults() == []


def test_a_missing_backup_is_refused_without_a_question(task_store: TaskStore, run: Run, tmp_path: Path) -> None:
    refused = run("restore", str(tmp_path / "none"), stdin="y\n")
    assert refused.exit_code == 1
    assert "Replace it" not in refused.stderr and "There is no videogen.db" in refused.stderr


def test_a_second_backup_to_the_same_place_is_refused_with_a_hint(run: Run, store: Store, tmp_path: Path) -> None:
    assert json.loads(run("backup", str(tmp_path / "copy"), "--json").stdout)["tasks"] == 0
    refused = run("backup", str(tmp_path / "copy"))
    assert refused.exit_code == 1
    assert "exists already" in refused.stderr and "never replaces anything" in refused.stderr


def test_missing_files_are_reported(task_store: TaskStore, run: Run, tmp_path: Path) -> None:
    task_id = task_store.completed_task()
    (task_store.data / "tasks" / task_id / "1" / "video.mp4").unlink()
    done = run("backup", str(tmp_path / "copy"))
    assert done.exit_code == 0
    assert done.stderr == f"Missing: tasks/{task_id}/1/video.mp4\n"


def test_prune_first_lists_and_then_deletes_videos_beyond_the_limits(task_store: TaskStore, run: Run) -> None:
    old, new = task_store.completed_task("# Old"), task_store.completed_task("# New")
    listed = run("prune", "--count", "1", "--dry-run")
    assert old in listed.stdout and new not in listed.stdout
    assert task_store.tasks() == {old, new}
    done = json.loads(run("prune", "--count", "1", "--json").stdout)
    assert done["pruned"]["retired"] == [old]
    assert done["pruned"]["purged"] == []
    assert json.loads(run("prune", "--now", "--json").stdout)["pruned"]["purged"] == [old]
    assert task_store.tasks() == {new}
    assert task_store.faults() == []


def test_prune_without_limits_deletes_nothing(task_store: TaskStore, run: Run) -> None:
    task_id = task_store.completed_task()
    assert "No video exceeds the limits" in run("prune", "--dry-run").stdout
    assert run("prune").exit_code == 0
    assert task_store.tasks() == {task_id}
