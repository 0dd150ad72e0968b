"""The owner's side of a renderer: starts it, sends requests through one pipe and receives messages through another.

Both are lines of JSON. In: `{"video": {...}}`. Out: `{"ready": {...}}` once, then for each request any number of `{"report": {...}}` and
one `{"done": {...}}` or `{"failed": {...}}`. Works plain, and cooperatively under gevent.
"""

from __future__ import annotations

import json
import math
import os
import select
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from models.errors import VideogenError
from videogen import python
from videogen.errors import from_dict
from videogen.errors.rendering import RendererLost
from videogen.pipeline.report import Report, Send
from videogen.processes import process_usage, sandbox
from videogen.processes.process_group import ProcessGroup

RENDERER_COMMAND = python("videogen.processes.renderer")
JOBS_ONLY = "--jobs-only"
"""In place of a voice: a renderer that only runs handlers of kinds, and imports nothing that draws or speaks."""
NICE = 10
READ_BYTES = 256 * 1024
MAX_LINE_BYTES = 64 * 1024 * 1024
MALFORMED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What reading a message raises that no renderer of ours has sent."""
EXIT_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class Ready:
    """The renderer is warm. `imports_s` is how long its imports took."""

    imports_s: float


@dataclass(frozen=True)
class Done:
    """The request is complete."""

    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failed:
    """The request failed. `stage` is where, or None before the first stage.

    `ends` marks an unforeseen error: the renderer ends, and `Ended` follows.
    """

    error: VideogenError
    stage: str | None = None
    ends: bool = False


@dataclass(frozen=True)
class Ended:
    """The renderer has ended, with its whole process group. Negative exit codes are signals. This is the last message."""

    exit_code: int

    def error(self, last_message: str | None = None) -> RendererLost:
        how = f"was killed by signal {-self.exit_code}" if self.exit_code < 0 else f"ended with exit code {self.exit_code}"
        return RendererLost(f"The renderer {how}{f' during: {last_message}' if last_message else ''}.")


Message = Ready | Report | Done | Failed | Ended


class RendererClient:
    """A started renderer. It handles one request at a time; `ready` tells whether its imports are done.

    Its environment is `env`, and of this process's what `sandbox.environment` passes on.
    """

    def __init__(self, command: Sequence[str] = RENDERER_COMMAND, *, nice: int = NICE, env: Mapping[str, str] | None = None) -> None:
        self.ready = False
        environment = sandbox.environment(env)
        self.group = ProcessGroup(command, nice=nice, env=environment, inherit=False, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.group.stdin is not None
        assert self.group.stdout is not None
        self._in, self._out = self.group.stdin.fileno(), self.group.stdout.fileno()
        for descriptor in (self._in, self._out):
            os.set_blocking(descriptor, False)
        self._unsent = b""
        self._unread = b""
        self.closed = False

    def send_request(self, kind: str, content: Mapping[str, Any]) -> None:
        """Send a request, even before the renderer is ready. Never blocks: `receive` sends what the pipe does not take now."""
        self._unsent += json.dumps({kind: content}).encode() + b"\n"
        self._send()

    def receive(self, timeout_s: float, wakeup: int | None = None) -> list[Message]:
        """Return the renderer's messages as soon as there are any.

        Returns none on timeout, when the descriptor `wakeup` becomes readable, or when there was only something to send: call it again.
        """
        if self.closed:
            return [Ended(self.group.poll() or 0)]
        poll = select.poll()
        poll.register(self._out, select.POLLIN)
        if self._unsent:
            poll.register(self._in, select.POLLOUT)
        if wakeup is not None:
            poll.register(wakeup, select.POLLIN)
        poll.poll(max(0.0, timeout_s) * 1000)
        self._send()
        exit_code = self.group.poll()  # before reading, so that the last messages are not lost
        try:
            messages, closed = self._read(to_the_end=exit_code is not None)
        except MALFORMED:  # the file that it reads may have taken it over
            self.kill()
            return [Ended(self.group.poll() or 0)]
        ends = closed or any(isinstance(message, Failed) and message.ends for message in messages)
        if ends and exit_code is None:
            exit_code = self.group.wait(EXIT_TIMEOUT_S)  # an interpreter closes its pipes a little before it ends
        if ends or exit_code is not None:
            self.kill()
            messages.append(Ended(self.group.poll() or 0))
        return messages

    def call(self, kind: str, content: Mapping[str, Any], *, timeout_s: float | None = None, send: Send | None = None) -> Mapping[str, Any]:
        """Send a request and return its result. Reports go to `send`.

        Raises the renderer's own error if the request fails, RendererLost if the renderer ends, and TimeoutError after `timeout_s`: kill
        it then.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        self.send_request(kind, content)
        while deadline is None or time.monotonic() < deadline:
            for message in self.receive(1.0 if deadline is None else min(1.0, deadline - time.monotonic())):
                match message:
                    case Report() if send:
                        send(message)
                    case Done():
                        return message.result
                    case Failed():
                        raise message.error
                    case Ended():
                        raise message.error()
        raise TimeoutError(f"the request was not done within {timeout_s:g} s")

    def alive(self) -> bool:
        """Return whether the renderer can take another request."""
        return not self.closed and self.group.alive()

    def memory_bytes(self) -> int:
        """Return the memory of the renderer and its children; 0 where it cannot be measured."""
        return self.group.memory_bytes()

    def cpu_s(self) -> float:
        """Return the seconds of processor that the renderer has used; 0 where it cannot be measured."""
        return process_usage.cpu_s(self.group.pid)

    def written_bytes(self) -> int:
        """Return how much the renderer has written to disks; 0 where it cannot be measured."""
        return self.group.written_bytes()

    def kill(self) -> None:
        """Kill the renderer and everything it has started; return when none of it is left."""
        self.closed = True
        self.group.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.kill()

    def _send(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self._in, self._unsent) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:  # the renderer has ended; `receive` says so
            self._unsent = b""

    def _read(self, *, to_the_end: bool) -> tuple[list[Message], bool]:
        """Return the complete messages, and whether the pipe is closed."""
        closed = False
        left = READ_BYTES
        try:
            while (left > 0 or to_the_end) and not closed:
                chunk = os.read(self._out, READ_BYTES)
                left -= len(chunk)
                closed = not chunk
                self._unread += chunk
        except BlockingIOError:
            pass
        *lines, self._unread = self._unread.split(b"\n")
        if len(self._unread) > MAX_LINE_BYTES:
            raise ValueError("a line without end")
        return [self._message(json.loads(line, parse_constant=_no_constant, parse_float=_finite)) for line in lines], closed

    def _message(self, line: Mapping[str, Any]) -> Message:
        ((name, content),) = line.items()
        if name == "ready":
            self.ready = True
        return MESSAGES[name](content)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number} is too large")
    return value


