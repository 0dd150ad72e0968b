"""docs/api.md names every address, and each of its lines does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from models import event
from models.event import Cursor
from tests.docs.test_lines import lines
from tests.support.paths import ROOT
from tests.support.task_moves import Moves
from tests.support.web_server import Server
from tests.web.test_openapi import task_of_each_status

PAGE = "docs/api.md"
# Which task a line is for, by what it does; the others are for one that is completed.
FOR = {"PATCH": "queued", "/cancel": "queued", "/retry": "failed", "-X DELETE": "cancelled", "/undelete": "deleted"}


@dataclass
class ExampleRunner:
    server: Server
    tasks: dict[str, str]
    place: Path

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        status = next((status for what, status in FOR.items() if what in line), "completed")
        with self.server.store.reading() as read:
            cursor = str(Cursor(read.epoch, event.head(read) - 2))
        named = {"TASK": self.tasks[status], "CURSOR": cursor, "127.0.0.1:8000": f"127.0.0.1:{self.server.port}"}
        for name, value in named.items():
            line = line.replace(name, value)
        return subprocess.run(["sh", "-c", line], cwd=self.place, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def examples(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleRunner]:
    """A server with a task of each status; nobody works on any."""
    directory = tmp_path_factory.mktemp("api")
    (directory / "talk.md").write_text("# Talk\n\n![A chart](chart.png)\n")
    Image.new("RGB", (8, 8), "teal").save(directory / "chart.png")
    data = shutil.copytree(template, directory / "data")
    server = Server(data)
    yield ExampleRunner(server, task_of_each_status(Moves(server.store), data), directory)
    server.close()


@pytest.mark.parametrize("line", lines(PAGE))
def test_line_does_what_the_page_says(examples: ExampleRunner, line: str) -> None:
    if not shutil.which("curl"):
        pytest.fail("no curl here") if os.environ.get("CI") == "true" else pytest.skip("no curl here")
    done = examples.run(line)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout or " -o " in line or " -OJ " in line


def test_page_names_every_address(examples: ExampleRunner) -> None:
    named = set(re.findall(r"\| `([A-Z]+ /api/[^`]*)` \|", (ROOT / PAGE).read_text(encoding="utf-8")))
    paths = examples.server.client.get("/api/openapi.json").json()["paths"]
    assert named == {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
