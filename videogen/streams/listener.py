"""LISTEN and NOTIFY between processes: a commit notifies each process that listens, which sends the signal to its own subscriptions.

On PostgreSQL that is the database's own (`models.postgres.notification`); on SQLite it is here.

A listener is a Unix datagram socket in `<data>/listen/`; `ls` shows them. A notification is a datagram without content: it means "read
again from your cursor", so a lost one costs a delay and never an event. In addition each listener polls `PRAGMA data_version`: this
fallback notices a row inserted by hand, and works where there are no Unix sockets.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import logging
import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from models import event
from models.database import Store
from models.dialect import Notifications
from models.errors import VideogenError
from models.event import Changes, Cursor
from models.files import walk
from models.files.storage import Files
from models.server import Server
from models.signals import event_appended
from models.sqlite import watermark
from models.sqlite.dialect import SQLite
from videogen.kinds import registry

log = logging.getLogger(__name__)

POLL_INTERVAL_S = 0.5
RETRY_S = 0.5
# A path longer than this does not fit into a socket's address (108 bytes with the closing zero).
ADDRESS_BYTES = 107
NAME_BYTES = 24
HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX")
SETTLED_NS = 100_000_000
SETTLED_BY_SECONDS_NS = 3_000_000_000
"""Where the file system keeps its times in whole seconds, or two."""
GONE = (errno.ECONNREFUSED, errno.ENOENT)
ReadChanges = Callable[[Cursor | None], Changes]
QUEUE_FULL = (errno.EAGAIN, errno.ENOBUFS)


def open_store(data: Path, files: Files | None = None, server: Server | None = None) -> Store:
    """Open the store below `data`, whose files are there or in `files`. Its commits notify the listeners of all processes."""
    directory = Path(data) / "listen"
    ring = (lambda _tasks: notify(directory)) if HAS_UNIX_SOCKETS and server is None else None
    return Store(data, ring, registry.progress_events, registry.retry_policy, files, server)


def notify(directory: Path) -> None:
    """Notify each listener without waiting for any. Removes the names of those whose processes have ended.

    It never fails: a commit must not look as if it had failed, and a lost notification only costs a delay.
    """
    try:
        # No Paths here, and one socket for all: the caller of the commit waits for this.
        sender = _sender()
        if _is_short(directory):
            prefix = str(directory)
            for name in _names(prefix):
                _notify_one(sender, prefix, directory, name)
        else:
            with _shortened(directory) as prefix:
                for name in _names(prefix, str(directory)):
                    _notify_one(sender, prefix, directory, name)
    except FileNotFoundError:
        pass  # there has never been a listener
    except OSError as error:
        log.warning("No listener was notified: %s", error)


@cache
def _sender() -> socket.socket:
    """Return the socket that this process sends notifications with."""
    sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sender.setblocking(False)
    atexit.register(sender.close)
    return sender


@dataclass
class _Listing:
    """The names in a directory, as of when it was last changed (nanoseconds since 1970)."""

    changed_ns: int
    names: Sequence[str]


_listings: dict[str, _Listing] = {}


def _names(path: str, directory: str | None = None) -> Sequence[str]:
    """Return the names in the directory at `path`, which is listed again only when it has changed.

    A listing is believed if the directory had been as it was for a while: its time of change is not fine enough to tell a later one.
    """
    changed_ns = os.stat(path).st_mtime_ns  # noqa: PTH116
    listing = _listings.get(directory or path)
    if listing is not None and listing.changed_ns == changed_ns:
        return listing.names
    names = os.listdir(path)  # noqa: PTH208
    if time.time_ns() - changed_ns > (SETTLED_NS if changed_ns % 1_000_000_000 else SETTLED_BY_SECONDS_NS):
        _listings[directory or path] = _Listing(changed_ns, names)
    return names


def _notify_one(sender: socket.socket, prefix: str, directory: Path, name: str) -> None:
    try:
        sender.sendto(b"!", f"{prefix}/{name}")
    except OSError as error:
        if error.errno in GONE:
            (directory / name).unlink(missing_ok=True)
        elif error.errno not in QUEUE_FULL:
            log.warning("Listener %s was not notified: %s", name, error)


def listeners(directory: Path) -> Sequence[str]:
    """Return the names in `listen/`, each of which begins with a process id."""
    return [path.name for path in walk.entries(directory)]


def alive(directory: Path) -> Sequence[str]:
    """Return the names of the listeners whose processes run."""
    if directory.exists():
        notify(directory)
    return listeners(directory)


@dataclass
class WakeupCounts:
    """How often this process was woken: by notifications, and by the fallback poll alone (one was lost, or a row inserted by hand)."""

    by_notification: int = 0
    by_poll: int = 0


class Listener:
    """Send `event_appended` in this process for commits of other processes, from a thread (or greenlet) of its own.

    `changes` reads what was appended after a cursor; by default from the database. `poll_interval_s` is the time between two reads of
    `data_version`; 0 switches the fallback poll off. `notifications=False` leaves only the fallback poll.
    """

    def __init__(
        self, store: Store, *, changes: ReadChanges | None = None, poll_interval_s: float = POLL_INTERVAL_S, notifications: bool = True
    ) -> None:
        self.store = store
        self._read_changes = changes or (lambda after: event.changes(store, after))
        self.poll_interval_s = poll_interval_s
        self.wakeups = WakeupCounts()
        self.directory = store.data / "listen"
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._notifications: Notifications | None = None
        self._socket = self._bind() if notifications and HAS_UNIX_SOCKETS and isinstance(store.dialect, SQLite) else None
        self._head: Cursor | None = None
        self._marked: Cursor | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)

    def start(self) -> Listener:
        self._head = self._read_changes(None).head
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop, and remove the name in `listen/`."""
        self._stop.set()
        if self._socket:
            with contextlib.suppress(OSError), _reachable(self.directory) as prefix:
                self._socket.sendto(b".", f"{prefix}/{self.name}")
        self._thread.join()
        if self._socket:
            self._socket.close()
            (self.directory / self.name).unlink(missing_ok=True)

    def __enter__(self) -> Listener:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _bind(self) -> socket.socket:
        self.directory.mkdir(parents=True, exist_ok=True)
        wakeup = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with _reachable(self.directory) as prefix:
            wakeup.bind(f"{prefix}/{self.name}")
        return wakeup

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with self.store.watching() as data_version:
                    self._notifications = data_version if isinstance(data_version, Notifications) else None
                    self._follow(data_version)
            except VideogenError as error:
                # Busy or broken: the news are still in the log, and are read again from the same cursor.
                log.warning("Listening failed: %s", error.detail)
                self._stop.wait(RETRY_S)
            except Exception:
                # A receiver that raises, for example. Nothing may end this thread silently: all would seem quiet.
                log.exception("Listening failed")
                self._stop.wait(RETRY_S)

    def _follow(self, data_version: Callable[[], object]) -> None:
        version = data_version()  # before the first read: a commit between the two is then read twice, and never missed
        self._publish()
        poll_at = time.monotonic() + self.poll_interval_s
        while not self._stop.is_set():
            if self._notified(poll_at - time.monotonic() if self.poll_interval_s else None) and not self._stop.is_set():
                self.wakeups.by_notification += self._publish()
            if self.poll_interval_s and time.monotonic() >= poll_at:
                poll_at = time.monotonic() + self.poll_interval_s
                before, version = version, data_version()
                if version != before:
                    if self._notified(0):
                        self.wakeups.by_notification += self._publish()
                    else:
                        self.wakeups.by_poll += self._publish()
                if self._head and self._head != self._marked and isinstance(self.store.dialect, SQLite):
                    watermark.note(self.store.data, self._head)
                    self._marked = self._head

    def _notified(self, within_s: float | None) -> bool:
        """Wait at most `within_s` seconds (None: for ever) for a notification. Return whether one came; several count as one."""
        if self._notifications is not None:
            return self._notifications.wait(within_s, self._stop.is_set)
        if self._socket is None:
            self._stop.wait(within_s)
            return False
        notified = False
        self._socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(1):
                notified = True
        if notified:
            return True
        # Return at the first one; the others are received at the next call. So nothing delays the reading of the news.
        self._socket.settimeout(within_s if within_s is None else max(within_s, 0.0))
        with contextlib.suppress(TimeoutError, BlockingIOError):
            notified = bool(self._socket.recv(1))
        return notified

    def _publish(self) -> bool:
        """Send the signal for each task with news since the last call. Return whether there were any."""
        self.store.mark_changed()
        changes = self._read_changes(self._head)
        self._head = changes.head
        for task_id in changes.tasks:
            event_appended.send(task_id)
        time.sleep(0)  # let those who were woken run before this looks for more
        return bool(changes.tasks)


def _reachable(directory: Path) -> AbstractContextManager[str]:
    """Return a path of the directory that is short enough for a socket's address: its own, or one through a descriptor or a link."""
    return contextlib.nullcontext(str(directory)) if _is_short(directory) else _shortened(directory)


@lru_cache
def _is_short(directory: Path) -> bool:
    return len(os.fsencode(directory)) + NAME_BYTES <= ADDRESS_BYTES


@contextlib.contextmanager
def _shortened(directory: Path) -> Iterator[str]:
    if Path("/proc/self/fd").exists():
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryDirectory() as short:
            link = Path(short) / "l"
            link.symlink_to(directory.absolute())
            yield str(link)
