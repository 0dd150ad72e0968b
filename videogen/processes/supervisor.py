"""The supervisor that `serve` runs: starts the web process and the workers, restarts what dies, and ends everything when it ends."""

from __future__ import annotations

import errno
import logging
import os
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial

from models import event, task
from models.database import Store
from models.migrate import migrate
from videogen import python
from videogen.config import Settings
from videogen.errors.system import PortTaken
from videogen.files.privacy import keep_private
from videogen.files.storage import open_storage
from videogen.processes import logs
from videogen.processes.backup_schedule import BackupSchedule
from videogen.processes.janitor import Janitor
from videogen.processes.liveness import (
    LISTENING_SOCKET,
    STOPPED_S,
    SUPERVISED_WORKERS,
    HealthCheck,
    HeartbeatReader,
    Liveness,
    StoppedClock,
)
from videogen.processes.process_group import ProcessGroup
from videogen.processes.server_address import format_host, origin
from videogen.processes.service_manager import ServiceManager, passed_socket
from videogen.processes.sweeper import Sweeper
from videogen.processes.wakeup import Wakeup
from videogen.streams import listener

log = logging.getLogger(__name__)

WEB = python("videogen.web.server")
WORKER = python("videogen.processes.worker_process")
QUICK_WORKER = (*WORKER, "--quick")
WEBHOOK = python("videogen.processes.webhook")
TICK_S = 1.0
START_TICK_S = 0.1
STOP_TIMEOUT_S = 7.0
KILL_TIMEOUT_S = 1.0
PORT_TIMEOUT_S = 3.0
BACKLOG = 1024


@dataclass
class Child:
    """A process that runs all the time. It is restarted at once when it dies, and with growing pauses when it dies soon again.

    `watch` is called with the time of each start and returns what tells whether the process hangs; None: nothing does.
    """

    name: str
    command: Sequence[str]
    watch: Callable[[float], Liveness] | None = None
    group: ProcessGroup | None = None
    liveness: Liveness | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause_s: float = 0.0
    stopped: StoppedClock = field(default_factory=StoppedClock)
    killed: bool = False

    FIRST_PAUSE_S = 0.1
    MAX_PAUSE_S = 30.0
    STABLE_AFTER_S = 5.0

    @property
    def ready(self) -> bool:
        """Whether the process has proved that it works."""
        return self.group is not None and (self.liveness is None or self.liveness.ready)

    def take_exit_code(self, now: float) -> int | None:
        """Return the exit code if the process has died since the last call, and schedule its restart at `start_at`."""
        if self.group is None:
            return None
        try:
            code = self.group.poll()
        except TimeoutError:  # a process of the group waits for a disk and cannot die before that answers
            return None
        if code is None:
            return None
        self.close()
        if now - self.started_at >= self.STABLE_AFTER_S:
            self.pause_s = 0.0
        self.pause_s = min(max(2 * self.pause_s, self.FIRST_PAUSE_S), self.MAX_PAUSE_S)
        self.start_at = now + self.pause_s
        return code

    def start_if_due(self, now: float, env: Mapping[str, str], listening: int | None = None) -> None:
        """Start the process unless it runs or has to wait. It inherits the descriptor `listening` of the server's socket."""
        if self.group is not None or now < self.start_at:
            return
        passed = {} if listening is None else {LISTENING_SOCKET: listening}
        if self.watch is not None:
            self.liveness = self.watch(now)
            passed[self.liveness.variable] = self.liveness.descriptor
        named = {name: str(number) for name, number in passed.items()}
        # Reading the terminal would stop a background group.
        self.group = ProcessGroup(self.command, env={**env, **named}, stdin=subprocess.DEVNULL, pass_fds=tuple(passed.values()))
        self.started_at, self.killed = now, False
        if self.liveness is not None:
            self.liveness.started()

    def hangs(self, now: float) -> bool:
        """Return whether the process runs but does nothing any more."""
        if self.group is None or self.liveness is None:
            return False
        self.liveness.check(now)
        stopped_s = 0.0 if self.liveness.ready else self.stopped.stopped_s(self.group.pid, now)
        return stopped_s >= STOPPED_S or self.liveness.hung(now)

    def kill(self) -> None:
        """Kill the process group; `take_exit_code` finds it. What waits for a disk that hangs dies when the disk answers."""
        if self.group is not None:
            with suppress(TimeoutError):
                self.group.kill(KILL_TIMEOUT_S)
            self.killed = True

    def close(self) -> None:
        """Kill the process group if it runs, and forget it. What cannot die yet is left to the group's guardian."""
        if self.group is not None:
            with suppress(TimeoutError):
                self.group.close()
            self.group = None
        if self.liveness is not None:
            self.liveness.close()
            self.liveness = None


