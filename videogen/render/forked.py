"""Functions run in processes forked from this one: they start in milliseconds with everything loaded, and can be killed alone."""

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
    """The function raised something that is no VideogenError; the message is its last line, `trace` the whole traceback."""

    def __init__(self, message: str, trace: str) -> None:
        super().__init__(message)
        self.trace = trace


class _Fork(Generic[Result]):
    """A process forked from this one that does `serve(connection)` and then ends; it is `running` until its end has been seen."""

    one_result = True

    def __init__(self, serve: Callable[[Connection], None]) -> None:
        self.connection, theirs = Pipe()
        parent = os.getpid()
        with warnings.catch_warnings():
            # Python 3.12 warns of any thread; those of numpy and onnxruntime wait in native code, hold no lock, and the child needs none.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            self.connection.close()  # else it would not see that nobody is there any more
            _child(serve, theirs, parent)
        theirs.close()  # else the end of the child would not be seen
        self.running = True

    def read(self) -> tuple[float, None] | tuple[None, Result]:
        """The next thing from the process: (progress, None), or (None, result) once it has one.

        Raises the VideogenError that the function raised, ForkRaised for any other, ForkDied if there was no answer at all; the process
        has ended then.
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
        """Kills the process if it is still there."""
        if self.running:
            os.kill(self.pid, signal.SIGKILL)
            self._reap()

    def _reap(self) -> int:
        self.running = False
        self.connection.close()
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


class Forked(_Fork[Result]):
    """One run of `function(progress)`; what it hands to `progress` (a number) and what it returns cross a pipe, so they must pickle.

    Wait for `connection` (multiprocessing.connection.wait), then `read`.
    """

    def __init__(self, function: Callable[[Send], Result]) -> None:
        def serve(connection: Connection) -> None:
            _answer(connection, function)

        super().__init__(serve)


class ForkedWorker(_Fork[Result], Generic[Job, Result]):
    """One run of `function(job, progress)` after another, for each job that is given; else like `Forked`. End it with `stop`.

    What the first job has loaded and allocated is there for the next: a scene costs 40 ms less than in a process of its own.
    """

    one_result = False

    def __init__(self, function: Callable[[Job, Send], Result]) -> None:
        def serve(connection: Connection) -> None:
            while _answer(connection, partial(function, connection.recv())):
                pass

        super().__init__(serve)

    def waits(self) -> bool:
        """Whether it is still there, when it has no job; one that is not is buried."""
        if self.connection.poll():  # it has nothing to say, so that is its end
            self.stop()
        return self.running

    def give(self, job: Job) -> None:
        """Gives it a job, when it has none. If it has ended meanwhile, the next `read` says so."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send(job)


def _child(serve: Callable[[Connection], None], connection: Connection, parent: int) -> NoReturn:
    """The child's whole life. It leaves by `os._exit`: nothing that the parent has registered for its own end is run here."""
    code = 1
    try:
        die_with_parent(parent)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        serve(connection)
        code = 0
    except (BrokenPipeError, EOFError):
        pass  # nobody is there to hear it, or to give more
    finally:
        os._exit(code)


def _answer(connection: Connection, function: Callable[[Send], object]) -> bool:
    """Runs the function and sends what comes of it; whether that is a result."""
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
