"""A heading and numbered steps: in a row where they are few and short, else one below the other; each comes in as it is spoken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.kinds import plain_list as points
from videogen.scenes.layout import (
    ENTRANCE_FRAMES,
    LEAST_BODY,
    OPTICAL_MIDDLE,
    REVEAL_FRAMES,
    Head,
    Layer,
    Layout,
    build_head,
    placed,
    spread,
)
from videogen.scenes.reveal_timing import starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, checked
from videogen.scenes.text.text_block import TextBlock, block, plain_block
from videogen.script import inline, spoken_text
from videogen.script.models import ListItem, ListScene, Scene, Step, StepsScene

ROW_SIZES = (96, 88, 80, 72, 66, 60, 54, 48, 43)
ROW_MOST = 4
ROW_GAP = 32
ROW_PAD = 40
"""Between a step's card and what is on it."""
ROW_STRETCH = 0.6
"""By how much of what is free below them the cards of a row are made higher than their content."""
STACK_SIZES = (96, 89, 82, 76, 70, 64, 58, 52, 47, 43, 39)
FILLED, MOST_APART = 0.92, 1.8
"""Steps of a column stand apart until they fill that share of the body, by so many sizes at most."""
TEXT_SHARE = 0.76
"""Size of a step's text, as a share of its title's."""


@dataclass(frozen=True)
class PlacedStep:
    """A step as set: where its disc stands in all steps and its texts from there, `gap` apart, in pixels."""

    title: TextBlock
    text: TextBlock | None
    number: TextBlock
    x: float
    y: float
    text_x: float
    text_y: float
    gap: float
    width: float
    height: float


@dataclass(frozen=True)
class StepPath:
    """Steps as set under a head, the discs of which have this radius; `across` when they stand in a row."""

    head: Head
    steps: tuple[PlacedStep, ...]
    radius: float
    across: bool
    pad: float = 0.0
    card: float = 0.0
    """Height of the cards of a row."""

    @property
    def height(self) -> float:
        return self.card or max(step.y + step.height for step in self.steps)

    @property
    def broken(self) -> bool:
        return any(step.title.broken or (step.text is not None and step.text.broken) for step in self.steps)


def _blocks(step: Step, layout: Layout, size: float, width: float) -> tuple[TextBlock, TextBlock | None]:
    title = block(step.title, layout.text_style(size, weight=650, leading=1.22), width, balance=0.7)
    if not step.text.strip():
        return title, None
    small = max(layout.size(LEAST_BODY), size * TEXT_SHARE)
    return title, block(step.text, layout.text_style(small, layout.theme.soft, leading=1.36), width, balance=0.7)


def _number(layout: Layout, number: int, size: float, radius: float) -> TextBlock:
    """Return the number in its disc, smaller when it has many digits."""
    digits = len(str(number))
    return plain_block(
        str(number), layout.text_style(min(size, 2.3 * radius / max(1.6, digits)), layout.theme.accent, 700, 1.2), radius * 2
    )


def _row(scene: StepsScene, layout: Layout, head: Head, of: float) -> StepPath:
    size, gap, count = layout.size(of), layout.px(ROW_GAP), len(scene.steps)
    pad = round(min(layout.px(ROW_PAD), head.body.width * 0.03))
    column = (head.body.width - gap * (count - 1)) / count
    width = column - 2 * pad
    radius = round(size * 0.86)
    steps = []
    for n, step in enumerate(scene.steps):
        title, text = _blocks(step, layout, size, width)
        below, apart = 2 * radius + round(size * 0.55), round(size * 0.3)
        height = below + title.height + (apart + text.height if text else 0) + pad
        number = _number(layout, scene.first + n, size, radius)
        steps.append(PlacedStep(title, text, number, n * (column + gap) + pad, pad, 0.0, below, apart, width, height))
    highest = max(step.height for step in steps) + pad
    card = highest + max(0.0, head.body.height - highest) * ROW_STRETCH
    steps = [replace(step, y=step.y + round((card - highest) * OPTICAL_MIDDLE)) for step in steps]
    return StepPath(head, tuple(steps), radius, across=True, pad=pad, card=card)


def _stack(scene: StepsScene, layout: Layout, head: Head, of: float) -> StepPath:
    size = layout.size(of)
    radius = round(size * 0.74)
    inset = 2 * radius + round(size * 0.7)
    width = min(head.body.width - inset, size * 30)
    gap = round(size * (0.8 if len(scene.steps) < 5 else 0.55))
    steps: list[PlacedStep] = []
    for n, step in enumerate(scene.steps):
        title, text = _blocks(step, layout, size, width)
        down = max(0.0, radius - title.line_height / 2)
        apart = round(size * 0.12)
        height = max(2 * radius, down + title.height + (apart + text.height if text else 0))
        steps.append(PlacedStep(title, text, _number(layout, scene.first + n, size, radius), 0.0, 0.0, inset, down, apart, width, height))
    places = spread([step.height for step in steps], gap, head.body.height * FILLED, size * MOST_APART)
    return StepPath(head, tuple(replace(step, y=y) for step, y in zip(steps, places, strict=True)), radius, across=False)


