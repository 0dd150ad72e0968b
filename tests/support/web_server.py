"""A web process on a free port, as most tests want it: it draws nothing, and it can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from models.server import Server as DatabaseServer
from tests.support.paths import ROOT
from tests.support.ports import Port
from videogen.processes.process_group import OWNER
from videogen.streams.listener import open_store

if TYPE_CHECKING:
    from flask.testing import FlaskClient

# Without a warm renderer: these tests draw nothing.
WEB = (sys.executable, "-m", "tests.support.cold_server")
START_S = 60.0


class Server:
    """A web process on a data directory; it can be killed and started again on the same port."""

    def __init__(self, data: Path, **settings: object) -> None:
        self.data = data
        self._port = Port()
        self.port = self._port.number
        self.url = f"http://127.0.0.1:{self.port}"
        database = str(settings.get("database_url", ""))
        self.store = open_store(data, server=DatabaseServer(database) if database else None)
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
OpenApp = Callable[[], "FlaskClient"]
