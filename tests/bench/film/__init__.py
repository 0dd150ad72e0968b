"""From script to mp4 with sound, whole processes: beside other writers, once more, after a kill, and in how much memory."""

from __future__ import annotations

from tests.bench.film import again, memory, parts, side_by_side
from tests.bench.row import Row


def measure(*, quick: bool) -> list[Row]:
    return [row for what in (side_by_side, parts, again, memory) for row in what.measure(quick=quick)]
