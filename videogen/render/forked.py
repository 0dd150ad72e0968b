"""Run functions in forked processes: they start in milliseconds with everything loaded, and can be killed without harm."""

from __future__ import annotations

import os
import signal
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection, Pipe
from typing import Generic, NoReturn, TypeAlias, TypeVar

from models.errors import VideogenError
from videogen.processes.process_group import die_with_parent
from videogen.render.disk_errors import disk_full

Job = TypeVar("Job")
Result = TypeVar("Result")
Send: TypeAlias = Callable[[float], None]


class ForkDied(Exception):
    """The process ended without a result: killed, or ended by a library. `signal_name` is None if it exited by itself."""

    def __init__(self, exit_code: int) -> None:
        self.exit_code = exit_code
        self.signal_name = signal.Signals(-exit_code).name if exit_code < 0 else None
        super().__init__(f"it was ended by {self.signal_name}" if self.signal_name else f"it exited with {exit_code}")


class ForkRaised(Exception):
    """The function raised something other than a VideogenError. The message is its last line, `trace` the whole traceback."""

    def __init__(self, message: str, trace: str) -> None:
        super().__init__(message)
        self.trace = trace


class _Fork(Generic[Result]):
    """A forked process that runs `serve(connection)` and then ends. It counts as `running` until it is reaped."""

    one_result = True

    def __init__(self, serve: Callable[[Connection], None]) -> None:
        self.connection, child_end = Pipe()
        parent = os.getpid()
        with warnings.catch_warnings():
            # Python 3.12 warns of any thread; those of numpy and onnxruntime wait in native code, hold no lock, and the child needs none.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            self.connection.close()  # otherwise the child would not notice the end of its parent
            _child(serve, child_end, parent)
        child_end.close()  # otherwise the end of the child would go unnoticed
        self.running = True

    def read(self) -> tuple[float, None] | tuple[None, Result]:
        """Receive the next message: (progress, None), or (None, result).

        Raises the VideogenError that the function raised, ForkRaised for any other exception, and ForkDied if the process ended without
        an answer.
        """
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            raise ForkDied(self._reap()) from None
        if kind == "progress":
            return value, None
        if kind != "result" or self.one_result:
            self._reap()
        if kind == "error":
            raise value
        if kind == "bug":
            raise ForkRaised(*value)
        return None, value

    def stop(self) -> None:
        """Kill the process if it still runs."""
        if self.running:
            os.kill(self.pid, signal.SIGKILL)
            self._reap()

    def _reap(self) -> int:
        self.running = False
        self.connection.close()
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


class Forked(_Fork[Result]):
    """Run `function(progress)` once. The numbers it passes to `progress` and its result cross a pipe, so they must pickle.

    Wait for `connection` (multiprocessing.connection.wait), then `read`.
    """

    def __init__(self, function: Callable[[Send], Result]) -> None:
        def serve(connection: Connection) -> None:
            _answer(connection, function)

        super().__init__(serve)


class ForkedWorker(_Fork[Result], Generic[Job, Result]):
    """Run `function(job, progress)` for each job sent; otherwise like `Forked`. End it with `stop`.

    Jobs reuse what earlier ones loaded and allocated: a scene costs 40 ms less than in a process of its own.
    """

    one_result = False

    def __init__(self, function: Callable[[Job, Send], Result]) -> None:
        def serve(connection: Connection) -> None:
            while _answer(connection, partial(function, connection.recv())):
                pass

        super().__init__(serve)

    def is_alive(self) -> bool:
        """Return whether the idle process still lives; reap it if it does not."""
        if self.connection.poll():  # an idle process sends nothing, so this is its end
            self.stop()
        return self.running

    def send_job(self, job: Job) -> None:
        """Send a job to the idle process. If it has ended meanwhile, the next `read` raises ForkDied."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send(job)


def _child(serve: Callable[[Connection], None], connection: Connection, parent: int) -> NoReturn:
    """Run the child. It ends with `os._exit`, so that exit handlers of the parent do not run here."""
    code = 1
    try:
        die_with_parent(parent)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        serve(connection)
        code = 0
    except (BrokenPipeError, EOFError):
        pass  # the parent has ended
    finally:
        os._exit(code)


def _answer(connection: Connection, function: Callable[[Send], object]) -> bool:
    """Run the function and send its result or error. Return whether it was a result."""
    try:
        result = function(lambda value: connection.send(("progress", value)))
        connection.send(("result", result))
        return True
    except VideogenError as error:
        connection.send(("error", error))
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - all of it goes to the parent, which raises it there
        full = disk_full(error)
        message = "".join(traceback.format_exception_only(error)).strip()
        connection.send(("error", full) if full else ("bug", (message, traceback.format_exc())))
    return False
