"""What `serve` is: starts the web process and the workers, starts again what dies, and takes everything along when it ends."""

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
from videogen.processes.attempt_runner import clear_away
from videogen.processes.janitor import Janitor
from videogen.processes.process_group import Group
from videogen.processes.wakeup import Wakeup
from videogen.streams import listener

WEB = python("videogen.web.server")
WORKER = python("videogen.processes.worker_process")
WEBHOOK = python("videogen.processes.webhook")
SWEEP_S = 5.0
TICK_S = 1.0
GOODBYE_S = 7.0
LINGERING_S = 3.0


@dataclass
class Child:
    """A process that is to run all the time. It is started again at once when it dies, later and later when it dies soon."""

    name: str
    command: Sequence[str]
    group: Group | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause_s: float = 0.0

    FIRST_PAUSE_S = 0.1
    LONGEST_PAUSE_S = 30.0
    PROVEN_S = 5.0

    def ended(self, now: float) -> int | None:
        """The exit code if it has died since the last look; it is then due again at `start_at`."""
        code = self.group.poll() if self.group else None
        if code is None or self.group is None:
            return None
        self.group.close()
        self.group = None
        if now - self.started_at >= self.PROVEN_S:
            self.pause_s = 0.0
        self.pause_s = min(max(2 * self.pause_s, self.FIRST_PAUSE_S), self.LONGEST_PAUSE_S)
        self.start_at = now + self.pause_s
        return code

    def start_if_due(self, now: float, env: dict[str, str]) -> None:
        if self.group is None and now >= self.start_at:
            self.group = Group(self.command, env=env, stdin=subprocess.DEVNULL)  # reading the terminal would stop a background group
            self.started_at = now


class Supervisor:
    """Runs until it is asked to stop. Plain and tiny: what it does not do cannot bring it down."""

    def __init__(self, settings: Settings, web: Sequence[str] = WEB, worker: Sequence[str] = WORKER) -> None:
        self.settings = settings
        self.children = [Child("web process", web)]
        self.children += [Child(f"worker {number + 1}", worker) for number in range(settings.workers)]
        self.children += [Child("webhook", WEBHOOK)] if settings.webhook_url else []
        self.wakeup = Wakeup()
        self.sweep_at = 0.0
        self.unreleased = True
        self.said_where = False

    def run(self, *, demo: bool = False) -> None:
        """Raises what migrating the store raises, and PortTaken before anything is started."""
        self.wakeup.handle_signals()
        migrate(self.settings.data)
        self.port = free_port(self.settings.host, self.settings.port, LINGERING_S)
        with ExitStack() as leaving:
            leaving.callback(self.wakeup.close)
            self.store = listener.open_store(self.settings.data)
            leaving.callback(self.store.close)
            self._release()
            if demo:
                submit_example(self.store)
            leaving.enter_context(Janitor(self.store, self.settings))
            leaving.callback(self._stop)
            while not self.wakeup.stop_asked:
                self._look(time.monotonic())

    def _look(self, now: float) -> None:
        env = environment(self.settings) | {"VIDEOGEN_PORT": str(self.port)}
        for child in self.children:
            if (code := child.ended(now)) is not None:
                say(f"the {child.name} {how(code)}; starting it again in {child.pause_s:g} s")
                self.unreleased = True
            child.start_if_due(now, env)
        if self.unreleased:
            self._release(wait_s=0)  # a busy database must not keep what died from being started again
        if now >= self.sweep_at:
            self.sweep_at = now + SWEEP_S
            with said():
                attempt.sweep(self.store)
        if not self.said_where and answers(self.settings.host, self.port):
            self.said_where = True
            print(f"videogen: open http://{in_address(self.settings.host)}:{self.port}", flush=True)
        due = min((child.start_at for child in self.children if child.group is None), default=now + TICK_S)
        self.wakeup.wait(min(due - now, TICK_S if self.said_where else 0.1))

    def _release(self, wait_s: float | None = None) -> None:
        """Frees at once what dead workers held: nobody has to wait for a lease to run out. A busy database is asked again later."""
        with said(), suppress(StoreBusy):
            attempt.release_dead(self.store, wait_s=wait_s)
            clear_away(self.store)
            self.unreleased = False

    def _stop(self) -> None:
        """Asks all to end, and ends them."""
        groups = [child.group for child in self.children if child.group]
        for group in groups:
            group.terminate()
        deadline = time.monotonic() + GOODBYE_S
        for group in groups:
            group.wait(max(0.0, deadline - time.monotonic()))
            group.close()


def run(settings: Settings, *, demo: bool = False) -> None:
    """The whole application, until SIGTERM or SIGINT. With `demo` an empty store begins with an example."""
    Supervisor(settings).run(demo=demo)


def environment(settings: Settings) -> dict[str, str]:
    """The settings as the environment of a process that shall have the same."""
    values = settings.model_dump(mode="json", exclude_none=True)
    return {f"VIDEOGEN_{name.upper()}": str(value) for name, value in values.items()}


def free_port(host: str, port: int, within_s: float) -> int:
    """The port, as soon as one can listen on it (a server that was just killed may linger); a free one for 0. Raises PortTaken."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
            with socket.create_server(address[:2], family=family) as server:
                return int(server.getsockname()[1])
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise PortTaken(f"Cannot listen on {in_address(host)}:{port}: {error.strerror or error}.") from error
        time.sleep(0.05)


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - not bound, only asked about
    try:
        with socket.create_connection((reachable, port), timeout=0.2):
            return True
    except OSError:
        return False


def submit_example(store: Store) -> None:
    """Puts the example that welcomes into the queue, if the store has never had a task."""
    from videogen.script.examples import WELCOME, examples

    with store.reading() as read:
        if event.head(read):
            return
    example = examples()[WELCOME]
    task.submit(store, source=example.source, format=example.format, title=example.title)


def in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def how(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"


def say(sentence: str) -> None:
    print(f"videogen: {sentence}", file=sys.stderr, flush=True)


@contextmanager
def said() -> Iterator[None]:
    """What goes wrong with the store is said, and tried again later: pages are served meanwhile."""
    try:
        yield
    except VideogenError as error:
        say(f"{error} {error.hint}")
