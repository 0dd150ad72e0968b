"""Writes a chart of a slide as a chart block; one that cannot be drawn here becomes a table of its numbers."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from videogen.importers.markdown_text import one_line, table
from videogen.script import chart_data

MAX_NAME = 60
MAX_LABEL = 80
MAX_SERIES = 8
MAX_TABLE_ROWS = 60
MAX_VALUES = 2000
MAX_NUMBER = 1e15
_SERIES = "./c:chart/c:plotArea/*/c:ser"
_AXES = "./c:chart/c:plotArea/*[self::c:catAx or self::c:dateAx or self::c:valAx]"
"""The series of a chart of any kind, and its axes. The library knows no three-dimensional ones, which are drawn flat here."""
_NO_DATES = re.compile(r'"[^"]*"|\[[^\[\]]*+\]|\\.|General|Standard', re.IGNORECASE)
_DATES = re.compile(r"[ymd]", re.IGNORECASE)
"""What makes a format of numbers one of dates, where quoted texts and colours are taken off."""
_KINDS = (
    ("PIE", "pie"),
    ("DOUGHNUT", "pie"),
    ("AREA", "area"),
    ("LINE", "line"),
    ("RADAR", "line"),
    ("STOCK", "line"),
    ("SURFACE", "line"),
    ("SCATTER", "scatter"),
    ("BUBBLE", "scatter"),
)
"""How a kind of chart is shown, by a part of its name in the library; all others are bars."""


@dataclass(frozen=True)
class SlideChart:
    """A chart as a block of Markdown, its title, and what of it is shown in another way, in words; empty if nothing is."""

    block: str
    title: str
    changed: str


def read_chart(chart: Any) -> SlideChart:
    """Return the block of a chart of python-pptx. Raises ValueError if it holds no numbers."""
    name = _type_name(chart)
    kind = next((kind for part, kind in _KINDS if part in name), "bar")
    x, series, percent = _numbers(chart, scatter=kind == "scatter")
    titles = _axis_titles(chart, scatter=kind == "scatter")
    title = one_line(chart.chart_title.text_frame.text) if chart.has_title and chart.chart_title.has_text_frame else ""
    if not series or all(value is None for _, values in series for value in values):
        raise ValueError("no numbers")
    changed = f"It is shown as a chart of the type {kind}." if any(part in name for part in ("RADAR", "STOCK", "SURFACE", "BUBBLE")) else ""
    if kind == "pie" and len(series) > 1:
        kind, changed = "bar", "It has several series, so it is shown as bars."
    if kind == "bar" and len(x) > chart_data.MOST_BARS:
        kind, changed = "line", "It has many values, so it is shown as a line."
    if wrong := chart_data.wrong(kind, x, [values for _, values in series], False) or len(series) > MAX_SERIES:
        reason = f"It has {len(series)} series" if wrong is True else "It cannot be drawn here"
        rows = [["", *(name for name, _ in series)]]
        rows += [[label, *(_shown(values[row]) if row < len(values) else "" for _, values in series)] for row, label in enumerate(x)]
        return SlideChart(table(rows[: MAX_TABLE_ROWS + 1]), title, f"{reason}: its numbers are shown as a table.")
    fields: dict[str, Any] = {"type": kind, "x": x, "series": {name: list(values) for name, values in series}}
    if "STACKED" in name and kind in ("bar", "area"):
        fields["stacked"] = True
    if percent:
        fields["unit"] = "%"
    if kind != "pie":
        fields |= titles
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return SlideChart("```chart\n" + "\n".join(lines) + "\n```", title, changed)


def _type_name(chart: Any) -> str:
    try:
        return str(chart.chart_type.name)
    except (NotImplementedError, AttributeError, ValueError, KeyError):
        tags = " ".join(str(element.tag) for element in chart._chartSpace.chart.plotArea)
        grouping = " ".join(element.get("val") or "" for element in chart._chartSpace.xpath("./c:chart/c:plotArea/*/c:grouping"))
        return f"{tags} {grouping}".upper()


def _numbers(chart: Any, *, scatter: bool) -> tuple[list[str], list[tuple[str, Sequence[float | None]]], bool]:
    """Return what the values are of, the series as (name, values), and whether they are shares that are written in percent."""
    x: list[str] = []
    series: list[tuple[str, Sequence[float | None]]] = []
    percent = False
    for one in chart._chartSpace.xpath(_SERIES):
        values = [_number(value) for value in _points(one, "val", "yVal")][:MAX_VALUES]
        categories = _points(one, "xVal") if scatter else [one_line(label or "")[:MAX_LABEL] for label in _categories(one)]
        x = x or [label or "" for label in categories[:MAX_VALUES]]
        name = one_line(next(iter(_texts(one, "./c:tx")), ""))[:MAX_NAME]
        series.append((_unique(name or f"{len(series) + 1}", series), values))
        percent = percent or "%" in "".join(element.text or "" for element in one.xpath("./c:val//c:formatCode"))
    count = max((len(values) for _, values in series), default=0)
    x = [*x, *(str(number + 1) for number in range(len(x), count))][: max(count, 1)]
    if percent:
        series = [(name, [None if value is None else round(value * 100, 6) for value in values]) for name, values in series]
    return x, [(name, [*values, *[None] * (count - len(values))]) for name, values in series], percent


def _points(series: Any, *names: str) -> list[str | None]:
    """Return the points of a series' values, each at its place; None where there is none."""
    found = next((held for name in names for held in series.xpath(f"./c:{name}")), None)
    if found is None:
        return []
    points = {int(point.get("idx") or 0): (point.xpath("./c:v") or [None])[0] for point in found.xpath(".//c:pt[not(ancestor::c:lvl)]")}
    count = max((int(element.get("val") or 0) for element in found.xpath(".//c:ptCount")), default=0)
    length = min(max(count, max(points, default=-1) + 1), MAX_VALUES)
    return [None if (point := points.get(index)) is None else point.text for index in range(length)]


