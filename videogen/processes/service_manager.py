"""Talks to systemd: takes the socket that it passes (`LISTEN_FDS`), and reports readiness and signs of life (`NOTIFY_SOCKET`).

Without systemd it does nothing. Protocols: sd_listen_fds(3) and sd_notify(3).
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress

FIRST_SOCKET = 3
"""Descriptor of the first socket that systemd passes."""


def passed_socket() -> socket.socket | None:
    """Return the listening socket of a socket unit, or None if there is none. It is the caller's from then on."""
    pid, count = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    if pid != str(os.getpid()) or count in ("", "0"):
        return None
    passed = socket.socket(fileno=FIRST_SOCKET)
    passed.set_inheritable(False)
    return passed


class ServiceManager:
    """The service manager that has started this process, if any. `watchdog_s` is how often it wants a sign of life, or None."""

    def __init__(self) -> None:
        self._address = os.environ.pop("NOTIFY_SOCKET", "")  # not for children: the supervisor speaks for all
        pid, silence_us = os.environ.pop("WATCHDOG_PID", ""), os.environ.pop("WATCHDOG_USEC", "")
        is_for_us = silence_us.isdecimal() and pid in ("", str(os.getpid()))
        self.watchdog_s = int(silence_us) / 2_000_000 if is_for_us else None
        self._watchdog_at = 0.0

    def notify(self, state: str) -> None:
        """Send lines such as `READY=1`. A service manager that cannot be reached is no reason to stop."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.setblocking(False)
            channel.sendto(state.encode(), address)

    def send_watchdog(self, now: float) -> None:
        """Reset the service manager's watchdog if that is due. `now` is a monotonic time in seconds."""
        if self.watchdog_s is not None and now >= self._watchdog_at:
            self._watchdog_at = now + self.watchdog_s
            self.notify("WATCHDOG=1")
