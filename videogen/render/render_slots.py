"""A limit of render processes for all videos in a data directory: drawing a scene requires one of a number of slots.

A slot is a locked file: the kernel frees it however its owner dies. Waiting processes poll, and the next in line takes the first free
slot, so that two videos at a time both proceed, however many scenes they have. Previews need no slot: somebody waits for them.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

POLL_S = 0.005
SIGN_S = 5.0
# After this a scene is drawn without a slot: a suspended process keeps its own, and must not block others.
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Budget:
    """A number of `slots` below `directory`, which is created if needed; processes with the same directory share them."""

    directory: Path
    slots: int

    @contextmanager
    def slot(self, still_waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Wait for a slot and hold it. `still_waiting` is called every SIGN_S meanwhile."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with ExitStack() as files:
            slots = [files.enter_context((self.directory / f"{number}").open("wb")) for number in range(1, self.slots + 1)]
            with (self.directory / "next").open("wb") as line:
                _wait(lambda: _lock(line) and any(map(_lock, slots)), still_waiting)
            yield


def _wait(free: Callable[[], bool], still_waiting: Callable[[], None]) -> None:
    began = sign_at = time.monotonic()
    while not free() and (now := time.monotonic()) - began < PATIENCE_S:
        if now - sign_at >= SIGN_S:
            sign_at = now
            still_waiting()
        time.sleep(POLL_S)


def _lock(file: BinaryIO) -> bool:
    """Try to lock a file, until it is closed. Return whether it worked."""
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
