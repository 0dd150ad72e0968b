"""A real server and a real browser. Without the browser the tests are skipped, but never where CI=true."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from models import task
from models.database import Store
from tests.browser.relay import Relay
from tests.support.missing import missing
from tests.support.paths import ROOT
from tests.support.ports import Port
from tests.support.scripted_task import ScriptedTask
from videogen.streams.listener import open_store

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one takes a fifth of the others' processor time for a page: it has no windows."""
CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
START_S = 60.0
# What takes long on a busy machine is no fault.
PATIENCE_MS = 60_000
RENDERING_MS = 300_000

expect.set_options(timeout=PATIENCE_MS)


class Server:
    """The web process, and workers, on one data directory; each can be killed and started again on the same port."""

    def __init__(self, data: Path, **settings: object) -> None:
        self.data = data
        self._port = Port()
        self.port = self._port.number
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "VIDEOGEN_DATA": str(data),
            "VIDEOGEN_PORT": str(self.port),
            "VIDEOGEN_VOICE": "none",
            **{f"VIDEOGEN_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> Server:
        """Starts `web`, `worker` or `quick`, a worker for quick tasks alone; the web process is there when this returns."""
        for name in names or ("web",):
            worker = "videogen.processes.worker_process"
            module = {"web": ["videogen.web.server"], "worker": [worker], "quick": [worker, "--quick"]}[name]
            with (self.data / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    [sys.executable, "-m", *module], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
                )
            if name == "web":
                self._wait()
        return self

    def kill(self, name: str, sign: int = signal.SIGKILL) -> None:
        process = self.processes.pop(name)
        process.send_signal(sign)
        process.wait(timeout=60)

    def stop(self) -> None:
        for name in tuple(self.processes):
            self.kill(name, signal.SIGTERM)
        self._port.close()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/api/health", timeout=5).close()
                return
            except OSError:
                if self.processes["web"].poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.data / "web.log").read_text()) from None
                time.sleep(0.05)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "no Chromium here: install it, for example with apt-get install chromium-headless-shell"
        missing(reason)
    with sync_playwright() as playwright:
        # Chromium's sandbox needs privileges that a container does not give.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The web process alone, one for all tests that need no worker of their own; `scripted` makes its tasks move."""
    server = Server(tmp_path_factory.mktemp("shared"), heartbeat_s=1, max_tasks_per_minute=1000).start()
    yield server
    server.stop()


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test when the console shows an error, or a request leaves the server's origin."""
    page = context.new_page()
    complaints = complaints_of(page)
    yield page
    assert complaints == []


def complaints_of(page: Page) -> list[str]:
    """What the page has complained of so far: errors of scripts and of the console, and requests to other origins.

    A preview service that is busy answers 503, and the page asks again. Chromium logs every such answer by itself, which no page can
    prevent: on a busy machine it is no fault.
    """
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type == "error" and not of_busy_preview(message) else None
    )
    return complaints


def of_busy_preview(message: ConsoleMessage) -> bool:
    return message.location["url"].endswith("/api/preview") and "responded with a status of 503" in message.text


Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server of the test's own: `start("web", "worker", lease_s=2)`."""
    servers: list[Server] = []

    def run(*names: str, **settings: object) -> Server:
        servers.append(Server(tmp_path, **settings).start(*names))
        return servers[-1]

    yield run
    for server in servers:
        server.stop()


@pytest.fixture
def relay(server: Server) -> Iterator[Relay]:
    """The shared server's other address, by a network that the test can cut."""
    relay = Relay(server.port)
    yield relay
    relay.close()


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    """The shared server's store, as a worker sees it; what a test leaves unfinished is deleted after it."""
    store = open_store(server.data)
    yield store
    with store.reading() as read:
        left = task.unfinished(read)
    for unfinished in left:
        task.delete(store, unfinished.id)
    store.close()


@pytest.fixture
def submit_task(store: Store) -> Iterator[Callable[..., ScriptedTask]]:
    """Submits a task that the test itself works on."""
    submitted: list[ScriptedTask] = []

    def submit(title: str = "A film", source: str = "# A film\n") -> ScriptedTask:
        submitted.append(ScriptedTask(store, title, source))
        return submitted[-1]

    yield submit
    for scripted in submitted:
        scripted.close()
