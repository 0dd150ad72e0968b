"""Every command line of README.md and docs/inspecting.md is run, on a store that a small real run has made."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from models import task
from models.migrate import migrate
from tests.docs.test_docs import BLOCK, ROOT
from tests.support.process_state import until
from tests.support.web_server import free_port
from videogen.streams.listener import open_store

SCRIPT = "# Small\n\n![badge](https://example.com/badge.svg)\n\nOne sentence.\n"
OPTIONS = {"voice": "none", "height": 240}
# Of a page's lines these are no lines for a test to repeat: one is the test run itself, the other is run below as it stands.
NOT_HERE = {"make test", "make run"}


def lines(page: str) -> list[str]:
    blocks = [text for language, text in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")) if language == "sh"]
    return [line for text in blocks for line in text.splitlines() if line not in NOT_HERE]


class Installation:
    """A directory that looks like a checkout in which `make run` has made its first video, with its server running."""

    def __init__(self, directory: Path) -> None:
        self.place = directory
        for name in ("app.py", "examples"):
            (directory / name).symlink_to(ROOT / name)
        python = directory / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        migrate(directory / "data")
        self.port = free_port()
        self.environment = os.environ | {"VIDEOGEN_VOICE": "none", "VIDEOGEN_PORT": str(self.port), "VIDEOGEN_WORKERS": "1"}
        self.server = subprocess.Popen([python, "app.py", "serve"], cwd=directory, env=self.environment, stdout=subprocess.DEVNULL)
        self.store = open_store(directory / "data")
        self.task_id = task.submit(self.store, source=SCRIPT, format="markdown", title="Small", options=OPTIONS).id
        try:
            until(lambda: task.get(self.store, self.task_id).finished, within_s=240)
        except AssertionError:
            self.close()  # or the server would outlive the test
            raise

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """The line as a person at a prompt would run it, with the real task's id and the real port."""
        line = line.replace("TASK", self.task_id).replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")
        return subprocess.run(
            ["sh", "-c", line], cwd=self.place, env=self.environment, capture_output=True, text=True, timeout=240, check=False
        )

    def close(self) -> None:
        self.store.close()
        self.server.send_signal(signal.SIGINT)
        self.server.wait(timeout=20)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("house"))
    yield installation
    installation.close()


@pytest.mark.parametrize("line", dict.fromkeys([*lines("docs/inspecting.md"), *lines("README.md")]))
def test_line_does_what_the_page_says(installation: Installation, line: str) -> None:
    for program in ("sqlite3", "curl"):
        if line.startswith(program) and not shutil.which(program):
            pytest.fail(f"no {program} here") if os.environ.get("CI") == "true" else pytest.skip(f"no {program} here")
    done = installation.run(line)
    assert done.returncode == 0, done.stderr
    for word in ("Error", "error:", "no such"):
        assert word not in done.stderr
    if "TASK" in line:
        assert done.stdout.strip(), "the page promises an answer for a real task"


def test_timeline_tells_the_story_of_a_task(installation: Installation) -> None:
    story = installation.run('sqlite3 -readonly data/videogen.db "SELECT * FROM task_timeline"').stdout
    types = [line.split("|")[5] for line in story.splitlines() if line.startswith(installation.task_id)]
    assert types[0] == "task.submitted"
    assert types[1] == "task.started"
    assert types[-1] == "task.completed"
    assert {"stage.started", "stage.completed", "scene.rendered", "artifact.created", "task.warning"} <= set(types)


@pytest.mark.skipif(not (ROOT / ".venv" / ".installed").exists(), reason="make setup has not made this environment")
def test_make_run_alone_ends_with_a_page_on_which_the_example_is_made(tmp_path: Path) -> None:
    port = free_port()
    command = ["make", "run", f"PORT={port}", f"VIDEOGEN_DATA={tmp_path / 'data'}"]
    environment = {name: value for name, value in os.environ.items() if not re.match("MAKE|MFLAGS|PORT|VIDEOGEN", name)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        assert process.stdout
        address_line = next(line for line in process.stdout if "http://" in line)
        assert f"http://127.0.0.1:{port}" in address_line
        (example,) = httpx.get(f"http://127.0.0.1:{port}/api/tasks", timeout=20).json()["tasks"]
        assert example["status"] in ("queued", "running")
        assert example["title"] in httpx.get(f"http://127.0.0.1:{port}/", timeout=20).text
    finally:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does on Ctrl-C: to make, and to what it has started
        process.communicate(timeout=30)
