"""Numbers along a chart: round places for its lines, and numbers as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from videogen.script.chart_data import GROUPED_FROM, with_unit
from videogen.script.point_words import with_marks_of

STEPS = (1, 2, 2.5, 5)
"""Sizes of round steps, times powers of ten."""
BEFORE = frozenset("€$£¥")


@dataclass(frozen=True)
class AxisScale:
    """Round numbers over a range, and where a number lies on it: 0 at its beginning, 1 at its end."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def __call__(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)


def scale(values: Sequence[float], *, from_zero: bool, most: int = 5) -> AxisScale:
    """Return the scale of some numbers; one that begins near zero begins there."""
    low, high = min(values), max(values)
    if from_zero or 0 <= low < 0.5 * high:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= max(abs(low), abs(high)) * 1e-9:
        reach = abs(high) * 0.1 or 1.0
        low, high = (low - reach, high + reach) if not from_zero else (min(0.0, high), max(1.0, high))
    ticks = _round_numbers(low, high, most)
    return AxisScale(ticks[0], ticks[-1], ticks)


def _round_numbers(low: float, high: float, most: int) -> tuple[float, ...]:
    """Return multiples of a round step over a range and up to one beyond each end: at most `most` steps, and two numbers within the range.

    These are the numbers of matplotlib's MaxNLocator, which takes longer to load than a chart to draw.
    """
    power = floor(log10((high - low) / most))
    steps = [size * 10.0**exponent for exponent in (power - 1, power, power + 1) for size in STEPS]
    largest = next(number for number, step in enumerate(steps) if step >= (high - low) / most)
    for step in reversed(steps[: largest + 1]):
        first, last = floor(_multiples(low, step)), ceil(_multiples(high, step))
        ticks = tuple(number * step for number in range(first, last + 1))
        if sum(low <= tick <= high for tick in ticks) >= 2:
            return ticks
    raise AssertionError("a tenth of the range has a multiple of a round number in it")


def _multiples(value: float, step: float) -> float:
    """Return how many steps a number is away from zero; a whole number where only rounding makes it another."""
    count = value / step
    return round(count) if abs(count - round(count)) < 1e-10 + abs(count) * 1e-15 else count


def written(value: float, unit: str = "", style: str = "en", grouped_from: float = GROUPED_FROM) -> str:
    """Return a number with its unit, with no more digits than it has, large ones with thousands in groups, in a style of numbers."""
    magnitude = abs(value)
    if magnitude >= 1e6 or 0 < magnitude < 1e-4:
        text = _large(value)
    else:
        text = f"{value:.10g}" if magnitude < grouped_from else f"{value:,.4f}".rstrip("0").rstrip(".")
        if "e" in text or len(text) > 9:
            text = f"{value:.4g}"
    text = with_marks_of(style, text).replace("-", "−")
    if not unit:
        return text
    if unit in BEFORE:
        return f"−{unit}{text[1:]}" if text.startswith("−") else unit + text
    return with_unit(text, unit)


def _large(value: float) -> str:
    for size, name in ((1e12, "T"), (1e9, "B"), (1e6, "M")):
        if abs(value) >= size:
            return f"{value / size:.4g}{name}"
    return f"{value:.2g}"
