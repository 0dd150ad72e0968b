"""Long-poll: the same log without a stream."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from models.signals import event_appended

Page = dict[str, Any]


def news_of(task_id: str, page: Callable[[], Page], wait_s: float) -> Page:
    """`page()` as soon as it has events or is at the end, or as it is when `wait_s` are over."""
    bell = threading.Event()

    def ring(_sender: object) -> None:
        bell.set()

    # The bell before the first look, so that nothing falls between look and wait.
    with event_appended.connected_to(ring, sender=task_id):
        until = time.monotonic() + wait_s
        while True:
            bell.clear()
            found = page()
            left = until - time.monotonic()
            if found["events"] or found["ended"] or "reset" in found or left <= 0:
                return found
            bell.wait(left)
