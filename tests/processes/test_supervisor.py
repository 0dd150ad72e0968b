import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import httpx
import pytest

from models import attempt, task, worker
from tests.processes.conftest import PIPE, Workspace
from tests.support.database_lock import locked
from tests.support.process_state import living, until
from tests.support.web_server import free_port
from videogen.config import Settings
from videogen.errors.system import PortTaken
from videogen.processes.attempt_runner import remove_stale_work_directories, work_directory
from videogen.processes.process_group import ProcessGroup
from videogen.processes.supervisor import Child, environment, listen, submit_example

SERVER = (sys.executable, "-m", "tests.processes.stand_in_server")


class Server:
    """A running supervisor."""

    def __init__(self, workspace: Workspace, *args: str, **settings: object) -> None:
        self.port = free_port()
        self.workspace = workspace
        self.group = workspace.start(*SERVER, *args, stdout=PIPE, port=self.port, lease_s=60, **settings)

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/health", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def web(self) -> int:
        """The web process's id."""
        below = children(self.group.pid)
        return next(pid for pid in below if b"web" in Path(f"/proc/{pid}/cmdline").read_bytes())

    def workers(self) -> list[int]:
        with self.workspace.store.reading() as read:
            return [process.pid for process in worker.alive(read) if living([process.pid])]


