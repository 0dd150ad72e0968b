"""A film's thumbnail, made in a process that is killed when it takes too long. A film is none the worse without one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from videogen.processes import Group

WIDTH = 640
PROGRAM = Path(__file__).with_name("thumbnail_process.py")
COMPLAINT_BYTES = 2000


class ThumbnailFailed(Exception):
    """No thumbnail could be made; the message says why."""


class Thumbnail:
    """The making of a thumbnail: `target` (its suffix says the format) is a frame of the video `film`, 640 pixels wide.

    It is the first frame written at `seconds` or later: ask a film that holds its pictures a second before its end at the latest.
    It starts at once and runs beside whatever else is to be done; `wait` gives it what is left of `limit_s`, counted from the start.
    """

    def __init__(self, film: Path, seconds: float, target: Path, limit_s: float) -> None:
        self._target = target
        self._limit_s = limit_s
        self._deadline = time.monotonic() + limit_s
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - `stop` closes it. A file: a pipe that nobody reads blocks at 64 KiB
        # -P: the program's own directory is not searched for modules, or our cache.py could be somebody's `import cache`.
        command = (sys.executable, "-P", str(PROGRAM), str(film), f"{seconds:.6f}", str(WIDTH), str(target))
        self._group: Group | None = None
        self._refused: OSError | None = None
        try:
            self._group = Group(command, stdin=subprocess.DEVNULL, stdout=self._said.fileno(), env={"MPLBACKEND": "Agg"})
        except OSError as error:  # no process can be had, or it was killed while it began: the film goes on, and `wait` says so
            self._refused = error

    def ready(self) -> bool:
        """Whether it is there already."""
        return self._group is not None and self._group.poll() == 0 and self._target.exists()

    def wait(self) -> None:
        """Returns when the thumbnail is there; raises ThumbnailFailed when it is not, after at most what is left of the limit."""
        if self._group is None:
            raise ThumbnailFailed(f"its process could not be started: {self._refused}") from self._refused
        code = self._group.wait(max(0.0, self._deadline - time.monotonic()))
        if code is None:
            raise ThumbnailFailed(f"it took longer than {self._limit_s:g} s")
        if code != 0 or not self._target.exists():
            raise ThumbnailFailed(f"its process ended with {code}: {self._complaint()}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the process and everything that it has started, if it has not ended yet."""
        if self._group is not None:
            self._group.close()
        self._said.close()

    def _complaint(self) -> str:
        size = self._said.seek(0, 2)
        self._said.seek(max(0, size - COMPLAINT_BYTES))
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"
