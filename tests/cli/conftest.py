"""The commands, run in this process on a store of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from models.database import Store
from tests.support.paths import ROOT
from tests.support.scripted_task import ScriptedTask
from videogen.cli import main

APP = (sys.executable, str(ROOT / "app.py"))

Run = Callable[..., Result]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("tasks", "--json")` on the test's store; the result has exit_code, stdout and stderr."""
    monkeypatch.chdir(data.parent)

    def run(*arguments: str, stdin: str | bytes = "") -> Result:
        # A command may confine its process to the data directory; this process is the tests' own.
        with patch.dict(os.environ):
            result = CliRunner().invoke(main, ["--data", str(data), *arguments], input=stdin)
        tempfile.tempdir = None
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def start(data: Path) -> Iterator[Start]:
    """Starts a command as a process: `start("events", "last", "--follow")`."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        environment = os.environ | {"VIDEOGEN_VOICE": "none", "NO_COLOR": "1"}
        command = [*APP, "--data", str(data), *arguments]
        started.append(
            subprocess.Popen(command, env=environment, cwd=data.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def submit_task(store: Store) -> Iterator[Callable[..., ScriptedTask]]:
    """Submits a task that the test itself works on, as a worker."""
    submitted: list[ScriptedTask] = []

    def submit(title: str = "A film") -> ScriptedTask:
        submitted.append(ScriptedTask(store, title, f"# {title}\n"))
        return submitted[-1]

    yield submit
    for scripted in submitted:
        scripted.close()