def children(pid: int) -> set[int]:
    """All processes below it."""
    below: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text(errors="replace").rpartition(")")[2].split()[1]) == pid:
                below |= {int(stat.parent.name)} | children(int(stat.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return living(below)


@pytest.fixture
def server(workspace: Workspace) -> Server:
    server = Server(workspace)
    until(lambda: server.healthy() and server.workers())
    return server


def test_the_whole_application_starts_prints_its_address_and_renders_a_video(workspace: Workspace) -> None:
    server = Server(workspace, "real")
    assert server.group.stdout is not None
    assert server.group.stdout.readline().decode() == f"videogen: open http://127.0.0.1:{server.port}\n"
    assert server.healthy()
    assert "The server starts one by itself" in httpx.get(f"http://127.0.0.1:{server.port}/status", timeout=60).text
    assert workspace.wait_for_end(workspace.submit("stage video", "finish")).status == "completed"
    below = children(server.group.pid)
    server.group.terminate()
    assert server.group.wait(20) == 0
    assert not living(below)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_takes_everything_along_and_puts_the_task_back(server: Server, number: int) -> None:
    made = server.workspace.submit("stage video", "hang")
    server.workspace.wait_for(made, "stage.started")
    below = children(server.group.pid)
    assert len(below) >= 6
    os.kill(server.group.pid, number)
    assert server.group.wait(20) == 0
    assert not living(below)
    assert server.workspace.types(made)[-1] == "task.requeued"


def test_killed_it_leaves_nothing_behind_and_the_next_one_goes_on_at_the_same_port(server: Server, tmp_path: Path) -> None:
    made = server.workspace.submit("stage video", f"wait {tmp_path / 'go'}", "finish")
    server.workspace.wait_for(made, "stage.started")
    below = children(server.group.pid)
    os.kill(server.group.pid, signal.SIGKILL)
    until(lambda: not living(below))
    (tmp_path / "go").touch()
    again = server.workspace.start(*SERVER, port=server.port, lease_s=60)
    assert server.workspace.wait_for_end(made).status == "completed"
    assert server.workspace.task(made).attempt == 2
    until(server.healthy)
    assert again.alive()


def test_a_web_process_that_is_killed_comes_back_at_the_same_port(server: Server) -> None:
    before = server.web()
    os.kill(before, signal.SIGKILL)
    until(lambda: not living([before]) and server.healthy())
    assert server.web() != before


def test_a_busy_database_does_not_keep_what_died_from_coming_back(server: Server, tmp_path: Path) -> None:
    """Held by another program until the web process is back; what the dead worker had is released after that."""
    made = server.workspace.submit("stage video", "scene 1", f"wait {tmp_path / 'never'}")
    server.workspace.wait_for(made, "scene.rendered")
    before, worked = server.web(), server.workers()[0]
    with locked(server.workspace.store.path) as let_go:
        for process in (worked, before):
            os.kill(process, signal.SIGKILL)
        until(lambda: not living([before]) and server.healthy())
        assert server.workspace.task(made).attempt == 1
        let_go()
    until(lambda: "attempt.lost" in server.workspace.types(made))


def test_the_task_of_a_worker_that_is_killed_need_not_wait_for_its_lease(server: Server, tmp_path: Path) -> None:
    go = tmp_path / "go"
    made = server.workspace.submit("stage video", "scene 1", f"wait {go}", "finish")
    server.workspace.wait_for(made, "scene.rendered")
    os.kill(server.workers()[0], signal.SIGKILL)
    go.touch()
    assert server.workspace.wait_for_end(made).status == "completed"
    assert server.workspace.task(made).attempt == 2
    until(lambda: not list((server.workspace.data / "work").iterdir()))


def test_without_workers_it_serves_pages(workspace: Workspace) -> None:
    server = Server(workspace, workers=0)
    until(server.healthy)
    assert server.workers() == []


def test_a_taken_port_is_an_error_and_nothing_is_started(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            listen("127.0.0.1", port, 0)
        result = subprocess.run(
            SERVER, env={**os.environ, "VIDEOGEN_DATA": str(workspace.data), "VIDEOGEN_PORT": str(port)}, capture_output=True, timeout=60
        )
    assert result.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in result.stderr.decode()
    assert "--port" in result.stderr.decode()


def test_a_port_that_is_given_up_shortly_after_is_taken() -> None:
    lingering = (
        "import socket, sys\nserver = socket.create_server(('127.0.0.1', 0))\nprint(server.getsockname()[1], flush=True)\nsys.stdin.read()"
    )
    with ProcessGroup([sys.executable, "-c", lingering], stdin=PIPE, stdout=PIPE) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        port = int(other.stdout.readline())
        other.stdin.close()
        with listen("127.0.0.1", port, 20) as taken:
            assert taken.getsockname()[1] == port


def test_a_child_that_dies_soon_is_started_later_and_later_until_it_has_proved_itself() -> None:
    child = Child("web process", (sys.executable, "-c", "raise SystemExit(3)"))
    pauses: list[Any] = []
    now = 0.0
    for _ in range(10):
        child.start_if_due(now, {})
        assert child.group is not None
        child.group.wait(20)
        assert child.take_exit_code(now) == 3
        assert child.take_exit_code(now) is None
        child.start_if_due(now, {})
        assert child.group is None
        pauses.append(round(child.start_at - now, 3))
        now = child.start_at
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0]
    child.start_if_due(now, {})
    assert child.group is not None
    child.group.wait(20)
    child.take_exit_code(now + 60)
    assert child.pause_s == 0.1


def test_while_workers_die_pages_are_served_and_the_reason_is_logged(workspace: Workspace) -> None:
    dying = "import sys; from tests.processes.stand_in_server import *; from videogen.processes.supervisor import Supervisor; "
    dying += "Supervisor(settings(), WEB, (sys.executable, '-c', 'raise SystemExit(5)')).run()"
    port = free_port()
    env = {**os.environ, "VIDEOGEN_DATA": str(workspace.data), "VIDEOGEN_PORT": str(port)}
    with subprocess.Popen([sys.executable, "-c", dying], env=env, stderr=PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stderr is not None
        reasons: list[str] = []
        while len(reasons) < 3:
            line = process.stderr.readline().decode()
            assert line, reasons
            reasons += [line] if line.startswith("the worker") else []  # the first says that the directory is closed to others now
        until(lambda: httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=60).is_success)
        process.terminate()
    assert reasons == [f"the worker 1 ended with exit code 5; restarting it in {pause} s\n" for pause in (0.1, 0.2, 0.4)]


def test_children_get_the_supervisors_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data=tmp_path / "päth", port=1234, stage_max_s=9.5, hosts="a,b", workers=2)
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


def test_an_example_is_submitted_to_a_store_that_never_had_a_task(workspace: Workspace) -> None:
    for _ in range(2):
        submit_example(workspace.store)
    with workspace.store.reading() as read:
        assert [row.title for row in task.page(read)[0]] == ["Welcome to videogen"]


def test_only_the_work_directories_of_attempts_that_are_over_are_removed(workspace: Workspace) -> None:
    for source in ("x", "y"):
        workspace.submit(source)
    running, lost = (attempt.claim(workspace.store, worker.register(workspace.store), 60) for _ in range(2))
    assert running and lost
    remaining, work = work_directory(workspace.data, running), workspace.data / "work"
    for name in (remaining.name, f"{running.id}-0-abc", work_directory(workspace.data, lost).name, "nobody-1-abc", "render-of_another"):
        (work / name).mkdir(parents=True)
    attempt.requeue(workspace.store, lost.lease)
    remove_stale_work_directories(workspace.store)
    assert sorted(path.name for path in work.iterdir()) == sorted([remaining.name, "render-of_another"])


def test_a_supervisor_stays_light() -> None:
    asks = "import sys, videogen.processes.supervisor\n"
    asks += "print(*{'moviepy', 'matplotlib', 'numpy', 'av', 'PIL', 'flask', 'gevent'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", asks], check=True, capture_output=True).stdout == b"\n"
