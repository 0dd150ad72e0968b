"""A chart: its numbers as bars, lines, areas, dots or a ring, which grow in; its words in the type of all scenes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from videogen.scenes import marks
from videogen.scenes.clip import Timing
from videogen.scenes.layout import ENTRANCE_FRAMES, Area, Head, Layer, Reel, Sheet, head
from videogen.scenes.pen import Box, Pen
from videogen.scenes.surface import Surface
from videogen.scenes.text import Align, Block, plain_block
from videogen.scenes.theme import Colour
from videogen.scenes.ticks import Scale, scale, written
from videogen.script import chart
from videogen.script.models import ChartScene, Scene

LABELS = (38, 33, 28)
"""Type sizes for 1080 lines; the last also where words have to be shortened or left out."""
GROWS_FROM, GROWS_FRAMES = 6, 30
MOST_NUMBERED_BARS = 12
SIDEWAYS = 0.34
"""Of the width, at most, for the names of bars that lie."""
MOST_SIDEWAYS = 16

Where = Callable[[float], float]


def split(scene: ChartScene, sheet: Sheet) -> tuple[Scene, ...]:
    return (scene,)


def layers(scene: ChartScene, sheet: Sheet, timing: Timing) -> tuple[Layer | Reel, ...]:
    if not scene.series:  # its numbers are in a file that nobody has read yet
        return (head(sheet, scene).layer(),)
    drawing = _laid_out(scene, sheet, head(sheet, scene))
    left, top, right, bottom = (round(side) for side in drawing.marked.box)
    made = drawing.make(right - left, bottom - top)

    def grow(part: Surface, number: int, opacity: int) -> None:
        made.draw(part, (number - GROWS_FROM + 1) / GROWS_FRAMES)

    reel = Reel((left, top, right, bottom), ((GROWS_FROM, GROWS_FROM + GROWS_FRAMES),), grow)
    over = Layer(drawing.paint(drawing.numbers), GROWS_FROM + GROWS_FRAMES - 8, ENTRANCE_FRAMES - 6)
    return (drawing.head.layer(), Layer(drawing.paint(drawing.ground), 3, ENTRANCE_FRAMES - 3), over, reel)


def _laid_out(scene: ChartScene, sheet: Sheet, over: Head) -> Drawing:
    """The chart with the largest words that have room."""
    for label in LABELS:
        drawing = Drawing(scene, sheet, over, label)
        if scene.type == "pie":
            drawing.pie()
        elif scene.type == "bar" and drawing.lies:
            drawing.lying_bars()
        else:
            drawing.upright()
        if not drawing.crowded:
            break
    return drawing


@dataclass(frozen=True)
class Put:
    """Words at a place."""

    block: Block
    x: float
    y: float
    width: float
    align: Align = "left"


@dataclass(frozen=True)
class Filled:
    """A rectangle."""

    box: Box
    colour: Colour


@dataclass(frozen=True)
class Dot:
    """A disc."""

    centre: tuple[float, float]
    radius: float
    colour: Colour


class Drawing:
    """A chart being laid out: `ground` is what stands from the start, `numbers` come when the marks have grown.

    It is `crowded` when words had to be shortened or left out, or leave little room for the marks.
    """

    def __init__(self, scene: ChartScene, sheet: Sheet, over: Head, label: float) -> None:
        self.scene, self.sheet, self.head, self.label = scene, sheet, over, label
        self.crowded = False
        self.ground: list[Put | Filled | Dot] = []
        self.numbers: list[Put | Filled | Dot] = []
        self.count = len(scene.series[0].values)
        self.names = list(scene.x) or [str(n) for n in range(1, self.count + 1)]
        self.plot: Area = over.body
        self.round = 0  # pixels by which dots and the ends of lines may stand out of the plot
        self.make: Callable[[int, int], marks.Drawn]

    @cached_property
    def colours(self) -> tuple[Colour, ...]:
        theme = self.sheet.theme
        syntax = theme.syntax
        return (theme.accent, syntax.name, syntax.string, syntax.number, theme.soft, syntax.error, theme.code, theme.muted)

    def words(self, text: str, width: float, colour: Colour | None = None, weight: int = 400) -> Block:
        type_ = self.sheet.type(self.sheet.size(self.label), colour or self.sheet.theme.soft, weight, 1.25)
        return plain_block(text, type_, width)

    def short(self, text: str, width: float, lines: int = 1) -> Block:
        """A text in so many lines; what does not fit gives way to an ellipsis, which says so."""
        whole = self.words(text, width)
        kept = text
        while len(kept) > 1 and (len(whole.lines) > lines or whole.width > width + 1):
            self.crowded = True
            kept = kept[: max(1, int(len(kept) * 0.85))]
            whole = self.words(kept.rstrip() + "…", width)
        return whole

    def paint(self, what: Sequence[Put | Filled | Dot]) -> Callable[[Pen], None]:
        def painted(pen: Pen) -> None:
            for one in what:
                match one:
                    case Put():
                        one.block.draw(pen, one.x, one.y, one.width, one.align)
                    case Filled():
                        pen.rectangle(one.box, one.colour)
                    case Dot():
                        pen.circle(one.centre, one.radius, one.colour)

        return painted

    @property
    def marked(self) -> Area:
        """Where the marks are drawn."""
        plot, out = self.plot, self.round
        return Area(plot.left - out, plot.top - out, plot.width + 2 * out, plot.height + 2 * out)

    # Bars, lines, areas and dots over an axis

    @property
    def lies(self) -> bool:
        """Whether bars lie, since their names are too long to stand side by side below them."""
        slot = self.plot.width * 0.92 / self.count
        shrunk = LABELS[-1] / self.label
        too_wide = any(self.words(name, 1e6).width * shrunk > slot * 0.95 for name in self.names)
        return too_wide and self.count <= MOST_SIDEWAYS and not all(number is not None for number in chart.numbers(self.names))

    @property
    def stacked(self) -> bool:
        return self.scene.stacked and self.scene.type in ("bar", "area") and len(self.scene.series) > 1

    @cached_property
    def heights(self) -> list[list[tuple[float, float] | None]]:
        """Of each series, where each value begins and ends: at zero, or on what it stands on."""
        found, above, below = [], [0.0] * self.count, [0.0] * self.count
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
            found.append(row)
        return found

    def scale(self) -> Scale:
        values = [value for row in self.heights for ends in row if ends for value in (ends if self.stacked else ends[1:])]
        return scale(values, from_zero=self.scene.type in ("bar", "area"))

    def legend(self) -> None:
        """The names of the series in a row above the plot, as far as there are any."""
        named = [(series.name, colour) for series, colour in zip(self.scene.series, self.colours, strict=False) if series.name.strip()]
        if len(named) < 2 and not (named and self.scene.y_label == "" and self.scene.heading == ""):
            return
        area, dot, gap = self.plot, self.sheet.px(10), self.sheet.px(36)
        x, y, height = area.left, area.top, 0.0
        for name, colour in named:
            block = self.short(name, area.width * 0.6)
            if x > area.left and x + 3 * dot + block.width > area.right:
                x, y = area.left, y + block.height
            self.ground.append(Dot((x + dot, y + block.height / 2), dot, colour))
            self.ground.append(Put(block, x + 3 * dot, y, block.width + 1))
            x, height = x + 3 * dot + block.width + gap, block.height
        self.cut(top=y + height - area.top + self.sheet.px(14))

    def cut(self, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> None:
        """Takes room at the edges of the plot for something else. What is left is even."""
        area = self.plot
        width, height = max(8.0, area.width - left - right), max(8.0, area.height - top - bottom)
        self.crowded |= width < self.head.body.width * 0.5 or height < self.head.body.height * 0.6
        self.plot = Area(*(round(side / 2) * 2.0 for side in (area.left + left, area.top + top, width, height)))

    def above_and_below(self) -> None:
        """What the axes are of: the numbers' name above them on the left, that of x below on the right."""
        if self.scene.y_label:
            block = self.short(self.scene.y_label, self.plot.width)
            self.ground.append(Put(block, self.plot.left, self.plot.top, self.plot.width))
            self.cut(top=block.height + self.sheet.px(8))
        if self.scene.x_label:
            block = self.short(self.scene.x_label, self.plot.width)
            self.ground.append(Put(block, self.plot.left, self.plot.bottom - block.height, self.plot.width, "center"))
            self.cut(bottom=block.height + self.sheet.px(4))

    def upright(self) -> None:
        """Everything over an axis along the bottom."""
        self.legend()
        self.above_and_below()
        up = self.scale()
        ticks = [self.words(written(tick, self.scene.unit), 1e6) for tick in up.ticks]
        line_height = ticks[0].height
        numbered = self.scene.type == "bar" and len(self.scene.series) == 1 and self.count <= MOST_NUMBERED_BARS
        gutter = 0.0 if numbered else min(max(block.width for block in ticks), self.plot.width * 0.3) + self.sheet.px(18)
        self.cut(left=gutter, top=line_height if numbered else line_height / 2, bottom=line_height + self.sheet.px(12))
        plot = self.plot

        def y(value: float) -> float:
            return plot.bottom - up(value) * plot.height

        zero = y(min(max(0.0, up.low), up.high))
        thin = max(1, round(1.5 * self.sheet.unit))
        for tick, block in zip(up.ticks, ticks, strict=True):
            if not numbered:
                self.ground.append(Filled((plot.left, y(tick) - thin / 2, plot.right, y(tick) + thin / 2), self.sheet.theme.edge))
                self.ground.append(Put(block, plot.left - gutter, y(tick) - block.height / 2, gutter - self.sheet.px(18), "right"))
        self.ground.append(Filled((plot.left, zero - thin, plot.right, zero + thin), self.sheet.theme.muted))
        if self.scene.type == "bar":
            self.bars(y, zero, numbered)
        elif self.scene.type == "scatter":
            self.dots(y)
        else:
            self.lines(y, zero)

    def bars(self, y: Where, zero: float, numbered: bool) -> None:
        plot, groups = self.plot, 1 if self.stacked else len(self.scene.series)
        slot = plot.width / self.count
        wide = min(slot * 0.68, self.sheet.px(220)) / groups
        found: list[tuple[marks.Bar, Colour]] = []
        for n in range(self.count):
            middle = (n + 0.5) * slot
            for s, row in enumerate(self.heights):
                if ends := row[n]:
                    left = middle - wide * groups / 2 + (0 if self.stacked else s * wide)
                    top, bottom = sorted(y(end) - plot.top for end in ends)
                    gap = min(2 * self.sheet.unit, wide * 0.06)
                    found.append(((left + gap, top, left + wide - gap, bottom), self.colours[s]))
                    if numbered:
                        block = self.short(written(ends[1], self.scene.unit), slot * 1.1)
                        at = y(ends[1]) - block.height - 2 if ends[1] >= 0 else y(ends[1]) + 2
                        at = min(max(at, plot.top - block.height), plot.bottom)
                        self.numbers.append(Put(block, plot.left + middle - slot * 0.55, at, slot * 1.1, "center"))
        self.below([(n + 0.5) * slot for n in range(self.count)])
        self.make = lambda width, height: marks.bars(width, height, found, zero - plot.top, upright=True)

    def along(self) -> list[float]:
        """Where each x lies, from the left of the plot: by its number if all are numbers, else at even distances."""
        numbers = [number for number in chart.numbers(self.names) if number is not None]
        inset, width = self.sheet.px(24), self.plot.width - 2 * self.sheet.px(24)
        if len(numbers) == self.count and max(numbers) > min(numbers) and self.scene.x:
            return [inset + (number - min(numbers)) / (max(numbers) - min(numbers)) * width for number in numbers]
        return [inset + (n / (self.count - 1) if self.count > 1 else 0.5) * width for n in range(self.count)]

    def lines(self, y: Where, zero: float) -> None:
        self.round = out = (self.sheet.px(10) + 1) // 2 * 2
        top, x = self.plot.top - out, self.along()
        stroke = 5 * self.sheet.unit
        order = sorted(range(self.count), key=x.__getitem__)
        found = []
        for row, colour in zip(self.heights, self.colours, strict=False):
            ends = [row[n] for n in order]
            points = [(x[n] + out, y(end[1]) - top if end else math.nan) for n, end in zip(order, ends, strict=True)]
            floor = [y(end[0]) - top if end else math.nan for end in ends] if self.scene.type == "area" else None
            found.append(marks.Line(points, colour, floor))
        self.below(x)
        dots = self.count <= 16 and self.scene.type == "line"
        self.make = lambda width, height: marks.lines(width, height, found, stroke, dots=dots)

    def dots(self, y: Where) -> None:
        plot, sheet = self.plot, self.sheet
        numbers = [number or 0.0 for number in chart.numbers(self.names)]
        across = scale(numbers, from_zero=False, most=7)
        inset = sheet.px(24)

        def x(value: float) -> float:
            return inset + across(value) * (plot.width - 2 * inset)

        count = sum(end is not None for row in self.heights for end in row)
        radius = max(4.0, 13 - count / 40) * sheet.unit
        self.round = out = (round(radius) + 2) // 2 * 2
        found = [
            ((x(number) + out, y(end[1]) - plot.top + out), colour)
            for row, colour in zip(self.heights, self.colours, strict=False)
            for number, end in zip(numbers, row, strict=True)
            if end
        ]
        self.below([x(tick) for tick in across.ticks], [written(tick) for tick in across.ticks])
        self.make = lambda width, height: marks.scatter(width, height, found, radius)

    def below(self, x: Sequence[float], names: Sequence[str] | None = None) -> None:
        """Names under the plot, each under its place; where they would touch, every second, third, ... only."""
        names = self.names if names is None else names
        blocks = [self.short(name, self.plot.width * 0.5) for name in names]
        area = self.sheet.area
        lefts = [
            min(max(area.left, self.plot.left + at - block.width / 2), area.right - block.width)
            for at, block in zip(x, blocks, strict=True)
        ]
        order = sorted(range(len(x)), key=x.__getitem__)
        step, gap = 1, self.sheet.px(20)
        while step < len(order) and not all(lefts[a] + blocks[a].width + gap <= lefts[b] for a, b in pairwise(order[::step])):
            step += 1
        self.crowded |= step > 1
        for n in order[::step]:
            self.ground.append(Put(blocks[n], lefts[n], self.plot.bottom + self.sheet.px(10), blocks[n].width + 1))

    # Bars that lie, and rings

    def lying_bars(self) -> None:
        self.legend()
        self.above_and_below()
        widest = self.plot.width * SIDEWAYS
        slot = self.plot.height / self.count
        lines = max(1, int(slot * 0.96 // self.words("x", 1e6).height))
        names = [self.short(name, widest, min(3, lines)) for name in self.names]
        self.crowded |= slot < 1.2 * self.words("x", 1e6).height
        gutter = max(block.width for block in names) + self.sheet.px(22)
        along = self.scale()
        ends = {
            (s, n): self.words(written(end[1], self.scene.unit), 1e6)
            for s, row in enumerate(self.heights)
            for n, end in enumerate(row)
            if end
        }
        numbered = not self.stacked and slot / len(self.scene.series) >= self.words("x", 1e6).height
        room = max((block.width for block in ends.values()), default=0.0) + self.sheet.px(16) if numbered else 0.0
        self.cut(left=gutter + (room if along.low < 0 else 0), right=room)
        plot = self.plot
        zero = along(min(max(0.0, along.low), along.high)) * plot.width
        groups = 1 if self.stacked else len(self.scene.series)
        thick = min(slot * 0.72, self.sheet.px(84)) / groups
        found: list[tuple[marks.Bar, Colour]] = []
        for n, block in enumerate(names):
            middle = (n + 0.5) * slot
            left = self.sheet.area.left
            self.ground.append(Put(block, left, plot.top + middle - block.height / 2, gutter - self.sheet.px(22), "right"))
            for s, row in enumerate(self.heights):
                if span := row[n]:
                    top = middle - thick * groups / 2 + (0 if self.stacked else s * thick)
                    start, end = sorted(along(one) * plot.width for one in span)
                    gap = min(2 * self.sheet.unit, thick * 0.06)
                    found.append(((start, top + gap, end, top + thick - gap), self.colours[s]))
                    if numbered:
                        told = ends[s, n]
                        at = plot.left + (end + self.sheet.px(12) if span[1] >= 0 else start - self.sheet.px(12) - told.width)
                        self.numbers.append(Put(told, at, plot.top + top + (thick - told.height) / 2, told.width + 1))
        thin = max(1, round(1.5 * self.sheet.unit))
        self.ground.append(Filled((plot.left + zero - thin, plot.top, plot.left + zero + thin, plot.bottom), self.sheet.theme.muted))
        self.make = lambda width, height: marks.bars(width, height, found, zero, upright=False)

    def pie(self) -> None:
        """A ring, and beside it (in a tall picture below it) what each part is, with its share."""
        values = [value or 0.0 for value in self.scene.series[0].values]
        total = sum(values)
        body, sheet = self.plot, self.sheet
        tall = body.width < body.height
        colours = [self.colours[n % len(self.colours)] for n in range(self.count)]
        rows = [
            (self.words(f"{value / total:.0%}", 1e6, sheet.theme.text, 600), name) for value, name in zip(values, self.names, strict=True)
        ]
        height = rows[0][0].height + sheet.px(10)
        self.crowded |= height * self.count > body.height * (0.4 if tall else 1)
        side = min(body.width, body.height - height * self.count - sheet.px(30)) if tall else min(body.height, body.width * 0.46)
        side = max(16.0, side)
        top = body.top if tall else body.top + (body.height - side) * 0.42
        left = body.left + (body.width - side) / 2 if tall else body.left + sheet.px(20)
        left, top, side = (round(length / 2) * 2.0 for length in (left, top, side))
        self.plot = Area(left, top, side, side)
        x = body.left if tall else left + side + sheet.px(90)
        height = min(height, (body.bottom - top - side - sheet.px(20)) / self.count) if tall else min(height, body.height / self.count)
        y = top + side + sheet.px(20) if tall else body.top + (body.height - height * self.count) * 0.42
        dot = sheet.px(10)
        share_width = max(block.width for block, _ in rows) + sheet.px(24)
        for (share, name), colour in zip(rows, colours, strict=True):
            block = self.short(name, max(20.0, body.right - x - 3 * dot - share_width))
            self.ground.append(Dot((x + dot, y + share.height / 2), dot, colour))
            self.ground.append(Put(share, x + 3 * dot, y, share.width + 1))
            self.ground.append(Put(block, x + 3 * dot + share_width, y, block.width + 1))
            y += height
        parts = [(value / total, colour) for value, colour in zip(values, colours, strict=True)]
        self.make = lambda width, height: marks.pie(min(width, height), parts, sheet.theme.background, 4 * sheet.unit)
