"""One budget of render processes for all films that are made in a data directory: whoever draws a scene holds one of so many slots.

A slot is a file that is locked: the kernel frees it at any death of its holder. Whoever waits looks again and again, and the one that
is next in line takes whatever slot becomes free; so two films that are made at a time both go on, however many scenes either has. Previews
do not stand in line: somebody looks at the page and waits.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LOOK_S = 0.005
SIGN_S = 5.0
# Then a scene is drawn without a slot: a process that was stopped keeps its own, and must not keep others from their work.
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Budget:
    """So many `slots` below `directory`, which is made if need be; those who share the directory share them."""

    directory: Path
    slots: int

    @contextmanager
    def slot(self, still_waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold a slot, as soon as one is free. `still_waiting` is called now and then until that is so."""
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
        time.sleep(LOOK_S)


def _lock(file: BinaryIO) -> bool:
    """Whether it is this process's now; it is so until the file is closed."""
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
