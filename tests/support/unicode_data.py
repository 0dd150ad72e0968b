"""Unicode's own test files, which Debian's package unicode-data has."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

DIRECTORY = Path("/usr/share/unicode")


def path(name: str) -> Path:
    """Return the path of a file of the Unicode Character Database; skip the test, in CI fail it, where there is none."""
    path = DIRECTORY / name
    if not path.is_file():
        message = f"There is no {path}: it is in Debian's package unicode-data."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path


def lines(name: str) -> Iterator[tuple[str, str]]:
    """Yield the data and the comment of each line of a file that has data."""
    with path(name).open(encoding="utf-8") as file:
        for line in file:
            data, _, comment = line.strip().partition("#")
            if data:
                yield data.strip(), comment


def breaks(name: str) -> Iterator[tuple[str, list[int], list[str]]]:
    """Yield each text of a break test, the positions at which it is cut, and the rule for each position, such as "21.02"."""
    for data, comment in lines(name):
        tokens = data.split()
        text = "".join(chr(int(token, 16)) for token in tokens if token not in "÷×")
        marks = [token for token in tokens if token in "÷×"]
        rules = [part.split("]")[0] for part in comment.split("[")[1:]]
        yield text, [at for at, mark in enumerate(marks) if mark == "÷"], rules
