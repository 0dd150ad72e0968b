"""A migrated store, and a web process on a free port: what most tests below here begin with. Waits are long, since machines are busy."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import hypothesis
import pytest
from hypothesis import HealthCheck

from models.database import Store
from models.migrate import migrate
from tests.examples import TIMES
from tests.ports import Port
from videogen.processes.process_group import OWNER
from videogen.streams.listener import open_store

# A shell that starts this in the background has SIGINT ignored, and every program that a test starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]
# Those that take longest, begun first: begun last, one of them would go on by itself when all others are done.
LONG = (
    "browser/test_whole_house.py",
    "torture/test_torture.py",
    "models/test_model.py",
    "scenes/test_scenes.py",
    "processes/test_worker.py",
    "processes/test_film.py",
    "processes/test_supervisor.py",
    "browser/test_many_tabs.py",
    "docs/test_lines.py",
    "browser/test_checklist.py",
    "faults/test_room.py",
    "streams/test_limits.py",
    "models/test_system_sqlite.py",
    "browser/test_connection.py",
)
# Without a warm renderer: these tests draw nothing.
WEB = (sys.executable, "-m", "tests.web.cold_server")
START_S = 60.0

# What takes long on a busy machine is no fault. The few examples are the same in each run; it is `make fuzz` that looks for new ones.
hypothesis.settings.register_profile("patient", deadline=None, derandomize=TIMES == 1, suppress_health_check=[HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(ROOT / "tests").as_posix()
        return LONG.index(name) if name in LONG else len(LONG)

    items.sort(key=place)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory just migrated, to be copied: migrating takes longer than most tests."""
    data = tmp_path_factory.mktemp("template")
    migrate(data)
    return data


@pytest.fixture
def data(tmp_path: Path, template: Path) -> Path:
    """A migrated data directory of the test's own."""
    return shutil.copytree(template, tmp_path / "data")


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """A migrated store whose commits ring other processes."""
    store = open_store(data)
    yield store
    store.close()


class Server:
    """A web process on a data directory; it can be killed and started again on the same port."""

    def __init__(self, data: Path, **settings: object) -> None:
        self.data = data
        self._port = Port()
        self.port = self._port.number
        self.url = f"http://127.0.0.1:{self.port}"
        self.store = open_store(data)
        named = {f"VIDEOGEN_{name.upper()}": str(value) for name, value in settings.items()}
        self.environment = os.environ | {"VIDEOGEN_DATA": str(data), "VIDEOGEN_PORT": str(self.port), "VIDEOGEN_VOICE": "none"} | named
        self.environment[OWNER] = str(os.getpid())  # it ends with the tests, also when they are killed
        self.client = httpx.Client(base_url=self.url, timeout=60)
        self.process = self._launch()
        try:
            self._wait()
        except BaseException:
            self.close()  # nobody else can, of one that was never had
            raise

    @property
    def log(self) -> str:
        return (self.data / "web.log").read_text()

    def stop(self, sign: int = signal.SIGTERM) -> int:
        """End the process; its exit code (negative: the signal)."""
        self.process.send_signal(sign)
        return self.process.wait(timeout=20)

    def start_again(self) -> None:
        self.process = self._launch()
        self._wait()

    def close(self) -> None:
        self.client.close()
        self.store.close()
        if self.process.poll() is None:
            self.stop()
        self._port.close()

    def _launch(self) -> subprocess.Popen[bytes]:
        with (self.data / "web.log").open("ab") as log:
            return subprocess.Popen(WEB, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while True:
            try:
                self.client.get("/api/health")
                return
            except httpx.TransportError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(self.log) from None
                time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Serve = Callable[..., Server]


@pytest.fixture
def serve(data: Path) -> Iterator[Serve]:
    """Starts a web process of the test's own: `serve(heartbeat_s=0.2)`."""
    servers: list[Server] = []

    def run(**settings: object) -> Server:
        servers.append(Server(data, **settings))
        return servers[-1]

    yield run
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def server(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A web process for all tests that leave it as it is."""
    data = shutil.copytree(template, tmp_path_factory.mktemp("shared") / "data")
    server = Server(
        data, heartbeat_s=0.3, max_tasks_per_minute=10_000, max_queued=10_000, script_max_bytes=100_000, upload_max_bytes=2_000_000
    )
    yield server
    server.close()
