"""What can be shown as a chart, in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Values = Sequence[float | None]

MOST_BARS = 60
MOST_PARTS = 12


def wrong(type_: str, x: Sequence[str], series: Sequence[Values], in_file: bool) -> str:
    """Return what is wrong with a chart's numbers, in words, or an empty text.

    Numbers in a file are not known yet.
    """
    if in_file:
        return "a chart has either series or a csv file" if series else ""
    if not series:
        return "a chart needs series, or a csv file"
    for number, values in enumerate(series, 1):
        if x and len(values) != len(x):
            return f"series {number} has {len(values)} values, and x has {len(x)}"
        if len(values) != len(series[0]):
            return f"series {number} has {len(values)} values, and series 1 has {len(series[0])}"
    if all(value is None for values in series for value in values):
        return "there is no number in the chart"
    return _wrong_for(type_, x, series)


GROUPED_FROM = 10_000
"""Numbers from this one on have marks between thousands; smaller ones only beside them."""


def grouped_from(values: Iterable[float | None]) -> int:
    """Return the number from which on those of a chart have marks between thousands."""
    return 1000 if max((abs(value) for value in values if value is not None), default=0.0) >= GROUPED_FROM else GROUPED_FROM


def with_unit(number: str, unit: str) -> str:
    """Return a written number with its unit: percent, degrees and units in Chinese, Japanese or Korean without a space before them."""
    joined = unit[:1] in ("%", "‰", "°") or "\u3040" <= unit[:1] <= "\u9fff" or "\uac00" <= unit[:1] <= "\ud7a3"
    return f"{number}{unit}" if joined else f"{number} {unit}".strip()


def _wrong_for(type_: str, x: Sequence[str], series: Sequence[Values]) -> str:
    count = len(series[0])
    if type_ == "scatter" and (len(x) != count or None in numbers(x)):
        return "a scatter chart needs a number in x for each value"
    if type_ == "bar" and count > MOST_BARS:
        return f"{count} bars are too many to be read; {MOST_BARS} are the most, and a line takes any number"
    if type_ == "pie":
        if len(series) > 1:
            return "a pie has one series"
        if count > MOST_PARTS:
            return f"a pie of {count} parts cannot be read; {MOST_PARTS} are the most, and bars take more"
        if any((value or 0) < 0 for value in series[0]) or not any(series[0]):
            return "the parts of a pie are numbers over 0"
    return ""


def numbers(x: Sequence[str]) -> list[float | None]:
    """Return the values as numbers, None for what is no number."""
    result: list[float | None] = []
    for text in x:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        result.append(value if -1e15 <= value <= 1e15 else None)
    return result
