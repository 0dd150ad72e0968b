"""A renderer whose pipeline has been taken over: the real process and confinement, and in place of the pipeline what a script says.

Each line of the script is Python that is tried in the confined process; what came of it is reported, one warning a line.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

from videogen.pipeline import runner
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.report import Report, Send
from videogen.processes import renderer


def fork_many(most: int) -> int:
    """Fork so many processes; return how many there were."""
    children = []
    try:
        for _ in range(most):
            if (child := os.fork()) == 0:
                time.sleep(600)
                os._exit(0)
            children.append(child)
    except BlockingIOError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children)


def write_much(path: Path, most: int) -> int:
    """Write so many bytes into a file, or files beside it when it may grow no more; return how many there were."""
    written = 0
    block = os.urandom(1024 * 1024)
    for number in range(1000):
        with path.with_name(f"{path.name}{number}").open("wb", buffering=0) as file:
            try:
                while written < most:
                    written += file.write(block)
            except OSError:
                continue
        break
    return written


def leave_a_process() -> int:
    """Fork a process that would outlive this one; return its id."""
    if child := os.fork():
        return child
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
    os._exit(0)


def render_video(request: RenderRequest, send: Send) -> None:
    names: dict[str, Any] = {
        "os": os,
        "socket": socket,
        "Path": Path,
        "data": request.cache.parent,
        "work": request.work,
        "assets": request.assets,
        "fork_many": fork_many,
        "write_much": write_much,
        "leave_a_process": leave_a_process,
    }
    for line in request.source.splitlines():
        try:
            came = repr(eval(line, names))
        except Exception as error:  # noqa: BLE001 - it is told
            came = type(error).__name__
        send(Report("task.warning", "input", data={"code": "tried", "message": came, "hint": line}))


if __name__ == "__main__":
    runner.render_video = render_video
    renderer.main()