def _categories(series: Any) -> list[str | None]:
    """Return what the values of a series are of: of several levels the innermost, which is the first."""
    levels = series.xpath("./c:cat//c:lvl")
    if not levels:
        labels = _points(series, "cat")
        formats = "".join(element.text or "" for element in series.xpath("./c:cat//c:formatCode"))
        if _DATES.search(_NO_DATES.sub("", formats)):
            from_1904 = any(element.get("val") in (None, "1", "true") for element in series.xpath("/c:chartSpace/c:date1904"))
            return [_date(label, from_1904=from_1904) for label in labels]
        return labels
    points = {int(point.get("idx") or 0): "".join(_texts(point, ".")) for point in levels[0].xpath("./c:pt")}
    return [points.get(index) for index in range(min(max(points, default=-1) + 1, MAX_VALUES))]


def _date(text: str | None, *, from_1904: bool) -> str | None:
    """Return a day that is written as a number (ISO/IEC 29500-1, 18.17.4.1) as people write it; a text that is none as it is."""
    days = _number(text)
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    try:
        return text if days is None else (first + timedelta(days=int(days))).isoformat()
    except (ValueError, OverflowError):
        return text


def _texts(element: Any, path: str) -> list[str]:
    """Return the texts below a path: values, or words that somebody typed."""
    return [text.text for part in element.xpath(path) for text in part.xpath(".//c:v | .//a:t") if text.text]


def _axis_titles(chart: Any, *, scatter: bool) -> dict[str, str]:
    """Return the titles of the axes, by the fields of a chart block."""
    titles: dict[str, str] = {}
    for number, axis in enumerate(chart._chartSpace.xpath(_AXES)):
        is_of_values = number > 0 if scatter else axis.tag.endswith("}valAx")
        if title := one_line("".join(_texts(axis, "./c:title")))[:MAX_LABEL]:
            titles.setdefault("y_label" if is_of_values else "x_label", title)
    return titles


def _unique(name: str, series: Sequence[tuple[str, object]]) -> str:
    names = {known for known, _ in series}
    number = 2
    unique = name
    while unique in names:
        unique, number = f"{name[: MAX_NAME - 6]} ({number})", number + 1
    return unique


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "nan")
    except ValueError:
        return None
    return round(value, 6) if math.isfinite(value) and abs(value) <= MAX_NUMBER else None


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
