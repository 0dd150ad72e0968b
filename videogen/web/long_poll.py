"""Long polling: the log without a stream."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from models.signals import event_appended

Page = dict[str, Any]


def wait_for_page(task_id: str | None, page: Callable[[], Page], wait_s: float) -> Page:
    """Return `page()` as soon as it has events, is a reset or the end, or when `wait_s` are over. `task_id` None: of all tasks."""
    notified = threading.Event()

    def notify(changed_task_id: str | None) -> None:
        if task_id is None or changed_task_id in (task_id, None):
            notified.set()

    # Subscribe before the first read, so that no event is missed between read and wait.
    with event_appended.connected_to(notify):
        deadline = time.monotonic() + wait_s
        while True:
            notified.clear()
            current = page()
            left_s = deadline - time.monotonic()
            if current["events"] or current["ended"] or "reset" in current or left_s <= 0:
                return current
            notified.wait(left_s)
