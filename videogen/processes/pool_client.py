"""The owner's side of a render pool: many requests at a time, each asked for with `call`. Starts the pool when it is first needed.

Works plainly with threads, and under gevent, where `threading` and `select` are patched, with greenlets. It is never called from a native
thread of a patched process: its locks are greenlets' there.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import select
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from models.errors import VideogenError
from videogen import python
from videogen.errors import from_dict
from videogen.errors.rendering import ServerBusy
from videogen.files import confine
from videogen.processes.process_group import Group
from videogen.processes.renderer_pool import QUEUE_S, Lines

NICE = 2  # less than that of the workers' renderers: somebody waits for this one
START_S = 60.0
LATE_S = 5.0
"""So much later than a pool should have answered it is taken for stuck, and replaced."""
POLL_S = 60.0
LIVES = 2
"""So often a request is tried when its renderer, or the pool, dies under it: it may have been killed for another reason."""

Ending = Literal["too_long", "too_large", "lost"]


class RequestEnded(Exception):
    """The renderer had to be ended, or it died: `reason` says why. `partial` is what it had sent of the result."""

    def __init__(self, reason: Ending, partial: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.partial = partial


@dataclass
class Waiting:
    """Somebody who waits for a request's answer."""

    come: threading.Event = field(default_factory=threading.Event)
    answer: Mapping[str, Any] | None = None
    """{"done"} or {"failed"} or {"ended"}; None when the pool is gone."""


class PoolClient:
    """A pool of at most so many `renderers` for one role, `read` or `preview`, each with `memory_mb`; it keeps to a data directory."""

    def __init__(self, role: Literal["read", "preview"], data: Path, *, renderers: int, memory_mb: int) -> None:
        self.data = data
        self.command = [*python("videogen.processes.renderer_pool"), role, "--renderers", str(renderers), "--memory-mb", str(memory_mb)]
        self.warm = False
        """Whether what only some requests need is loaded in advance, too: said before the pool is started."""
        self._lock = threading.Lock()
        self._pool: _Pool | None = None
        self._closed = False

    def start(self) -> None:
        """Start the pool's process, if there is none."""
        with self._lock:
            if not self._closed and (self._pool is None or self._pool.closed):
                self._pool = _Pool([*self.command, "--warm"] if self.warm else self.command, self.data)

    def call(self, kind: str, content: Mapping[str, Any], *, key: str, timeout_s: float) -> dict[str, Any]:
        """Return a request's result. `timeout_s` counts from when a renderer begins; `key` names who asks, and keys take turns.

        Raises the error that the request raises, RequestEnded when its renderer was ended, and ServerBusy when none became free in time.
        """
        for life in range(LIVES):
            self.start()
            pool = self._pool
            if pool is None:
                break
            answer = pool.call(kind, content, key, timeout_s)
            if answer is None or answer.get("ended") == "lost":
                if life + 1 < LIVES:
                    continue
                raise RequestEnded("lost", (answer or {}).get("partial"))
            if "failed" in answer:
                raise from_dict(answer["failed"])
            if answer.get("ended") == "busy":
                break
            if "ended" in answer:
                raise RequestEnded(answer["ended"], answer.get("partial"))
            return dict(answer["done"])
        raise ServerBusy("The server has more to read and to draw than it can.")

    def pids(self) -> Sequence[int]:
        """The processes of the pool: for /status and tests."""
        return self._pool.group.pids() if self._pool and not self._pool.closed else ()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._pool:
                self._pool.close()


class _Pool:
    """One process of the pool, and a thread (or greenlet) that hears what it says."""

    def __init__(self, command: Sequence[str], data: Path) -> None:
        confine.prepare(data)
        self.group = Group(command, nice=NICE, env=confine.environment(data), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.group.stdin is not None
        assert self.group.stdout is not None
        self.closed = False
        self.ready = False
        self._lines = Lines(self.group.stdout.fileno(), self.group.stdin.fileno())
        self._ids = itertools.count(1)
        self._waiting: dict[int, Waiting] = {}
        self._wake_out, self._wake_in = os.pipe()
        os.set_blocking(self._wake_in, False)
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._hear, name="render-pool", daemon=True)
        self._thread.start()

    def call(self, kind: str, content: Mapping[str, Any], key: str, timeout_s: float) -> Mapping[str, Any] | None:
        """Return what the pool answers; None when it is gone, or stuck."""
        waiting, id = Waiting(), next(self._ids)
        self._waiting[id] = waiting
        try:
            self._send({"request": {"id": id, "kind": kind, "content": content, "key": key, "timeout_s": timeout_s}})
            until = time.monotonic() + timeout_s + QUEUE_S + LATE_S + (0 if self.ready else START_S)
            while not waiting.come.wait(max(0.0, until - time.monotonic())):
                if time.monotonic() >= until:
                    self.close()
                    return None
            return waiting.answer
        except BaseException:  # nobody waits for it any more
            if not self.closed:
                self._send({"drop": id})
            raise
        finally:
            self._waiting.pop(id, None)

    def close(self) -> None:
        """End the pool, and all of its renderers. Whoever waits is told that it is gone."""
        if not self.closed:
            self.closed = True
            self.group.kill()
            self._wake()

    def _send(self, content: Mapping[str, Any]) -> None:
        with self._lock:
            if self.closed:
                return self._release()
            self._lines.send(json.dumps(content).encode())
        if self._lines.unsent:
            self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError, OSError):
            os.write(self._wake_in, b"!")

    def _hear(self) -> None:
        try:
            while not self.closed and self._turn():
                pass
        finally:
            with self._lock:
                self.closed = True
            self.group.close()
            self._release()
            for descriptor in (self._wake_in, self._wake_out):
                os.close(descriptor)

    def _turn(self) -> bool:
        watched = select.poll()
        watched.register(self._lines.reading, select.POLLIN)
        watched.register(self._wake_out, select.POLLIN)
        if self._lines.unsent:
            watched.register(self._lines.writing, select.POLLOUT)
        ready = {descriptor for descriptor, _ in watched.poll(POLL_S * 1000)}
        if self._wake_out in ready:
            os.read(self._wake_out, 4096)
        with self._lock:
            self._lines.flush()
        lines, closed = self._lines.receive()
        for line in lines:
            said = json.loads(line)
            if "ready" in said:
                self.ready = True
            elif waiting := self._waiting.get(said["id"]):
                waiting.answer = said
                waiting.come.set()
        return not closed

    def _release(self) -> None:
        for waiting in list(self._waiting.values()):
            waiting.come.set()


def refusal(error: RequestEnded, kind: type[VideogenError], *, too_long: str, too_large: str, lost: str, hint: str) -> VideogenError:
    """Return the error to raise for a request that was ended, in words for people."""
    said = {"too_long": too_long, "too_large": too_large, "lost": lost}[error.reason]
    return kind(said, hint=hint)