def _is(value: object, *kinds: type) -> bool:
    """Return whether the value is of one of these types; a bool is no number."""
    return type(value) in kinds


def _report(content: Mapping[str, Any]) -> Report:
    """Return a report whose fields are of the right types. Raises what MALFORMED names."""
    report = Report(**content)
    if not (
        _is(report.type, str)
        and _is(report.stage, str)
        and _is(report.message, str, type(None))
        and _is(report.data, dict)
        and _is(report.stage_progress, int, float, type(None))
    ):
        raise ValueError("not a report")
    return report


def _done(content: Mapping[str, Any]) -> Done:
    if not _is(content, dict):
        raise ValueError("not a result")
    return Done(content)


def _failed(content: Mapping[str, Any]) -> Failed:
    error = from_dict(content)
    texts = (error.detail, error.hint, *(diagnostic.message for diagnostic in error.diagnostics))
    positions = [position for diagnostic in error.diagnostics for position in (diagnostic.line, diagnostic.column)]
    paths = [diagnostic.path for diagnostic in error.diagnostics]
    if not (
        all(_is(text, str) for text in texts)
        and all(_is(position, int, type(None)) for position in positions)
        and all(_is(text, str, type(None)) for text in (*paths, content["stage"]))
    ):
        raise ValueError("not an error")
    return Failed(error, content["stage"], bool(content["ends"]))


MESSAGES: Mapping[str, Callable[[Mapping[str, Any]], Message]] = {
    "ready": lambda content: Ready(**content),
    "report": _report,
    "done": _done,
    "failed": _failed,
}
