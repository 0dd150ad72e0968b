"""Writes a chart of a slide as a chart block; one that cannot be drawn here becomes a table of its numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from videogen.importers.markdown_text import one_line, table
from videogen.script import chart_data

MAX_NAME = 60
MAX_LABEL = 80
MAX_SERIES = 8
MAX_TABLE_ROWS = 60
MAX_VALUES = 2000
_X_VALUES = "./c:xVal//c:pt/c:v"
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
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return SlideChart("```chart\n" + "\n".join(lines) + "\n```", title, changed)


def _type_name(chart: Any) -> str:
    try:
        return str(chart.chart_type.name)
    except (NotImplementedError, AttributeError, ValueError, KeyError):
        tags = " ".join(str(element.tag) for element in chart._chartSpace.chart.plotArea)
        return tags.upper()


def _numbers(chart: Any, *, scatter: bool) -> tuple[list[str], list[tuple[str, Sequence[float | None]]], bool]:
    """Return what the values are of, the series as (name, values), and whether they are shares that are written in percent."""
    x: list[str] = []
    series: list[tuple[str, Sequence[float | None]]] = []
    percent = False
    for plot in chart.plots:
        categories = [] if scatter else [one_line(str(label))[:MAX_LABEL] for label in plot.categories]
        for one in plot.series:
            values = [_number(value) for value in one.values][:MAX_VALUES]
            if scatter and not x:
                categories = [element.text or "" for element in one._element.xpath(_X_VALUES)]
            x = x or categories[:MAX_VALUES]
            series.append((_unique(one_line(one.name or "")[:MAX_NAME] or f"{len(series) + 1}", series), values))
            percent = percent or "%" in "".join(element.text or "" for element in one._element.xpath("./c:val//c:formatCode"))
    count = max((len(values) for _, values in series), default=0)
    x = [*x, *(str(number + 1) for number in range(len(x), count))][: max(count, 1)]
    if percent:
        series = [(name, [None if value is None else round(value * 100, 6) for value in values]) for name, values in series]
    return x, [(name, [*values, *[None] * (count - len(values))]) for name, values in series], percent


def _unique(name: str, series: Sequence[tuple[str, object]]) -> str:
    names = {known for known, _ in series}
    number = 2
    unique = name
    while unique in names:
        unique, number = f"{name[: MAX_NAME - 6]} ({number})", number + 1
    return unique


def _number(value: Any) -> float | None:
    if value is None or not math.isfinite(value) or abs(value) > 1e15:
        return None
    return round(float(value), 6)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
