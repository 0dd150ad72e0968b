"""Files in a bucket: put first and registered after, removed when nobody can need them, and by one store alone."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from models import attempt, stray_files, task
from models.database import Store
from models.errors import StaleAttempt
from models.files.blob_store import Asset, staged
from models.files.disk import DiskFiles
from models.sqlite.backup import backup
from models.sqlite.restore import restore
from models.task import Task
from models.verify import verify
from tests.files.test_storage import CONTENT, KEY, publish, put
from tests.support.paths import ROOT
from tests.support.process_state import until
from tests.support.s3_server import KEY_ID, SECRET, S3Server
from tests.support.task_store import TaskStore
from videogen.config import Settings
from videogen.errors.system import BadSetting, ExtraMissing, FilesOfAnotherStore, FilesUnavailable
from videogen.files.copying import copy_files
from videogen.files.s3 import KEEP_S, S3Files
from videogen.files.storage import open_storage, open_url
from videogen.processes.janitor import clean


@pytest.fixture
def in_bucket(data: Path, s3_files: S3Files) -> Iterator[TaskStore]:
    """A store whose files are in a bucket."""
    store = Store(data, files=s3_files)
    yield TaskStore(data, store)
    store.close()


def keys(files: S3Files, prefix: str = "") -> list[str]:
    return sorted(stored.key for stored in files.list(prefix))


def uploaded(files: S3Files, content: bytes = b"a cat") -> Asset:
    with staged(files.data, io.BytesIO(content), files) as copy:
        copy.keep()
    return Asset("cat.png", copy.id, "image/png", copy.bytes)


def nothing(_what: str, _done: float) -> None:
    pass


PUT_AND_DIE = """
import os, signal, sys
from pathlib import Path
from models import artifact, attempt, worker
from models.artifact import File
from models.database import Store
from videogen.files.s3 import S3Files
data = Path(sys.argv[1])
store = Store(data, files=S3Files(sys.argv[2], data))
claimed = attempt.claim(store, worker.register(store), 60)
made = data / "made"
made.write_bytes(b"half")
artifact.put_first(store.files, claimed.lease, File("video", made, "video.mp4", "video/mp4", 4, "0"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_file_of_a_worker_killed_between_put_and_commit_is_removed_and_no_row_is_without_its_file(
    in_bucket: TaskStore, s3_files: S3Files
) -> None:
    submitted, store = in_bucket.submit(), in_bucket.store
    command = [sys.executable, "-c", PUT_AND_DIE, str(in_bucket.data), s3_files.location]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
    (lost,) = keys(s3_files, "tasks/")
    assert stray_files.sweep(store, s3_files, grace_s=0) == 0  # as far as anybody knows it still runs
    assert attempt.release_dead(store) == 1
    again: list[Task | None] = []
    until(lambda: again.append(attempt.claim(store, in_bucket.worker_id, 60)) or again[-1])
    claimed = again[-1]
    assert claimed
    publish(store, claimed, in_bucket.data)
    attempt.complete(store, claimed.lease)
    assert stray_files.sweep(store, s3_files) == 0  # it is not a day old
    assert stray_files.sweep(store, s3_files, grace_s=0) == 1
    assert lost not in keys(s3_files)
    assert [key.split("/")[1] for key in keys(s3_files)] == [submitted.id]
    assert verify(store, deep=True) == []


def test_attempt_that_lost_its_lease_registers_nothing_and_replaces_no_file(in_bucket: TaskStore, s3_files: S3Files) -> None:
    in_bucket.submit()
    lost = in_bucket.claim()
    attempt.requeue(in_bucket.store, lost.lease)
    again = in_bucket.claim()
    publish(in_bucket.store, again, in_bucket.data, b"the second")
    with pytest.raises(StaleAttempt):
        publish(in_bucket.store, lost, in_bucket.data, b"the first")
    assert verify(in_bucket.store, deep=True) == []
    attempt.complete(in_bucket.store, again.lease)
    assert stray_files.sweep(in_bucket.store, s3_files, grace_s=0) == 1
    assert verify(in_bucket.store, deep=True) == []


def test_purged_task_takes_its_files_along_and_leaves_others_alone(in_bucket: TaskStore, s3_files: S3Files) -> None:
    gone, remaining = in_bucket.completed_task(), in_bucket.completed_task()
    task.delete(in_bucket.store, gone)
    clean(in_bucket.store, Settings(data=in_bucket.data, files_url=s3_files.location), at_once=True)
    assert [key.split("/")[1] for key in keys(s3_files)] == [remaining]
    assert verify(in_bucket.store) == []


def test_asset_that_nobody_uses_goes_after_the_grace_period_and_a_used_one_stays(in_bucket: TaskStore, s3_files: S3Files) -> None:
    used, unused = uploaded(s3_files, b"used"), uploaded(s3_files, b"unused")
    task.submit(in_bucket.store, source="# A", format="markdown", assets=[used])
    assert stray_files.sweep(in_bucket.store, s3_files) == 0
    assert stray_files.sweep(in_bucket.store, s3_files, grace_s=0) == 1
    assert keys(s3_files) == [used.key]
    assert s3_files.stat(unused.key) is None


@pytest.mark.parametrize(("age_s", "writes"), [(-1.0, 0), (KEEP_S + 1, 1)])
def test_asset_that_somebody_is_about_to_use_is_written_again_if_it_is_old(
    s3_files: S3Files, monkeypatch: pytest.MonkeyPatch, age_s: float, writes: int
) -> None:
    file = uploaded(s3_files)
    monkeypatch.setattr("videogen.files.s3.KEEP_S", KEEP_S - age_s)
    written: list[str] = []
    upload = s3_files._upload
    monkeypatch.setattr(s3_files, "_upload", lambda key, *rest: written.append(key) or upload(key, *rest))
    assert s3_files.keep(file.key).read_bytes() == b"a cat"
    assert written == [file.key] * writes


def test_asset_removed_while_somebody_writes_it_anew_is_there_in_the_end(s3_files: S3Files, monkeypatch: pytest.MonkeyPatch) -> None:
    file = uploaded(s3_files)
    monkeypatch.setattr("videogen.files.s3.KEEP_S", -60.0)
    written = threading.Event()
    upload = s3_files._upload

    def tell(*what: Any) -> None:
        upload(*what)
        written.set()

    monkeypatch.setattr(s3_files, "_upload", tell)
    keeping = threading.Thread(target=lambda: s3_files.keep(file.key))

    def is_used() -> bool:  # asked after the file was found old, and before it is removed
        keeping.start()
        assert written.wait(30)
        return False

    assert s3_files.delete_unused(file.key, 0, is_used)
    keeping.join()
    assert s3_files.stat(file.key)
    assert list(s3_files.list("removals/")) == []


def test_mark_of_a_process_killed_while_it_removed_an_asset_holds_up_nobody_for_long(
    s3_files: S3Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = uploaded(s3_files)
    put(s3_files, s3_files.data, f"removals/{file.id}", b"")
    monkeypatch.setattr("videogen.files.s3.REMOVAL_S", 0.5)
    with pytest.raises(FilesUnavailable, match="just being removed"):
        s3_files.keep(file.key)
    monkeypatch.setattr("videogen.files.s3.ABANDONED_S", -1.0)
    assert s3_files.keep(file.key).read_bytes() == b"a cat"


def test_file_in_use_or_written_lately_is_not_removed_as_unused(s3_files: S3Files) -> None:
    file = uploaded(s3_files)
    assert not s3_files.delete_unused(file.key, 3600, lambda: False)
    assert not s3_files.delete_unused(file.key, 0, lambda: True)
    assert s3_files.stat(file.key)
    assert s3_files.delete_unused(file.key, 0, lambda: False)
    assert not s3_files.delete_unused(file.key, 0, lambda: False)


def test_second_store_at_the_same_place_removes_nothing_until_it_is_told_to(
    in_bucket: TaskStore, s3_files: S3Files, tmp_path: Path
) -> None:
    in_bucket.completed_task()
    s3_files.check_owner()
    (tmp_path / "other").mkdir()
    other = S3Files(s3_files.location, tmp_path / "other")
    with pytest.raises(FilesOfAnotherStore):
        other.delete(keys(s3_files))
    assert len(keys(s3_files)) == 1
    other.adopt()
    with pytest.raises(FilesOfAnotherStore):
        s3_files.check_owner()
    other.delete(keys(s3_files))
    assert keys(s3_files) == []


def test_janitor_cleans_on_while_the_bucket_is_of_another_store(
    in_bucket: TaskStore, s3_files: S3Files, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = in_bucket.completed_task()
    (tmp_path / "other").mkdir()
    S3Files(s3_files.location, tmp_path / "other").adopt()
    task.delete(in_bucket.store, gone)
    cleaned = clean(in_bucket.store, Settings(data=in_bucket.data, files_url=s3_files.location), at_once=True)
    assert cleaned is not None
    assert cleaned.pruned.purged == [gone]
    assert len(keys(s3_files)) == 1
    assert "belong to another store" in caplog.text


def test_files_move_between_disk_and_bucket_and_back(task_store: TaskStore, s3_files: S3Files, tmp_path: Path) -> None:
    task_id = task_store.completed_task()
    with staged(task_store.data, io.BytesIO(b"a cat")) as copy:
        copy.keep()
    task.submit(task_store.store, source="# A", format="markdown", assets=[Asset("cat.png", copy.id, "image/png", copy.bytes)])
    disk, elsewhere = DiskFiles(task_store.data), DiskFiles(tmp_path / "elsewhere")
    assert copy_files(task_store.store, disk, s3_files, nothing).files == 2
    again = copy_files(task_store.store, disk, s3_files, nothing)
    assert (again.files, again.present, again.missing) == (0, 2, [])
    assert copy_files(task_store.store, s3_files, elsewhere, nothing).files == 2
    assert (tmp_path / "elsewhere" / "tasks" / task_id / "1" / "video.mp4").read_bytes() == b"film"
    task_store.store.files = s3_files
    assert verify(task_store.store, deep=True) == []


def test_file_that_is_not_as_registered_is_named_and_not_copied(task_store: TaskStore, s3_files: S3Files) -> None:
    task_id = task_store.completed_task()
    key = f"tasks/{task_id}/1/video.mp4"
    (task_store.data / key).write_bytes(b"rust")
    assert copy_files(task_store.store, DiskFiles(task_store.data), s3_files, nothing).missing == [key]
    assert keys(s3_files) == []


def test_backup_says_where_the_files_are_and_restore_finds_them_there(in_bucket: TaskStore, s3_files: S3Files, tmp_path: Path) -> None:
    in_bucket.completed_task()
    copied = backup(in_bucket.store, tmp_path / "backup")
    assert (copied.files, copied.files_elsewhere) == (0, s3_files.location)
    assert not (tmp_path / "backup" / "tasks").exists()
    restored = restore(in_bucket.data, tmp_path / "backup", in_use=True, storage=s3_files)
    assert (restored.files, restored.missing) == (1, ())
    s3_files.delete(keys(s3_files))
    assert len(restore(in_bucket.data, tmp_path / "backup", in_use=True, storage=s3_files).missing) == 1


def test_restore_puts_files_of_a_backup_from_the_disk_into_the_bucket(task_store: TaskStore, s3_files: S3Files, tmp_path: Path) -> None:
    task_store.completed_task()
    backup(task_store.store, tmp_path / "backup")
    restored = restore(task_store.data, tmp_path / "backup", in_use=True, storage=s3_files)
    assert (restored.files, restored.missing) == (1, ())
    task_store.store.files = s3_files
    assert verify(task_store.store, deep=True) == []


def test_damaged_asset_is_not_taken_for_the_file_that_was_uploaded(s3_files: S3Files, data: Path) -> None:
    key = f"assets/00/{'0' * 64}"
    s3_files._upload(key, put_aside(data, b"rust"), "")
    with pytest.raises(FilesUnavailable, match="is not what it was"):
        s3_files.fetch(key)


def put_aside(data: Path, content: bytes) -> Path:
    path = data / "aside"
    path.write_bytes(content)
    return path


def test_copies_that_nobody_fetches_are_forgotten(s3_files: S3Files, data: Path) -> None:
    put(s3_files, data)
    path = s3_files.fetch(KEY)
    assert s3_files.forget_copies(3600) == 0
    assert s3_files.forget_copies(-1) == len(CONTENT)
    assert not path.exists()
    assert s3_files.fetch(KEY).read_bytes() == CONTENT


class Refusing(BaseHTTPRequestHandler):
    """Refuses every request as S3 does, with what it knows of the client in its answer."""

    def refuse(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        content = f"<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>{KEY_ID}</AWSAccessKeyId><X>{SECRET}</X></Error>".encode()
        self.send_response(403)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = refuse

    def log_message(self, *_: object) -> None:
        pass


def test_what_a_bucket_says_in_refusing_reaches_nobody(s3: S3Server, bucket: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = HTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    files = S3Files(f"s3://{bucket}", data)
    for use in (files.try_out, files.check_owner, lambda: files.stat("x"), lambda: list(files.list("tasks/"))):
        with pytest.raises(FilesUnavailable) as caught:
            use()
        text = f"{caught.value!r} {caught.value.detail} {caught.value.hint} {caught.value.__cause__} {caught.value.as_dict()}"
        assert KEY_ID not in text
        assert SECRET not in text
        assert "refuses access" in text
    server.shutdown()
    server.server_close()


def test_missing_bucket_is_named(bucket: str, data: Path) -> None:
    with pytest.raises(FilesUnavailable, match="There is no bucket nobodys-bucket"):
        S3Files("s3://nobodys-bucket/x", data).try_out()


def test_setting_without_the_extra_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ExtraMissing, match="need the extra s3") as caught:
        open_storage(Settings(data=tmp_path, files_url="s3://videos/here"))
    assert "videogen[s3]" in caught.value.hint
    assert isinstance(open_storage(Settings(data=tmp_path)), DiskFiles)


@pytest.mark.parametrize("url", ["s3://key:secret@bucket/x", "http://bucket/x", "s3://bucket/../x y", "s3://B", "file:///tmp"])
def test_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="files_url"):
        Settings(data=tmp_path, files_url=url)
    with pytest.raises(BadSetting):
        open_url(Settings(data=tmp_path), url)


def test_obstore_is_not_imported_without_the_setting() -> None:
    code = (
        "import sys, videogen.files.storage as s, videogen.config as c; s.open_storage(c.Settings()); assert 'obstore' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
