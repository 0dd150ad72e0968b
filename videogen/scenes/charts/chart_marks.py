"""What a chart draws of its numbers: bars, lines, areas, dots, a pie; by matplotlib's Agg, without pyplot. And how each grows in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from videogen.scenes.charts.growth import Growth
from videogen.scenes.drawing.overlay import Overlay
from videogen.scenes.drawing.surface import Surface, in_plane, mix
from videogen.scenes.theme import Colour

DPI = 100
Mask = NDArray[np.uint8]
Bar = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True)
class DataLine:
    """Points in pixels, in order; one without a number breaks the line. `floor` is below it, for an area."""

    points: Sequence[tuple[float, float]]
    colour: Colour
    floor: Sequence[float] | None = None


@dataclass(frozen=True)
class GrowingMarks:
    """Marks, and how much of them is there at a state of their growth: coverage of 0..255."""

    marks: Overlay
    grown: Callable[[Growth], Mask]

    def draw(self, part: Surface, growth: Growth) -> None:
        """Draw the marks, as far as they have grown, over a part of a frame."""
        if growth.is_done:
            self.marks.lay(part)
        elif growth.has_begun:
            whole, mask = part.like(), self.grown(growth)
            whole.show(part)
            self.marks.lay(whole)
            for n, (plane, seen) in enumerate(zip(part.planes, whole.planes, strict=True)):
                share = (in_plane(mask, n).astype(np.int16) + 1) >> 1
                down, across = share.shape
                mix(plane[:down, :across], seen[:down, :across], share if part.yuv else share[..., None])


class MatplotlibCanvas:
    """An empty picture in which matplotlib draws in pixels, from the top left. The first one loads that: planning a chart needs none."""

    def __init__(self, width: int, height: int) -> None:
        from matplotlib import patches
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.patches = patches
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, frameon=False)
        self.canvas = FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(height, 0)

    def marks(self) -> Overlay:
        """Draw the marks on a transparent overlay."""
        self.canvas.draw()  # type: ignore[no-untyped-call]
        drawn = np.array(self.canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        cover = drawn[..., 3]
        return Overlay((drawn[..., :3].astype(np.uint16) * cover[..., None] // 255).astype(np.uint8), cover)


def bars(width: int, height: int, of: Sequence[tuple[Bar, Colour, int]], base: float, *, upright: bool) -> GrowingMarks:
    """Draw bars that rise one after the other from the line at `base`. Each has the number of its value along the chart.

    They are whole pixels, as matplotlib snaps them, but without it: loading it takes as long as drawing ten scenes.
    """
    drawn, cover = np.zeros((height, width, 3), np.uint8), np.zeros((height, width), np.uint8)
    for box, colour, _ in of:
        left, top, right, bottom = (max(0, round(edge)) for edge in box)
        drawn[top:bottom, left:right], cover[top:bottom, left:right] = colour, 255

    def grown(growth: Growth) -> Mask:
        mask = np.zeros((height, width), np.uint8)
        for (left, top, right, bottom), _, n in of:
            share = growth.share(n)
            if upright:
                top, bottom = (base + (edge - base) * share for edge in (top, bottom))
            else:
                left, right = (base + (edge - base) * share for edge in (left, right))
            mask[max(0, round(top)) : max(0, round(bottom)), max(0, int(left)) : max(0, int(right) + 1)] = 255
        return mask

    return GrowingMarks(Overlay(drawn, cover), grown)


def lines(width: int, height: int, of: Sequence[DataLine], stroke: float, *, dots: bool, stops: Sequence[float]) -> GrowingMarks:
    """Draw lines from left to right; those with a floor are filled down to it. `stops` are where the values along the chart are."""
    plot = MatplotlibCanvas(width, height)
    for line in of:
        x, y = np.array([point[0] for point in line.points]), np.array([point[1] for point in line.points])
        if line.floor is not None:
            plot.axes.fill_between(x, y, np.array(line.floor), color=_rgb(line.colour), alpha=0.32, linewidth=0)
        plot.axes.plot(x, y, color=_rgb(line.colour), linewidth=_points(stroke), solid_joinstyle="round", solid_capstyle="round")
        alone = ~np.isnan(y) & np.isnan(np.append(y[1:], np.nan)) & np.isnan(np.append(np.nan, y[:-1]))
        shown = ~np.isnan(y) if dots else alone
        for at_x, at_y in zip(x[shown], y[shown], strict=True):
            plot.axes.add_patch(plot.patches.Circle((at_x, at_y), stroke * 1.5, facecolor=_rgb(line.colour), linewidth=0))
    ends = (0.0, *(stop + 2 * stroke + 8 for stop in stops[:-1]), width + 8.0)

    def grown(growth: Growth) -> Mask:
        return _up_to(width, height, growth.reached(ends) if growth.one_by_one else _smooth(growth.whole) * (width + 8), 8)

    return GrowingMarks(plot.marks(), grown)


def scatter(width: int, height: int, of: Sequence[tuple[tuple[float, float], Colour]], radius: float) -> GrowingMarks:
    """Draw dots that appear from left to right."""
    plot = MatplotlibCanvas(width, height)
    x, y = [point[0] for point, _ in of], [point[1] for point, _ in of]
    plot.axes.scatter(x, y, s=_points(2 * radius) ** 2, c=[(*_rgb(colour), 0.85) for _, colour in of], linewidths=0)
    soft = max(40, width // 8)
    return GrowingMarks(plot.marks(), lambda growth: _up_to(width, height, growth.whole * (width + soft), soft))


def pie(side: int, shares: Sequence[tuple[float, Colour]], gap: Colour, stroke: float) -> GrowingMarks:
    """Return a ring of parts, from the top clockwise, that opens like a fan."""
    plot = MatplotlibCanvas(side, side)
    middle, radius, start = side / 2, side / 2 - 1, -90.0
    for share, colour in shares:
        end = start + 360 * share
        if share:
            line = 0 if share > 0.9999 else _points(stroke)
            looks = {"facecolor": _rgb(colour), "edgecolor": _rgb(gap), "linewidth": line}
            plot.axes.add_patch(plot.patches.Wedge((middle, middle), radius, start, end, width=radius * 0.46, **looks))
        start = end
    rows, columns = np.mgrid[0:side, 0:side] - middle + 0.5
    angle = (np.degrees(np.arctan2(columns, -rows)) % 360) / 360

    ends = (0.0, *accumulate(share for share, _ in shares))

    def grown(growth: Growth) -> Mask:
        opened = growth.reached(ends) if growth.one_by_one else _smooth(growth.whole)
        mask: Mask = (np.clip((opened - angle) * 90 + 0.5, 0, 1) * 255).astype(np.uint8)
        return mask

    return GrowingMarks(plot.marks(), grown)


def _up_to(width: int, height: int, edge: float, soft: int) -> Mask:
    """Return all that is left of an edge, which is `soft` pixels wide."""
    row = (np.clip((edge - np.arange(width)) / soft, 0, 1) * 255).astype(np.uint8)
    return np.broadcast_to(row, (height, width))


def _smooth(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def _points(pixels: float) -> float:
    """Return a width in the unit of matplotlib."""
    return pixels * 72 / DPI


def _rgb(colour: Colour) -> tuple[float, float, float]:
    return colour.red / 255, colour.green / 255, colour.blue / 255
