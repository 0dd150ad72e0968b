"""A pool whose orders do what makes trouble: the real process, protocol and limits, with other tasks."""

import errno
import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from models.errors import Fault
from videogen.errors.script import BadScript
from videogen.processes import renderer, renderer_pool

Json = Mapping[str, Any]
HELD: list[bytearray] = []


def hang(_: Json) -> Json:
    while True:
        time.sleep(600)


def allocate(order: Json) -> Json:
    HELD.append(bytearray(b"x") * (order["megabytes"] * 1_000_000))
    return hang(order)


def allocate_below(order: Json) -> Json:
    if not os.fork():
        allocate(order)
    return hang(order)


def bad(_: Json) -> Json:
    raise BadScript("Line 3 is wrong.", faults=[Fault("wrong", line=3)])


def full(_: Json) -> Json:
    raise OSError(errno.ENOSPC, "No space left on device", "x.png")


def die(_: Json) -> Json:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def die_once(order: Json) -> Json:
    mark = Path(order["mark"])
    if not mark.exists():
        mark.touch()
        die(order)
    return {"lives": 2}


def wait(order: Json) -> Json:
    if "begun" in order:
        Path(order["begun"]).touch()
    while not Path(order["path"]).exists():
        time.sleep(0.01)
    return {"waited": True}


def burn(order: Json) -> Json:
    """Uses the processor until it has been slowed down for it."""
    while os.getpriority(os.PRIO_PROCESS, 0) < order["until"]:
        sum(range(100_000))
    return {"pid": os.getpid(), "niceness": os.getpriority(os.PRIO_PROCESS, 0)}


def tasks() -> dict[str, Callable[[Json], Json]]:
    return {
        "echo": lambda order: {"content": order, "pid": os.getpid()},
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


def begin(order: Json, send_partial: Callable[[Json], None]) -> Json:
    """Sends parts of its result, and hangs before the last."""
    for part in order["parts"]:
        send_partial({"part": part})
    return tasks()[order["then"]](order)


def load(*, warm: bool) -> dict[str, Any]:
    alone = {kind: lambda order, _, task=task: task(order) for kind, task in tasks().items()}
    return {**alone, "begin": begin}


if __name__ == "__main__":
    renderer_pool.QUEUE_S = float(os.environ.get("TEST_QUEUE_S", renderer_pool.QUEUE_S))
    renderer.previews = lambda: load(warm=True)
    renderer_pool.main()
