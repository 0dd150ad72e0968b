"""An event that a process waits for together with other descriptors. Other threads and signals set it."""

from __future__ import annotations

import contextlib
import select
import signal
import socket

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Wakeup:
    """A `threading.Event` with a descriptor. Several calls of `wake` before `clear` count as one.

    The signals that ask a process to end set `stop_asked` too, once `handle_signals` was called; SIGHUP sets `restart_asked` instead for
    a process that can restart.
    """

    def __init__(self) -> None:
        self._reading_end, self._writing_end = socket.socketpair()
        self._reading_end.setblocking(False)
        self._writing_end.setblocking(False)
        self.stop_asked = False
        self.restart_asked = False

    def handle_signals(self, *, restart: bool = False) -> None:
        """Make stop signals and the end of a child set this wakeup. Call it in the main thread. With `restart` SIGHUP asks for that."""
        for number in STOP_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup ignores SIGHUP: leave it so
                signal.signal(number, self._ask_to_restart if restart and number == signal.SIGHUP else self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a signal without a handler does not reach the descriptor
        signal.set_wakeup_fd(self._writing_end.fileno(), warn_on_full_buffer=False)

    def wake(self) -> None:
        """Set the wakeup, from any thread. Never blocks."""
        with contextlib.suppress(BlockingIOError):  # the buffer is full: it is set already
            self._writing_end.send(b"!")

    def clear(self) -> bool:
        """Reset the wakeup and return whether it was set."""
        was_set = False
        with contextlib.suppress(BlockingIOError):
            while self._reading_end.recv(4096):
                was_set = True
        return was_set

    def wait(self, timeout_s: float) -> bool:
        """Wait until the wakeup is set and reset it; return False on timeout."""
        poll = select.poll()
        poll.register(self._reading_end, select.POLLIN)
        poll.poll(max(0.0, timeout_s) * 1000)
        return self.clear()

    def fileno(self) -> int:
        """Return the descriptor, readable while the wakeup is set."""
        return self._reading_end.fileno()

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._reading_end.close()
        self._writing_end.close()

    def _ask_to_stop(self, *_: object) -> None:
        self.stop_asked = True

    def _ask_to_restart(self, *_: object) -> None:
        self.restart_asked = True
