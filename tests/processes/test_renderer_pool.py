"""The pool that scripts are read and previews drawn in: real processes, whatever hangs in them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from models.errors import DiskFull
from tests.support.process_state import living, until
from videogen.errors.rendering import ServerBusy, StageFailed
from videogen.errors.script import BadScript
from videogen.processes.pool_client import NICE, PoolClient, RequestEnded
from videogen.processes.renderer_pool import SLOW_NICE

LONG_S = 60.0
Start = Callable[..., PoolClient]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a pool whose requests are those of `stand_in_pool`."""
    pools: list[PoolClient] = []

    def run(renderers: int = 4, memory_mb: int = 200, queue_timeout_s: float = 30.0) -> PoolClient:
        pool = PoolClient("preview", tmp_path / "data", renderers=renderers, memory_mb=memory_mb, limits={"mode": "off"})
        arguments = pool.command[pool.command.index("videogen.processes.renderer_pool") + 1 :]
        pool.command = [sys.executable, "-X", f"queue_timeout_s={queue_timeout_s}", "-m", "tests.processes.stand_in_pool", *arguments]
        pools.append(pool)
        return pool

    yield run
    for pool in pools:
        pool.close()


@pytest.fixture
def beside() -> Iterator[Callable[..., Future[dict[str, Any]]]]:
    """Asks in a thread of its own."""
    threads = ThreadPoolExecutor(32)

    def ask(pool: PoolClient, kind: str, content: Mapping[str, Any], key: str = "a", timeout_s: float = LONG_S) -> Future[dict[str, Any]]:
        return threads.submit(pool.call, kind, content, key=key, timeout_s=timeout_s)

    yield ask
    threads.shutdown()


def echo(pool: PoolClient, key: str = "a") -> int:
    """The process that answers."""
    return int(pool.call("echo", {}, key=key, timeout_s=LONG_S)["pid"])


def test_a_request_of_any_size_is_answered(start: Start) -> None:
    pool = start()
    assert pool.call("echo", {"text": "ä" * 1_500_000}, key="a", timeout_s=LONG_S)["content"] == {"text": "ä" * 1_500_000}


def test_a_request_that_hangs_is_ended_and_delays_no_other(start: Start, beside: Callable[..., Future[dict[str, Any]]]) -> None:
    pool = start()
    echo(pool)
    hanging = [beside(pool, "hang", {}, key=key, timeout_s=8) for key in "bcd"]
    until(lambda: len(pool.pids()) >= 5)
    assert echo(pool)
    assert not any(future.done() for future in hanging)
    for future in hanging:
        with pytest.raises(RequestEnded, match="too_long"):
            future.result()


def test_a_request_that_takes_too_much_memory_is_ended_with_its_children(start: Start) -> None:
    pool = start(memory_mb=100)
    before = echo(pool)
    for kind in ("allocate", "allocate_below"):
        with pytest.raises(RequestEnded, match="too_large"):
            pool.call(kind, {"megabytes": 250}, key="b", timeout_s=LONG_S)
    assert echo(pool) in (before, *pool.pids())


def test_a_request_that_asks_for_more_than_there_can_be_is_ended(start: Start) -> None:
    with pytest.raises(RequestEnded, match="too_large"):
        start(memory_mb=100).call("allocate", {"megabytes": 1_000_000}, key="b", timeout_s=LONG_S)


@pytest.mark.parametrize(("then", "reason"), [("hang", "too_long"), ("allocate", "too_large"), ("die", "lost")])
def test_what_there_was_of_a_result_outlives_its_renderer(start: Start, then: str, reason: str) -> None:
    content = {"parts": ["first", "ö" * 300_000], "then": then, "megabytes": 250}
    with pytest.raises(RequestEnded, match=reason) as ended:
        start(memory_mb=100).call("begin", content, key="a", timeout_s=2)
    assert ended.value.partial == {"part": "ö" * 300_000}


def test_parts_of_a_result_do_not_come_with_the_next(start: Start) -> None:
    pool = start()
    assert pool.call("begin", {"parts": ["first"], "then": "echo"}, key="a", timeout_s=LONG_S)["content"]["parts"] == ["first"]
    with pytest.raises(RequestEnded) as ended:
        pool.call("hang", {}, key="a", timeout_s=1)
    assert ended.value.partial is None


def test_a_small_request_begins_at_once_among_large_ones(
    start: Start, beside: Callable[..., Future[dict[str, Any]]], tmp_path: Path
) -> None:
    """As many large ones as can be have begun, and more wait: the small one waits for none of them."""
    pool = start(renderers=5)
    text = "x" * 10_000
    large = [beside(pool, "wait", {"path": str(tmp_path / "go"), "text": text}, key=f"large {key}") for key in range(10)]
    until(lambda: len(pool.pids()) >= 2 + 4)
    assert echo(pool, "small")
    assert not any(future.done() for future in large)
    (tmp_path / "go").touch()
    assert all(future.result()["waited"] for future in large)


