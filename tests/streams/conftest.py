"""The houses that streams live in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import task
from models.database import Store
from tests.support.paths import ROOT
from tests.support.subscription_reader import Browser, Open, streams_of
from tests.support.task_moves import Moves
from tests.support.web_server import Server
from videogen.streams.broadcaster import Broadcaster
from videogen.streams.subscription import Filter

GUNICORN = (sys.executable, "-m", "gunicorn", "-k", "gevent", "--no-control-socket", "--graceful-timeout", "1", "app:create_app()")
SERVER_KINDS = {
    "pywsgi": (False, True),
    "pywsgi-without-fanout": (False, False),
    "gunicorn": (True, True),
    "gunicorn-without-fanout": (True, False),
}


class Gunicorn(Server):
    """The same application under gunicorn's gevent worker."""

    def _launch(self) -> subprocess.Popen[bytes]:
        with (self.data / "web.log").open("ab") as log:
            command = (*GUNICORN, "--bind", f"127.0.0.1:{self.port}")
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True)


@pytest.fixture(scope="session", params=SERVER_KINDS)
def stream_server(template: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server in each of the houses; a heartbeat would come after ten minutes."""
    gunicorn, fast_fanout = SERVER_KINDS[request.param]
    data = shutil.copytree(template, tmp_path_factory.mktemp("house") / "data")
    server = (Gunicorn if gunicorn else Server)(data, fast_fanout=fast_fanout, heartbeat_s=600)
    yield server
    server.close()


@pytest.fixture
def moves(store: Store) -> Moves:
    return Moves(store)


@pytest.fixture
def open_(store: Store) -> Iterator[Open]:
    """Opens a stream of the store: `open_(filter, cursor, broadcaster)`."""
    browsers: list[Browser] = []

    def run(filter: Filter, cursor: str | None = None, broadcaster: Broadcaster | None = None) -> Browser:
        browsers.append(Browser((broadcaster or streams_of(store)).subscribe(filter, cursor)))
        return browsers[-1]

    yield run
    for browser in browsers:
        browser.close()


@pytest.fixture
def shared(server: Server) -> Moves:
    """A worker at the shared server's store, in which nothing of an earlier test waits."""
    with server.store.reading() as read:
        left = [row.id for row in task.unfinished(read) if row.status == "queued"]
    for unfinished in left:
        task.cancel(server.store, unfinished)
    return Moves(server.store)
