"""A bell that a process waits for: rung by other threads and by signals."""

from __future__ import annotations

import contextlib
import select
import signal
import socket

STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Bell:
    """One can wait for it together with other descriptors; many rings before `clear` are one.

    `stop_asked` is set by the signals that ask a process to end, once `hear_signals` was called.
    """

    def __init__(self) -> None:
        self._ear, self._rope = socket.socketpair()
        self._ear.setblocking(False)
        self._rope.setblocking(False)
        self.stop_asked = False

    def hear_signals(self) -> None:
        """From now on the signals that ask to end, and the end of a child, ring it. For the main thread."""
        for number in STOP:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup wants it
                signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # one without a handler would not reach the descriptor
        signal.set_wakeup_fd(self._rope.fileno(), warn_on_full_buffer=False)

    def ring(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: it rings already
            self._rope.send(b"!")

    def clear(self) -> bool:
        """Whether it rang since the last time."""
        rang = False
        with contextlib.suppress(BlockingIOError):
            while self._ear.recv(4096):
                rang = True
        return rang

    def wait(self, timeout_s: float) -> bool:
        """Waits for a ring and clears it; False when the time is over."""
        waiting = select.poll()
        waiting.register(self._ear, select.POLLIN)
        waiting.poll(max(0.0, timeout_s) * 1000)
        return self.clear()

    def fileno(self) -> int:
        return self._ear.fileno()

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._ear.close()
        self._rope.close()

    def _ask_to_stop(self, *_: object) -> None:
        self.stop_asked = True
