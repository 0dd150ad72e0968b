"""What a chart or a table shows, said in a sentence or two: the highest and the lowest value, and where a trend leads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from videogen.script import chart_data, inline
from videogen.script.models import ChartScene, Series, TableScene
from videogen.script.point_words import PointWords, number_style, point_words, with_marks_of

MOST_SERIES, MOST_COLUMNS = 3, 2
"""Series of a chart, and columns of a table, of which something is said."""

LEAST_ROWS = 3
"""A table with fewer rows is seen at a glance."""

LONGEST_SYMBOL = 2
"""Letters of a word that may be the symbol of a unit, and keeps its small letters."""

STEADY = 0.05
"""Change, as a share of the largest value, below which a trend is none."""

_NUMBER = re.compile(r"[-+−]?\d+(?:[.,’' \u00a0\u202f]\d{3})*(?:[.,]\d+)?")
NUMBER_MAX = 60
"""Characters of a cell that may be a number with its unit."""
_UNIT_AROUND = re.compile(r"[~≈<>≤≥]?\s*[$€£¥]?\s*([-+−]?\d[\d.,’' \u00a0\u202f]*)\s*[^\d\s]{0,10}(?:/[^\d\s]{1,4})?")
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")


class DataPoint(NamedTuple):
    """A value, what it is of, and how it is written."""

    of: str
    value: float
    written: str


def describe_chart(scene: ChartScene, language: str, own: Mapping[str, str] | None = None) -> str:
    """Return what a chart shows in the words of a language, or one's `own`; empty where there is nothing to say, or no words."""
    words = point_words(language, own)
    if words is None or scene.type == "scatter" or not scene.series:
        return ""
    named = [series for series in scene.series if _points(scene, series, language)]
    if scene.type == "pie":
        return _largest_part(_points(scene, scene.series[0], language), language, words)
    has_trend = scene.type in ("line", "area") or _in_order(scene.x)
    if len(named) == 1:
        points = _points(scene, named[0], language)
        return " ".join(filter(None, _trend(points, words) if has_trend else [_extremes(points, words)]))
    describe = _trend_of if has_trend else _extremes_of
    return " ".join(filter(None, (describe(series.name, _points(scene, series, language), words) for series in named[:MOST_SERIES])))


def describe_table(scenes: Sequence[TableScene], language: str, own: Mapping[str, str] | None = None) -> str:
    """Return what the columns of numbers of a table show. `scenes` are its pages, in order."""
    words = point_words(language, own)
    rows = [row for scene in scenes for row in scene.rows]
    if words is None or len(rows) < LEAST_ROWS:
        return ""
    header = [inline.narrated(cell) for cell in scenes[0].header]
    if len(header) < 2 or any(cell_value(row[0]) is not None and not _YEAR.fullmatch(row[0].strip()) for row in rows):
        return ""  # the first column says what a row is of
    sentences: list[str] = []
    for column in range(1, len(header)):
        values = [cell_value(row[column]) for row in rows]
        is_said = header[column] and any(map(str.isalpha, header[column])) and len(sentences) < MOST_COLUMNS
        are_years = all(_YEAR.fullmatch(row[column].strip()) for row in rows)
        if is_said and not are_years and all(value is not None for value in values):
            points = [
                DataPoint(inline.narrated(row[0]), value, inline.narrated(row[column]))
                for row, value in zip(rows, values, strict=True)
                if value is not None and inline.narrated(row[0])
            ]
            sentences.append(_extremes_of(header[column], points, words))
    return " ".join(filter(None, sentences))


def cell_value(cell: str) -> float | None:
    """Return the number in a cell, which may have a sign, a currency or a unit; None for any other cell."""
    text = inline.plain(cell).strip()
    match = _UNIT_AROUND.fullmatch(text) if len(text) <= NUMBER_MAX else None
    number = _NUMBER.fullmatch(match[1].strip()) if match else None
    if number is None:
        return None
    digits = re.sub(r"[’' \u00a0\u202f]", "", number.group()).replace("−", "-")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        whole, part = re.sub("[.,]", "", digits[:last]), digits[last + 1 :]
        is_group = len(part) == 3 and whole.lstrip("+-") not in ("", "0")
        digits = whole + part if is_group else f"{whole}.{part}"
    return float(digits)


