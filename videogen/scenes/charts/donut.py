"""Parts of a whole as a ring."""

from __future__ import annotations

from collections.abc import Sequence

from videogen.scenes.charts import chart_marks
from videogen.scenes.charts.chart_layout import ChartLayout, Dot, Make, PlacedText
from videogen.scenes.layout import Area
from videogen.scenes.text.text_block import TextBlock
from videogen.scenes.theme import Colour


def ring(drawing: ChartLayout) -> Make:
    """Lay out the ring, and beside it (below it in a tall picture) the parts with their shares."""
    body, layout = drawing.plot, drawing.layout
    tall = body.width < body.height
    values = [value or 0.0 for value in drawing.scene.series[0].values]
    shares = [value / sum(values) for value in values]
    colours = [drawing.colours[n % len(drawing.colours)] for n in range(drawing.count)]
    labels = [drawing.words(f"{share:.0%}", 1e6, layout.theme.text, 600) for share in shares]
    height = labels[0].height + layout.px(10)
    drawing.plot = _square(drawing, height * drawing.count, tall)
    bottom, right = drawing.plot.bottom + layout.px(20), drawing.plot.right + layout.px(90)
    height = min(height, (body.bottom - bottom if tall else body.height) / drawing.count)
    if tall:
        _rows(drawing, body.left, bottom, height, labels, colours)
    else:
        _rows(drawing, right, body.top + (body.height - height * drawing.count) * 0.42, height, labels, colours)
    parts = list(zip(shares, colours, strict=True))
    return lambda width, height: chart_marks.pie(min(width, height), parts, layout.theme.background, 4 * layout.unit)


def _square(drawing: ChartLayout, rows: float, tall: bool) -> Area:
    """Return where the ring is, when the rows of what its parts are would like to be so high."""
    body, layout = drawing.plot, drawing.layout
    drawing.crowded |= rows > body.height * (0.4 if tall else 1)
    side = max(16.0, min(body.width, body.height - rows - layout.px(30)) if tall else min(body.height, body.width * 0.46))
    left = body.left + (body.width - side) / 2 if tall else body.left + layout.px(20)
    top = body.top if tall else body.top + (body.height - side) * 0.42
    left, top, side = (round(length / 2) * 2.0 for length in (left, top, side))
    return Area(left, top, side, side)


def _rows(drawing: ChartLayout, x: float, y: float, height: float, labels: Sequence[TextBlock], colours: Sequence[Colour]) -> None:
    """Draw the parts one below the other: colour, share and name."""
    dot, right = round(labels[0].text_style.size * 0.22), drawing.head.body.right
    width = max(block.width for block in labels) + drawing.layout.px(24)
    for share, name, colour in zip(labels, drawing.names, colours, strict=True):
        block = drawing.short(name, max(20.0, right - x - 3 * dot - width))
        drawing.ground.append(Dot((x + dot, y + share.height / 2), dot, colour))
        drawing.ground.append(PlacedText(share, x + 3 * dot, y, share.width + 1))
        drawing.ground.append(PlacedText(block, x + 3 * dot + width, y, block.width + 1))
        y += height
