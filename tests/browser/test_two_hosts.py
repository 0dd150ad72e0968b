"""Two hosts behind nginx, with nothing in common but their database: a browser goes on at either, from where it was at the other."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from models import attempt
from models.event import Cursor
from tests.deploy.test_proxies import nginx, shown
from tests.support.postgres import Cluster
from tests.support.process_state import until
from tests.support.task_moves import Moves
from tests.support.web_server import Server
from videogen.files.password_file import Password

PASSWORD = "a long password"
FOLLOW = """path => new Promise((opened, refused) => {
    window.ids = []; window.resets = []; window.opened = 0; window.gone = 0; window.waits = [];
    const source = new EventSource(path);
    source.onopen = () => { window.opened++; opened(); };
    source.onerror = () => {
        window.gone ||= performance.now();
        if (source.readyState === EventSource.CLOSED) refused(new Error("refused"));
    };
    source.onmessage = message => {
        if (window.gone) { window.waits.push(performance.now() - window.gone); window.gone = 0; }
        window.ids.push(message.lastEventId);
    };
    source.addEventListener("reset", message => window.resets.push(message.data));
    source.addEventListener("end", () => { source.close(); window.ended = true; });
})"""
WHILE_AWAY = 3


@pytest.fixture
def hosts(cluster: Cluster, tmp_path: Path) -> Iterator[list[Server]]:
    with cluster.database() as url, ExitStack() as tidy:
        hosts: list[Server] = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            if not hosts:
                Password(tmp_path / name).set(PASSWORD)
            hosts.append(Server(tmp_path / name, database_url=url, proxies=1))
            tidy.callback(hosts[-1].close)
        yield hosts


def test_browser_whose_host_dies_goes_on_at_the_other_and_misses_nothing(browser: Browser, hosts: list[Server], tmp_path: Path) -> None:
    command, root = nginx(hosts[0], tmp_path, False, hosts[1])
    moves = Moves(hosts[0].store)
    made = moves.submit()
    lease = moves.claim().lease
    with (tmp_path / "proxy.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, env=os.environ) as process:
        context = browser.new_context(ignore_https_errors=True)
        try:
            until(lambda: process.poll() is not None or shown(root))
            page = context.new_page()
            page.goto(f"{root}/login")
            page.get_by_label("Password").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{root}/")
            page.goto(f"{root}/api/health")
            page.evaluate(FOLLOW, f"{root}/api/tasks/{made.id}/stream")
            for host in (hosts[0], hosts[1], hosts[0]):
                host.stop(signal.SIGKILL)
                for number in range(WHILE_AWAY):
                    moves.say(lease, f"Scene {number}")
                until(lambda: page.evaluate("window.ids.length") >= len(moves.events(made.id)))
                host.start_again()
            attempt.complete(hosts[0].store, lease)
            until(lambda: page.evaluate("window.ended"))
            with hosts[1].store.reading() as read:
                expected = [str(Cursor(read.epoch, entry.seq)) for entry in moves.events(made.id)]
            assert page.evaluate("window.ids") == expected
            assert page.evaluate("window.resets") == []
            assert page.evaluate("window.opened") >= 3, "it has not moved"
            print("ms until the next event:", page.evaluate("window.waits"))
        finally:
            context.close()
            process.terminate()
