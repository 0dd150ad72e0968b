"""The owner's side of a renderer pool: starts its process when it is first needed, and makes many calls at a time.

Works with threads, and with greenlets under gevent, which patches `threading` and `select`. Never call it from a native thread of a
patched process: its locks belong to greenlets there.
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
from videogen.processes import sandbox
from videogen.processes.line_channel import LineChannel
from videogen.processes.process_group import ProcessGroup
from videogen.processes.renderer_pool import QUEUE_TIMEOUT_S

NICE = 2  # lower than that of the workers' renderers: a person waits for this one
START_TIMEOUT_S = 60.0
GRACE_S = 5.0
"""A pool whose answer is later than this is stuck, and is replaced."""
POLL_INTERVAL_S = 60.0
MAX_TRIES = 2
"""How often a request is tried whose renderer or pool dies: it may have been killed for another reason."""

Ending = Literal["too_long", "too_large", "lost"]


class RequestEnded(Exception):
    """The request's renderer was killed or died: `reason` says why. `partial` is the latest part of the result, if it sent one."""

    def __init__(self, reason: Ending, partial: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.partial = partial


@dataclass
class PendingCall:
    """A call that waits for its answer."""

    answered: threading.Event = field(default_factory=threading.Event)
    answer: Mapping[str, Any] | None = None
    """{"done"}, {"failed"} or {"ended"}; None if the pool is gone."""


class PoolClient:
    """A pool of at most `renderers` renderers for one role, each limited to `memory_mb` and by `limits` (`sandbox.Limits`).

    It writes only below the data directory.
    """

    def __init__(
        self,
        role: Literal["read", "preview"],
        data: Path,
        *,
        renderers: int,
        memory_mb: int,
        limits: Mapping[str, Any] | None = None,
    ) -> None:
        self.data = data
        arguments = ("--renderers", str(renderers), "--memory-mb", str(memory_mb), "--data", str(data.resolve()))
        self.command = [*python("videogen.processes.renderer_pool"), role, *arguments, "--limits", json.dumps(limits or {})]
        self.warm = False
        """Whether to import in advance what only some requests need. Set it before the pool is started."""
        self._lock = threading.Lock()
        self._pool: _PoolProcess | None = None
        self._closed = False

    def start(self) -> None:
        """Start the pool process if there is none."""
        with self._lock:
            if not self._closed and (self._pool is None or self._pool.closed):
                self._pool = _PoolProcess([*self.command, "--warm"] if self.warm else self.command, self.data)

    def call(self, kind: str, content: Mapping[str, Any], *, key: str, timeout_s: float) -> dict[str, Any]:
        """Return a request's result. `timeout_s` counts from when a renderer starts on it; `key` names the caller, and keys take turns.

        Raises the request's own error, RequestEnded if its renderer was killed or died, and ServerBusy if none became free in time.
        """
        for attempt in range(MAX_TRIES):
            self.start()
            pool = self._pool
            if pool is None:
                break
            answer = pool.call(kind, content, key, timeout_s)
            if answer is None or answer.get("ended") == "lost":
                if attempt + 1 < MAX_TRIES:
                    continue
                raise RequestEnded("lost", (answer or {}).get("partial"))
            if "failed" in answer:
                raise from_dict(answer["failed"])
            if answer.get("ended") == "busy":
                break
            if "ended" in answer:
                raise RequestEnded(answer["ended"], answer.get("partial"))
            return dict(answer["done"])
        raise ServerBusy("The server has too many scripts to read and previews to draw.")

    def pids(self) -> Sequence[int]:
        """Return the processes of the pool, for /status and tests."""
        return self._pool.group.pids() if self._pool and not self._pool.closed else ()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._pool:
                self._pool.close()


class _PoolProcess:
    """A running pool process, and the thread (or greenlet) that receives its messages."""

    def __init__(self, command: Sequence[str], data: Path) -> None:
        confine.prepare(data)
        environment = sandbox.environment(confine.environment(data))
        self.group = ProcessGroup(command, nice=NICE, env=environment, inherit=False, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.group.stdin is not None
        assert self.group.stdout is not None
        self.closed = False
        self.ready = False
        self._lines = LineChannel(self.group.stdout.fileno(), self.group.stdin.fileno())
        self._ids = itertools.count(1)
        self._pending: dict[int, PendingCall] = {}
        self._wake_out, self._wake_in = os.pipe()
        os.set_blocking(self._wake_in, False)
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._receive, name="render-pool", daemon=True)
        self._thread.start()

    def call(self, kind: str, content: Mapping[str, Any], key: str, timeout_s: float) -> Mapping[str, Any] | None:
        """Return the pool's answer; None if it is gone or stuck."""
        pending, id = PendingCall(), next(self._ids)
        self._pending[id] = pending
        try:
            self._send({"request": {"id": id, "kind": kind, "content": content, "key": key, "timeout_s": timeout_s}})
            deadline = time.monotonic() + timeout_s + QUEUE_TIMEOUT_S + GRACE_S + (0 if self.ready else START_TIMEOUT_S)
            while not pending.answered.wait(max(0.0, deadline - time.monotonic())):
                if time.monotonic() >= deadline:
                    self.close()
                    return None
            return pending.answer
        except BaseException:  # the caller was cancelled
            if not self.closed:
                self._send({"cancel": id})
            raise
        finally:
            self._pending.pop(id, None)

    def close(self) -> None:
        """Kill the pool and all its renderers. Waiting calls return None."""
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

    def _receive(self) -> None:
        try:
            while not self.closed and self._step():
                pass
        finally:
            with self._lock:
                self.closed = True
            self.group.close()
            self._release()
            for descriptor in (self._wake_in, self._wake_out):
                os.close(descriptor)

    def _step(self) -> bool:
        poll = select.poll()
        poll.register(self._lines.reading, select.POLLIN)
        poll.register(self._wake_out, select.POLLIN)
        if self._lines.unsent:
            poll.register(self._lines.writing, select.POLLOUT)
        ready = {descriptor for descriptor, _ in poll.poll(POLL_INTERVAL_S * 1000)}
        if self._wake_out in ready:
            os.read(self._wake_out, 4096)
        with self._lock:
            self._lines.flush()
        lines, closed = self._lines.receive()
        for line in lines:
            message = json.loads(line)
            if "ready" in message:
                self.ready = True
            elif pending := self._pending.get(message["id"]):
                pending.answer = message
                pending.answered.set()
        return not closed

    def _release(self) -> None:
        for pending in list(self._pending.values()):
            pending.answered.set()


def refusal(error: RequestEnded, kind: type[VideogenError], *, too_long: str, too_large: str, lost: str, hint: str) -> VideogenError:
    """Return the error to raise for a request that was ended: the message for its reason, and a hint."""
    detail = {"too_long": too_long, "too_large": too_large, "lost": lost}[error.reason]
    return kind(detail, hint=hint)
