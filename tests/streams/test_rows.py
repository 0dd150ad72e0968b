"""Each failure and each recommendation has its row in docs/streams.md, and the tests it names are there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.conftest import ROOT

ROWS = re.findall(r"^\| (\d)\. .*$", (ROOT / "docs" / "streams.md").read_text(encoding="utf-8"), re.MULTILINE)
LINES = [line for line in (ROOT / "docs" / "streams.md").read_text(encoding="utf-8").splitlines() if re.match(r"\| \d\. ", line)]


def test_every_failure_and_recommendation_has_its_row() -> None:
    assert [int(number) for number in ROWS] == [*range(1, 7), *range(1, 9)]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split("|")[1].strip())
def test_tests_of_the_row_exist(line: str) -> None:
    named = re.findall(r"`(tests/[^:`]+\.py)::(\w+)`", line)
    assert named
    for path, name in named:
        functions = {
            each.name for each in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))) if isinstance(each, ast.FunctionDef)
        }
        assert name in functions, f"{path}::{name}"
