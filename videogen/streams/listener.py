"""LISTEN and NOTIFY between processes: a commit rings every process that listens, and each rings its own with the same signal.

A listener is a Unix datagram socket in `<data>/listen/`; `ls` shows who listens. A ring is one datagram without content: it means
"read again from your cursor", so a lost one costs a delay and never an event. Below it, as the floor, each listener looks at
`PRAGMA data_version`: that notices a row put in by hand, and works where there are no Unix sockets.
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
from functools import cache
from pathlib import Path

from models import event, watermark
from models.database import Store
from models.errors import VideogenError
from models.event import Cursor, News
from models.files import walk
from models.signals import event_appended

log = logging.getLogger(__name__)

FLOOR_S = 0.5
RETRY_S = 0.5
# A path longer than this does not fit into a socket's address (108 bytes with the closing zero).
ADDRESS_BYTES = 107
NAME_BYTES = 24
HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX")
GONE = (errno.ECONNREFUSED, errno.ENOENT)
Look = Callable[[Cursor | None], News]
RUNG_ALREADY = (errno.EAGAIN, errno.ENOBUFS)


def open_store(data: Path) -> Store:
    """The store below `data`, whose commits ring the listeners of every process."""
    directory = Path(data) / "listen"
    return Store(data, ring=lambda _tasks: ring(directory)) if HAS_UNIX_SOCKETS else Store(data)


def ring(directory: Path) -> None:
    """Ring every listener, without ever waiting for one. The name of one that is gone is removed.

    It never fails: what was committed must not look as if it had not been, and a ring that is lost costs a delay.
    """
    try:
        # No Paths here, and a socket that is kept: whoever waits for this commit waits for it.
        with _reachable(directory) as prefix:
            rope = _rope()
            for name in os.listdir(prefix):  # noqa: PTH208
                _ring(rope, prefix, directory, name)
    except FileNotFoundError:
        pass  # nobody has ever listened
    except OSError as error:
        log.warning("nobody was rung: %s", error)


@cache
def _rope() -> socket.socket:
    """What this process rings with."""
    rope = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    rope.setblocking(False)
    atexit.register(rope.close)
    return rope


def _ring(rope: socket.socket, prefix: str, directory: Path, name: str) -> None:
    try:
        rope.sendto(b"!", f"{prefix}/{name}")
    except OSError as error:
        if error.errno in GONE:
            (directory / name).unlink(missing_ok=True)
        elif error.errno not in RUNG_ALREADY:
            log.warning("%s was not rung: %s", name, error)


def listeners(directory: Path) -> Sequence[str]:
    """Who listens: the names in `listen/`, each beginning with its process's id."""
    return [path.name for path in walk.entries(directory)]


def alive(directory: Path) -> Sequence[str]:
    """Who listens and lives: those whose process was killed answer no ring."""
    if directory.exists():
        ring(directory)
    return listeners(directory)


@dataclass
class Wakes:
    """How this process was woken: by a ring, or by the floor alone (a ring was lost, or a row was put in by hand)."""

    by_ring: int = 0
    by_floor: int = 0


class Listener:
    """Hears the commits of other processes and sends `event_appended` in this one, from a thread (or greenlet) of its own.

    `news` says who is to be woken for what came after a place, as `event.news` does. `floor_s` is the time between looks at `data_version`,
    0 for none; `rings` False leaves only the floor.
    """

    def __init__(self, store: Store, *, news: Look | None = None, floor_s: float = FLOOR_S, rings: bool = True) -> None:
        self.store = store
        self._news = news or (lambda after: event.news(store, after))
        self.floor_s = floor_s
        self.wakes = Wakes()
        self.directory = store.data / "listen"
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._bell = self._bind() if rings and HAS_UNIX_SOCKETS else None
        self._head: Cursor | None = None
        self._marked: Cursor | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)

    def start(self) -> Listener:
        self._head = self._news(None).head
        self._thread.start()
        return self

    def stop(self) -> None:
        """End listening; the name in `listen/` goes."""
        self._stop.set()
        if self._bell:
            with contextlib.suppress(OSError), _reachable(self.directory) as prefix:
                self._bell.sendto(b".", f"{prefix}/{self.name}")
        self._thread.join()
        if self._bell:
            self._bell.close()
            (self.directory / self.name).unlink(missing_ok=True)

    def __enter__(self) -> Listener:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _bind(self) -> socket.socket:
        self.directory.mkdir(parents=True, exist_ok=True)
        bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with _reachable(self.directory) as prefix:
            bell.bind(f"{prefix}/{self.name}")
        return bell

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with self.store.watching() as data_version:
                    self._hear(data_version)
            except VideogenError as error:
                # Busy or broken: what was rung for is still in the log, and is looked for again from the same place.
                log.warning("listening: %s", error.detail)
                self._stop.wait(RETRY_S)
            except Exception:
                # A receiver that raises, say: nothing may end the listening without a word, since all would seem quiet.
                log.exception("listening")
                self._stop.wait(RETRY_S)

    def _hear(self, data_version: Callable[[], int]) -> None:
        self._wake()
        version = data_version()
        look_at = time.monotonic() + self.floor_s
        while not self._stop.is_set():
            if self._rung(look_at - time.monotonic() if self.floor_s else None) and not self._stop.is_set():
                self.wakes.by_ring += self._wake()
            if self.floor_s and time.monotonic() >= look_at:
                look_at = time.monotonic() + self.floor_s
                before, version = version, data_version()
                if version != before:
                    if self._rung(0):
                        self.wakes.by_ring += self._wake()
                    else:
                        self.wakes.by_floor += self._wake()
                if self._head and self._head != self._marked:
                    watermark.note(self.store.data, self._head)
                    self._marked = self._head

    def _rung(self, within_s: float | None) -> bool:
        """Whether somebody rings within so many seconds (None: waits for ever). All the rings that have come count as one."""
        if self._bell is None:
            self._stop.wait(within_s)
            return False
        rung = False
        self._bell.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while self._bell.recv(1):
                rung = True
        if rung:
            return True
        # Whoever waits is woken by the first and hears the others afterwards: nothing is to come between a ring and its news.
        self._bell.settimeout(within_s if within_s is None else max(within_s, 0.0))
        with contextlib.suppress(TimeoutError, BlockingIOError):
            rung = bool(self._bell.recv(1))
        return rung

    def _wake(self) -> bool:
        """Send the signal for each task that has news since the last time."""
        self.store.hear()
        news = self._news(self._head)
        self._head = news.head
        for task_id in news.tasks:
            event_appended.send(task_id)
        time.sleep(0)  # whoever was woken has the next turn, before this one looks for more rings
        return bool(news.tasks)


def _reachable(directory: Path) -> AbstractContextManager[str]:
    """A name of the directory that is short enough for a socket's address: its own, or one through its descriptor or a link."""
    own = str(directory)
    if len(os.fsencode(own)) + NAME_BYTES <= ADDRESS_BYTES:
        return contextlib.nullcontext(own)
    return _shortened(directory)


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
