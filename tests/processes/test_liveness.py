"""Processes that are stopped, which nobody notices who only waits for their ends; and what systemd and a supervisor say to each other."""

import os
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from tests.processes.conftest import Workspace
from tests.processes.test_supervisor import SERVER, Server
from tests.support.process_state import living, state, until
from tests.support.web_server import free_port
from videogen.processes.liveness import HEARTBEAT_PIPE, MISSES, START_S, STOPPED_S, HealthCheck, Heartbeat, HeartbeatReader
from videogen.processes.service_manager import ServiceManager
from videogen.processes.supervisor import Child


def test_a_web_process_that_is_stopped_is_replaced_and_connections_made_meanwhile_are_answered(workspace: Workspace) -> None:
    server = Server(workspace, health_interval_s=0.5)
    until(lambda: server.healthy() and server.workers())
    stopped = server.web()
    os.kill(stopped, signal.SIGSTOP)
    until(lambda: state(stopped) == "T")
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as waiting:
        waiting.sendall(b"GET /api/health HTTP/1.0\r\n\r\n")
        assert b"200" in waiting.recv(100)
    assert not living([stopped])
    assert server.web() != stopped


def test_a_worker_that_is_stopped_is_replaced_and_its_task_is_finished_by_the_next(workspace: Workspace, tmp_path: Path) -> None:
    server = Server(workspace, worker_silence_s=2)
    go = tmp_path / "go"
    made = workspace.submit("stage video", "scene 1", f"wait {go}", "finish")
    workspace.wait_for(made, "scene.rendered")
    (stopped,) = server.workers()
    os.kill(stopped, signal.SIGSTOP)
    go.touch()
    assert workspace.wait_for_end(made).status == "completed"
    assert not living([stopped])
    assert "attempt.lost" in workspace.types(made)


def test_a_worker_that_waits_for_a_long_step_is_not_taken_for_one_that_hangs(workspace: Workspace, tmp_path: Path) -> None:
    server = Server(workspace, worker_silence_s=2)
    go = tmp_path / "go"
    made = workspace.submit("stage video", "scene 1", f"wait {go}", "finish")
    workspace.wait_for(made, "scene.rendered")
    works = server.workers()
    began = time.monotonic()
    until(lambda: time.monotonic() - began > 5)
    go.touch()
    assert workspace.wait_for_end(made).attempt == 1
    assert server.workers() == works


def test_three_answers_must_be_missing_and_one_answer_makes_up_for_two() -> None:
    check = HealthCheck(1.0, now=0.0)
    hears = socket.socket(fileno=os.dup(check.descriptor))
    check.started()

    def answer() -> None:
        connection, _ = hears.accept()
        with connection:
            assert connection.recv(1000).startswith(b"GET /api/health")
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

    check.check(0.0)
    answer()
    until(lambda: check.check(0.1) or check.ready)
    for now in (1.0, 2.0, 3.0):  # asked, missed, missed
        check.check(now)
    assert check.misses == MISSES - 1
    for _ in range(MISSES):
        answer()
    until(lambda: check.check(3.1) or check.misses == 0)
    for now in (4.0, 5.0, 6.0, 7.0):
        assert not check.hung(now)
        check.check(now)
    assert check.hung(7.0)
    check.close()
    hears.close()


def test_a_process_that_never_answers_is_given_the_time_of_a_slow_start() -> None:
    check = HealthCheck(1.0, now=0.0)
    for now in range(0, int(START_S), 10):
        check.check(float(now))
        assert not check.hung(float(now))
    assert check.hung(START_S)
    check.close()


