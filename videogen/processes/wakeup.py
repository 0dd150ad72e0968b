"""A bell that a process waits for: rung by other threads and by signals."""

from __future__ import annotations

import contextlib
import select
import signal
import socket

STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Wakeup:
    """One can wait for it together with other descriptors; many rings before `clear` are one.

    `stop_asked` is set by the signals that ask a process to end, once `handle_signals` was called.
    """

    def __init__(self) -> None:
        self._reading_end, self._writing_end = socket.socketpair()
        self._reading_end.setblocking(False)
        self._writing_end.setblocking(False)
        self.stop_asked = False

    def handle_signals(self) -> None:
        """From now on the signals that ask to end, and the end of a child, ring it. For the main thread."""
        for number in STOP:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup wants it
                signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # one without a handler would not reach the descriptor
        signal.set_wakeup_fd(self._writing_end.fileno(), warn_on_full_buffer=False)

    def wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: it rings already
            self._writing_end.send(b"!")

    def clear(self) -> bool:
        """Whether it rang since the last time."""
        rang = False
        with contextlib.suppress(BlockingIOError):
            while self._reading_end.recv(4096):
                rang = True
        return rang

    def wait(self, timeout_s: float) -> bool:
        """Waits for a ring and clears it; False when the time is over."""
        waiting = select.poll()
        waiting.register(self._reading_end, select.POLLIN)
        waiting.poll(max(0.0, timeout_s) * 1000)
        return self.clear()

    def fileno(self) -> int:
        return self._reading_end.fileno()

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._reading_end.close()
        self._writing_end.close()

    def _ask_to_stop(self, *_: object) -> None:
        self.stop_asked = True
