"""Tables in a pipe, where there is no width to keep to."""

from __future__ import annotations

import json

import pytest

from tests.bench.__main__ import NAMES, show
from tests.bench.row import Row

LONG = Row("what " * 30, "12 ms", "20 ms", "how " * 60)


def test_measurements_are_shown_whole_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    show([LONG])
    (line,) = [row for row in capsys.readouterr().out.splitlines() if "12 ms" in row]
    assert LONG.what.strip() in line and LONG.how.strip() in line


def test_measurements_can_be_had_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    show([LONG], as_json=True)
    assert [tuple(record) for record in json.loads(capsys.readouterr().out)] == [NAMES]
