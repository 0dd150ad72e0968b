"""People who write in the editor: each asks for a preview of a page of its own again and again, without a pause, as typing does."""

from __future__ import annotations

import threading
from collections import Counter
from types import TracebackType
from typing import Self

import httpx

TIMEOUT = httpx.Timeout(5.0, read=60.0)
SCENES = 6


class Writers:
    """So many of them, a thread each, until `stop`. `answers` counts what they were answered, by status; 0 is nothing."""

    def __init__(self, url: str, count: int) -> None:
        self.url = url
        self.answers: Counter[int] = Counter()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _write(self, writer: int) -> None:
        typed = 0
        with httpx.Client(base_url=self.url, timeout=TIMEOUT) as client:
            while not self._over.is_set():
                typed += 1
                body = {"script": draft(writer, typed), "page": f"writer {writer}", "options": {"height": 240, "voice": "none"}}
                try:
                    self.answers[client.post("/api/preview", json=body).status_code] += 1
                except httpx.HTTPError:  # the server was killed
                    self.answers[0] += 1
                    self._over.wait(0.1)

    @property
    def failed(self) -> int:
        """How many previews were answered with a fault of the server's that is no matter of the moment."""
        return self.answers[500]


def draft(writer: int, typed: int) -> str:
    """A script in which one scene is another one each time."""
    scenes = [f"## Part {part}\n\nWords of writer {writer}.\n" for part in range(SCENES)]
    scenes[typed % SCENES] += f"\nTyped {typed} times.\n"
    return f"# Draft {writer}\n\n" + "\n".join(scenes)
