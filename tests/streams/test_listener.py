"""LISTEN and NOTIFY: a commit in one process is heard in the others, by ring, or by the floor under it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models import event
from models.database import Store
from models.errors import StoreBusy
from models.event import Changes, Cursor
from models.migrate import migrate
from models.signals import event_appended
from models.sqlite import watermark
from tests.support.paths import ROOT
from tests.support.process_state import until
from tests.support.sqlite_shell import sqlite
from tests.support.task_moves import Moves
from videogen.streams import listener
from videogen.streams.listener import Listener, listeners, open_store

SUBMIT = """
import sys
from pathlib import Path
from models import task
from videogen.streams.listener import open_store
store = open_store(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    print(task.submit(store, source="# A", format="markdown", max_queued=10_000).id)
"""
LISTEN = """
import sys
from pathlib import Path
from videogen.streams.listener import Listener, open_store
with Listener(open_store(Path(sys.argv[1])), poll_interval_s=0):
    print("listening", flush=True)
    sys.stdin.read()
"""


class SenderRecorder:
    """Who was rung for, and a way to wait for somebody."""

    def __init__(self) -> None:
        self.senders: list[str | None] = []
        self._more = threading.Condition()

    def __call__(self, sender: str | None) -> None:
        with self._more:
            self.senders.append(sender)
            self._more.notify_all()

    def wait_for(self, *wanted: str | None) -> None:
        with self._more:
            assert self._more.wait_for(lambda: set(wanted) <= set(self.senders), timeout=30), f"{self.senders} of {wanted}"


@pytest.fixture
def senders() -> Iterator[SenderRecorder]:
    senders = SenderRecorder()
    with event_appended.connected_to(senders):
        yield senders


def submitted_elsewhere(data: Path, count: int = 1) -> list[str]:
    """The tasks that another process has submitted."""
    ran = subprocess.run([sys.executable, "-c", SUBMIT, str(data), str(count)], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split()


def rung_by_hand(store: Store) -> str:
    """A task that no code of ours put in, and the ring that ours would have sent."""
    sqlite(store.path, "INSERT INTO submit(source) VALUES ('# By hand')")
    listener.notify(store.data / "listen")
    return sqlite(store.path, "SELECT id FROM tasks ORDER BY rowid DESC LIMIT 1")


@contextmanager
def listening_elsewhere(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that listens."""
    command = (sys.executable, "-c", LISTEN, str(data))
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "listening\n"
        yield process


def test_rings_alone_deliver_everything(store: Store, senders: SenderRecorder) -> None:
    with Listener(store, poll_interval_s=0) as listener:
        senders.wait_for(*submitted_elsewhere(store.data, 30))
    assert listener.wakeups.by_notification > 0
    assert listener.wakeups.by_poll == 0


def test_floor_alone_delivers_everything_and_is_counted(store: Store, senders: SenderRecorder) -> None:
    with Listener(store, poll_interval_s=0.02, notifications=False) as listener:
        assert listeners(store.data / "listen") == []
        senders.wait_for(*submitted_elsewhere(store.data, 30))
    assert listener.wakeups.by_notification == 0
    assert listener.wakeups.by_poll > 0


def test_row_put_in_by_hand_is_found_by_the_floor(store: Store, senders: SenderRecorder) -> None:
    with Listener(store, poll_interval_s=0.02) as listener:
        for title in ("# The first, which may be there before it has begun", "# By hand"):
            sqlite(store.path, f"INSERT INTO submit(source) VALUES ('{title}')")
            senders.wait_for(sqlite(store.path, f"SELECT id FROM tasks WHERE source = '{title}'"))
    assert listener.wakeups.by_notification == 0
    assert listener.wakeups.by_poll > 0


def test_row_that_comes_in_while_a_listener_begins_is_found(store: Store, senders: SenderRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is put in between the listener's first reads, in whichever order they are."""
    watching, changes = store.watching, event.changes
    reads = 0

    def put_in_after_first() -> None:
        nonlocal reads
        reads += 1
        if reads == 2:  # start() has read the head; then two reads are to come
            sqlite(store.path, "INSERT INTO submit(source) VALUES ('# Between')")

    @contextmanager
    def watching_slowly() -> Iterator[Callable[[], object]]:
        with watching() as data_version:

            def version() -> object:
                put_in_after_first()
                return data_version()

            yield version

    def changes_slowly(store: Store, after: Cursor | None) -> Changes:
        if after:
            put_in_after_first()
        return changes(store, after)

    monkeypatch.setattr(store, "watching", watching_slowly)
    with Listener(store, changes=lambda after: changes_slowly(store, after), poll_interval_s=0.02):
        senders.wait_for(*_ids_of(store, "# Between"))


def _ids_of(store: Store, source: str) -> list[str]:
    deadline = time.monotonic() + 60
    while not (ids := sqlite(store.path, f"SELECT id FROM tasks WHERE source = '{source}'").split()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return ids


def test_nothing_is_heard_with_neither(store: Store, senders: SenderRecorder) -> None:
    with Listener(store, poll_interval_s=0, notifications=False):
        rung_by_hand(store)
    assert senders.senders == []


def test_what_was_committed_before_is_not_rung_for(store: Store, senders: SenderRecorder) -> None:
    Moves(store).make()
    senders.senders.clear()
    with Listener(store, poll_interval_s=0.01):
        senders.wait_for(rung_by_hand(store))
    assert len(set(senders.senders)) == 1


def test_one_can_listen_to_one_task(store: Store) -> None:
    moves = Moves(store)
    wanted, other = moves.submit(), moves.submit()
    senders = SenderRecorder()
    with event_appended.connected_to(senders, sender=wanted.id), Listener(store, poll_interval_s=0):
        sqlite(store.path, f"INSERT INTO cancel VALUES ('{other.id}')", f"INSERT INTO cancel VALUES ('{wanted.id}')")
        listener.notify(store.data / "listen")
        senders.wait_for(wanted.id)
    assert set(senders.senders) == {wanted.id}


def test_ring_during_the_floors_look_is_not_lost(store: Store, senders: SenderRecorder) -> None:
    """A commit between the look at data_version and the look at the bell: its ring must not be taken for nothing new."""
    made: list[str] = []
    listener = Listener(store, poll_interval_s=0.001)
    listener._head = event.changes(store, None).head

    def data_version() -> int:
        """Unchanged at first; changed together with a ring; then the end."""
        if looks.pop() == "changes":
            made.append(moves.submit().id)
            senders.senders.clear()
        elif not looks:
            listener._stop.set()
        return len(made)

    moves, looks = Moves(store), ["ends", "changes", "begins"]
    listener._follow(data_version)
    assert senders.senders == made
    listener._thread.start()
    listener.stop()


def test_killed_listener_is_forgotten_at_the_next_ring(store: Store) -> None:
    directory = store.data / "listen"
    with listening_elsewhere(store.data) as process:
        (name,) = listeners(directory)
        assert name.startswith(f"{process.pid}-")
        process.kill()
    assert listeners(directory) == [name], "it could not say goodbye"
    Moves(store).submit()
    assert listeners(directory) == []


def test_listener_is_notified_though_the_names_before_it_were_remembered(store: Store) -> None:
    directory = store.data / "listen"
    with Listener(store, poll_interval_s=0):
        an_hour_ago = time.time() - 3600
        os.utime(directory, (an_hour_ago, an_hour_ago))
        for _ in range(2):
            listener.notify(directory)
        assert listener._listings[str(directory)].names == listeners(directory)
        with listening_elsewhere(store.data):
            notified = []
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(listener, "_notify_one", lambda *arguments: notified.append(arguments[-1]))
                listener.notify(directory)
            assert sorted(notified) == sorted(listeners(directory))
            assert len(notified) == 2


def test_listener_that_ends_takes_its_name_away(store: Store) -> None:
    with listening_elsewhere(store.data):
        assert len(listeners(store.data / "listen")) == 1
    assert listeners(store.data / "listen") == []


def test_stopped_listener_never_holds_up_a_commit(store: Store) -> None:
    """Ten unread datagrams fill its queue; a send that waits would hang for as long as it is stopped."""
    moves = Moves(store)
    with listening_elsewhere(store.data) as process:
        process.send_signal(signal.SIGSTOP)
        for _ in range(50):
            moves.submit(max_queued=100)
        assert len(listeners(store.data / "listen")) == 1, "full is not gone"
        process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("way", ["descriptor", "link"])
def test_path_too_long_for_a_socket_is_no_hindrance(
    template: Path, tmp_path: Path, senders: SenderRecorder, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = shutil.copytree(template, tmp_path / ("long" * 20) / ("path" * 20) / "data")
    if way == "link":
        exists = Path.exists
        monkeypatch.setattr(Path, "exists", lambda path: str(path) != "/proc/self/fd" and exists(path))
    store = open_store(data)
    with Listener(store, poll_interval_s=0) as listener:
        assert listeners(data / "listen") == [listener.name]
        senders.wait_for(rung_by_hand(store))
    assert listeners(data / "listen") == []
    store.close()


def test_commit_is_a_commit_whatever_ringing_meets(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No descriptor left, the directory gone, a strange file in it: a lost ring costs a delay, and never looks like a failure."""
    moves = Moves(store)
    (store.data / "listen" / "notes.txt").write_text("not a socket")
    (store.data / "listen" / "directory").mkdir()
    moves.submit()
    monkeypatch.setattr(os, "listdir", failing)
    moves.submit()
    monkeypatch.undo()
    shutil.rmtree(store.data / "listen")
    moves.submit()
    assert len(moves.events()) == 3


def failing(*_: object) -> None:
    raise OSError(24, "Too many open files")


@pytest.mark.parametrize("error", [StoreBusy("Busy."), RuntimeError("a receiver that raises")])
def test_listener_goes_on_after_a_fault_and_loses_nothing(
    store: Store, senders: SenderRecorder, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "RETRY_S", 0.01)
    faults = [error]
    changes = event.changes

    def failing_once(*args: object) -> event.Changes:
        if faults and threading.current_thread().name == "listener":
            raise faults.pop()
        return changes(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(event, "changes", failing_once)
    with Listener(store, poll_interval_s=0):
        senders.wait_for(rung_by_hand(store))
    assert faults == []


def test_everybody_is_woken_when_the_log_became_another_one(store: Store, senders: SenderRecorder) -> None:
    Moves(store).make()
    senders.senders.clear()
    with Listener(store, poll_interval_s=0.02):
        sqlite(store.path, "UPDATE log SET epoch = '00000000'")
        senders.wait_for(None)


def test_all_who_listen_are_heard_of(store: Store) -> None:
    with Listener(store) as first, Listener(store) as second:
        assert list(listeners(store.data / "listen")) == sorted([first.name, second.name])
        assert all(name.startswith(f"{os.getpid()}-") for name in (first.name, second.name))


def test_how_far_the_log_goes_is_noted_beside_it_and_a_whole_log_stays_what_it_is(store: Store) -> None:
    with store.reading() as read:
        epoch = read.epoch
    with Listener(store, poll_interval_s=0.05):
        Moves(store).make()
        head = Cursor(epoch, Moves(store).events()[-1].seq)
        until(lambda: (store.data / watermark.NAME).exists() and (store.data / watermark.NAME).read_text() == str(head))
    migrate(store.data)
    with store.reading() as read:
        assert read.epoch == epoch
