import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.errors import Fault
from tests.processes.living import living, until
from videogen.errors.rendering import MakerLost
from videogen.errors.script import BadScript
from videogen.pipeline.render_request import Order
from videogen.pipeline.report import Report
from videogen.processes.renderer_client import Done, Ended, Failed, Maker, Message, Ready

STANDIN = (sys.executable, "-m", "tests.processes.standin")


@pytest.fixture
def maker() -> Iterator[Maker]:
    with Maker(STANDIN) as maker:
        yield maker


def messages(maker: Maker, last: type[Message]) -> list[Message]:
    """What the maker says up to and with the first message of that type."""
    said: list[Message] = []
    until(lambda: said.extend(maker.receive(1)) or any(isinstance(message, last) for message in said))
    return said


def order(work: Path, *lines: str) -> dict[str, Any]:
    return Order("\n".join(lines), work, work / "cache").to_json()


def film(maker: Maker, work: Path, *lines: str) -> None:
    maker.order("film", order(work, *lines))


def test_reports_arrive_in_order_and_then_the_end(maker: Maker, tmp_path: Path) -> None:
    film(maker, tmp_path, "stage video", "progress 0.5 Drawing", "warn", "finish")
    said = messages(maker, Done)
    assert isinstance(said[0], Ready)
    assert [report.type for report in said[1:-1] if isinstance(report, Report)] == [
        "stage.started",
        "stage.progress",
        "task.warning",
        "stage.completed",
    ]
    assert said[2] == Report("stage.progress", "video", 0.5, "Drawing")
    assert maker.ready


def test_what_libraries_print_does_not_disturb_the_reports(maker: Maker, tmp_path: Path) -> None:
    film(maker, tmp_path, "print", "stage video")
    assert [type(message) for message in messages(maker, Done)] == [Ready, Report, Done]


def test_a_maker_takes_one_order_after_the_other(maker: Maker) -> None:
    for number in range(3):
        assert maker.ask("sketch", {"number": number}, timeout_s=30)["echo"] == {"number": number}


def test_an_order_larger_than_a_pipe_does_not_block_and_arrives_whole(maker: Maker) -> None:
    os.kill(maker.group.pid, signal.SIGSTOP)
    large = {"text": "ä" * 2_000_000}
    maker.order("sketch", large)
    assert maker.receive(0) == []
    os.kill(maker.group.pid, signal.SIGCONT)
    done = messages(maker, Done)[-1]
    assert isinstance(done, Done)
    assert done.result["echo"] == large


def test_a_maker_is_nice_and_opens_no_windows(maker: Maker) -> None:
    result = maker.ask("sketch", {}, timeout_s=30)
    assert result["niceness"] == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    assert result["backend"] == "Agg"


def test_a_foreseen_error_keeps_its_class_and_evidence_and_the_maker_goes_on(maker: Maker, tmp_path: Path) -> None:
    film(maker, tmp_path, "stage parsing", "bad")
    failed = messages(maker, Failed)[-1]
    assert isinstance(failed, Failed)
    assert type(failed.error) is BadScript
    assert failed.error.as_dict()["hint"] == "Correct it."
    assert failed.error.faults == (Fault("wrong", line=3, column=1),)
    assert failed.stage == "parsing"
    assert maker.ask("sketch", {}, timeout_s=30)["echo"] == {}


def test_an_unforeseen_error_is_reported_and_ends_the_maker(maker: Maker, tmp_path: Path) -> None:
    film(maker, tmp_path, "stage video", "crash")
    *_, failed, ended = messages(maker, Ended)
    assert isinstance(failed, Failed)
    assert (failed.error.code, failed.error.detail, failed.stage) == ("stage_failed", "ZeroDivisionError: division by zero", "video")
    assert ended == Ended(1)
    assert not maker.alive()


def test_a_maker_that_dies_is_noticed_although_its_children_hold_its_pipe(maker: Maker, tmp_path: Path) -> None:
    film(maker, tmp_path, f"fork {tmp_path / 'pid'}", "stage video", "exit 3")
    assert messages(maker, Ended)[-1] == Ended(3)
    assert not living([int((tmp_path / "pid").read_text())])


def test_asking_a_maker_that_is_killed_raises(maker: Maker, tmp_path: Path) -> None:
    maker.ask("sketch", {}, timeout_s=30)
    assert maker.alive()
    os.kill(maker.group.pid, signal.SIGKILL)
    until(lambda: not maker.alive())
    with pytest.raises(MakerLost, match="killed by signal 9"):
        maker.ask("sketch", {}, timeout_s=30)


def test_a_maker_that_hangs_in_a_c_call_can_be_killed_with_all_below_it(maker: Maker, tmp_path: Path) -> None:
    film(maker, tmp_path, f"fork {tmp_path / 'pid'}", "stage video", "hang")
    messages(maker, Report)
    until((tmp_path / "pid").exists)
    pids = maker.group.pids()
    maker.kill()
    assert len(pids) == 3
    assert not living(pids)
    assert maker.receive(600) == [Ended(-signal.SIGKILL)]


def test_the_time_of_an_order_can_be_limited(maker: Maker, tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        maker.ask("film", order(tmp_path, "hang"), timeout_s=0.05)


def test_waiting_ends_when_the_owner_is_woken(maker: Maker) -> None:
    messages(maker, Ready)
    awake, wake = os.pipe()
    os.write(wake, b"!")
    assert maker.receive(600, awake) == []
    os.close(awake)
    os.close(wake)


def test_a_maker_ends_when_its_owner_closes_the_pipe(maker: Maker) -> None:
    messages(maker, Ready)
    maker.group.stdin.close()
    assert messages(maker, Ended)[-1] == Ended(0)


def test_a_web_process_serves_on_while_a_maker_works(tmp_path: Path) -> None:
    patched = """
from gevent import monkey; monkey.patch_all()
import gevent, sys
from pathlib import Path
from videogen.processes.renderer_client import Maker
from videogen.pipeline.render_request import Order
beats = []
def beat():
    while True:
        beats.append(1)
        gevent.sleep(0.005)
with Maker([sys.executable, "-m", "tests.processes.standin"]) as maker:
    maker.ask("sketch", {}, timeout_s=30)
    gevent.spawn(beat)
    try:
        maker.ask("film", Order("hang", Path(), Path()).to_json(), timeout_s=0.5)
    except TimeoutError:
        pass
    print(len(beats))
"""
    done = subprocess.run([sys.executable, "-c", patched], check=True, capture_output=True, timeout=60)
    assert int(done.stdout) > 10


def test_the_owner_of_a_maker_stays_light() -> None:
    heavy = "import sys, videogen.processes.renderer_client\n"
    heavy += "print(*sorted({'moviepy', 'matplotlib', 'numpy', 'av', 'PIL', 'flask', 'gevent'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", heavy], check=True, capture_output=True).stdout == b"\n"
