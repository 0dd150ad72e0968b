"""Long-poll: the same log without a stream."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from models.signals import event_appended

Page = dict[str, Any]


def news_of(task_id: str | None, page: Callable[[], Page], wait_s: float) -> Page:
    """`page()` as soon as it has events or is at the end, or as it is when `wait_s` are over. None: of all tasks."""
    wakeup = threading.Event()

    def notify(of_task: str | None) -> None:
        if task_id is None or of_task in (task_id, None):
            wakeup.set()

    # The bell before the first look, so that nothing falls between look and wait.
    with event_appended.connected_to(notify):
        until = time.monotonic() + wait_s
        while True:
            wakeup.clear()
            found = page()
            left = until - time.monotonic()
            if found["events"] or found["ended"] or "reset" in found or left <= 0:
                return found
            wakeup.wait(left)
