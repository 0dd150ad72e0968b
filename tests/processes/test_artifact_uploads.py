"""A worker whose files are in a bucket: what it made is there before it is registered, and it keeps its lease meanwhile."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from models import stray_files, task
from models.artifact import File
from models.attempt import Fact
from models.event import EventType
from models.files.disk import DiskFiles
from models.task import Lease
from models.verify import verify
from tests.processes.conftest import Workspace
from tests.processes.test_worker import VIDEO_STEPS
from tests.support.process_state import until
from tests.support.s3_server import SECRET, S3Server
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
    uploads.take([fact(EventType.ARTIFACT_CREATED, tmp_path / "missing.png")])
    uploads.wait(10)
    with pytest.raises(FileNotFoundError):
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


@pytest.mark.integration
def test_worker_keeps_its_lease_while_the_bucket_does_not_answer(workspace: Workspace, bucket: str, s3: S3Server, tmp_path: Path) -> None:
    workspace.start_worker(files_url=f"s3://{bucket}/made", lease_s=2)
    warm = workspace.submit(*VIDEO_STEPS)  # the worker asks the bucket as it starts: it has done so when a first task has ended
    assert workspace.wait_for_end(warm).status == "completed"
    made = workspace.submit(f"fork {tmp_path / 'pid'}", *VIDEO_STEPS)
    os.kill(s3.pid, signal.SIGSTOP)
    try:
        workspace.wait_for(made, "stage.started")
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
