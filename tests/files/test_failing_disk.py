"""A disk that is full, fails, or may not be written: each has its code and its hint, and what was written stays as it was."""

from __future__ import annotations

import errno
import io
import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import event

from models.database import Store
from models.sqlite.dialect import SQLite
from models.verify import verify
from tests.models.test_backup import content
from tests.support.media_files import picture
from tests.support.paths import ROOT
from tests.support.task_store import TaskStore
from tests.support.web_server import OpenApp
from videogen.web.services import services_of

IN_A_NAMESPACE = ("unshare", "--map-root-user", "--mount", "sh", "-c")
WRITE = """
import sys
from pathlib import Path
from tests.support.task_store import TaskStore
from models.errors import VideogenError

task_store = TaskStore(Path(sys.argv[1]))
try:
    for _ in range(100):
        task_store.submit("# " + "x" * 100_000)
except VideogenError as error:
    print(error.code)
"""


def in_a_namespace(*command: str) -> subprocess.CompletedProcess[str]:
    """Run where mounting is allowed and nobody else sees it; skipped where the system does not let anybody."""
    probe = subprocess.run([*IN_A_NAMESPACE, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip(f"no mounting here: {probe.stderr.decode().strip()}")
    return subprocess.run([*IN_A_NAMESPACE, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def limit_pages(store: Store, more: int | None) -> None:
    """Let the database grow by so many pages and no further, as on a disk without room; None takes the limit away."""
    with store.writing() as write:
        pages = write.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    most = 2**31 if more is None else pages + more
    event.listen(SQLite.of(store).writer, "connect", lambda connection, _record: connection.execute(f"PRAGMA max_page_count = {most}"))
    SQLite.of(store).close()  # its next connections are new ones


def test_a_file_for_which_there_is_no_room_is_refused_with_what_to_do_and_nothing_of_it_stays(
    data: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    client = open_app()
    monkeypatch.setattr("models.files.blob_store.os.fsync", full)
    refused = client.post("/api/assets", data={"file": (io.BytesIO(picture()), "cat.png")})
    assert (refused.status_code, refused.get_json()["code"]) == (507, "disk_full")
    assert [path for path in (data / "assets").rglob("*") if path.is_file()] == []


def test_a_submission_to_a_full_disk_is_refused_with_what_to_do_and_nothing_of_it_is_written(data: Path, open_app: OpenApp) -> None:
    client = open_app()
    store: Store = services_of(client.application).store
    script = {"script": "# Hello\n\n" + "words " * 20_000}
    limit_pages(store, 2)
    refused = client.post("/api/tasks", json=script)
    assert (refused.status_code, refused.get_json()["code"]) == (507, "disk_full")
    assert "Free some space" in refused.get_json()["hint"]
    assert client.get("/api/tasks").get_json()["tasks"] == []
    assert client.get("/tasks").status_code == 200
    assert verify(store) == []
    limit_pages(store, None)
    assert client.post("/api/tasks", json=script).status_code == 201
    assert verify(store) == []


def test_on_a_disk_that_is_really_full_nothing_is_lost_and_all_goes_on_when_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    run = 'mount -t tmpfs -o size=2m tmpfs "$0" && exec "$1" -m tests.files.on_a_small_disk "$0"'
    done = in_a_namespace(run, str(disk), sys.executable)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["said"] == {
        "submit": "disk_full",
        "complete": "disk_full",
        "read": "done",
        "backup": "disk_full",
        "migrate": "disk_full",
        "open": "disk_full",
    }
    assert report["left"] == ["data", "filling"]
    assert report["faults"] == []
    assert report["film"]


def test_a_disk_that_refuses_to_write_is_told_apart_from_a_full_one_and_from_a_damaged_database(data: Path) -> None:
    limit = (data / "videogen.db").stat().st_size + 300_000

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-c", WRITE, str(data)], cwd=ROOT, preexec_fn=narrow, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "disk_failing", done.stderr
    assert TaskStore(data).faults() == []


@pytest.mark.parametrize("command", ["serve", "tasks", "verify", "prune", "submit app.py"])
def test_a_directory_that_may_not_be_written_is_said_at_once_and_left_alone(task_store: TaskStore, data: Path, command: str) -> None:
    task_store.completed_task()
    task_store.store.close()
    before = content(data)
    read_only = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    done = in_a_namespace(read_only, str(data), sys.executable, "app.py", "--data", str(data), *command.split())
    assert done.returncode == 1
    assert "cannot be written" in done.stderr and "Hint: Check that the directory exists, belongs to this user" in done.stderr
    assert content(data) == before


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [sys.executable, "app.py", "--data", str(tmp_path / "file" / "data"), "serve"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "cannot be made" in done.stderr and "Hint: Check that" in done.stderr
