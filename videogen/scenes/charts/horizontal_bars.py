"""Bars that lie, since their names are too long to stand side by side below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from videogen.scenes.charts import chart_marks
from videogen.scenes.charts.chart_layout import LABELS, ChartLayout, FilledBox, Make, PlacedText, ValueLabel
from videogen.scenes.text.text_block import TextBlock
from videogen.scenes.theme import Colour
from videogen.script import chart_data

SIDEWAYS = 0.34
"""Of the width, at most, for the names of bars that lie."""
MOST_SIDEWAYS = 16


def lies(drawing: ChartLayout) -> bool:
    """Return whether the bars of a chart lie."""
    slot = drawing.plot.width * 0.92 / drawing.count
    shrunk = LABELS[-1] / drawing.label
    too_wide = any(drawing.words(name, 1e6).width * shrunk > slot * 0.95 for name in drawing.names)
    return too_wide and drawing.count <= MOST_SIDEWAYS and not all(number is not None for number in chart_data.numbers(drawing.names))


def lying(drawing: ChartLayout) -> Make:
    """Lay out the names one below the other, and the bars beside them."""
    drawing.captions()
    slot = drawing.plot.height / drawing.count
    names = _names(drawing, slot)
    gutter = max(block.width for block in names) + drawing.layout.px(22)
    along = drawing.scale()
    labels = _value_labels(drawing, slot)
    label_width = max((block.width for block in labels.values()), default=0.0) + drawing.layout.px(16) if labels else 0.0
    drawing.cut(left=gutter + (label_width if along.low < 0 else 0), right=label_width)
    plot, thin = drawing.plot, drawing.thin

    def x(value: float) -> float:
        return along(value) * plot.width

    zero = x(min(max(0.0, along.low), along.high))
    for n, block in enumerate(names):
        at = plot.top + (n + 0.5) * slot - block.height / 2
        drawing.ground.append(PlacedText(block, drawing.layout.area.left, at, gutter - drawing.layout.px(22), "right"))
    drawing.ground.append(FilledBox((plot.left + zero - thin, plot.top, plot.left + zero + thin, plot.bottom), drawing.layout.theme.muted))
    bars = _bars(drawing, slot, x, labels)
    return lambda width, height: chart_marks.bars(width, height, bars, zero, upright=False)


def _names(drawing: ChartLayout, slot: float) -> Sequence[TextBlock]:
    """Set the names of the bars, each in as many lines as fit beside its bar."""
    line_height = drawing.words("x", 1e6).height
    drawing.crowded |= slot < 1.2 * line_height
    lines = max(1, int(slot * 0.96 // line_height))
    widest = drawing.plot.width * SIDEWAYS
    return [drawing.short(name, widest, min(3, lines)) for name in drawing.names]


def _value_labels(drawing: ChartLayout, slot: float) -> dict[tuple[int, int], TextBlock]:
    """Return the numbers of the bars by series and x; none when bars stand on one another, or are thinner than a number is high."""
    if drawing.stacked or slot / len(drawing.scene.series) < drawing.words("x", 1e6).height:
        return {}
    return {(s, n): drawing.words(drawing.number(end[1]), 1e6) for s, row in enumerate(drawing.heights) for n, end in enumerate(row) if end}


def _bars(
    drawing: ChartLayout, slot: float, x: Callable[[float], float], labels: dict[tuple[int, int], TextBlock]
) -> list[tuple[chart_marks.Bar, Colour, int]]:
    """Return the bars, and draw a number at the end of each."""
    layout = drawing.layout
    thick = min(slot * 0.72, layout.px(84)) / drawing.groups
    gap = drawing.gap(thick)
    bars: list[tuple[chart_marks.Bar, Colour, int]] = []
    for s, n, top, ends in drawing.bars(slot, thick):
        start, end = sorted(x(one) for one in ends)
        bars.append(((start, top + gap, end, top + thick - gap), drawing.colours[s], n))
        if block := labels.get((s, n)):
            drawing.numbers.append(_label(drawing, block, (ends[1], n), x, top + (thick - block.height) / 2))
    return bars


def _label(drawing: ChartLayout, block: TextBlock, of: tuple[float, int], x: Callable[[float], float], top: float) -> ValueLabel:
    """Return the number of a bar, which is beside its end, also while that moves."""
    (value, n), plot, gap = of, drawing.plot, drawing.layout.px(12)

    def at(share: float) -> tuple[float, float]:
        end = x(value * share)
        return plot.left + (end + gap if value >= 0 else end - gap - block.width), plot.top + top

    return ValueLabel(block, drawing.number(value), n, at, block.width + 1)
