"""A chart: its numbers as bars, lines, areas, dots or a ring, which grow in; its words in the type of all scenes."""

from __future__ import annotations

from videogen.scenes.charts.chart_layout import LABELS, ChartLayout, Make
from videogen.scenes.charts.donut import ring
from videogen.scenes.charts.horizontal_bars import lies, lying
from videogen.scenes.charts.vertical_axes import upright
from videogen.scenes.drawing.surface import Surface
from videogen.scenes.layout import ENTRANCE_FRAMES, AnimatedLayer, Head, Layer, Layout, build_head
from videogen.scenes.scene_clip import SceneTiming
from videogen.script.models import ChartScene, Scene

GROWS_FROM, GROWS_FRAMES = 6, 30


def split(scene: ChartScene, layout: Layout) -> tuple[Scene, ...]:
    return (scene,)


def layers(scene: ChartScene, layout: Layout, timing: SceneTiming) -> tuple[Layer | AnimatedLayer, ...]:
    if not scene.series:  # its numbers are in a file that nobody has read yet
        return (build_head(layout, scene).layer(),)
    drawing, make = laid_out(scene, layout, build_head(layout, scene))
    left, top, right, bottom = (round(side) for side in drawing.marked.box)
    layer = make(right - left, bottom - top)

    def grow(part: Surface, number: int, opacity: int) -> None:
        layer.draw(part, (number - GROWS_FROM + 1) / GROWS_FRAMES)

    animated = AnimatedLayer((left, top, right, bottom), ((GROWS_FROM, GROWS_FROM + GROWS_FRAMES),), grow)
    head = Layer(drawing.paint(drawing.numbers), GROWS_FROM + GROWS_FRAMES - 8, ENTRANCE_FRAMES - 6)
    return (drawing.head.layer(), Layer(drawing.paint(drawing.ground), 3, ENTRANCE_FRAMES - 3), head, animated)


def laid_out(scene: ChartScene, layout: Layout, head: Head) -> tuple[ChartLayout, Make]:
    """Return the chart with the largest words that fit, and a function that makes its marks."""
    for label in LABELS:
        drawing = ChartLayout(scene, layout, head, label)
        make = _lay(drawing)
        if not drawing.crowded:
            break
    return drawing, make


def _lay(drawing: ChartLayout) -> Make:
    if drawing.scene.type == "pie":
        return ring(drawing)
    return lying(drawing) if drawing.scene.type == "bar" and lies(drawing) else upright(drawing)
