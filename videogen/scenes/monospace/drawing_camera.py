"""A camera over a drawing of characters on its card: it goes to the part that is spoken of, and out again before the scene ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

import numpy as np
from PIL import Image

from videogen.scenes.drawing.camera import smooth
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.resampling import resample
from videogen.scenes.drawing.surface import Patch, Surface, even, surface, tones
from videogen.scenes.layout import Layout
from videogen.scenes.monospace.cell_grid import Cell, CellGrid
from videogen.scenes.monospace.drawing_order import DrawnPart
from videogen.scenes.monospace.drawn_text import REST_S, DrawnText, SpokenSentence, named_times
from videogen.scenes.text import fonts

LARGEST_TYPE = 62.0
"""Size of type for 1080 lines that a camera makes of a drawing's at most: larger type needs none."""

LEAST_ZOOM, MOST_ZOOM = 1.2, 1.75
MOVE_S = 0.9
"""How long the camera is on its way."""

LEAST_VIEW_S = 2.0
"""What is named sooner after one another is seen together."""

AHEAD_S = 0.35
"""A camera sets out so long before a part is named."""

AROUND = 1.3
"""Room around what is looked at, as a multiple of it."""

Middle = tuple[float, float]


@dataclass(frozen=True)
class CameraStop:
    """From frame `start` on the camera goes to `middle`, in pixels of the card, with a zoom: 1 is the whole card."""

    start: int
    middle: Middle
    zoom: float


@dataclass(frozen=True)
class CameraPath:
    """Where a camera is, frame by frame: on its way for `frames` from each stop's start on, then at rest there."""

    size: tuple[int, int]
    stops: tuple[CameraStop, ...]
    frames: int

    @property
    def moving(self) -> list[int]:
        """Return the frames in which the picture is another than in the one before."""
        return [stop.start + n for stop in self.stops for n in range(self.frames)]

    @property
    def zoom(self) -> float:
        """Return the closest zoom."""
        return max((stop.zoom for stop in self.stops), default=1.0)

    def at(self, number: int) -> tuple[float, float, float, float] | None:
        """Return what is seen in a frame as (left, top, right, bottom) in pixels of the card; None when it is all of it."""
        whole = self.size[0] / 2, self.size[1] / 2
        before, now = CameraStop(0, whole, 1.0), CameraStop(0, whole, 1.0)
        for stop in self.stops:
            if stop.start <= number:
                before, now = now, stop
        done = smooth(min(1.0, (number - now.start + 1) / self.frames))
        zoom = before.zoom * (now.zoom / before.zoom) ** done
        if zoom <= 1.0:
            return None
        # Seen from where the zoom is, so that the way is straight on the screen.
        wide, high = self.size[0] / zoom, self.size[1] / zoom
        middle = (a + (b - a) * done for a, b in zip(before.middle, now.middle, strict=True))
        left, top = (min(max(0.0, at - seen / 2), whole - seen) for at, seen, whole in zip(middle, (wide, high), self.size, strict=True))
        return left, top, left + wide, top + high


def camera_path(
    parts: Sequence[DrawnPart],
    spoken: Sequence[SpokenSentence],
    grid: CellGrid,
    origin: tuple[int, int],
    card: Patch,
    layout: Layout,
    duration: float,
) -> CameraPath | None:
    """Return the way of a camera over a drawing on a `card`; None where it has no reason to move.

    That is where fewer than two parts are named or the type is large. What is named together is seen together; a part that does not fit a
    closer view is seen with the whole drawing.
    """
    fps = layout.settings.fps
    width, height = card[2] - card[0], card[3] - card[1]
    most = min(MOST_ZOOM, LARGEST_TYPE * layout.unit / grid.size)
    named = sorted((at, n) for n, at in named_times(parts, spoken).items())
    if most < LEAST_ZOOM or len(named) < 2:
        return None
    out = duration - REST_S - MOVE_S
    views: list[tuple[float, list[int]]] = []
    for at, n in named:
        if views and at - views[-1][0] < LEAST_VIEW_S:
            views[-1][1].append(n)
        elif at + LEAST_VIEW_S / 2 < out:
            views.append((at, [n]))
        else:  # too late for a view of its own: it is seen as the camera goes out
            out = min(out, at - AHEAD_S)
    boxes = [_box_of([parts[n] for n in numbers], grid, origin, card) for _, numbers in views]
    fitting = [min(width / ((right - left) * AROUND), height / ((bottom - top) * AROUND)) for left, top, right, bottom in boxes]
    zoom = min([most, *(fits for fits in fitting if fits >= LEAST_ZOOM)])
    if sum(fits >= LEAST_ZOOM for fits in fitting) < 2:
        return None
    stops: list[CameraStop] = []
    frames = max(1, round(MOVE_S * fps))
    whole = width / 2, height / 2
    for (at, _), (left, top, right, bottom), fits in zip(views, boxes, fitting, strict=True):
        middle = ((left + right) / 2, (top + bottom) / 2) if fits >= LEAST_ZOOM else whole
        start = max(1 if not stops else stops[-1].start + frames, round((at - AHEAD_S) * fps))
        stops.append(CameraStop(start, middle, zoom if fits >= LEAST_ZOOM else 1.0))
    if stops[-1].zoom > 1:
        stops.append(CameraStop(max(stops[-1].start + frames, round(out * fps)), whole, 1.0))
    # A stop that is like the one before is none.
    distinct = [
        stop
        for n, stop in enumerate(stops)
        if (stop.zoom, stop.middle) != ((stops[n - 1].zoom, stops[n - 1].middle) if n else (1.0, whole))
    ]
    return CameraPath((width, height), tuple(distinct), frames)


