"""Make the thumbnail of a video in a process that is killed if it takes too long. A video without one is complete."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from PIL import Image

from models.errors import VideogenError
from videogen.render.forked import ForkDied, Forked, ForkRaised
from videogen.render.yuv_frame import scaled_down

WIDTH = 640
QUALITY = 88


class ThumbnailFailed(Exception):
    """No thumbnail could be made; the message says why."""


class Thumbnail:
    """Makes `target`, a JPEG at most WIDTH pixels wide, of the first frame of `video` written at `seconds` or later.

    In a video with held frames, `seconds` must be at least a second before the end. The process starts at once and runs in parallel;
    `wait` gives it what is left of `limit_s`, counted from the start.
    """

    def __init__(self, video: Path, seconds: float, target: Path, limit_s: float) -> None:
        self._limit_s = limit_s
        self._deadline = time.monotonic() + limit_s
        self._fork: Forked[None] | None = None
        self._failed: ThumbnailFailed | None = None
        try:
            self._fork = Forked(partial(_in_fork, video, seconds, target))
        except OSError as error:  # no process can be started: the video goes on, and `wait` raises this
            self._failed = ThumbnailFailed(f"its process could not be started: {error}")

    def ready(self) -> bool:
        """Return whether it is finished."""
        if self._fork is not None and self._fork.connection.poll():
            self._end(self._fork)
        return self._fork is None and self._failed is None

    def wait(self) -> None:
        """Wait until the thumbnail is finished, at most for what is left of the limit. Raises ThumbnailFailed."""
        if self._fork is not None:
            if not self._fork.connection.poll(max(0.0, self._deadline - time.monotonic())):
                raise ThumbnailFailed(f"it took longer than {self._limit_s:g} s")
            self._end(self._fork)
        if self._failed is not None:
            raise self._failed

    def _end(self, fork: Forked[None]) -> None:
        self._fork = None
        try:
            fork.read()
        except (ForkDied, ForkRaised, VideogenError) as error:
            self._failed = ThumbnailFailed(f"its process failed: {error}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Kill the process if it still runs."""
        if self._fork is not None:
            self._fork.stop()


def draw(video: Path, seconds: float, target: Path) -> None:
    """Write the thumbnail, in this process."""
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        assert stream.time_base is not None
        container.seek(int(seconds / stream.time_base), stream=stream)  # the key frame before it
        for frame in container.decode(stream):
            if frame.time is not None and frame.time >= seconds:
                break
        Image.fromarray(scaled_down(frame, WIDTH)).save(target, "JPEG", quality=QUALITY)


def _in_fork(video: Path, seconds: float, target: Path, send: Callable[[float], None]) -> None:
    draw(video, seconds, target)
