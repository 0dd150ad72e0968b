"""The whole application on PostgreSQL, by the setting alone. Its verbs are tested in `tests/models`, over both databases."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from models.server import Server as Database
from models.verify import verify
from tests.processes.conftest import Workspace
from tests.processes.test_supervisor import Server
from tests.support.postgres import Cluster, hand

pytestmark = pytest.mark.slow

CUT_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
def workspace(tmp_path: Path, cluster: Cluster) -> Iterator[Workspace]:
    with cluster.database() as url:
        workspace = Workspace(tmp_path / "data", Database(url))
        yield workspace
        workspace.close()


def test_task_of_a_killed_worker_is_made_by_the_next_and_its_stream_ends(workspace: Workspace, tmp_path: Path) -> None:
    """In between all connections are cut, as by a restart of the database."""
    server = Server(workspace, "real")
    assert server.group.stdout is not None
    assert server.group.stdout.readline().startswith(b"videogen: open")
    made = workspace.submit("stage video", f"wait {tmp_path / 'go'}", "artifact video film.mp4", "finish")
    workspace.wait_for(made, "stage.started")
    address = f"http://127.0.0.1:{server.port}/api/tasks/{made}/stream"
    with httpx.stream("GET", address, timeout=60) as stream:
        lines = stream.iter_lines()
        assert "event: hello" in (next(lines) for _ in range(10))
        (worked,) = server.workers()
        os.kill(worked, signal.SIGKILL)
        hand(workspace.store, CUT_CONNECTIONS)
        (tmp_path / "go").touch()
        rest = list(lines)
    assert workspace.wait_for_end(made).status == "completed"
    assert workspace.types(made).count("task.started") == 2
    assert "event: end" in rest
    ids = [int(line.rpartition("-")[2]) for line in rest if line.startswith("id:")]
    assert ids == sorted(set(ids))
    assert ids[-1] == workspace.events(made)[-1].seq
    assert (workspace.data / "tasks" / made / "2" / "film.mp4").exists()
    assert verify(workspace.store, deep=True) == []
    assert not (workspace.data / "videogen.db").exists()
    server.group.terminate()
    assert server.group.wait(30) == 0


def test_commands_that_are_for_sqlite_say_what_to_use_instead(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from videogen.cli import main
    from videogen.config import settings

    monkeypatch.setenv("VIDEOGEN_DATABASE_URL", workspace.url)
    monkeypatch.setenv("VIDEOGEN_DATA", str(workspace.data))
    settings.cache_clear()
    try:
        for command, word in (("backup b", "pg_dump"), ("restore b", "pg_restore"), ("sql -c x", "psql"), ("inspect", "psql")):
            result = CliRunner().invoke(main, command.split())
            assert (result.exit_code, word in result.output) == (1, True), result.output
        result = CliRunner().invoke(main, ["tasks", "--json"])
        assert (result.exit_code, result.output.strip()[:1]) == (0, "["), result.output
    finally:
        settings.cache_clear()
