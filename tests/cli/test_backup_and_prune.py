"""`app.py backup`, `restore` and `prune`."""

import json
from pathlib import Path

import pytest

from models import task
from models.database import Store
from tests.cli.conftest import Run
from tests.support.task_store import House


@pytest.fixture
def house(data: Path) -> House:
    return House(data)


def test_a_backup_is_restored(house: House, store: Store, run: Run, tmp_path: Path) -> None:
    film = house.film()
    done = run("backup", str(tmp_path / "copy"))
    assert (done.exit_code, done.stdout) == (0, f"{tmp_path / 'copy'}: 1 video with 1 file, 0.0 MiB\n")
    task.delete(store, film)
    asked = run("restore", str(tmp_path / "copy"), stdin="n\n")
    assert asked.exit_code == 1
    assert "has 0 videos. Replace it" in asked.stderr
    assert house.tasks() == set()
    assert run("restore", str(tmp_path / "copy"), stdin="y\n").exit_code == 0
    assert house.tasks() == {film}
    assert house.faults() == []


def test_a_missing_backup_is_refused_without_a_question(house: House, run: Run, tmp_path: Path) -> None:
    refused = run("restore", str(tmp_path / "none"), stdin="y\n")
    assert refused.exit_code == 1
    assert "Replace it" not in refused.stderr and "There is no videogen.db" in refused.stderr


def test_a_second_backup_to_the_same_place_is_refused_with_a_hint(run: Run, store: Store, tmp_path: Path) -> None:
    assert json.loads(run("backup", str(tmp_path / "copy"), "--json").stdout)["tasks"] == 0
    refused = run("backup", str(tmp_path / "copy"))
    assert refused.exit_code == 1
    assert "exists already" in refused.stderr and "never replaces anything" in refused.stderr


def test_missing_files_are_reported(house: House, run: Run, tmp_path: Path) -> None:
    film = house.film()
    (house.data / "tasks" / film / "1" / "video.mp4").unlink()
    done = run("backup", str(tmp_path / "copy"))
    assert done.exit_code == 0
    assert done.stderr == f"Missing: tasks/{film}/1/video.mp4\n"


def test_prune_first_lists_and_then_deletes_videos_beyond_the_limits(house: House, run: Run) -> None:
    old, new = house.film("# Old"), house.film("# New")
    listed = run("prune", "--count", "1", "--dry-run")
    assert old in listed.stdout and new not in listed.stdout
    assert house.tasks() == {old, new}
    done = json.loads(run("prune", "--count", "1", "--json").stdout)
    assert done["pruned"]["retired"] == [old]
    assert done["pruned"]["purged"] == []
    assert json.loads(run("prune", "--now", "--json").stdout)["pruned"]["purged"] == [old]
    assert house.tasks() == {new}
    assert house.faults() == []


def test_prune_without_limits_deletes_nothing(house: House, run: Run) -> None:
    film = house.film()
    assert "No video exceeds the limits" in run("prune", "--dry-run").stdout
    assert run("prune").exit_code == 0
    assert house.tasks() == {film}
