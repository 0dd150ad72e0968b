"""What the tests of a running server share."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.support.web_server import Server

WAIT_S = 60.0


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def open_streams(server: Server, task_id: str | None = None) -> list[dict[str, object]]:
    broadcaster = server.client.get("/api/streams").json()["streams"]
    return [stream for stream in broadcaster if task_id is None or stream["tasks"] == [task_id]]
