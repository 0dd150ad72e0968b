"""What every storage of files promises: the disk of this machine, and a bucket."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from models import attempt
from models.artifact import File
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from models.files.blob_store import key_of
from models.files.storage import BLOCK_BYTES, Files
from models.task import Task
from models.verify import verify
from tests.support.task_store import TaskStore

KEY = "tasks/0123456789abcdef/1/video.mp4"
CONTENT = bytes(range(256)) * 5000  # more than a block


def put(files: Files, data: Path, key: str = KEY, content: bytes = CONTENT, media_type: str = "video/mp4") -> Path:
    source = data / "made"
    source.write_bytes(content)
    files.put(key, source, media_type)
    return source


def test_file_that_was_put_is_there_whole_and_has_moved_away(files: Files, data: Path) -> None:
    source = put(files, data)
    assert not source.exists()
    stored = files.stat(KEY)
    assert stored is not None
    assert (stored.key, stored.bytes) == (KEY, len(CONTENT))
    with files.open(KEY) as content:
        assert content.read() == CONTENT


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (5, BLOCK_BYTES + 7), (len(CONTENT) - 3, len(CONTENT) + 9), (4, 4)])
def test_range_has_the_bytes_from_start_up_to_stop(files: Files, data: Path, start: int, stop: int) -> None:
    put(files, data)
    assert files.range(KEY, start, stop) == CONTENT[start:stop]


def test_file_that_is_not_there_is_not_found(files: Files) -> None:
    assert files.stat(KEY) is None
    for read in (lambda: files.open(KEY), lambda: files.range(KEY, 0, 1), lambda: files.keep(key_of("0" * 64))):
        with pytest.raises(FileNotFoundError):
            read()
    assert not files.fetch(KEY).exists()


def test_second_file_under_a_key_replaces_the_first_whole(files: Files, data: Path) -> None:
    put(files, data)
    put(files, data, content=b"again")
    assert files.range(KEY, 0, 100) == b"again"


@pytest.mark.parametrize("kind", ["link", "directory"])
def test_what_is_no_regular_file_is_not_taken(files: Files, data: Path, kind: str) -> None:
    source = data / "made"
    if kind == "link":
        (data / "secret").write_text("x")
        source.symlink_to(data / "secret")
    else:
        source.mkdir()
    with pytest.raises(OSError):
        files.put(KEY, source)
    assert files.stat(KEY) is None
    assert os.path.lexists(source)


def test_list_has_what_begins_with_the_prefix_and_nothing_else(files: Files, data: Path) -> None:
    asset = key_of(hashlib.sha256(b"a cat").hexdigest())
    put(files, data)
    put(files, data, key="tasks/0123456789abcdef0/1/video.mp4")
    put(files, data, key=asset, content=b"a cat")
    assert [stored.key for stored in files.list("tasks/0123456789abcdef/")] == [KEY]
    assert [(stored.key, stored.bytes) for stored in files.list("assets/")] == [(asset, 5)]
    assert len(list(files.list(""))) == 3
    assert list(files.list("tasks/nothing/")) == []


def test_deleted_files_are_gone_and_those_not_there_are_no_error(files: Files, data: Path) -> None:
    put(files, data)
    files.delete([KEY, "tasks/0123456789abcdef/2/video.mp4"])
    files.delete([])
    assert files.stat(KEY) is None


def test_fetched_file_can_be_read_by_its_path(files: Files, data: Path) -> None:
    put(files, data)
    assert files.fetch(KEY).read_bytes() == CONTENT
    assert files.fetch(KEY).read_bytes() == CONTENT


def test_kept_asset_has_the_age_of_a_new_one(files: Files, data: Path) -> None:
    asset = key_of(hashlib.sha256(b"a cat").hexdigest())
    put(files, data, key=asset, content=b"a cat")
    before = files.stat(asset)
    path = files.keep(asset)
    after = files.stat(asset)
    assert path.read_bytes() == b"a cat"
    assert before is not None
    assert after is not None
    assert after.modified_at >= before.modified_at


def test_report_registers_a_file_that_is_there(files: Files, data: Path) -> None:
    store = Store(data, files=files)
    task_store = TaskStore(data, store)
    task_store.submit()
    claimed = task_store.claim()
    publish(store, claimed, data)
    attempt.complete(store, claimed.lease)
    assert verify(store, deep=True) == []
    assert len(list(files.list(f"tasks/{claimed.id}/"))) == 1
    store.close()


def publish(store: Store, claimed: Task, data: Path, content: bytes = CONTENT) -> None:
    made = data / "video.mp4"
    made.write_bytes(content)
    file = File("video", made, "video.mp4", "video/mp4", len(content), hashlib.sha256(content).hexdigest())
    attempt.report(store, claimed.lease, [Fact(EventType.ARTIFACT_CREATED, stage="output", data={"kind": "video"}, files=(file,))])
