"""Files that scripts use go with the last task that uses them, and no sooner."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest

from models import asset, orphans, retention, task
from models.database import Store
from models.files.blob_store import Asset, staged
from models.sqlite.backup import backup
from models.sqlite.driver import connect
from models.sqlite.restore import restore
from models.verify import verify
from tests.support.task_store import TaskStore


def uploaded(store: Store, content: bytes = b"a cat", name: str = "cat.png") -> Asset:
    with staged(store.data, io.BytesIO(content)) as copy:
        copy.keep()
    return Asset(name, copy.id, "image/png", copy.bytes)


def aged(store: Store, file: Asset, days: float = 2.0) -> Path:
    path = store.data / file.key
    os.utime(path, times=(time.time() - days * 86400,) * 2)
    return path


def submit(store: Store, *files: Asset) -> str:
    return task.submit(store, source="# A", format="markdown", assets=files).id


def test_what_nobody_uses_goes_after_a_day_and_what_a_task_uses_stays(task_store: TaskStore, store: Store) -> None:
    used, fresh, unused = uploaded(store, b"used"), uploaded(store, b"fresh"), uploaded(store, b"unused")
    submit(store, used)
    for file in (used, unused):
        aged(store, file)
    assert orphans.sweep_assets(store) == 1
    assert [(store.data / file.key).exists() for file in (used, fresh, unused)] == [True, True, False]


def test_file_of_two_tasks_goes_with_the_second(task_store: TaskStore, store: Store) -> None:
    file = uploaded(store)
    first, second = submit(store, file), submit(store, file)
    path = aged(store, file)
    for deleted, there in ((first, True), (second, False)):
        task.delete(store, deleted)
        assert orphans.sweep_assets(store) == 0  # it can still be brought back
        retention.purge(store, 0)
        orphans.sweep_assets(store)
        assert path.exists() == there
    assert task_store.faults() == []


def test_file_uploaded_once_more_while_it_is_thrown_away_comes_back(
    task_store: TaskStore, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = uploaded(store)
    path = aged(store, file)
    is_used = asset.is_used
    looks: list[bool] = []

    def meanwhile(*args: object) -> bool:
        looks.append(True)
        if len(looks) == 2:
            uploaded(store)
        return is_used(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(asset, "is_used", meanwhile)
    assert orphans.sweep_assets(store) == 0
    assert path.read_bytes() == b"a cat"


def test_half_an_upload_is_cleared_away_after_a_day(task_store: TaskStore, store: Store) -> None:
    for name, days in ((".tmp-old", 2), (".tmp-new", 0)):
        path = store.data / "assets" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
        os.utime(path, times=(time.time() - days * 86400,) * 2)
    orphans.sweep_assets(store)
    assert [path.name for path in (store.data / "assets").iterdir()] == [".tmp-new"]


@pytest.mark.sqlite_only
def test_backup_and_restore_bring_the_files_along(task_store: TaskStore, store: Store, tmp_path: Path) -> None:
    file = uploaded(store)
    made = submit(store, file)
    assert backup(store, tmp_path / "copy").missing == ()
    (store.data / file.key).unlink()
    assert [finding.task_id for finding in verify(store)] == [made]
    restore(store.data, tmp_path / "copy", in_use=True)
    assert (store.data / file.key).read_bytes() == b"a cat"
    assert verify(store, deep=True) == []
    with store.reading() as read:
        assert asset.of_task(read, made) == [file]


@pytest.mark.sqlite_only
def test_verify_holds_a_tasks_files_against_its_log(task_store: TaskStore, store: Store) -> None:
    file = uploaded(store)
    submit(store, file)
    assert verify(store, deep=True) == []
    (store.data / file.key).write_bytes(b"a dog")
    assert "not what it was" in verify(store, deep=True)[0].message
    other = connect(store.path)
    other.execute("UPDATE assets SET name = 'dog.png'")
    other.close()
    assert "dog.png" in verify(store)[0].message
