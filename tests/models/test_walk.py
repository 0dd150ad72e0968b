"""Walks over directories that others change: what vanishes on the way ends none of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Store
from models.files import walk
from tests.support.task_store import TaskStore
from videogen.config import Settings
from videogen.processes.janitor import clean
from videogen.render.cache import Cache, key

FLEETING = "fleeting"


@pytest.fixture
def fleeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is called so is gone as soon as the directory that it is in was listed: another process removed it."""
    iterdir = Path.iterdir

    def listed(directory: Path) -> Iterator[Path]:
        names = list(iterdir(directory))
        for path in names:
            if path.name.startswith(FLEETING):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return iter(names)

    monkeypatch.setattr(Path, "iterdir", listed)


def filled(directory: Path) -> Path:
    (directory / FLEETING / "in" / "it").mkdir(parents=True)
    (directory / "lasting").mkdir()
    for name in (FLEETING, "lasting"):
        (directory / "lasting" / name).write_text("x")
    return directory


def test_a_directory_that_is_gone_is_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "gone", tmp_path / "file"):
        assert walk.entries(path) == list(walk.below(path)) == list(walk.files(path, depth=2)) == []
    assert walk.stat(tmp_path / "gone") is None
    assert walk.size(tmp_path / "gone") == 0


def test_what_vanishes_after_it_was_listed_is_left_out(tmp_path: Path, fleeting: None) -> None:
    filled(tmp_path)
    paths = [tmp_path / FLEETING, tmp_path / "lasting", tmp_path / "lasting" / FLEETING, tmp_path / "lasting" / "lasting"]
    assert list(walk.below(tmp_path)) == paths
    assert list(walk.files(tmp_path, depth=2)) == [tmp_path / "lasting" / "lasting"]
    assert walk.size(tmp_path / "lasting" / "lasting") == 1


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "inside").symlink_to(tmp_path)
    assert list(walk.below(tmp_path)) == [tmp_path / "inside"]


def test_a_cache_gives_up_what_it_can_while_others_create_and_remove(tmp_path: Path, fleeting: None) -> None:
    cache = Cache(tmp_path / "cache")
    for number in range(3):
        (made := tmp_path / "made").write_bytes(b"x" * 1000)
        cache.put(key("sound", "wav", {"number": number}), made)
        made.unlink()
    filled(cache.root)
    (cache.root / "sound" / f"{FLEETING}-letters").mkdir()
    assert cache.evict(1000) == 2000


def test_a_round_of_the_janitor_is_not_cut_short_by_what_vanishes(task_store: TaskStore, store: Store, fleeting: None) -> None:
    for name in ("work", "cache", "tmp", "assets", "trash"):
        shutil.rmtree(task_store.data / name, ignore_errors=True)
        filled(task_store.data / name)
    task_store.completed_task()
    (task_store.data / "tasks" / FLEETING / "1").mkdir(parents=True)
    (task_store.data / "work" / "render-1" / FLEETING).mkdir(parents=True)
    assert clean(store, Settings(data=task_store.data))
