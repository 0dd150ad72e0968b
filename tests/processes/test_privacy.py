"""Others on the machine cannot read what the server keeps."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.migrate import migrate
from models.sqlite.backup import backup
from tests.processes.conftest import Workspace
from tests.support.web_server import Serve
from videogen.files.privacy import keep_private
from videogen.streams.listener import open_store


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """The usual one, and the tests' own again afterwards."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def readable(directory: Path) -> list[str]:
    """What others have any right to, below a directory and it itself."""
    # Not rglob, which raises where a worker has removed its directory meanwhile.
    below = [Path(root, name) for root, directories, files in os.walk(directory) for name in (*directories, *files)]
    return sorted(str(path) for path in [directory, *below] if mode_of(path) & 0o077)


def mode_of(path: Path) -> int:
    """The path's permissions. Of a link, and of what a server that runs has removed meanwhile, nobody has any."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return 0
    return 0 if stat.S_ISLNK(status.st_mode) else stat.S_IMODE(status.st_mode)


def test_a_new_data_directory_and_its_backup_are_the_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    keep_private(data)
    migrate(data)
    store = open_store(data)
    backup(store, tmp_path / "copies" / "one")
    store.close()
    assert readable(data) == []
    assert readable(tmp_path / "copies") == []


def test_an_existing_one_is_tightened_and_the_log_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = tmp_path / "data"
    migrate(data)
    assert readable(data)
    keep_private(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "videogen.db").stat().st_mode) == 0o600
    assert caplog.text.count("now only its owner can") == 1
    keep_private(data)
    assert caplog.text.count("now only its owner can") == 1


@pytest.mark.parametrize("mode", [0o1777, 0o755], ids=["everybody's", "without a store"])
def test_a_directory_that_is_not_the_servers_is_left_as_it_is(tmp_path: Path, mode: int) -> None:
    if mode == 0o1777:
        migrate(tmp_path)
    tmp_path.chmod(mode)
    keep_private(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == mode


def test_web_process_and_worker_write_for_their_owner_alone(serve: Serve, data: Path, workspace: Workspace) -> None:
    server = serve()
    server.client.post("/api/tasks", json={"script": "# Hello", "options": {"voice": "none"}})
    assert [path for path in readable(data) if Path(path).name in ("secret", "server.json") or path == str(data)] == []
    workspace.start_worker()
    made = workspace.submit("stage video", "scene 1", "artifact video film.mp4", "finish")
    assert workspace.wait_for_end(made).status == "completed"
    assert [path for path in readable(workspace.data) if "/tasks/" in path] == []
