"""A chart: its numbers as bars, lines, areas, dots or a ring, which grow in as they are spoken of; its words in the type of all scenes."""

from __future__ import annotations

from functools import cached_property

from videogen.scenes.charts import growth
from videogen.scenes.charts.chart_layout import LABELS, ChartLayout, Make, ValueLabel
from videogen.scenes.charts.chart_marks import GrowingMarks
from videogen.scenes.charts.donut import ring
from videogen.scenes.charts.growth import Growth
from videogen.scenes.charts.horizontal_bars import lies, lying
from videogen.scenes.charts.vertical_axes import upright
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.overlay import painted
from videogen.scenes.drawing.surface import Patch, Surface, even, united
from videogen.scenes.layout import ENTRANCE_FRAMES, AnimatedLayer, Head, Layer, Layout, build_head
from videogen.scenes.reveal_timing import AHEAD_FRAMES, spoken_from_body
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.counting import counted, has_one_number
from videogen.scenes.text.text_block import plain_block
from videogen.script import chart_data
from videogen.script.models import ChartScene, Scene

GROWS_FROM, GROWS_FRAMES = 6, 30
ONE_GROWS_FRAMES = 18
"""How long a value grows that has a sentence of its own."""

ONE_BY_ONE = ("bar", "line", "area", "pie")
"""Types whose values may grow one after the other."""
PIE_LABELS = (72, 64, 56, 51)
"""Type sizes of what the parts of a pie are, which have the room beside it to themselves."""


def split(scene: ChartScene, layout: Layout) -> tuple[Scene, ...]:
    return (scene,)


def layers(scene: ChartScene, layout: Layout, timing: SceneTiming) -> tuple[Layer | AnimatedLayer, ...]:
    if not scene.series:  # its numbers are in a file that nobody has read yet
        return (build_head(layout, scene).layer(),)
    drawing, make = laid_out(scene, layout, build_head(layout, scene))
    own = spoken_one_by_one(scene, timing)
    starts = [_frame(second, layout, timing) for second in own or [spoken_from_body(scene, timing)]]
    growing = GrowingChart(drawing, make, starts)
    return (drawing.head.layer(), Layer(drawing.paint(drawing.ground), 3, ENTRANCE_FRAMES - 3), growing.layer())


def spoken_one_by_one(scene: ChartScene, timing: SceneTiming) -> list[float] | None:
    """Return when each value along a chart is spoken of, if what is said has a sentence for each of them, or one more to begin with."""
    count, spoken = len(scene.series[0].values), timing.sentences
    in_order = scene.type not in ("line", "area") or _ascends(scene)
    if not scene.say or scene.type not in ONE_BY_ONE or count < 2 or not in_order or len(spoken) - count not in (0, 1):
        return None
    return [start for start, _ in spoken[len(spoken) - count :]]


def _ascends(scene: ChartScene) -> bool:
    """Return whether the values stand in the order in which they are written, along the chart."""
    places = [number for number in chart_data.numbers(list(scene.x)) if number is not None]
    return len(places) < len(scene.x) or places == sorted(places)


def _frame(second: float, layout: Layout, timing: SceneTiming) -> int:
    """Return the frame in which something begins to grow: just before it is spoken of, and early enough to be whole before the end."""
    fps = layout.settings.fps
    last = int(timing.duration * fps) - GROWS_FRAMES - 1
    return max(GROWS_FROM, min(last, round(second * fps) - AHEAD_FRAMES))


class GrowingChart:
    """The marks of a chart and the numbers beside them, which grow from `starts` on: all from one frame, or each value from its own."""

    def __init__(self, drawing: ChartLayout, make: Make, starts: list[int]) -> None:
        self.drawing, self.make, self.starts = drawing, make, starts

    def layer(self) -> AnimatedLayer:
        frames = GROWS_FRAMES if len(self.starts) == 1 else ONE_GROWS_FRAMES
        return AnimatedLayer(self.box, tuple((start, start + frames) for start in self.starts), self.draw)

    @cached_property
    def box(self) -> Patch:
        """All that the marks and their numbers ever take."""
        left, top, right, bottom = (round(side) for side in self.drawing.marked.box)
        box: Patch = (left, top, right, bottom)
        for label in self.drawing.numbers:
            for share in (0.0, 1.0):
                x, y = label.at(share)
                box = united(box, (int(x) - 4, int(y) - 4, int(x + label.width) + 6, int(y + label.block.height) + 6)) or box
        settings = self.drawing.layout.settings
        return even(box, (0, 0, settings.width, settings.height))

    @cached_property
    def _marks(self) -> GrowingMarks:
        left, top, right, bottom = (round(side) for side in self.drawing.marked.box)
        return self.make(right - left, bottom - top)

    def draw(self, part: Surface, number: int, opacity: int) -> None:
        """Draw the marks and the numbers as they are in a frame."""
        now = self._growth(number)
        left, top, right, bottom = (round(side) for side in self.drawing.marked.box)
        x, y = self.box[:2]
        self._marks.draw(part.part((left - x, top - y, right - x, bottom - y)), now)
        for label in self.drawing.numbers:
            if now.values[label.of] > 0:
                self._draw_label(part, label, now.share(label.of))

    def _growth(self, number: int) -> Growth:
        if len(self.starts) == 1:
            return growth.together((number - self.starts[0] + 1) / GROWS_FRAMES, self.drawing.count)
        return growth.each([(number - start + 1) / ONE_GROWS_FRAMES for start in self.starts])

    def _draw_label(self, part: Surface, label: ValueLabel, share: float) -> None:
        x, y = label.at(share)
        left, top = int(x) // 2 * 2 - 2, int(y) // 2 * 2 - 2
        text = counted(label.text, share) if has_one_number(label.text) else label.text
        block = label.block if text == label.text else plain_block(text, label.block.text_style, label.width)
        size = int(label.width) // 2 * 2 + 8, int(block.height) // 2 * 2 + 8

        def paint(canvas: Canvas) -> None:
            block.draw(canvas, x - left, y - top, label.width, label.align)

        painted(size, paint).lay(part, left - self.box[0], top - self.box[1])


def laid_out(scene: ChartScene, layout: Layout, head: Head) -> tuple[ChartLayout, Make]:
    """Return the chart with the largest words that fit, and a function that makes its marks."""
    for label in (*PIE_LABELS, *LABELS) if scene.type == "pie" else LABELS:
        drawing = ChartLayout(scene, layout, head, label)
        make = _lay(drawing)
        if not drawing.crowded:
            break
    return drawing, make


def _lay(drawing: ChartLayout) -> Make:
    if drawing.scene.type == "pie":
        return ring(drawing)
    return lying(drawing) if drawing.scene.type == "bar" and lies(drawing) else upright(drawing)
