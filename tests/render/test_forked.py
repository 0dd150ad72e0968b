import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Never

import pytest

from videogen.errors.script import BadOption
from videogen.render.forked import ForkDied, Forked, ForkedWorker, ForkRaised

pytestmark = pytest.mark.integration


def result_of(fork: Forked[Any] | ForkedWorker[Any, Any]) -> Any:
    while True:
        progress, result = fork.read()
        if progress is None:
            return result


def test_result_and_progress_come_back() -> None:
    fork = Forked(lambda progress: [progress(number / 2) for number in range(3)] and os.getpid())
    assert [fork.read()[0] for _ in range(3)] == [0.0, 0.5, 1.0]
    assert fork.read() == (None, fork.pid)


def test_error_of_ours_comes_back_with_its_evidence() -> None:
    def fails(progress: Any) -> Never:
        raise BadOption("no such thing", hint="try another", place=3)

    with pytest.raises(BadOption) as caught:
        result_of(Forked(fails))
    assert (caught.value.detail, caught.value.hint, caught.value.evidence) == ("no such thing", "try another", {"place": 3})


def test_any_other_error_comes_back_with_its_traceback() -> None:
    with pytest.raises(ForkRaised, match="ZeroDivisionError") as caught:
        result_of(Forked(lambda progress: 1 // 0))
    assert "lambda" in caught.value.trace


def test_killed_process_is_noticed_and_named() -> None:
    with pytest.raises(ForkDied, match="SIGKILL") as caught:
        result_of(Forked(lambda progress: os.kill(os.getpid(), signal.SIGKILL)))
    assert caught.value.exit_code == -9


def test_process_that_leaves_without_a_word_is_noticed() -> None:
    with pytest.raises(ForkDied, match="exited with 7"):
        result_of(Forked(lambda progress: os._exit(7)))


def test_one_process_does_one_job_after_another() -> None:
    def work(job: int, progress: Any) -> tuple[int, int]:
        progress(job / 2)
        return os.getpid(), job * job

    worker = ForkedWorker(work)
    try:
        for job in range(3):
            worker.send_job(job)
            assert worker.read() == (job / 2, None)
            assert worker.read() == (None, (worker.pid, job * job))
    finally:
        worker.stop()
    assert not _alive(worker.pid)


def test_job_that_fails_is_the_last() -> None:
    worker: ForkedWorker[Any, Any] = ForkedWorker(lambda job, progress: 1 // job)
    worker.send_job(1)
    assert result_of(worker) == 1
    worker.send_job(0)
    with pytest.raises(ForkRaised, match="ZeroDivisionError"):
        result_of(worker)
    assert not _alive(worker.pid)


def test_worker_that_was_killed_while_it_had_nothing_to_do_is_noticed_with_the_next_job() -> None:
    worker: ForkedWorker[Any, Any] = ForkedWorker(lambda job, progress: job)
    worker.send_job(1)
    assert result_of(worker) == 1
    os.kill(worker.pid, signal.SIGKILL)
    os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
    worker.send_job(2)
    with pytest.raises(ForkDied, match="SIGKILL"):
        worker.read()


def test_worker_says_whether_it_waits_for_a_job() -> None:
    worker: ForkedWorker[Any, Any] = ForkedWorker(lambda job, progress: job)
    worker.send_job(1)
    assert result_of(worker) == 1
    assert worker.is_alive()
    os.kill(worker.pid, signal.SIGKILL)
    os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
    assert not worker.is_alive()
    with pytest.raises(ProcessLookupError):
        os.kill(worker.pid, 0)


def test_worker_without_a_job_dies_with_the_one_that_forked_it() -> None:
    def parent(progress: Any) -> None:
        worker: ForkedWorker[Any, Any] = ForkedWorker(lambda job, progress: job)
        worker.send_job(1)
        progress(worker.pid)
        worker.read()
        os.kill(os.getpid(), signal.SIGKILL)

    assert_child_dies_with(parent)


def test_stopped_process_is_gone() -> None:
    fork = Forked(lambda progress: time.sleep(60))
    fork.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(fork.pid, 0)
    fork.stop()


def test_the_end_of_one_is_seen_while_another_one_runs() -> None:
    long = Forked(lambda progress: time.sleep(60))
    short = Forked(lambda progress: os._exit(3))
    try:
        assert wait([long.connection, short.connection], 30) == [short.connection]
        with pytest.raises(ForkDied):
            short.read()
    finally:
        long.stop()


def test_process_dies_with_the_one_that_forked_it() -> None:
    def parent(progress: Any) -> None:
        child = Forked(lambda progress: time.sleep(60))
        progress(child.pid)
        os.kill(os.getpid(), signal.SIGKILL)

    assert_child_dies_with(parent)


def assert_child_dies_with(parent: Callable[..., object]) -> None:
    """`parent` reports the id of a process that it has forked, and is killed."""
    fork = Forked(parent)
    grandchild, _ = fork.read()
    with pytest.raises(ForkDied):
        fork.read()
    deadline = time.monotonic() + 10
    while _alive(int(grandchild or 0)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
