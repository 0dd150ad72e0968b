"""A renderer that somebody has taken over, as a worker and a pool have it: what is out of its reach, tried in the real process."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.processes.conftest import Workspace
from tests.support.process_state import living, until
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.report import Report
from videogen.processes import landlock
from videogen.processes.pool_client import PoolClient
from videogen.processes.renderer_client import RendererClient

HOSTILE = (sys.executable, "-m", "tests.processes.hostile_renderer")
MIB = 1024**2
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux confines")
needs_landlock = pytest.mark.skipif(landlock.abi() < landlock.OLDEST_ABI, reason="this kernel has no Landlock")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with a database, a secret, and another task's files."""
    for name in ("videogen.db", "session-secret", "work/other/out/video.mp4", "assets/ab/theirs", "assets/cd/mine"):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("content")
    return tmp_path / "data"


@pytest.fixture
def renderer() -> Iterator[RendererClient]:
    with RendererClient(HOSTILE, env={"VIDEOGEN_PASSWORD_OF_TESTS": "given on purpose"}) as client:
        yield client


def tried(renderer: RendererClient, data: Path, *lines: str, **limits: Any) -> list[str]:
    """What came of each line in the renderer of a video."""
    reports: list[Report] = []
    request = RenderRequest(
        source="\n".join(lines),
        work=data / "work" / "own",
        cache=data / "cache",
        slots=data / "slots",
        assets={"mine.txt": data / "assets/cd/mine"},
        limits=limits,
    )
    renderer.call("video", request.to_json(), timeout_s=120, send=reports.append)
    return [report.data["message"] for report in reports]


