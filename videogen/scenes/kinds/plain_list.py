"""A heading and its points without cards, each coming in as it is spoken."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from videogen.scenes.bullets import CLOSE, Bullet, Mark, lay_out_bullets, paint_bullet
from videogen.scenes.layout import ENTRANCE_FRAMES, REVEAL_FRAMES, Head, Layer, Layout, build_head, largest_that_may_fit, placed
from videogen.scenes.reveal_timing import starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, checked, divided, pages
from videogen.scenes.text.text_block import block
from videogen.script import spoken_text
from videogen.script.models import CheckpointScene, LearningObjectivesScene, ListItem, ListScene, Scene

AnyList = ListScene | LearningObjectivesScene | CheckpointScene

SIZES = (88, 82, 76, 70, 65, 60, 56, 52, 48, 45, 42, 39, 36)
"""Type sizes for 1080 lines."""

POSTER_SIZE, POSTER_LINES = 60, 3
"""In type larger than that a point has no more lines."""

CARRIED_SIZE = 42
MEASURE = 36
APART = (1.5, 1.25, 1.0, 0.75)
AIRY_UP_TO = 0.88
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


def _lay_out(layout: Layout, scene: AnyList, head: Head, of: float, apart: float = CLOSE) -> BulletList:
    size = layout.size(of)
    width = min(head.body.width, size * MEASURE)
    return BulletList(head, lay_out_bullets(layout, scene.items, size, width, apart, mark_of(scene)), size)


def mark_of(scene: AnyList) -> Mark:
    """Return what stands before the points of a kind of list."""
    return "target" if scene.kind == "learning_objectives" else "box" if scene.kind == "checkpoint" else "dot"


def on_page(scene: AnyList, layout: Layout) -> BulletList | None:
    """Return the points under their heading, and under a larger lead where that lets them be larger, or None."""
    usual = _fit(scene, layout, build_head(layout, scene))
    if usual is None or scene.pages > 1 or not scene.lead.strip():
        return usual
    larger = _fit(scene, layout, build_head(layout, scene, large_lead=True))
    return larger if larger is not None and larger.size > usual.size else usual


def _fit(scene: AnyList, layout: Layout, head: Head) -> BulletList | None:
    """Return the points at the largest size at which they fit; None when they fit at none.

    Carried-on pages have one size.
    """
    if scene.pages > 1:
        points = _lay_out(layout, scene, head, CARRIED_SIZE)
        return points if points.height <= head.body.height else None
    most = math.inf
    for of in layout.body_sizes(SIZES, head):
        if layout.size(of) > most:
            continue
        points = _lay_out(layout, scene, head, of)
        most = largest_that_may_fit(points.size, points.height, head.body.height)
        if of > CARRIED_SIZE and any(point.block.broken for point in points.points):
            continue
        is_poster = of > POSTER_SIZE and any(len(point.block.lines) > layout.lines(POSTER_LINES) for point in points.points)
        if points.height <= head.body.height and not is_poster:
            airy = (_lay_out(layout, scene, head, of, apart) for apart in APART)
            return next((one for one in airy if one.height <= head.body.height * AIRY_UP_TO), points)
    return None


def split(scene: AnyList, layout: Layout) -> tuple[Scene, ...]:
    """Split between items, and an item that fills a page at sentence ends."""
    head = build_head(layout, scene, carried=True)
    if sum(len(item.text) for item in scene.items) <= MOST_CHARACTERS and on_page(scene, layout):
        return (scene,)
    height = head.body.height
    whole = _lay_out(layout, scene, head, CARRIED_SIZE)
    items: list[ListItem] = []
    for item, point in zip(scene.items, whole.points, strict=True):
        items.extend(_parts(layout, head, item, point, height * 0.55))
    whole = _lay_out(layout, scene.model_copy(update={"items": tuple(items)}), head, CARRIED_SIZE)
    heights = [point.block.height for point in whole.points]

    def make(of: Sequence[ListItem]) -> AnyList:
        return scene.model_copy(update={"items": tuple(of), "pages": 2})

    slices = pages(heights, [round(whole.size * CLOSE)] * len(heights), height)
    return tuple(part for page in slices for part in checked(items[page], make, lambda part: _fit(part, layout, head) is not None))


def _parts(layout: Layout, head: Head, item: ListItem, point: Bullet, height: float) -> list[ListItem]:
    """Split an item that is higher than `height`."""
    if point.block.height <= height:
        return [item]
    width = min(head.body.width, layout.size(CARRIED_SIZE) * MEASURE) - point.indent
    stretches = divided(item.text, lambda one: block(one, point.block.text_style, width, balance=0.8).height <= height)
    return [item.model_copy(update={"text": stretch.text}) for stretch in stretches]


def layers(scene: AnyList, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    points = on_page(scene, layout)
    if points is None:
        return ()
    head = points.head
    body = head.body
    y = placed(body, points.height, carried=scene.pages > 1)
    layers = [head.layer()]
    for point, start in zip(points.points, starts(scene, [spoken_text.point(item) for item in scene.items], layout, timing), strict=True):
        y += point.gap
        paint = partial(paint_bullet, layout=layout, point=point, left=body.left, width=body.width, y=y)
        layers.append(Layer(paint, start, max(REVEAL_FRAMES, ENTRANCE_FRAMES - start), layout.px(14)))
        y += point.block.height
    return tuple(layers)
