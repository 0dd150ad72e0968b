"""Reading a script stops nobody, whether it is long, short or at fault."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.web_server import Serve
from videogen.errors.script import UnknownScene


def test_long_script_is_read_elsewhere_and_made_a_task(serve: Serve) -> None:
    server = serve(max_minutes=100_000)
    long = "# Long\n\n" + "A sentence that says little. " * 10_000

    answer = server.client.post("/api/tasks", json={"script": long})

    assert answer.status_code == 201
    assert answer.json()["title"] == "Long"


def test_what_is_wrong_with_a_long_script_is_said_as_of_a_short_one(serve: Serve) -> None:
    server = serve()
    long = "title: Long\nscenes:\n  - kind: dance\n    title: x\n" + "# a comment\n" * 10_000

    answer = server.client.post("/api/tasks", json={"script": long, "format": "yaml"})

    assert answer.status_code == 422
    assert answer.json()["code"] == UnknownScene.code
    assert answer.json()["faults"][0]["line"] == 3


def test_script_that_takes_too_long_is_refused(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("videogen.web.readers.READ_S", 0.001)

    answer = client.post("/api/tasks", json={"script": "# Long\n\n" + "a *b* " * 1500})

    assert answer.status_code == 422
    assert answer.json
    assert "longer than" in answer.json["detail"]


def test_first_script_of_a_server_may_ask_for_a_voice_that_is_a_program(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "espeak-ng"
    program.write_text("#!/bin/sh\necho 'Pty Language Age/Gender VoiceName'\necho ' 5  de  --/M  German  gmw/de'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    answer = serve().client.post("/api/tasks", json={"script": "# Hallo", "options": {"voice": "espeak", "language": "de"}})

    assert answer.status_code == 201, answer.text


def test_fault_of_a_script_is_no_fault_in_the_log_of_the_server(serve: Serve) -> None:
    server = serve()

    answer = server.client.post("/api/tasks", json={"script": "# Hello", "options": {"height": "tall"}})

    assert answer.status_code == 422
    assert "Traceback" not in server.log