def _box_of(parts: Sequence[DrawnPart], grid: CellGrid, origin: tuple[int, int], card: Patch) -> tuple[float, float, float, float]:
    """Return the rectangle around parts, in pixels of the card."""
    places = [place for part in parts for place, _ in part.cells]
    rows, columns = [row for row, _ in places], [column for _, column in places]
    left, top = origin[0] - card[0], origin[1] - card[1]
    return (
        left + min(columns) * grid.width,
        top + min(rows) * grid.height,
        left + (max(columns) + 1) * grid.width,
        top + (max(rows) + 1) * grid.height,
    )


class FollowedText(DrawnText):
    """A drawing on a card, `drawn` as it is named, with a camera whose way is `path` over the inside of the card.

    At rest on the whole card it is drawn as without a camera; closer, a larger drawing of it is resampled, which is sharp at rest.
    """

    def __init__(
        self,
        layout: Layout,
        grid: CellGrid,
        origin: tuple[int, int],
        rows: Sequence[Sequence[Cell]],
        parts: Sequence[DrawnPart],
        times: Sequence[tuple[float, float]],
        paint: Callable[[Canvas], None],
        path: CameraPath,
        card: Patch,
    ) -> None:
        super().__init__(layout, grid, origin, rows, parts, times, paint)
        self.path, self.card = path, card
        self.reveals = self.frames
        self.frames = sorted({*self.frames, *path.moving})
        self._large: dict[bool, tuple[int, Surface]] = {}

    @property
    def box(self) -> Patch:
        return self.card

    def draw(self, part: Surface, number: int, opacity: int) -> None:
        """Draw what the camera sees of what has been revealed by a frame."""
        seen = self.path.at(number)
        if seen is None:
            super().draw(part, number, opacity)
            return
        source = self._source(number, yuv=part.yuv)
        across, down = (large / small for large, small in zip(self._large_size, self.path.size, strict=True))
        left, top = seen[0] * across, seen[1] * down
        wide, high = (seen[2] - seen[0]) * across / self.path.size[0], (seen[3] - seen[1]) * down / self.path.size[1]
        for plane, tone in zip(part.planes, tones(self.layout.theme.panel, yuv=part.yuv), strict=True):
            plane[:] = tone
        # Most of a card is empty: only what is around the drawing is computed.
        ink = self._ink(number)
        edges = ((ink[0] - left) / wide - 2, (ink[1] - top) / high - 2, (ink[2] - left) / wide + 2, (ink[3] - top) / high + 2)
        patch = even((floor(edges[0]), floor(edges[1]), ceil(edges[2]), ceil(edges[3])), part.whole)
        if patch[0] >= patch[2] or patch[1] >= patch[3]:
            return
        for n, (plane, onto) in enumerate(zip(source.planes, part.part(patch).planes, strict=True)):
            box = (left + patch[0] * wide, top + patch[1] * high, left + patch[2] * wide, top + patch[3] * high)
            resample(plane, (box[0] / 2, box[1] / 2, box[2] / 2, box[3] / 2) if n else box, onto)

    def _ink(self, number: int) -> Patch:
        """Return the rectangle around all that has been revealed by a frame, in pixels of the large drawing."""
        seen, grid = self._from <= number, self._large_grid
        rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        if not len(rows):
            return (0, 0, 0, 0)
        x, y = self._large_origin
        return (
            x + int(columns[0]) * grid.width,
            y + int(rows[0]) * grid.height,
            x + int(columns[-1] + 1) * grid.width,
            y + int(rows[-1] + 1) * grid.height,
        )

    @cached_property
    def _large_grid(self) -> CellGrid:
        """The cells at the closest zoom, in whole pixels."""
        width = max(self.grid.width, round(self.grid.width * self.path.zoom))
        return CellGrid(width, round(self.grid.height * width / self.grid.width))

    @cached_property
    def _large_size(self) -> tuple[int, int]:
        width, height = self.path.size
        large = self._large_grid
        return round(width * large.width / self.grid.width / 2) * 2, round(height * large.height / self.grid.height / 2) * 2

    @cached_property
    def _large_origin(self) -> tuple[int, int]:
        left, top = self.origin[0] - self.card[0], self.origin[1] - self.card[1]
        (wide, high), (width, height) = self._large_size, self.path.size
        return round(left * wide / width), round(top * high / height)

    @cached_property
    def _large_whole(self) -> Image.Image:
        """All of the drawing at the closest zoom."""
        picture = Image.new("RGB", self._large_size, self.layout.theme.panel)
        canvas = Canvas(picture)
        x, y = self._large_origin
        han = fonts.han_face("".join(cell.cluster for row in self.rows for cell in row))
        for n, row in enumerate(self.rows):
            self._large_grid.draw(canvas, x, y + n * self._large_grid.height, row, han)
        return picture

    def _source(self, number: int, *, yuv: bool) -> Surface:
        """Return what has been revealed by a frame, at the closest zoom."""
        revealed = sum(frame <= number for frame in self.reveals)
        before = self._large.get(yuv)
        if before is None or before[0] != revealed:
            picture = np.asarray(self._large_whole)
            if revealed < len(self.reveals):
                shown = np.empty_like(picture)
                shown[:] = self.layout.theme.panel
                self.show_cells(Surface((shown,)), Surface((picture,)), number, self._large_grid, self._large_origin)
                picture = shown
            before = self._large[yuv] = revealed, surface(picture, yuv=yuv)
        return before[1]
