"""Bars, lines, areas and dots over an axis along the bottom."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from videogen.scenes.charts import chart_marks
from videogen.scenes.charts.chart_layout import ChartLayout, FilledBox, Make, PlacedText, ValueLabel
from videogen.scenes.charts.ticks import AxisScale, scale
from videogen.scenes.text.text_block import TextBlock
from videogen.scenes.theme import Colour
from videogen.script import chart_data

MOST_NUMBERED_BARS = 12

Where = Callable[[float], float]


def upright(drawing: ChartLayout) -> Make:
    """Lay out the axes with their names, and the marks over them."""
    drawing.captions()
    up = drawing.scale()
    ticks = [drawing.words(drawing.number(tick), 1e6) for tick in up.ticks]
    numbered = drawing.scene.type == "bar" and len(drawing.scene.series) == 1 and drawing.count <= MOST_NUMBERED_BARS
    gap, line_height = drawing.layout.px(18), ticks[0].height
    gutter = 0.0 if numbered else min(max(block.width for block in ticks), drawing.plot.width * 0.3) + gap
    drawing.cut(left=gutter, top=line_height if numbered else line_height / 2, bottom=line_height + drawing.layout.px(12))
    plot = drawing.plot

    def y(value: float) -> float:
        return plot.bottom - up(value) * plot.height

    zero = y(min(max(0.0, up.low), up.high))
    if not numbered:
        _lines_across(drawing, up, y, ticks, gutter - gap)
    drawing.ground.append(FilledBox((plot.left, zero - drawing.thin, plot.right, zero + drawing.thin), drawing.layout.theme.muted))
    if drawing.scene.type == "bar":
        return _bars(drawing, y, zero, numbered)
    return _dots(drawing, y) if drawing.scene.type == "scatter" else _lines(drawing, y)


def _lines_across(drawing: ChartLayout, up: AxisScale, y: Where, ticks: Sequence[TextBlock], width: float) -> None:
    """Draw a thin line at each round number, with the number on its left, in a width in pixels."""
    plot, half = drawing.plot, drawing.thin / 2
    for tick, block in zip(up.ticks, ticks, strict=True):
        drawing.ground.append(FilledBox((plot.left, y(tick) - half, plot.right, y(tick) + half), drawing.layout.theme.edge))
        left = plot.left - width - drawing.layout.px(18)
        drawing.ground.append(PlacedText(block, left, y(tick) - block.height / 2, width, "right"))


def _bars(drawing: ChartLayout, y: Where, zero: float, numbered: bool) -> Make:
    plot, layout = drawing.plot, drawing.layout
    slot = plot.width / drawing.count
    wide = min(slot * 0.68, layout.px(220)) / drawing.groups
    gap = drawing.gap(wide)
    bars: list[tuple[chart_marks.Bar, Colour, int]] = []
    for s, n, left, ends in drawing.bars(slot, wide):
        top, bottom = sorted(y(end) - plot.top for end in ends)
        bars.append(((left + gap, top, left + wide - gap, bottom), drawing.colours[s], n))
        if numbered:
            _number(drawing, ends[1], n, y, slot)
    _names(drawing, [(n + 0.5) * slot for n in range(drawing.count)], drawing.names)
    return lambda width, height: chart_marks.bars(width, height, bars, zero - plot.top, upright=True)


def _number(drawing: ChartLayout, value: float, n: int, y: Where, slot: float) -> None:
    """Draw a bar's number at its end, also while that moves: above it, or below a bar that hangs."""
    plot, width = drawing.plot, slot * 1.1
    text = drawing.number(value)
    block = drawing.short(text, width)
    left = plot.left + (n + 0.5) * slot - width / 2

    def at(share: float) -> tuple[float, float]:
        end = y(value * share)
        top = end - block.height - 2 if value >= 0 else end + 2
        return left, min(max(top, plot.top - block.height), plot.bottom)

    drawing.numbers.append(ValueLabel(block, text, n, at, width, "center"))


def _lines(drawing: ChartLayout, y: Where) -> Make:
    drawing.round = out = (drawing.layout.px(10) + 1) // 2 * 2
    top, x = drawing.plot.top - out, _along(drawing)
    stroke = 5 * drawing.layout.unit
    order = sorted(range(drawing.count), key=x.__getitem__)
    lines = []
    for row, colour in zip(drawing.heights, drawing.colours, strict=False):
        ends = [row[n] for n in order]
        points = [(x[n] + out, y(end[1]) - top if end else math.nan) for n, end in zip(order, ends, strict=True)]
        floor = [y(end[0]) - top if end else math.nan for end in ends] if drawing.scene.type == "area" else None
        lines.append(chart_marks.DataLine(points, colour, floor))
    _names(drawing, x, drawing.names)
    dots = drawing.count <= 16 and drawing.scene.type == "line"
    stops = [at + out for at in x]
    return lambda width, height: chart_marks.lines(width, height, lines, stroke, dots=dots, stops=stops)


def _along(drawing: ChartLayout) -> list[float]:
    """Return the position of each x from the left of the plot: by its number if all are numbers, else at even distances."""
    numbers = [number for number in chart_data.numbers(drawing.names) if number is not None]
    count, inset = drawing.count, drawing.layout.px(24)
    width = drawing.plot.width - 2 * inset
    if len(numbers) == count and max(numbers) > min(numbers) and drawing.scene.x:
        return [inset + (number - min(numbers)) / (max(numbers) - min(numbers)) * width for number in numbers]
    return [inset + (n / (count - 1) if count > 1 else 0.5) * width for n in range(count)]


def _dots(drawing: ChartLayout, y: Where) -> Make:
    plot, layout = drawing.plot, drawing.layout
    numbers = [number or 0.0 for number in chart_data.numbers(drawing.names)]
    across = scale(numbers, from_zero=False, most=7)
    inset = layout.px(24)

    def x(value: float) -> float:
        return inset + across(value) * (plot.width - 2 * inset)

    count = sum(end is not None for row in drawing.heights for end in row)
    radius = max(4.0, 13 - count / 40) * layout.unit
    drawing.round = out = (round(radius) + 2) // 2 * 2
    dots = [
        ((x(number) + out, y(end[1]) - plot.top + out), colour)
        for row, colour in zip(drawing.heights, drawing.colours, strict=False)
        for number, end in zip(numbers, row, strict=True)
        if end
    ]
    _names(drawing, [x(tick) for tick in across.ticks], [drawing.number(tick, unit=False) for tick in across.ticks])
    return lambda width, height: chart_marks.scatter(width, height, dots, radius)


def _names(drawing: ChartLayout, x: Sequence[float], names: Sequence[str]) -> None:
    """Draw the names below the plot. Where they would touch, draw every second, third, ... only."""
    plot, area, layout = drawing.plot, drawing.layout.area, drawing.layout
    blocks = [drawing.short(name, plot.width * 0.5) for name in names]
    lefts = [min(max(area.left, plot.left + at - block.width / 2), area.right - block.width) for at, block in zip(x, blocks, strict=True)]
    order = sorted(range(len(x)), key=x.__getitem__)
    step, gap = 1, layout.px(20)
    while step < len(order) and not all(lefts[a] + blocks[a].width + gap <= lefts[b] for a, b in pairwise(order[::step])):
        step += 1
    drawing.crowded |= step > 1
    for n in order[::step]:
        drawing.ground.append(PlacedText(blocks[n], lefts[n], plot.bottom + layout.px(10), blocks[n].width + 1))
