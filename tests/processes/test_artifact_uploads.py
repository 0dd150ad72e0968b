"""A worker whose files are in a bucket: what it made is there before it is registered, and it keeps its lease meanwhile."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import closing
from pathlib import Path

import pytest

from models import stray_files, task, worker
from models.artifact import File
from models.attempt import Fact
from models.event import EventType
from models.files.disk import DiskFiles
from models.registered_file import registered
from models.task import Lease
from models.verify import verify
from tests.processes.conftest import Workspace
from tests.processes.test_worker import VIDEO_STEPS
from tests.support.process_state import until
from tests.support.s3_server import SECRET, S3Server
from tests.torture.put_marksman import PutMarksman
from videogen.files.s3 import S3Files
from videogen.processes.artifact_uploads import ArtifactUploads

LEASE = Lease("0123456789abcdef", 1, "here-1-abcdef")


class SlowFiles(DiskFiles):
    """A storage far away, whose `video.mp4` arrives when the test says so."""

    is_local = False

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.arrives = threading.Event()

    def put(self, key: str, source: Path, media_type: str = "") -> None:
        if key.endswith("video.mp4"):
            assert self.arrives.wait(30)
        super().put(key, source, media_type)


def fact(type_: EventType, *paths: Path) -> Fact:
    files = [File("video", path, path.name, "video/mp4", 1, "0") for path in paths]
    return Fact(type_, stage="video", files=files)


def test_facts_wait_for_the_files_of_those_before_them_and_keep_their_order(tmp_path: Path) -> None:
    for name in ("video.mp4", "picture.png"):
        (tmp_path / name).write_text("x")
    files = SlowFiles(tmp_path)
    uploads = ArtifactUploads(files, LEASE)
    first, second, third = (
        fact(EventType.STAGE_STARTED),
        fact(EventType.ARTIFACT_CREATED, tmp_path / "video.mp4"),
        fact(EventType.ARTIFACT_CREATED, tmp_path / "picture.png"),
    )
    assert uploads.take([first, second, third]) == [first]
    assert uploads.pending
    assert uploads.take([]) == []
    files.arrives.set()
    taken: list[Fact] = []
    while uploads.pending:
        uploads.wait(1)
        taken += uploads.take([])
    assert [[file.key for file in one.files] for one in taken] == [
        [f"tasks/{LEASE.task_id}/1-abcdef/video.mp4"],
        [f"tasks/{LEASE.task_id}/1-abcdef/picture.png"],
    ]
    uploads.close()


def test_file_that_cannot_be_put_is_an_error_where_its_fact_is_taken(tmp_path: Path) -> None:
    uploads = ArtifactUploads(SlowFiles(tmp_path), LEASE)
    with pytest.raises(FileNotFoundError):  # by the first call already, if the thread was faster
        uploads.take([fact(EventType.ARTIFACT_CREATED, tmp_path / "missing.png")])
        uploads.wait(10)
        uploads.take([])
    uploads.close()


@pytest.mark.integration
def test_worker_puts_what_it_made_into_the_bucket_and_registers_it(workspace: Workspace, bucket: str) -> None:
    url = f"s3://{bucket}/made"
    workspace.store.files = files = S3Files(url, workspace.data)
    workspace.start_worker(files_url=url)
    made = workspace.submit(*VIDEO_STEPS)
    assert workspace.wait_for_end(made).status == "completed"
    key = workspace.wait_for(made, "artifact.created").data["files"][0]["key"]
    assert files.range(key, 0, 100) == b"video"
    assert not (workspace.data / "tasks").exists()
    assert verify(workspace.store) == []
    task.delete(workspace.store, made)
    assert stray_files.sweep(workspace.store, files, grace_s=0) == 0


def workers_of(workspace: Workspace) -> dict[str, int]:
    """The processes of the workers that have registered."""
    with workspace.store.reading() as read:
        return {row.id: row.pid for row in worker.every(read)}


@pytest.mark.integration
def test_file_whose_worker_was_killed_before_it_was_registered_is_nobodys_and_removed(
    workspace: Workspace, bucket: str, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"s3://{bucket}/made"
    workspace.store.files = files = S3Files(url, workspace.data)
    with closing(PutMarksman(int(s3.endpoint.rpartition(":")[2]))) as marksman:
        monkeypatch.setenv("AWS_ENDPOINT_URL", marksman.endpoint)
        workspace.start_worker(files_url=url)
        until(lambda: workers_of(workspace))
        made = workspace.submit(*VIDEO_STEPS)
        shot = marksman.kill(workers_of(workspace), within_s=60)
        assert shot
        _, key = shot
        with workspace.store.reading() as read:
            assert key not in {file.key for file in registered(read)}
        assert files.stat(key)
        workspace.release_dead()
        workspace.start_worker(files_url=url)
        ended = workspace.wait_for_end(made)
        assert (ended.status, ended.attempt) == ("completed", 2)
        assert stray_files.sweep(workspace.store, files, grace_s=0) >= 1  # another may have been put at the same time
        with workspace.store.reading() as read:
            assert {stored.key for stored in files.list("")} == {file.key for file in registered(read)}
        assert verify(workspace.store, deep=True) == []


@pytest.mark.integration
def test_worker_keeps_its_lease_while_the_bucket_does_not_answer(workspace: Workspace, bucket: str, s3: S3Server, tmp_path: Path) -> None:
    workspace.start_worker(files_url=f"s3://{bucket}/made", lease_s=2)
    warm = workspace.submit(*VIDEO_STEPS)  # the worker asks the bucket as it starts: it has done so when a first task has ended
    assert workspace.wait_for_end(warm).status == "completed"
    made = workspace.submit(f"fork {tmp_path / 'pid'}", *VIDEO_STEPS)
    os.kill(s3.pid, signal.SIGSTOP)
    try:
        workspace.wait_for(made, "task.started")  # what follows may wait for the bucket, too
        leases: set[str | None] = set()
        until(lambda: leases.add(workspace.task(made).lease_expires_at) or len(leases) > 4)
        assert "scene.rendered" not in workspace.types(made)  # its file is not there yet
    finally:
        os.kill(s3.pid, signal.SIGCONT)
    ended = workspace.wait_for_end(made)
    assert (ended.status, ended.attempt) == ("completed", 1)


@pytest.mark.integration
def test_bucket_that_is_missing_costs_attempts_and_the_error_says_so(
    workspace: Workspace, bucket: str, capfd: pytest.CaptureFixture[str]
) -> None:
    workspace.start_worker(files_url="s3://nobodys-bucket/made")
    made = workspace.submit(*VIDEO_STEPS, attempts=1)
    ended = workspace.wait_for_end(made)
    assert (ended.status, ended.error_code) == ("failed", "files_unavailable")
    assert "There is no bucket nobodys-bucket" in (ended.error_message or "")
    assert SECRET not in "".join(capfd.readouterr())
