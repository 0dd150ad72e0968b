"""The houses that streams live in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Server

GUNICORN = (sys.executable, "-m", "gunicorn", "-k", "gevent", "--no-control-socket", "--graceful-timeout", "1", "app:create_app()")
HOUSES = {
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


@pytest.fixture(scope="session", params=HOUSES)
def house(template: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server in each of the houses; a heartbeat would come after ten minutes."""
    gunicorn, fast_fanout = HOUSES[request.param]
    data = shutil.copytree(template, tmp_path_factory.mktemp("house") / "data")
    server = (Gunicorn if gunicorn else Server)(data, fast_fanout=fast_fanout, heartbeat_s=600)
    yield server
    server.close()
