"""A migrated store, the app on it, and a web process: what most tests begin with."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Self

import hypothesis
import pytest
from hypothesis import HealthCheck

from models import clock
from models.database import Store
from models.migrate import migrate
from tests.support.examples import TIMES
from tests.support.paths import ROOT
from tests.support.postgres import Cluster, programs
from tests.support.s3_server import S3Server, s3_server
from tests.support.task_store import TaskStore
from tests.support.web_server import OpenApp, Serve, Server
from videogen.streams.listener import open_store

if TYPE_CHECKING:
    from flask.testing import FlaskClient

# A shell that starts this in the background has SIGINT ignored, and every program that a test starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Those that take longest, begun first: begun last, one of them would go on by itself when all others are done.
LONG = (
    "browser/test_killed_processes.py",
    "torture/test_torture.py",
    "models/test_reference_model.py",
    "scenes/test_scenes.py",
    "processes/test_worker.py",
    "processes/test_killed_renderers.py",
    "processes/test_supervisor.py",
    "browser/test_many_tabs.py",
    "docs/test_lines.py",
    "browser/test_checklist.py",
    "files/test_disk_space.py",
    "streams/test_limits.py",
    "models/test_system_sqlite.py",
    "browser/test_connection.py",
)

# What takes long on a busy machine is no fault. The few examples are the same in each run; it is `make fuzz` that looks for new ones.
hypothesis.settings.register_profile("patient", deadline=None, derandomize=TIMES == 1, suppress_health_check=[HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


# What these directories test runs in the own process of the test. A file or a test that starts servers is marked: pytest.mark.integration.
UNIT = ("importers", "media", "models", "render", "scenes", "script", "voices", "test_house.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if mark := kind_of(item):
            item.add_marker(mark)

    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(ROOT / "tests").as_posix()
        return LONG.index(name) if name in LONG else len(LONG)

    items.sort(key=place)


def kind_of(item: pytest.Item) -> str | None:
    """Return the marker that a test has by its directory; None if it has one of its own. A unit test is never slow."""
    directory = item.path.relative_to(ROOT / "tests").parts[0]
    if item.get_closest_marker("integration"):
        return None
    if directory == "browser":
        return "browser"
    return "unit" if directory in UNIT and not item.get_closest_marker("slow") else "integration"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the other directories out where only unit tests are asked for: their modules take seconds to import."""
    if config.getoption("markexpr").strip() != "unit" or collection_path.parent != ROOT / "tests":
        return None
    return collection_path.name not in UNIT or None


def pytest_configure(config: pytest.Config) -> None:
    """Put the temporary files of unit tests in memory where there is room: the disk takes longer to remove them than they take.

    A server that inherits an ignored SIGHUP leaves it so, and would never restart in a test that is run by nohup.
    """
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)  # programs that are started have the default then
    memory = Path("/dev/shm")
    if config.getoption("markexpr").strip() == "unit" and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


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


@pytest.fixture
def task_store(store: Store) -> TaskStore:
    """The store with a worker at it that draws nothing."""
    return TaskStore(store.data, store)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    pytest.importorskip("psycopg", reason="the extra [postgres] is not installed")
    cluster = Cluster()
    yield cluster
    cluster.close()


@pytest.fixture
def days_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the wall clock of this process."""

    def move(days: float) -> None:
        class Later(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                moved = datetime.now(tz) + timedelta(days=days)
                return cls(*moved.timetuple()[:6], moved.microsecond, tz)

        monkeypatch.setattr(clock, "datetime", Later)

    return move


@pytest.fixture
def open_app(data: Path) -> Iterator[OpenApp]:
    """The application on the test's data directory: `open_app()` gives a client, or raises what starting it raises."""
    from videogen.config import Settings
    from videogen.web import create_app
    from videogen.web.services import services_of

    with ExitStack() as closing:

        def open_app() -> FlaskClient:
            app = create_app(Settings.model_validate({"data": data, "floor_s": 0, "max_stream_age_s": 0.3, "max_tasks_per_minute": 1000}))
            closing.callback(services_of(app).close)
            return app.test_client()

        yield open_app


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


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A server of S3's protocol."""
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def bucket(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a new bucket, which this process and those that it starts find by their environment."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return s3.new_bucket()
