"""The pages' pure modules keep their promises: each file here that is named *.test.js, run by Node."""

from __future__ import annotations

from tests.support.node import TESTS, node


def test_each_module_keeps_its_promises() -> None:
    done = node("--test", *sorted(TESTS.glob("*.test.js")))
    assert done.returncode == 0, done.stdout
