"""A chart being laid out: its words, the room left for its marks, and how far each of its values reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from videogen.scenes.charts.chart_marks import GrowingMarks
from videogen.scenes.charts.ticks import AxisScale, scale, written
from videogen.scenes.drawing.canvas import Box, Canvas
from videogen.scenes.layout import Area, Head, Layout
from videogen.scenes.text.text_block import Align, TextBlock, plain_block
from videogen.scenes.theme import Colour
from videogen.script.chart_data import grouped_from
from videogen.script.models import ChartScene
from videogen.script.point_words import number_style

LABELS = (46, 42, 38, 33, 28)
"""Type sizes for 1080 lines; the last also where words have to be shortened or left out."""

Make = Callable[[int, int], GrowingMarks]
"""Makes the marks of a chart in so many pixels, across and down."""


@dataclass(frozen=True)
class PlacedText:
    """Words at a place."""

    block: TextBlock
    x: float
    y: float
    width: float
    align: Align = "left"


@dataclass(frozen=True)
class ValueLabel:
    """The number at the end of a bar, which counts up while the bar grows: its text, and where it is when a share of that is done.

    `of` is the number of the value along the chart. With `align` it stands in a width.
    """

    block: TextBlock
    text: str
    of: int
    at: Callable[[float], tuple[float, float]]
    width: float
    align: Align = "left"


@dataclass(frozen=True)
class FilledBox:
    """A rectangle."""

    box: Box
    colour: Colour


@dataclass(frozen=True)
class Dot:
    """A disc."""

    centre: tuple[float, float]
    radius: float
    colour: Colour


class ChartLayout:
    """A chart being laid out: `ground` is what stands from the start, `numbers` grow with the marks.

    It is `crowded` when words had to be shortened or left out, or leave little room for the marks.
    """

    def __init__(self, scene: ChartScene, layout: Layout, head: Head, label: float) -> None:
        self.scene, self.layout, self.head, self.label = scene, layout, head, label
        self.crowded = False
        self.ground: list[PlacedText | FilledBox | Dot] = []
        self.numbers: list[ValueLabel] = []
        self.count = len(scene.series[0].values)
        self.names = list(scene.x) or [str(n) for n in range(1, self.count + 1)]
        self.plot: Area = head.body
        self.round = 0  # pixels by which dots and the ends of lines may stand out of the plot

    @cached_property
    def colours(self) -> tuple[Colour, ...]:
        theme = self.layout.theme
        syntax = theme.syntax
        return (theme.accent, syntax.name, syntax.string, syntax.number, theme.soft, syntax.error, theme.code, theme.muted)

    @property
    def thin(self) -> int:
        """Half as thick as the line that the marks grow from."""
        return max(1, round(1.5 * self.layout.unit))

    @property
    def marked(self) -> Area:
        """Where the marks are drawn."""
        plot, out = self.plot, self.round
        return Area(plot.left - out, plot.top - out, plot.width + 2 * out, plot.height + 2 * out)

    def words(self, text: str, width: float, colour: Colour | None = None, weight: int = 400) -> TextBlock:
        text_style = self.layout.text_style(self.layout.size(self.label), colour or self.layout.theme.soft, weight, 1.25)
        return plain_block(text, text_style, width)

    def short(self, text: str, width: float, lines: int = 1) -> TextBlock:
        """Set a text in at most so many lines, ending in an ellipsis if it is longer."""
        whole = self.words(text, width)
        shortened = text
        while len(shortened) > 1 and (len(whole.lines) > lines or whole.width > width + 1):
            self.crowded = True
            shortened = shortened[: max(1, int(len(shortened) * 0.85))]
            whole = self.words(shortened.rstrip() + "…", width)
        return whole

    def paint(self, what: Sequence[PlacedText | FilledBox | Dot]) -> Callable[[Canvas], None]:
        def painted(canvas: Canvas) -> None:
            for one in what:
                match one:
                    case PlacedText():
                        one.block.draw(canvas, one.x, one.y, one.width, one.align)
                    case FilledBox():
                        canvas.rectangle(one.box, one.colour)
                    case Dot():
                        canvas.circle(one.centre, one.radius, one.colour)

        return painted

    def cut(self, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> None:
        """Reserve space at the edges of the plot. What is left has even sides."""
        area = self.plot
        width, height = max(8.0, area.width - left - right), max(8.0, area.height - top - bottom)
        self.crowded |= width < self.head.body.width * 0.5 or height < self.head.body.height * 0.6
        self.plot = Area(*(round(side / 2) * 2.0 for side in (area.left + left, area.top + top, width, height)))

    def number(self, value: float, *, unit: bool = True) -> str:
        """Return a number as it is written in this chart: if one has marks between its thousands, all with the unit have."""
        values = (value for series in self.scene.series for value in series.values)
        style = number_style(self.scene.lang) if self.scene.lang else self.layout.settings.numbers
        return written(value, self.scene.unit, style, grouped_from(values)) if unit else written(value, "", style)

    @property
    def stacked(self) -> bool:
        return self.scene.stacked and self.scene.type in ("bar", "area") and len(self.scene.series) > 1

    @property
    def groups(self) -> int:
        """Number of bars side by side at each x."""
        return 1 if self.stacked else len(self.scene.series)

    @cached_property
    def heights(self) -> list[list[tuple[float, float] | None]]:
        """Start and end of each value, by series: from zero, or from the top of the value below."""
        heights, above, below = [], [0.0] * self.count, [0.0] * self.count
        for series in self.scene.series:
            row: list[tuple[float, float] | None] = []
            for n, value in enumerate(series.values):
                if value is None:
                    row.append(None)
                elif self.stacked:
                    stack = above if value >= 0 else below
                    row.append((stack[n], stack[n] + value))
                    stack[n] += value
                else:
                    row.append((0.0, value))
            heights.append(row)
        return heights

    def bars(self, slot: float, thick: float) -> Iterator[tuple[int, int, float, tuple[float, float]]]:
        """Yield of each bar its series and x, the nearer of its long sides, and its start and end.

        Each x has a `slot`.
        """
        for n in range(self.count):
            middle = (n + 0.5) * slot
            for s, row in enumerate(self.heights):
                if ends := row[n]:
                    yield s, n, middle - thick * self.groups / 2 + (0 if self.stacked else s * thick), ends

    def gap(self, thick: float) -> float:
        """Return the free space on both sides of a bar."""
        return min(2 * self.layout.unit, thick * 0.06)

    def scale(self) -> AxisScale:
        values = [value for row in self.heights for ends in row if ends for value in (ends if self.stacked else ends[1:])]
        return scale(values, from_zero=self.scene.type in ("bar", "area"))

    def captions(self) -> None:
        """Draw the names: of the series above the plot, of the numbers below those, of x below the plot."""
        self._legend()
        if self.scene.y_label:
            block = self.short(self.scene.y_label, self.plot.width)
            self.ground.append(PlacedText(block, self.plot.left, self.plot.top, self.plot.width))
            self.cut(top=block.height + self.layout.px(8))
        if self.scene.x_label:
            block = self.short(self.scene.x_label, self.plot.width)
            self.ground.append(PlacedText(block, self.plot.left, self.plot.bottom - block.height, self.plot.width, "center"))
            self.cut(bottom=block.height + self.layout.px(4))

    def _legend(self) -> None:
        """Draw the names of the series in a row above the plot, if there are any."""
        named = [(series.name, colour) for series, colour in zip(self.scene.series, self.colours, strict=False) if series.name.strip()]
        if len(named) < 2 and not (named and self.scene.y_label == "" and self.scene.heading == ""):
            return
        area, dot, gap = self.plot, self.layout.px(10), self.layout.px(36)
        x, y, height = area.left, area.top, 0.0
        for name, colour in named:
            block = self.short(name, area.width * 0.6)
            if x > area.left and x + 3 * dot + block.width > area.right:
                x, y = area.left, y + block.height
            self.ground.append(Dot((x + dot, y + block.height / 2), dot, colour))
            self.ground.append(PlacedText(block, x + 3 * dot, y, block.width + 1))
            x, height = x + 3 * dot + block.width + gap, block.height
        self.cut(top=y + height - area.top + self.layout.px(14))