def test_heartbeats_go_through_the_pipe_and_stop_when_the_loop_does(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = HeartbeatReader(2.0, now=100.0)
    monkeypatch.setenv(HEARTBEAT_PIPE, str(os.dup(reader.descriptor)))
    heartbeat = Heartbeat()
    reader.started()
    reader.check(100.0)
    assert not reader.ready
    heartbeat.beat()
    reader.check(100.0)
    assert reader.ready
    assert not reader.hung(101.9)
    assert reader.hung(102.0)
    assert HEARTBEAT_PIPE not in os.environ
    reader.close()


def test_the_service_manager_hears_of_readiness_of_life_and_of_the_end(workspace: Workspace) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hears:
        hears.bind("")  # the kernel gives an abstract address
        hears.settimeout(60)
        address = "@" + hears.getsockname()[1:].decode()
        group = workspace.start("env", f"NOTIFY_SOCKET={address}", "WATCHDOG_USEC=1000000", *SERVER, port=free_port(), workers=0)
        messages: list[bytes] = []
        while b"READY=1" not in messages or messages.count(b"WATCHDOG=1") < 3:
            messages.append(hears.recv(1000))
        group.terminate()
        while messages[-1] != b"STOPPING=1":
            messages.append(hears.recv(1000))
        assert group.wait(20) == 0


def test_without_a_service_manager_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    manager = ServiceManager()
    assert manager.watchdog_s is None
    manager.notify("READY=1")
    manager.send_watchdog(0.0)


def test_a_socket_that_systemd_passes_is_listened_at(workspace: Workspace) -> None:
    """Connections made before the server was started are answered."""
    become = "import os, sys\nos.dup2(int(sys.argv[1]), 3)\nos.environ |= {'LISTEN_PID': str(os.getpid()), 'LISTEN_FDS': '1'}\n"
    become += "os.execv(sys.executable, [sys.executable, '-m', 'tests.processes.stand_in_server'])"
    with socket.create_server(("127.0.0.1", 0)) as passed, socket.create_connection(passed.getsockname(), timeout=60) as early:
        early.sendall(b"GET /api/health HTTP/1.0\r\n\r\n")
        command = [sys.executable, "-c", become, str(passed.fileno())]
        environment = os.environ | {"VIDEOGEN_DATA": str(workspace.data), "VIDEOGEN_PORT": "1", "VIDEOGEN_WORKERS": "0"}
        with subprocess.Popen(command, env=environment, pass_fds=[passed.fileno()], stdout=subprocess.DEVNULL) as process:
            try:
                assert b"200" in early.recv(100)
            finally:
                process.terminate()


def test_a_process_that_is_stopped_before_its_first_sign_of_life_is_replaced_soon() -> None:
    child = Child("web process", (sys.executable, "-c", "import time; time.sleep(600)"), partial(HealthCheck, 1.0))
    child.start_if_due(0.0, {})
    try:
        pid = child.group.pid
        assert not child.hangs(STOPPED_S + 1), "it imports"
        os.kill(pid, signal.SIGSTOP)
        until(lambda: state(pid) == "T")
        assert not child.hangs(STOPPED_S + 2)
        os.kill(pid, signal.SIGCONT)
        until(lambda: state(pid) != "T")
        assert not child.hangs(2 * STOPPED_S + 2), "it goes on"
        os.kill(pid, signal.SIGSTOP)
        until(lambda: state(pid) == "T")
        assert not child.hangs(2 * STOPPED_S + 3)
        assert child.hangs(3 * STOPPED_S + 3)
        child.kill()
        assert child.take_exit_code(3 * STOPPED_S + 3) == -signal.SIGKILL
    finally:
        child.close()


class Immortal:
    """A process group that waits for a disk which hangs: signals do nothing until it answers."""

    def __init__(self) -> None:
        self.disk_answers = False

    def kill(self, timeout_s: float = 10.0) -> None:
        if not self.disk_answers:
            raise TimeoutError

    def poll(self) -> int | None:
        self.kill()
        return -signal.SIGKILL

    close = kill


def test_a_process_that_cannot_die_while_its_disk_hangs_does_not_bring_the_supervisor_down() -> None:
    child = Child("web process", ())
    group = child.group = Immortal()  # type: ignore[assignment]
    child.kill()
    assert child.take_exit_code(1.0) is None
    assert child.group is group, "another one would wait for the same disk"
    group.disk_answers = True  # type: ignore[attr-defined]
    assert child.take_exit_code(2.0) == -signal.SIGKILL
    assert child.group is None
