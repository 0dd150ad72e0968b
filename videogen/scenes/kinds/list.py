"""A heading and its points, each coming in as it is spoken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from videogen.scenes.bullets import CLOSE, Bullet, lay_out_bullets, paint_bullet
from videogen.scenes.layout import ENTRANCE_FRAMES, REVEAL_FRAMES, Head, Layer, Layout, build_head, placed
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
class BulletList:
    """Items as set under a head."""

    head: Head
    points: tuple[Bullet, ...]
    size: float

    @property
    def height(self) -> float:
        return sum(point.gap + point.block.height for point in self.points)


def _lay_out(layout: Layout, scene: ListScene, head: Head, of: float, apart: float = CLOSE) -> BulletList:
    size = layout.size(of)
    return BulletList(head, lay_out_bullets(layout, scene.items, size, min(head.body.width, size * MEASURE), apart), size)


def _fit(scene: ListScene, layout: Layout, head: Head) -> BulletList | None:
    """The points at the largest size at which they fit; None when they fit at none. Carried-on pages have one size."""
    if scene.pages > 1:
        points = _lay_out(layout, scene, head, CARRIED_SIZE)
        return points if points.height <= head.body.height else None
    for of, most in SIZES_BY_LINES:
        points = _lay_out(layout, scene, head, of)
        lines = sum(len(point.block.lines) for point in points.points)
        if points.height <= head.body.height and lines <= layout.lines(most):
            airy = (_lay_out(layout, scene, head, of, apart) for apart in APART)
            return next((one for one in airy if one.height <= head.body.height * AIRY_UP_TO), points)
    return None


def split(scene: ListScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut between items; an item that fills a page by itself at sentence ends."""
    head = build_head(layout, scene, carried=True)
    if sum(len(item.text) for item in scene.items) <= MOST_CHARACTERS and _fit(scene, layout, build_head(layout, scene)):
        return (scene,)
    room = head.body.height
    whole = _lay_out(layout, scene, head, CARRIED_SIZE)
    items: list[ListItem] = []
    for item, point in zip(scene.items, whole.points, strict=True):
        items.extend(_parts(layout, head, item, point, room * 0.55))
    whole = _lay_out(layout, scene.model_copy(update={"items": tuple(items)}), head, CARRIED_SIZE)
    heights = [point.block.height for point in whole.points]

    def make(of: Sequence[ListItem]) -> ListScene:
        return scene.model_copy(update={"items": tuple(of), "pages": 2})

    found = pages(heights, [round(whole.size * CLOSE)] * len(heights), room)
    return tuple(part for page in found for part in checked(items[page], make, lambda part: _fit(part, layout, head) is not None))


def _parts(layout: Layout, head: Head, item: ListItem, point: Bullet, room: float) -> list[ListItem]:
    """The item, in several when it is higher than the room."""
    if point.block.height <= room:
        return [item]
    width = min(head.body.width, layout.size(CARRIED_SIZE) * MEASURE) - point.indent
    stretches = divided(item.text, lambda one: block(one, point.block.text_style, width, balance=0.8).height <= room)
    return [item.model_copy(update={"text": stretch.text}) for stretch in stretches]


def layers(scene: ListScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    head = build_head(layout, scene)
    points = _fit(scene, layout, head)
    if points is None:
        return ()
    body = head.body
    y = placed(body, points.height, carried=scene.pages > 1)
    found = [head.layer()]
    for point, start in zip(points.points, starts(scene, [spoken_text.point(item) for item in scene.items], layout, timing), strict=True):
        y += point.gap
        paint = partial(paint_bullet, layout=layout, point=point, left=body.left, width=body.width, y=y)
        found.append(Layer(paint, start, max(REVEAL_FRAMES, ENTRANCE_FRAMES - start), layout.px(14)))
        y += point.block.height
    return tuple(found)