def test_errors_come_back_as_what_they_are(start: Start) -> None:
    pool = start()
    with pytest.raises(BadScript, match="Line 3") as bad:
        pool.call("bad", {}, key="a", timeout_s=LONG_S)
    assert bad.value.diagnostics[0].line == 3
    with pytest.raises(DiskFull):
        pool.call("full", {}, key="a", timeout_s=LONG_S)
    result = echo(pool)
    with pytest.raises(StageFailed, match="ZeroDivisionError"):
        pool.call("crash", {}, key="a", timeout_s=LONG_S)
    assert echo(pool) != result, "what state a crash has left is anyone's guess"


def test_a_request_whose_renderer_is_killed_is_tried_once_more(start: Start, tmp_path: Path) -> None:
    assert start().call("die_once", {"mark": str(tmp_path / "mark")}, key="a", timeout_s=LONG_S) == {"lives": 2}


def test_a_request_that_kills_its_renderer_again_is_given_up(start: Start) -> None:
    pool = start()
    with pytest.raises(RequestEnded, match="lost"):
        pool.call("die", {}, key="a", timeout_s=LONG_S)
    assert echo(pool)


def test_requests_go_on_when_the_whole_pool_is_killed(start: Start, beside: Callable[..., Future[dict[str, Any]]], tmp_path: Path) -> None:
    pool = start()
    waiting = beside(pool, "wait", {"begun": str(tmp_path / "begun"), "path": str(tmp_path / "go")})
    until((tmp_path / "begun").exists)
    old = pool.pids()
    assert pool._pool
    pool._pool.group._leader.kill()
    until(lambda: not living(set(old)))
    (tmp_path / "go").touch()
    assert waiting.result()["waited"]
    assert not set(old) & set(pool.pids())


def test_keys_take_turns_and_none_takes_all(start: Start, beside: Callable[..., Future[dict[str, Any]]], tmp_path: Path) -> None:
    """One key has many requests that hang until they are let go; another's is answered meanwhile."""
    pool = start(renderers=4)
    greedy = [beside(pool, "wait", {"path": str(tmp_path / "go")}, key="greedy") for _ in range(20)]
    until(lambda: len(pool.pids()) >= 4)
    assert echo(pool, "modest")
    (tmp_path / "go").touch()
    assert all(future.result()["waited"] for future in greedy)


def test_a_call_that_waits_too_long_raises_server_busy(start: Start, beside: Callable[..., Future[dict[str, Any]]], tmp_path: Path) -> None:
    pool = start(renderers=1, queue_timeout_s=0.2)
    first = beside(pool, "wait", {"begun": str(tmp_path / "begun"), "path": str(tmp_path / "go")})
    until((tmp_path / "begun").exists)
    with pytest.raises(ServerBusy):
        echo(pool)
    (tmp_path / "go").touch()
    assert first.result()["waited"]


def test_a_page_keeps_its_renderer_and_a_slow_one_serves_no_other(start: Start) -> None:
    pool = start()
    slower = min(os.getpriority(os.PRIO_PROCESS, 0) + NICE + SLOW_NICE, 19)
    pid = pool.call("burn", {"until": slower}, key="slow", timeout_s=LONG_S)["pid"]
    assert echo(pool, "slow") == pid
    assert echo(pool, "light") != pid


def test_a_renderer_that_has_read_an_untrusted_file_serves_no_other_request(start: Start) -> None:
    pool = start()
    pids = {pool.call("inspect", {}, key="a", timeout_s=LONG_S)["pid"] for _ in range(3)}
    assert len(pids) == 3


def test_renderers_end_when_they_are_no_longer_wanted(start: Start, beside: Callable[..., Future[dict[str, Any]]], tmp_path: Path) -> None:
    pool = start(renderers=8)
    many = [beside(pool, "wait", {"path": str(tmp_path / "go")}, key=str(key)) for key in range(8)]
    until(
        lambda: len(pool.pids()) >= 9
    )  # of which one renderer is kept for small requests; with the guardian and what they are forked from
    (tmp_path / "go").touch()
    assert all(future.result()["waited"] for future in many)
    until(lambda: len(pool.pids()) <= 2 + 5)


def test_closing_leaves_no_process_and_no_waiting_call(start: Start, beside: Callable[..., Future[dict[str, Any]]], tmp_path: Path) -> None:
    pool = start()
    waiting = beside(pool, "wait", {"begun": str(tmp_path / "begun"), "path": str(tmp_path / "never")})
    until((tmp_path / "begun").exists)
    pids = set(pool.pids())
    pool.close()
    assert not living(pids)
    with pytest.raises((RequestEnded, ServerBusy)):
        waiting.result()
