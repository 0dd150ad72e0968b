"""A pool whose requests do what makes trouble: the real process, protocol and limits, with other tasks."""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from models.errors import Diagnostic
from videogen.errors.script import BadScript
from videogen.processes import renderer, renderer_pool

Json = Mapping[str, Any]
HELD: list[bytearray] = []


def hang(_: Json) -> Json:
    while True:
        time.sleep(600)


def allocate(request: Json) -> Json:
    HELD.append(bytearray(b"x") * (request["megabytes"] * 1_000_000))
    return hang(request)


def allocate_below(request: Json) -> Json:
    if not os.fork():
        allocate(request)
    return hang(request)


def bad(_: Json) -> Json:
    raise BadScript("Line 3 is wrong.", diagnostics=[Diagnostic("wrong", line=3)])


def full(_: Json) -> Json:
    raise OSError(errno.ENOSPC, "No space left on device", "x.png")


def die(_: Json) -> Json:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def die_once(request: Json) -> Json:
    mark = Path(request["mark"])
    if not mark.exists():
        mark.touch()
        die(request)
    return {"lives": 2}


def wait(request: Json) -> Json:
    if "begun" in request:
        Path(request["begun"]).touch()
    while not Path(request["path"]).exists():
        time.sleep(0.01)
    return {"waited": True}


def burn(request: Json) -> Json:
    """Uses the processor until it has been slowed down for it."""
    while os.getpriority(os.PRIO_PROCESS, 0) < request["until"]:
        sum(range(100_000))
    return {"pid": os.getpid(), "niceness": os.getpriority(os.PRIO_PROCESS, 0)}


def tasks() -> dict[str, Callable[[Json], Json]]:
    return {
        "echo": lambda request: {"content": request, "pid": os.getpid()},
        "inspect": lambda _: {"pid": os.getpid()},
        "niceness": lambda _: {"niceness": os.getpriority(os.PRIO_PROCESS, 0)},
        "hang": hang,
        "allocate": allocate,
        "allocate_below": allocate_below,
        "bad": bad,
        "full": full,
        "crash": lambda _: {"one": 1 // 0},
        "die": die,
        "die_once": die_once,
        "wait": wait,
        "burn": burn,
    }


def begin(request: Json, send_partial: Callable[[Json], None]) -> Json:
    """Send parts of a result, then run another task."""
    for part in request["parts"]:
        send_partial({"part": part})
    return tasks()[request["then"]](request)


def load_handlers() -> dict[str, Any]:
    alone = {kind: lambda request, _, task=task: task(request) for kind, task in tasks().items()}
    return {**alone, "begin": begin}


if __name__ == "__main__":
    renderer_pool.QUEUE_TIMEOUT_S = float(sys._xoptions.get("queue_timeout_s", renderer_pool.QUEUE_TIMEOUT_S))
    renderer.load_preview_handlers = load_handlers
    renderer_pool.main()