class Supervisor:
    """Runs until asked to stop. It does little on purpose: nothing but that can bring it down. What asks the database has other threads.

    It owns the listening socket, which web processes inherit: no connection is refused while one dies, hangs or is replaced.
    SIGHUP replaces all children: the old web process serves until the new one answers.
    """

    def __init__(
        self, settings: Settings, web: Sequence[str] = WEB, worker: Sequence[str] = WORKER, quick_worker: Sequence[str] = QUICK_WORKER
    ) -> None:
        self.settings = settings
        self.web = self._web_process(web)
        watch_worker = partial(HeartbeatReader, settings.worker_silence_s)
        self.others = [Child(f"worker {number + 1}", worker, watch_worker) for number in range(settings.workers)]
        if settings.workers and settings.quick_worker:
            self.others.append(Child("quick worker", quick_worker, watch_worker))
        self.others += [Child("webhook", WEBHOOK)] if settings.webhook_url else []
        self.successor: Child | None = None
        self.leaving: list[tuple[Child, float]] = []
        self.wakeup = Wakeup()
        self.service_manager = ServiceManager()
        self.announced = False

    @property
    def children(self) -> list[Child]:
        return [self.web, *self.others]

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    def run(self, *, demo: bool = False) -> None:
        """Run all processes. Raises what migrating the store raises, and PortTaken before anything is started."""
        self.wakeup.handle_signals(restart=not has_terminal())
        keep_private(self.settings.data)
        migrate(self.settings.data, self.settings.server)
        with ExitStack() as stack:
            self.listening = stack.enter_context(passed_socket() or listen(self.settings.host, self.settings.port, PORT_TIMEOUT_S))
            stack.callback(self.wakeup.close)
            self.store = listener.open_store(self.settings.data, open_storage(self.settings), self.settings.server)
            stack.callback(self.store.close)
            self.sweeper = Sweeper(self.store, self.settings)
            self.sweeper.release_leases()
            if demo:
                submit_example(self.store)
            stack.enter_context(Janitor(self.store, self.settings))
            stack.enter_context(BackupSchedule(self.store, self.settings))
            stack.enter_context(self.sweeper)
            stack.callback(self._stop)
            while not self.wakeup.stop_asked:
                self._step(time.monotonic())

    def _step(self, now: float) -> None:
        env = environment(self.settings) | {"VIDEOGEN_PORT": str(self.port), SUPERVISED_WORKERS: str(self.settings.workers)}
        self.service_manager.send_watchdog(now)
        for child in self.children:
            if child.hangs(now):
                if not child.killed:
                    log.warning("the %s does not answer; replacing it", child.name)
                child.kill()
            if (code := child.take_exit_code(now)) is not None:
                log.warning("the %s %s; restarting it in %g s", child.name, describe_exit(code), child.pause_s)
                self.sweeper.release_soon()
            child.start_if_due(now, env, self.listening.fileno() if child is self.web else None)
        self._replace_children(now, env)
        if not self.announced and self.web.ready:
            self.announced = True
            self.service_manager.notify("READY=1")
            print(f"videogen: open {origin(self.settings.host, self.port)}{self.settings.prefix}", flush=True)
        calm = self.announced and self.successor is None and not self.leaving
        due = min((child.start_at for child in self.children if child.group is None), default=now + TICK_S)
        self.wakeup.wait(min(due - now, TICK_S if calm else START_TICK_S, self.settings.health_interval_s))

    def _replace_children(self, now: float, env: Mapping[str, str]) -> None:
        """Replace all children if SIGHUP has asked for it: the web process as soon as its successor answers, then the others."""
        if self.wakeup.restart_asked and self.successor is None:
            self.wakeup.restart_asked = False
            log.info("replacing all processes")
            self.service_manager.notify(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")
            self.successor = self._web_process(self.web.command)
            self.successor.start_if_due(now, env, self.listening.fileno())
        if self.successor is not None and self.successor.group is not None:
            hangs, code = self.successor.hangs(now), self.successor.group.poll()
            if hangs or code is not None:
                problem = "does not answer" if code is None else describe_exit(code)
                log.error("the new web process %s; the old one goes on", problem)
                self.successor.close()
                self.successor = None
                self.service_manager.notify("READY=1")
            elif self.successor.ready:
                for child in self.children:
                    if child.group is not None:
                        child.group.terminate()  # a worker puts its task back, and is restarted when it has ended
                self.leaving.append((self.web, now + STOP_TIMEOUT_S))
                self.web, self.successor = self.successor, None
                self.service_manager.notify("READY=1")
        for child, deadline in tuple(self.leaving):
            if child.group is None or child.group.poll() is not None or now >= deadline:
                child.close()
                self.leaving.remove((child, deadline))

    def _web_process(self, command: Sequence[str]) -> Child:
        return Child("web process", command, partial(HealthCheck, self.settings.health_interval_s))

    def _stop(self) -> None:
        """Terminate all children, and kill those that are still there after STOP_TIMEOUT_S."""
        self.service_manager.notify("STOPPING=1")
        children = [*self.children, *(child for child, _ in self.leaving), *([self.successor] if self.successor else [])]
        groups = [child.group for child in children if child.group]
        for group in groups:
            group.terminate()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for group in groups:
            group.wait(max(0.0, deadline - time.monotonic()))
        for child in children:
            child.close()


def run(settings: Settings, *, demo: bool = False) -> None:
    """Run the whole application until SIGTERM or SIGINT. `demo` submits an example if the store is new."""
    logs.configure("supervisor", settings.log_format)
    Supervisor(settings).run(demo=demo)


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment variables that give another process the same settings."""
    values = settings.model_dump(mode="json", exclude_none=True)
    return {f"VIDEOGEN_{name.upper()}": str(value) for name, value in values.items()}


def listen(host: str, port: int, timeout_s: float) -> socket.socket:
    """Return a socket that listens on the port; for 0 on a free one. Waits for a port that a killed server still holds.

    Raises PortTaken.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, port))
            listening.listen(BACKLOG)
            return listening
        except OSError as error:
            listening.close()
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise PortTaken(f"Cannot listen on {format_host(host)}:{port}: {error.strerror or error}.") from error
        time.sleep(0.05)


def has_terminal() -> bool:
    """Return whether this process belongs to a terminal. There SIGHUP means that it was closed; daemons take it as "restart"."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


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
