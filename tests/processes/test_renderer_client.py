import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.errors import Diagnostic
from tests.support.process_state import living, until
from videogen.errors import from_dict
from videogen.errors.rendering import RendererLost
from videogen.errors.script import BadScript
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.report import Report
from videogen.processes.renderer_client import Done, Ended, Failed, Message, Ready, RendererClient

STANDIN = (sys.executable, "-m", "tests.processes.stand_in_renderer")


@pytest.fixture
def renderer() -> Iterator[RendererClient]:
    with RendererClient(STANDIN) as renderer:
        yield renderer


def messages(renderer: RendererClient, last: type[Message]) -> list[Message]:
    """What the renderer says up to and with the first message of that type."""
    received: list[Message] = []
    until(lambda: received.extend(renderer.receive(1)) or any(isinstance(message, last) for message in received))
    return received


def request(work: Path, *lines: str) -> dict[str, Any]:
    return RenderRequest("\n".join(lines), work, work / "cache").to_json()


def send(renderer: RendererClient, work: Path, *lines: str) -> None:
    renderer.send_request("video", request(work, *lines))


def test_reports_arrive_in_order_and_then_the_end(renderer: RendererClient, tmp_path: Path) -> None:
    send(renderer, tmp_path, "stage video", "progress 0.5 Drawing", "warn", "finish")
    received = messages(renderer, Done)
    assert isinstance(received[0], Ready)
    assert [report.type for report in received[1:-1] if isinstance(report, Report)] == [
        "stage.started",
        "stage.progress",
        "task.warning",
        "stage.completed",
    ]
    assert received[2] == Report("stage.progress", "video", 0.5, "Drawing")
    assert renderer.ready


def test_what_libraries_print_does_not_disturb_the_reports(renderer: RendererClient, tmp_path: Path) -> None:
    send(renderer, tmp_path, "print", "stage video")
    assert [type(message) for message in messages(renderer, Done)] == [Ready, Report, Done]


def test_a_renderer_takes_one_request_after_the_other(renderer: RendererClient) -> None:
    for number in range(3):
        assert renderer.call("sketch", {"number": number}, timeout_s=30)["echo"] == {"number": number}


def test_a_request_larger_than_a_pipe_does_not_block_and_arrives_whole(renderer: RendererClient) -> None:
    os.kill(renderer.group.pid, signal.SIGSTOP)
    large = {"text": "ä" * 2_000_000}
    renderer.send_request("sketch", large)
    assert renderer.receive(0) == []
    os.kill(renderer.group.pid, signal.SIGCONT)
    done = messages(renderer, Done)[-1]
    assert isinstance(done, Done)
    assert done.result["echo"] == large


def test_a_renderer_is_nice_and_opens_no_windows(renderer: RendererClient) -> None:
    result = renderer.call("sketch", {}, timeout_s=30)
    assert result["niceness"] == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    assert result["backend"] == "Agg"


def test_a_foreseen_error_keeps_its_class_and_evidence_and_the_renderer_goes_on(renderer: RendererClient, tmp_path: Path) -> None:
    send(renderer, tmp_path, "stage parsing", "bad")
    failed = messages(renderer, Failed)[-1]
    assert isinstance(failed, Failed)
    assert type(failed.error) is BadScript
    assert failed.error.as_dict()["hint"] == "Correct it."
    assert failed.error.diagnostics == (Diagnostic("wrong", line=3, column=1),)
    assert failed.stage == "parsing"
    assert renderer.call("sketch", {}, timeout_s=30)["echo"] == {}


def test_a_code_from_an_old_log_is_read_as_the_class_that_has_it_now() -> None:
    old = {"code": "maker_lost", "message": "It was killed.", "hint": "Try again.", "faults": []}
    assert type(from_dict(old)) is RendererLost


def test_an_unforeseen_error_is_reported_and_ends_the_renderer(renderer: RendererClient, tmp_path: Path) -> None:
    send(renderer, tmp_path, "stage video", "crash")
    *_, failed, ended = messages(renderer, Ended)
    assert isinstance(failed, Failed)
    assert (failed.error.code, failed.error.detail, failed.stage) == ("stage_failed", "ZeroDivisionError: division by zero", "video")
    assert ended == Ended(1)
    assert not renderer.alive()


def test_a_renderer_that_dies_is_noticed_although_its_children_hold_its_pipe(renderer: RendererClient, tmp_path: Path) -> None:
    send(renderer, tmp_path, f"fork {tmp_path / 'pid'}", "stage video", "exit 3")
    assert messages(renderer, Ended)[-1] == Ended(3)
    assert not living([int((tmp_path / "pid").read_text())])


