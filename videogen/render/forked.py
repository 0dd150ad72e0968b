"""A function run in a process forked from this one: it starts in milliseconds with everything loaded, and can be killed alone."""

from __future__ import annotations

import os
import signal
import traceback
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from typing import Generic, NoReturn, TypeVar

from videogen.errors import VideogenError
from videogen.processes import die_with_parent
from videogen.render.disk import disk_full

Result = TypeVar("Result")


class ForkDied(Exception):
    """The process ended without a result: killed, or ended by a library. `signal_name` is None if it exited by itself."""

    def __init__(self, exit_code: int) -> None:
        self.exit_code = exit_code
        self.signal_name = signal.Signals(-exit_code).name if exit_code < 0 else None
        super().__init__(f"it was ended by {self.signal_name}" if self.signal_name else f"it exited with {exit_code}")


class ForkRaised(Exception):
    """The function raised something that is no VideogenError; the message is its last line, `trace` the whole traceback."""

    def __init__(self, message: str, trace: str) -> None:
        super().__init__(message)
        self.trace = trace


class Forked(Generic[Result]):
    """One run of `function(progress)`; what it hands to `progress` (a number) and what it returns cross a pipe, so they must pickle.

    Wait for `connection` (multiprocessing.connection.wait), then `read`.
    """

    def __init__(self, function: Callable[[Callable[[float], None]], Result]) -> None:
        self.connection, theirs = Pipe(duplex=False)
        parent = os.getpid()
        with warnings.catch_warnings():
            # Python 3.12 warns of any thread; those of numpy and onnxruntime wait in native code, hold no lock, and the child needs none.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            _child(function, theirs, parent)
        theirs.close()  # else the end of the child would not be seen
        self._running = True

    def read(self) -> tuple[float, None] | tuple[None, Result]:
        """The next thing from the process: (progress, None), or (None, result) once it has ended.

        Raises the VideogenError that the function raised, ForkRaised for any other, ForkDied if there was no answer at all.
        """
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            raise ForkDied(self._reap()) from None
        if kind == "progress":
            return value, None
        self._reap()
        if kind == "error":
            raise value
        if kind == "bug":
            raise ForkRaised(*value)
        return None, value

    def stop(self) -> None:
        """Kills the process if it is still there."""
        if self._running:
            os.kill(self.pid, signal.SIGKILL)
            self._reap()

    def _reap(self) -> int:
        self._running = False
        self.connection.close()
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


def _child(function: Callable[[Callable[[float], None]], object], connection: Connection, parent: int) -> NoReturn:
    """The child's whole life. It leaves by `os._exit`: nothing that the parent has registered for its own end is run here."""
    code = 1
    try:
        die_with_parent(parent)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        try:
            result = function(lambda value: connection.send(("progress", value)))
            connection.send(("result", result))
        except VideogenError as error:
            connection.send(("error", error))
        except Exception as error:  # noqa: BLE001 - all of it goes to the parent, which raises it there
            full = disk_full(error)
            message = "".join(traceback.format_exception_only(error)).strip()
            connection.send(("error", full) if full else ("bug", (message, traceback.format_exc())))
        code = 0
    except BrokenPipeError:
        pass  # nobody is there to hear it
    finally:
        os._exit(code)