def _points(scene: ChartScene, series: Series, language: str) -> list[DataPoint]:
    names = scene.x or tuple(str(number) for number in range(1, len(series.values) + 1))
    grouped_from = chart_data.grouped_from(value for one in scene.series for value in one.values)
    return [
        DataPoint(name, value, _written(value, scene.unit, language, grouped_from))
        for name, value in zip(names, series.values, strict=False)
        if value is not None and name.strip()
    ]


def _written(value: float, unit: str, language: str, grouped_from: float) -> str:
    """Return a value with its unit, with the marks of the language between its digits."""
    places = ",.0f" if abs(value) >= grouped_from else ".0f"
    text = format(value, places) if value == round(value) and abs(value) < 1e15 else f"{value:.4g}"
    if "e" in text:
        text = format(value, places)
    text = with_marks_of(number_style(language), text)
    unit = unit.strip()
    return chart_data.with_unit(text, unit)


def _capitalized(name: str) -> str:
    """Return a name as it begins a sentence: a plain word of small letters with a capital one. What is `pH` or `kg` stays."""
    word = name.split(" ", 1)[0]
    return name[0].upper() + name[1:] if len(word) > LONGEST_SYMBOL and word.isalpha() and word.islower() else name


def _in_order(x: Sequence[str]) -> bool:
    """Return whether what a chart's values are of are numbers or years that increase."""
    numbers = chart_data.numbers(x)
    known = [number for number in numbers if number is not None]
    return len(known) == len(numbers) > 2 and all(a < b for a, b in pairwise(known))


def _phrase(template: str, values: Mapping[str, str]) -> str:
    """Fill in a phrase. Braces with any other name stay as they are: the words may be a stranger's."""
    if template.startswith("{name}"):
        values = {**values, "name": _capitalized(values.get("name", ""))}
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match.group()), template)


def _values_of(points: Sequence[DataPoint]) -> dict[str, str]:
    high, low = max(points, key=lambda point: point.value), min(points, key=lambda point: point.value)
    first, last = points[0], points[-1]
    return {
        "high": high.of,
        "high_value": high.written,
        "low": low.of,
        "low_value": low.written,
        "first": first.of,
        "first_value": first.written,
        "last": last.of,
        "last_value": last.written,
    }


def _extremes(points: Sequence[DataPoint], words: PointWords) -> str:
    if len(points) < 2:
        return ""
    values = [point.value for point in points]
    if max(values) == min(values):
        return _phrase(words.equal, _values_of(points))
    if values.count(max(values)) > 1 or values.count(min(values)) > 1:
        return _phrase(words.highest, _values_of(points)) if values.count(max(values)) == 1 else ""
    return _phrase(words.highest_lowest, _values_of(points))


def _extremes_of(name: str, points: Sequence[DataPoint], words: PointWords) -> str:
    values = [point.value for point in points]
    if len(points) < 2 or values.count(max(values)) > 1 or values.count(min(values)) > 1:
        return ""
    return _phrase(words.highest_lowest_of, _values_of(points) | {"name": name}) if name.strip() else _extremes(points, words)


def _change(points: Sequence[DataPoint]) -> int:
    """Return 1 for a trend that rises, -1 for one that falls, 0 for none."""
    first, last = points[0].value, points[-1].value
    largest = max(abs(point.value) for point in points)
    return 0 if abs(last - first) <= STEADY * largest else 1 if last > first else -1


def _trend(points: Sequence[DataPoint], words: PointWords) -> Iterator[str]:
    """Yield where the values lead, and the highest one if that is at neither end."""
    if len(points) < 2:
        return
    values = [point.value for point in points]
    change = _change(points)
    if change or max(values) - min(values) <= STEADY * max(map(abs, values)):
        yield _phrase((words.steady, words.rises, words.falls)[change], _values_of(points))
    if max(values) > max(values[0], values[-1]) and values.count(max(values)) == 1:
        yield _phrase(words.highest, _values_of(points))


def _trend_of(name: str, points: Sequence[DataPoint], words: PointWords) -> str:
    if len(points) < 2 or not name.strip():
        return ""
    return _phrase((words.steady_of, words.rises_of, words.falls_of)[_change(points)], _values_of(points) | {"name": name})


def _largest_part(points: Sequence[DataPoint], language: str, words: PointWords) -> str:
    values = [point.value for point in points]
    total = sum(values)
    if len(points) < 2 or total <= 0 or values.count(max(values)) > 1:
        return ""
    return _phrase(words.largest_part, _values_of(points) | {"share": f"{100 * max(values) / total:.0f}"})