def test_it_opens_no_socket(renderer: RendererClient, data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        came = tried(
            renderer,
            data,
            f"socket.create_connection(('127.0.0.1', {port}), timeout=5)",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
            "socket.socket(socket.AF_UNIX)",
            "socket.socketpair()[0].fileno() > 2",
        )
    assert came == ["PermissionError", "PermissionError", "PermissionError", "True"]


@needs_landlock
def test_it_reads_neither_the_database_nor_another_tasks_files(renderer: RendererClient, data: Path) -> None:
    came = tried(
        renderer,
        data,
        "(data / 'videogen.db').read_text()",
        "(data / 'session-secret').read_text()",
        "(data / 'work/other/out/video.mp4').read_text()",
        "(data / 'assets/ab/theirs').read_text()",
        "list(data.iterdir())",
        "list((data / 'work').iterdir())",
        "list((data / 'cache').iterdir())",
        "Path('/etc/shadow').read_text()",
        "Path(f'/proc/{os.getppid()}/environ').read_text()",
        "assets['mine.txt'].read_text()",
        "(work / 'file').write_text('own')",
    )
    assert came == [*["PermissionError"] * 9, "'content'", "3"]


@needs_landlock
def test_it_leaves_no_link_to_what_it_may_not_read(renderer: RendererClient, data: Path) -> None:
    came = tried(
        renderer,
        data,
        "(work / 'video.mp4').symlink_to(data / 'videogen.db')",
        "os.link(data / 'videogen.db', work / 'video.mp4')",
        "os.rename(data / 'videogen.db', work / 'video.mp4')",
        "os.chmod(data / 'videogen.db', 0)",
    )
    assert came[0] == came[3] == "PermissionError"
    assert all(one in ("PermissionError", "OSError") for one in came)


def test_it_forks_no_thousand_processes_and_none_outlives_the_video(renderer: RendererClient, data: Path) -> None:
    most, left, _ = tried(renderer, data, "fork_many(1000)", "leave_a_process()", "os.setsid()", processes=100)
    assert 0 < int(most) <= 100
    until(lambda: not living([int(left)]))
    assert tried(renderer, data, "1 + 1") == ["2"], "the renderer itself goes on"


def test_it_writes_no_20_gb(renderer: RendererClient, data: Path) -> None:
    came = tried(
        renderer,
        data,
        "os.truncate(work / 'sparse', 20 * 1024**3) if (work / 'sparse').touch() is None else 0",
        "(work / 'large').open('wb', buffering=0).write(bytes(64 * 1024**2)) <= 16 * 1024**2",
        file_bytes=16 * MIB,
    )
    assert came == ["OSError", "True"]
    assert not (data / "work/own/large").exists() or (data / "work/own/large").stat().st_size <= 16 * MIB


def test_one_that_writes_without_end_is_stopped(workspace: Workspace) -> None:
    command = ("-m", "tests.processes.stand_in_worker", *HOSTILE)
    workspace.start(sys.executable, *command, renderer_written_max_bytes=200 * MIB, renderer_file_max_bytes=50 * MIB)
    task = workspace.submit("write_much(work / 'large', 20 * 1024**3)")
    ended = workspace.wait_for_end(task)
    assert ended.status == "failed"
    assert workspace.wait_for(task, "task.failed").data["code"] == "too_much_written"


def test_no_secret_is_in_its_environment(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIDEOGEN_WEBHOOK_URL", "DATABASE_URL", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "secret")
    with RendererClient(HOSTILE) as renderer:
        assert tried(renderer, data, "'secret' in os.environ.values()", "b'secret' in Path('/proc/self/environ').read_bytes()") == [
            "False",
            "False",
        ]


def test_one_that_dies_takes_its_owner_to_be_lost(renderer: RendererClient, data: Path) -> None:
    from videogen.errors.rendering import RendererLost

    with pytest.raises(RendererLost, match="signal 9"):
        tried(renderer, data, "os.kill(os.getpid(), 9)")


def test_what_it_says_out_of_turn_ends_it(data: Path) -> None:
    with RendererClient((sys.executable, "-c", "print('nonsense', flush=True); input()")) as renderer:
        until(lambda: bool(renderer.receive(1.0)))
        assert renderer.closed


@needs_landlock
def test_a_pool_confines_each_renderer_to_the_files_of_its_caller(tmp_path: Path) -> None:
    """Files of somebody else are refused by the system, not only by the program: a real picture, named by who may not have it."""
    from PIL import Image

    data = tmp_path / "data"
    mine, theirs = data / "assets" / "mine", data / "assets" / "theirs"
    mine.parent.mkdir(parents=True)
    for path in (mine, theirs):
        Image.new("RGB", (4, 3)).save(path, format="PNG")
    pool = PoolClient("read", data, renderers=2, memory_mb=512)
    try:
        assert inspected(pool, mine) == inspected(pool, theirs) == {"media_types": ["image/png"]}
        request: dict[str, Any] = {"source": "# A", "format": "markdown", "request": {}}
        request |= {"voice": "none", "theme": "slate", "language": "en"}
        request |= {"piper": str(data / "voices"), "themes": str(data / "themes"), "limits": {}}
        answers = [
            pool.call("admit", {**request, "assets": {"a.png": str(path)}}, key="one caller", timeout_s=60) for path in (mine, theirs, mine)
        ]
        assert [answer["format"] for answer in answers] == ["markdown"] * 3
        private = [path for path in (data / "tmp").iterdir() if path.name.startswith("renderer-")]
        assert len(private) <= 2, "directories of renderers that are gone stay"
    finally:
        pool.close()


def inspected(pool: PoolClient, path: Path) -> Mapping[str, Any]:
    return pool.call("inspect", {"files": [(path.name, str(path))]}, key="one caller", timeout_s=60)


def test_programs_that_a_renderer_starts_are_confined_as_well(renderer: RendererClient, data: Path) -> None:
    code = f"print(open({str(data / 'videogen.db')!r}).read())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"content\n"
    line = f"__import__('subprocess').run([{sys.executable!r}, '-c', {code!r}], capture_output=True).stdout"
    expected = "b''" if landlock.abi() >= landlock.OLDEST_ABI else repr(b"content\n")
    assert tried(renderer, data, line) == [expected]
