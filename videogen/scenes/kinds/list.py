"""A heading and its points, each coming in as it is spoken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from videogen.scenes.bullets import CLOSE, Point, paint_point, set_points
from videogen.scenes.layout import ENTRANCE_FRAMES, REVEAL_FRAMES, Head, Layer, Layout, head, placed
from videogen.scenes.reveal_timing import starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, checked, divided, pages
from videogen.scenes.text.text_block import block
from videogen.script import spoken_text
from videogen.script.models import ListItem, ListScene, Scene

SIZES_BY_LINES = ((72, 3), (64, 4), (57, 5), (52, 7), (47, 8), (42, 11), (38, 99))
"""Type sizes for 1080 lines, each with the most lines that may be set in it."""

CARRIED_SIZE = 42
MEASURE = 36
APART = (1.0, 0.75)
AIRY_UP_TO = 0.66
"""Points stand further apart, by one of APART, where they then fill no more than this share of the body."""


@dataclass(frozen=True)
class Points:
    """Items as set under a head."""

    head: Head
    points: tuple[Point, ...]
    size: float

    @property
    def height(self) -> float:
        return sum(point.gap + point.block.height for point in self.points)


def _at(layout: Layout, scene: ListScene, over: Head, of: float, apart: float = CLOSE) -> Points:
    size = layout.size(of)
    return Points(over, set_points(layout, scene.items, size, min(over.body.width, size * MEASURE), apart), size)


def _set(scene: ListScene, layout: Layout, over: Head) -> Points | None:
    """The points at the largest size at which they fit; None when they fit at none. Carried-on pages have one size."""
    if scene.pages > 1:
        points = _at(layout, scene, over, CARRIED_SIZE)
        return points if points.height <= over.body.height else None
    for of, most in SIZES_BY_LINES:
        points = _at(layout, scene, over, of)
        lines = sum(len(point.block.lines) for point in points.points)
        if points.height <= over.body.height and lines <= layout.lines(most):
            airy = (_at(layout, scene, over, of, apart) for apart in APART)
            return next((one for one in airy if one.height <= over.body.height * AIRY_UP_TO), points)
    return None


def split(scene: ListScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut between items; an item that fills a page by itself at sentence ends."""
    over = head(layout, scene, carried=True)
    if sum(len(item.text) for item in scene.items) <= MOST_CHARACTERS and _set(scene, layout, head(layout, scene)):
        return (scene,)
    room = over.body.height
    whole = _at(layout, scene, over, CARRIED_SIZE)
    items: list[ListItem] = []
    for item, point in zip(scene.items, whole.points, strict=True):
        items.extend(_parts(layout, over, item, point, room * 0.55))
    whole = _at(layout, scene.model_copy(update={"items": tuple(items)}), over, CARRIED_SIZE)
    heights = [point.block.height for point in whole.points]

    def make(of: Sequence[ListItem]) -> ListScene:
        return scene.model_copy(update={"items": tuple(of), "pages": 2})

    found = pages(heights, [round(whole.size * CLOSE)] * len(heights), room)
    return tuple(part for page in found for part in checked(items[page], make, lambda part: _set(part, layout, over) is not None))


def _parts(layout: Layout, over: Head, item: ListItem, point: Point, room: float) -> list[ListItem]:
    """The item, in several when it is higher than the room."""
    if point.block.height <= room:
        return [item]
    width = min(over.body.width, layout.size(CARRIED_SIZE) * MEASURE) - point.indent
    stretches = divided(item.text, lambda one: block(one, point.block.text_style, width, balance=0.8).height <= room)
    return [item.model_copy(update={"text": stretch.text}) for stretch in stretches]


def layers(scene: ListScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    over = head(layout, scene)
    points = _set(scene, layout, over)
    if points is None:
        return ()
    body = over.body
    y = placed(body, points.height, carried=scene.pages > 1)
    found = [over.layer()]
    for point, start in zip(points.points, starts(scene, [spoken_text.point(item) for item in scene.items], layout, timing), strict=True):
        y += point.gap
        paint = partial(paint_point, layout=layout, point=point, left=body.left, width=body.width, y=y)
        found.append(Layer(paint, start, max(REVEAL_FRAMES, ENTRANCE_FRAMES - start), layout.px(14)))
        y += point.block.height
    return tuple(found)
