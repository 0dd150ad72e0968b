"""A chart: its numbers as bars, lines, areas, dots or a ring, which grow in; its words in the type of all scenes."""

from __future__ import annotations

from videogen.scenes.chart_layout import LABELS, Drawing, Make
from videogen.scenes.donut import ring
from videogen.scenes.horizontal_bars import lies, lying
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Reel, Sheet, head
from videogen.scenes.scene_clip import Timing
from videogen.scenes.surface import Surface
from videogen.scenes.vertical_axes import upright
from videogen.script.models import ChartScene, Scene

GROWS_FROM, GROWS_FRAMES = 6, 30


def split(scene: ChartScene, sheet: Sheet) -> tuple[Scene, ...]:
    return (scene,)


def layers(scene: ChartScene, sheet: Sheet, timing: Timing) -> tuple[Layer | Reel, ...]:
    if not scene.series:  # its numbers are in a file that nobody has read yet
        return (head(sheet, scene).layer(),)
    drawing, make = laid_out(scene, sheet, head(sheet, scene))
    left, top, right, bottom = (round(side) for side in drawing.marked.box)
    made = make(right - left, bottom - top)

    def grow(part: Surface, number: int, opacity: int) -> None:
        made.draw(part, (number - GROWS_FROM + 1) / GROWS_FRAMES)

    reel = Reel((left, top, right, bottom), ((GROWS_FROM, GROWS_FROM + GROWS_FRAMES),), grow)
    over = Layer(drawing.paint(drawing.numbers), GROWS_FROM + GROWS_FRAMES - 8, ENTRANCE_FRAMES - 6)
    return (drawing.head.layer(), Layer(drawing.paint(drawing.ground), 3, ENTRANCE_FRAMES - 3), over, reel)


def laid_out(scene: ChartScene, sheet: Sheet, over: Head) -> tuple[Drawing, Make]:
    """The chart with the largest words that have room, and what makes its marks."""
    for label in LABELS:
        drawing = Drawing(scene, sheet, over, label)
        make = _lay(drawing)
        if not drawing.crowded:
            break
    return drawing, make


def _lay(drawing: Drawing) -> Make:
    if drawing.scene.type == "pie":
        return ring(drawing)
    return lying(drawing) if drawing.scene.type == "bar" and lies(drawing) else upright(drawing)
