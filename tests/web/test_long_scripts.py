"""A script that is slow to read stops nobody."""

from __future__ import annotations

import pytest

from tests.conftest import Serve
from videogen.errors import BadScript, UnknownScene
from videogen.reader import admitted


def test_long_script_is_read_elsewhere_and_made_a_task(serve: Serve) -> None:
    server = serve()
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


def test_script_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("videogen.reader.READ_S", 0.01)

    with pytest.raises(BadScript, match="longer than"):
        admitted("# Hello", "markdown", {}, voice="none", theme="slate")