def test_asking_a_renderer_that_is_killed_raises(renderer: RendererClient, tmp_path: Path) -> None:
    renderer.call("sketch", {}, timeout_s=30)
    assert renderer.alive()
    os.kill(renderer.group.pid, signal.SIGKILL)
    until(lambda: not renderer.alive())
    with pytest.raises(RendererLost, match="killed by signal 9"):
        renderer.call("sketch", {}, timeout_s=30)


def test_a_renderer_that_hangs_in_a_c_call_can_be_killed_with_all_below_it(renderer: RendererClient, tmp_path: Path) -> None:
    send(renderer, tmp_path, f"fork {tmp_path / 'pid'}", "stage video", "hang")
    messages(renderer, Report)
    until((tmp_path / "pid").exists)
    pids = renderer.group.pids()
    renderer.kill()
    assert len(pids) == 3
    assert not living(pids)
    assert renderer.receive(600) == [Ended(-signal.SIGKILL)]


def test_the_time_of_a_request_can_be_limited(renderer: RendererClient, tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        renderer.call("video", request(tmp_path, "hang"), timeout_s=0.05)


def test_waiting_ends_when_the_owner_is_woken(renderer: RendererClient) -> None:
    messages(renderer, Ready)
    awake, wake = os.pipe()
    os.write(wake, b"!")
    assert renderer.receive(600, awake) == []
    os.close(awake)
    os.close(wake)


def test_a_renderer_ends_when_its_owner_closes_the_pipe(renderer: RendererClient) -> None:
    messages(renderer, Ready)
    renderer.group.stdin.close()
    assert messages(renderer, Ended)[-1] == Ended(0)


def test_a_web_process_serves_on_while_a_renderer_works(tmp_path: Path) -> None:
    patched = """
from gevent import monkey; monkey.patch_all()
import gevent, sys
from pathlib import Path
from videogen.processes.renderer_client import RendererClient
from videogen.pipeline.render_request import RenderRequest
beats = []
def beat():
    while True:
        beats.append(1)
        gevent.sleep(0.005)
with RendererClient([sys.executable, "-m", "tests.processes.stand_in_renderer"]) as renderer:
    renderer.call("sketch", {}, timeout_s=30)
    gevent.spawn(beat)
    try:
        renderer.call("video", RenderRequest("hang", Path(), Path()).to_json(), timeout_s=0.5)
    except TimeoutError:
        pass
    print(len(beats))
"""
    done = subprocess.run([sys.executable, "-c", patched], check=True, capture_output=True, timeout=60)
    assert int(done.stdout) > 10


def test_the_owner_of_a_renderer_stays_light() -> None:
    heavy = "import sys, videogen.processes.renderer_client\n"
    heavy += "print(*sorted({'moviepy', 'matplotlib', 'numpy', 'av', 'PIL', 'flask', 'gevent'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", heavy], check=True, capture_output=True).stdout == b"\n"


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        "[]",
        "{}",
        '{"other": 1}',
        '{"report": 5}',
        '{"report": {"type": "stage.progress"}}',
        '{"report": {"type": ["stage.progress"], "stage": "video"}}',
        '{"report": {"type": "stage.progress", "stage": null}}',
        '{"report": {"type": "stage.progress", "stage": "video", "message": {}}}',
        '{"report": {"type": "stage.progress", "stage": "video", "stage_progress": true}}',
        '{"report": {"type": "stage.progress", "stage": "video", "stage_progress": NaN}}',
        '{"report": {"type": "stage.progress", "stage": "video", "data": {"seconds": 1e999}}}',
        '{"report": {"type": "stage.progress", "stage": "video", "data": []}}',
        '{"report": {"type": "stage.progress", "stage": "video", "data": ' + "[" * 100_000 + "}}",
        '{"done": []}',
        '{"failed": {"code": "bad_script"}}',
        '{"failed": {"code": "bad_script", "message": 5, "hint": "", "faults": [], "stage": null, "ends": false}}',
        '{"failed": {"code": "bad_script", "message": "", "hint": "", "faults": [{"message": ""}], "stage": [], "ends": false}}',
    ],
)
def test_a_message_that_no_renderer_of_ours_sends_ends_the_renderer(tmp_path: Path, line: str) -> None:
    (tmp_path / "lines").write_text(f"{line}\n")
    with RendererClient(("sh", "-c", 'cat "$1"; exec sleep 60', "sh", str(tmp_path / "lines"))) as client:
        assert messages(client, Ended) == [Ended(-signal.SIGKILL)]
