"""How far the values of a chart have grown: all together, or each as it is spoken of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

STAGGER = 0.4
"""How much later the last value begins to grow than the first, in shares of the time that one takes."""


@dataclass(frozen=True)
class Growth:
    """The share of its growth that each value along the chart has done, 0 to 1, and that of all of it. `one_by_one`: each has its time."""

    values: tuple[float, ...]
    one_by_one: bool = False

    @property
    def whole(self) -> float:
        """Share of the growth of the chart that is done, if all grow together."""
        return (self.values[0] if self.values else 1.0) / (1 + STAGGER)

    @property
    def is_done(self) -> bool:
        return all(value >= 1 for value in self.values)

    @property
    def has_begun(self) -> bool:
        return any(value > 0 for value in self.values)

    def share(self, n: int) -> float:
        """Return how much of a value is seen, eased."""
        return 1 - (1 - min(1.0, max(0.0, self.values[n]))) ** 3

    def reached(self, stops: Sequence[float]) -> float:
        """Return how far what grows along the chart has come, one by one: from stop to stop, the first of them where it begins."""
        return stops[0] + sum((b - a) * min(1.0, max(0.0, value)) for (a, b), value in zip(pairwise(stops), self.values, strict=True))


def together(done: float, count: int) -> Growth:
    """Return the growth of so many values that begin one after the other and end within the same time."""
    return Growth(tuple(done * (1 + STAGGER) - STAGGER * n / max(1, count) for n in range(count)))


def each(done: Sequence[float]) -> Growth:
    """Return the growth of values that have done such shares of it."""
    return Growth(tuple(done), one_by_one=True)