def _fit(scene: StepsScene, layout: Layout, head: Head) -> StepPath | None:
    """Return the steps in a row at the largest size at which no word is broken and none is long, else in a column, or None."""
    if sum(len(step.title) + len(step.text) for step in scene.steps) > MOST_CHARACTERS:
        return None
    if len(scene.steps) <= ROW_MOST and layout.settings.width > layout.settings.height * 1.2 and scene.layout != "column":
        for of in layout.body_sizes(ROW_SIZES, head):
            way = _row(scene, layout, head, of)
            if way.height <= head.body.height and not way.broken and (scene.layout == "row" or all(_is_short(step) for step in way.steps)):
                return way
    ways = [_stack(scene, layout, head, of) for of in (STACK_SIZES[-2:] if scene.pages > 1 else layout.body_sizes(STACK_SIZES, head))]
    fitting = [way for way in ways if way.height <= head.body.height]
    return next((way for way in fitting if not way.broken), fitting[0] if fitting else None)


def _is_short(step: PlacedStep) -> bool:
    return len(step.title.lines) <= 4 and (step.text is None or len(step.text.lines) <= 4)


def split(scene: StepsScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut between steps; a step that is too long for a page makes them all a list."""
    if _fit(scene, layout, build_head(layout, scene)):
        return (scene,)

    def make(of: Sequence[tuple[int, Step]]) -> StepsScene:
        return scene.model_copy(update={"steps": tuple(step for _, step in of), "first": of[0][0], "pages": 2})

    def fits(part: StepsScene) -> bool:
        return _fit(part, layout, build_head(layout, part)) is not None

    parts = tuple(checked(list(enumerate(scene.steps, scene.first)), make, fits))
    return parts if all(map(fits, parts)) else points.split(_listed(scene), layout)


def _listed(scene: StepsScene) -> ListScene:
    items = []
    for number, step in enumerate(scene.steps, scene.first):
        parts = [[replace(run, bold=True) for run in inline.runs(step.title)], inline.runs(step.text)]
        items.append(ListItem(text=inline.lines([part for part in parts if part]), number=number))
    return ListScene(kind="list", heading=scene.heading, lead=scene.lead, items=tuple(items), footnotes=scene.footnotes)


def layers(scene: StepsScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    head = build_head(layout, scene)
    way = _fit(scene, layout, head)
    if way is None:
        return ()
    top = placed(head.body, way.height, carried=scene.pages > 1)
    layers = [head.layer()]
    for n, start in enumerate(starts(scene, [spoken_text.step(step) for step in scene.steps], layout, timing)):
        paint = partial(_paint, layout=layout, way=way, n=n, top=top)
        layers.append(Layer(paint, start, max(REVEAL_FRAMES, ENTRANCE_FRAMES - start), layout.px(14)))
    return tuple(layers)


def _paint(canvas: Canvas, *, layout: Layout, way: StepPath, n: int, top: float) -> None:
    """Draw a step, and the line that leads to it."""
    step, theme, radius, area = way.steps[n], layout.theme, way.radius, layout.area
    to_the_left = step.title.right_to_left
    thick, away = max(1, layout.px(3)), radius + layout.px(14)

    def across(x: float, width: float = 0.0) -> float:
        """Return an x position, mirrored for text written from right to left."""
        return area.right - x - width if to_the_left else area.left + x

    if way.across:
        left = across(step.x - way.pad, step.width + 2 * way.pad)
        card = (left, top, left + step.width + 2 * way.pad, top + way.card)
        canvas.rounded(card, layout.corner(18), theme.panel, theme.edge, max(1.0, 1.5 * layout.unit))
    centre = (across(step.x + radius), top + step.y + radius)
    if n:
        before = way.steps[n - 1]
        if not way.across:
            canvas.rectangle((centre[0] - thick / 2, top + before.y + radius + away, centre[0] + thick / 2, centre[1] - away), theme.edge)
    canvas.circle(centre, radius, theme.accent)
    canvas.circle(centre, radius - max(2.0, 3.5 * layout.unit), theme.panel)
    step.number.draw(canvas, centre[0] - radius, centre[1] - step.number.height / 2, 2 * radius, "center")
    y = top + step.y + step.text_y
    step.title.draw(canvas, across(step.x + step.text_x, step.width), y, step.width)
    if step.text:
        step.text.draw(canvas, across(step.x + step.text_x, step.width), y + step.title.height + step.gap, step.width)
