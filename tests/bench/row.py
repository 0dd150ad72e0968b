"""One line of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, what came out, what was aimed at, and how it was measured."""

    what: str
    measured: str
    aim: str
    how: str


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * int(percent) // 100) - 1)]


def milliseconds(values_s: Sequence[float], digits: int = 0) -> str:
    return f"p50 {percentile(values_s, 50) * 1000:.{digits}f} ms, p99 {percentile(values_s, 99) * 1000:.{digits}f} ms"


def times_as_much(values: Sequence[float], than: Sequence[float]) -> str:
    """How the middle one of the values compares with that of the others."""
    return f"{percentile(values, 50) / percentile(than, 50):.1f} times"
