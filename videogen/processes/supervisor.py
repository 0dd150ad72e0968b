"""The supervisor that `serve` runs: starts the web process and the workers, restarts what dies, and ends everything when it ends."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from models import attempt, event, task
from models.database import Store
from models.errors import StoreBusy, VideogenError
from models.migrate import migrate
from videogen import python
from videogen.config import Settings
from videogen.errors.system import PortTaken
from videogen.processes.attempt_runner import remove_stale_work_directories
from videogen.processes.janitor import Janitor
from videogen.processes.process_group import ProcessGroup
from videogen.processes.server_address import format_host, reachable_host
from videogen.processes.wakeup import Wakeup
from videogen.streams import listener

WEB = python("videogen.web.server")
WORKER = python("videogen.processes.worker_process")
WEBHOOK = python("videogen.processes.webhook")
SWEEP_INTERVAL_S = 5.0
TICK_S = 1.0
START_TICK_S = 0.1
STOP_TIMEOUT_S = 7.0
PORT_TIMEOUT_S = 3.0


@dataclass
class Child:
    """A process that runs all the time. It is restarted at once when it dies, and with growing pauses when it dies soon again."""

    name: str
    command: Sequence[str]
    group: ProcessGroup | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause_s: float = 0.0

    FIRST_PAUSE_S = 0.1
    MAX_PAUSE_S = 30.0
    STABLE_AFTER_S = 5.0

    def take_exit_code(self, now: float) -> int | None:
        """Return the exit code if the process has died since the last call, and schedule its restart at `start_at`."""
        code = self.group.poll() if self.group else None
        if code is None or self.group is None:
            return None
        self.group.close()
        self.group = None
        if now - self.started_at >= self.STABLE_AFTER_S:
            self.pause_s = 0.0
        self.pause_s = min(max(2 * self.pause_s, self.FIRST_PAUSE_S), self.MAX_PAUSE_S)
        self.start_at = now + self.pause_s
        return code

    def start_if_due(self, now: float, env: dict[str, str]) -> None:
        if self.group is None and now >= self.start_at:
            self.group = ProcessGroup(self.command, env=env, stdin=subprocess.DEVNULL)  # reading the terminal would stop a background group
            self.started_at = now


class Supervisor:
    """Runs until asked to stop. It does little on purpose: nothing but that can bring it down."""

    def __init__(self, settings: Settings, web: Sequence[str] = WEB, worker: Sequence[str] = WORKER) -> None:
        self.settings = settings
        self.children = [Child("web process", web)]
        self.children += [Child(f"worker {number + 1}", worker) for number in range(settings.workers)]
        self.children += [Child("webhook", WEBHOOK)] if settings.webhook_url else []
        self.wakeup = Wakeup()
        self.sweep_at = 0.0
        self.leases_to_release = True
        self.announced = False

    def run(self, *, demo: bool = False) -> None:
        """Run all processes. Raises what migrating the store raises, and PortTaken before anything is started."""
        self.wakeup.handle_signals()
        migrate(self.settings.data)
        self.port = resolve_port(self.settings.host, self.settings.port, PORT_TIMEOUT_S)
        with ExitStack() as stack:
            stack.callback(self.wakeup.close)
            self.store = listener.open_store(self.settings.data)
            stack.callback(self.store.close)
            self._release_leases()
            if demo:
                submit_example(self.store)
            stack.enter_context(Janitor(self.store, self.settings))
            stack.callback(self._stop)
            while not self.wakeup.stop_asked:
                self._step(time.monotonic())

    def _step(self, now: float) -> None:
        env = environment(self.settings) | {"VIDEOGEN_PORT": str(self.port)}
        for child in self.children:
            if (code := child.take_exit_code(now)) is not None:
                log(f"the {child.name} {describe_exit(code)}; restarting it in {child.pause_s:g} s")
                self.leases_to_release = True
            child.start_if_due(now, env)
        if self.leases_to_release:
            self._release_leases(wait_s=0)  # a busy database must not delay restarts
        if now >= self.sweep_at:
            self.sweep_at = now + SWEEP_INTERVAL_S
            with logged_errors():
                attempt.sweep(self.store)
        if not self.announced and accepts_connections(self.settings.host, self.port):
            self.announced = True
            print(f"videogen: open http://{format_host(self.settings.host)}:{self.port}", flush=True)
        due = min((child.start_at for child in self.children if child.group is None), default=now + TICK_S)
        self.wakeup.wait(min(due - now, TICK_S if self.announced else START_TICK_S))

    def _release_leases(self, wait_s: float | None = None) -> None:
        """Release dead workers' leases at once, so that no task waits for one to expire. Tries again later if the database is busy."""
        with logged_errors(), suppress(StoreBusy):
            attempt.release_dead(self.store, wait_s=wait_s)
            remove_stale_work_directories(self.store)
            self.leases_to_release = False

    def _stop(self) -> None:
        """Terminate all children, and kill those that are still there after STOP_TIMEOUT_S."""
        groups = [child.group for child in self.children if child.group]
        for group in groups:
            group.terminate()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for group in groups:
            group.wait(max(0.0, deadline - time.monotonic()))
            group.close()


def run(settings: Settings, *, demo: bool = False) -> None:
    """Run the whole application until SIGTERM or SIGINT. `demo` submits an example if the store is new."""
    Supervisor(settings).run(demo=demo)


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment variables that give another process the same settings."""
    values = settings.model_dump(mode="json", exclude_none=True)
    return {f"VIDEOGEN_{name.upper()}": str(value) for name, value in values.items()}


def resolve_port(host: str, port: int, timeout_s: float) -> int:
    """Return the port once it can be listened on; for 0 a free one. Waits for a port that a killed server still holds.

    Raises PortTaken.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
            with socket.create_server(address[:2], family=family) as server:
                return int(server.getsockname()[1])
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise PortTaken(f"Cannot listen on {format_host(host)}:{port}: {error.strerror or error}.") from error
        time.sleep(0.05)


def accepts_connections(host: str, port: int) -> bool:
    """Return whether a server listens there."""
    try:
        with socket.create_connection((reachable_host(host), port), timeout=0.2):
            return True
    except OSError:
        return False


def submit_example(store: Store) -> None:
    """Submit the welcome example if the store has never had a task."""
    from videogen.script.examples import WELCOME, examples

    with store.reading() as read:
        if event.head(read):
            return
    example = examples()[WELCOME]
    task.submit(store, source=example.source, format=example.format, title=example.title)


def describe_exit(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"


def log(sentence: str) -> None:
    print(f"videogen: {sentence}", file=sys.stderr, flush=True)


@contextmanager
def logged_errors() -> Iterator[None]:
    """Log errors of the store instead of raising them. The caller tries again later; pages are served meanwhile."""
    try:
        yield
    except VideogenError as error:
        log(f"{error} {error.hint}")
