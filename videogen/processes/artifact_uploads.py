"""Puts the files of an attempt's reports where they stay, in threads, before the reports are recorded: PUT first, register after."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TypeVar

from models import artifact
from models.artifact import File
from models.attempt import Fact
from models.files.storage import Files
from models.task import Lease

T = TypeVar("T")

THREADS = 4


class ArtifactUploads:
    """The uploads of one attempt to a storage that is not the local disk. Facts keep their order: each waits for those before it."""

    def __init__(self, files: Files, lease: Lease) -> None:
        self.files, self.lease = files, lease
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="uploads")
        self._waiting: deque[tuple[Fact, list[Future[File]]]] = deque()

    @property
    def pending(self) -> bool:
        """Whether facts wait for an upload."""
        return bool(self._waiting)

    def take(self, facts: Sequence[Fact]) -> list[Fact]:
        """Add facts, and remove and return those whose files have been put, in order. Raises what putting a file raises."""
        self._waiting.extend((fact, [self.submit(lambda file=file: self._put(file)) for file in fact.files]) for fact in facts)  # type: ignore[misc]
        ready = []
        while self._waiting and all(upload.done() for upload in self._waiting[0][1]):
            fact, uploads = self._waiting.popleft()
            ready.append(replace(fact, files=[upload.result() for upload in uploads]) if uploads else fact)
        return ready

    def wait(self, timeout_s: float) -> None:
        """Wait until the uploads of the first fact are done."""
        if self._waiting:
            wait(self._waiting[0][1], timeout_s)

    def submit(self, function: Callable[[], T]) -> Future[T]:
        """Run a function in one of the threads."""
        return self._threads.submit(function)

    def close(self) -> None:
        """Give up what has not begun, and wait for nothing."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _put(self, file: File) -> File:
        return artifact.put_first(self.files, self.lease, file)
