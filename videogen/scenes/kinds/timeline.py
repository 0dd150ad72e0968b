"""Events along a line: from left to right where they are few and short, else one below the other; each comes in as it is spoken."""

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
    Area,
    Head,
    Layer,
    Layout,
    build_head,
    placed,
    spread,
)
from videogen.scenes.monospace.listing import paint_card
from videogen.scenes.reveal_timing import starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, checked
from videogen.scenes.text.text_block import TextBlock, block, plain_block
from videogen.script import inline, spoken_text
from videogen.script.models import ListItem, ListScene, Scene, TimelineEvent, TimelineScene

ROW_SIZES = (96, 89, 82, 76, 70, 64, 58, 52, 47, 43, 39)
ROW_MOST = 5
ROW_GAP, ROW_PAD = 24, 26
ROW_STRETCH = 0.7
"""By how much of what is free the cards of a row are made higher than their content."""
STACK_SIZES = (90, 83, 76, 70, 64, 58, 52, 47, 43, 39)
FILLED, MOST_APART = 0.92, 2.2
"""Events one below the other stand apart until they fill that share of the body, by so many sizes at most."""
TEXT_SHARE = 0.8
WHEN_SHARE = 0.34
"""Share of the width that the times beside a line may take."""
LEAST_FOR_WHOLE_TIMES = 0.75
"""How much smaller, at most, events are set so that each time stands in one line."""


@dataclass(frozen=True)
class PlacedEvent:
    """An event as set: its texts, where its dot is, and where its texts begin, in pixels of the body."""

    when: TextBlock | None
    title: TextBlock
    text: TextBlock | None
    dot: tuple[float, float]
    when_at: tuple[float, float]
    title_at: tuple[float, float]
    when_width: float
    width: float
    bottom: float
    gap: float


@dataclass(frozen=True)
class EventLine:
    """Events as set under a head; `across` when they stand from left to right."""

    head: Head
    events: tuple[PlacedEvent, ...]
    radius: float
    across: bool
    cards: tuple[float, float] | None = None
    """Where the cards of a row begin, and their padding."""

    @property
    def height(self) -> float:
        return max(event.bottom for event in self.events)

    @property
    def has_whole_times(self) -> bool:
        """Whether each time stands in one line."""
        return all(event.when is None or len(event.when.lines) == 1 for event in self.events)

    @property
    def broken(self) -> bool:
        return any(one.broken for event in self.events for one in (event.when, event.title, event.text) if one is not None)


def _blocks(event: TimelineEvent, layout: Layout, size: float, width: float) -> tuple[TextBlock, TextBlock | None]:
    title = block(event.title, layout.text_style(size, weight=650, leading=1.24), width, balance=0.7)
    if not event.text.strip():
        return title, None
    small = max(layout.size(LEAST_BODY), size * TEXT_SHARE)
    return title, block(event.text, layout.text_style(small, layout.theme.soft, leading=1.36), width, balance=0.7)


def _when(event: TimelineEvent, layout: Layout, size: float, width: float) -> TextBlock | None:
    if not event.when.strip():
        return None
    return plain_block(event.when, layout.text_style(size, layout.theme.accent, 700, 1.24), width, balance=0.7)


def _row(scene: TimelineScene, layout: Layout, head: Head, of: float) -> EventLine:
    size, gap, count = layout.size(of), layout.px(ROW_GAP), len(scene.events)
    width = (head.body.width - gap * (count - 1)) / count
    radius = round(size * 0.26)
    whens = [_when(event, layout, size, width) for event in scene.events]
    above = max((when.height for when in whens if when), default=0.0)
    line = above + round(size * 0.7) + radius
    below = line + radius + round(size * 0.6)
    pad = round(min(layout.px(ROW_PAD), width * 0.09))
    apart = round(size * 0.25)
    blocks = [_blocks(event, layout, size, width - 2 * pad) for event in scene.events]
    highest = 2 * pad + max(title.height + (apart + text.height if text else 0) for title, text in blocks)
    card = highest + max(0.0, head.body.height - below - highest) * ROW_STRETCH
    events = []
    for n, (when, (title, text)) in enumerate(zip(whens, blocks, strict=True)):
        x = n * (width + gap)
        when_at = (x, above - when.height if when else 0.0)
        title_at = (x + pad, below + pad + (card - highest) * OPTICAL_MIDDLE)
        dot = (x + radius, line)
        events.append(PlacedEvent(when, title, text, dot, when_at, title_at, width, width - 2 * pad, below + card, apart))
    return EventLine(head, tuple(events), radius, across=True, cards=(below, pad))


def _stack(scene: TimelineScene, layout: Layout, head: Head, of: float) -> EventLine:
    size = layout.size(of)
    radius = round(size * 0.26)
    when_width = head.body.width * WHEN_SHARE
    whens = [_when(event, layout, size, when_width) for event in scene.events]
    beside = max((when.width + size * 0.6 for when in whens if when), default=0.0)
    inset = beside + 2 * radius + round(size * 0.7)
    width = min(head.body.width - inset, size * 30)
    gap = round(size * (0.9 if len(scene.events) < 5 else 0.6))
    apart = round(size * 0.12)
    blocks = [_blocks(event, layout, size, width) for event in scene.events]
    heights = [
        max(when.height if when else 0.0, title.height + (apart + text.height if text else 0))
        for when, (title, text) in zip(whens, blocks, strict=True)
    ]
    events = []
    places = spread(heights, gap, head.body.height * FILLED, size * MOST_APART)
    for when, (title, text), height, y in zip(whens, blocks, heights, places, strict=True):
        dot = (beside + radius, y + title.line_height / 2)
        events.append(PlacedEvent(when, title, text, dot, (0.0, y), (inset, y), beside - size * 0.6, width, y + height, apart))
    return EventLine(head, tuple(events), radius, across=False)


def _fit(scene: TimelineScene, layout: Layout, head: Head) -> EventLine | None:
    """Return the events in a row where none is long, else one below the other, as large as they fit; None when at no size."""
    if sum(len(event.when) + len(event.title) + len(event.text) for event in scene.events) > MOST_CHARACTERS:
        return None
    if 1 < len(scene.events) <= ROW_MOST and layout.settings.width > layout.settings.height * 1.2 and scene.layout != "column":
        for of in layout.body_sizes(ROW_SIZES, head):
            line = _row(scene, layout, head, of)
            if line.height <= head.body.height and not line.broken and (scene.layout == "row" or all(map(_is_short, line.events))):
                return line
    lines = [_stack(scene, layout, head, of) for of in (STACK_SIZES[-2:] if scene.pages > 1 else layout.body_sizes(STACK_SIZES, head))]
    fitting = [line for line in lines if line.height <= head.body.height]
    whole = [line for line in fitting if not line.broken]
    in_one_line = next((line for line in whole if line.has_whole_times), None)
    if in_one_line and in_one_line.radius >= whole[0].radius * LEAST_FOR_WHOLE_TIMES:
        return in_one_line
    return next(iter(whole or fitting), None)


def _is_short(event: PlacedEvent) -> bool:
    return len(event.title.lines) <= 4 and (event.text is None or len(event.text.lines) <= 5)


def split(scene: TimelineScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut between events; an event that is too long for a page makes them all a list."""
    if _fit(scene, layout, build_head(layout, scene)):
        return (scene,)

    def make(of: Sequence[TimelineEvent]) -> TimelineScene:
        return scene.model_copy(update={"events": tuple(of), "pages": 2})

    def fits(part: TimelineScene) -> bool:
        return _fit(part, layout, build_head(layout, part)) is not None

    parts = tuple(checked(list(scene.events), make, fits))
    return parts if all(map(fits, parts)) else points.split(_listed(scene), layout)


def _listed(scene: TimelineScene) -> ListScene:
    items = []
    for event in scene.events:
        when = [inline.Run(event.when, bold=True)] if event.when.strip() else []
        title = [replace(run, bold=True) for run in inline.runs(event.title)]
        items.append(ListItem(text=inline.lines([part for part in (when, title, inline.runs(event.text)) if part])))
    return ListScene(kind="list", heading=scene.heading, lead=scene.lead, items=tuple(items), footnotes=scene.footnotes)


def layers(scene: TimelineScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    head = build_head(layout, scene)
    line = _fit(scene, layout, head)
    if line is None:
        return ()
    top = placed(head.body, line.height, carried=scene.pages > 1)
    layers = [head.layer()]
    for n, start in enumerate(starts(scene, [spoken_text.event(event) for event in scene.events], layout, timing)):
        paint = partial(_paint, layout=layout, line=line, n=n, top=top)
        layers.append(Layer(paint, start, max(REVEAL_FRAMES, ENTRANCE_FRAMES - start), layout.px(14)))
    return tuple(layers)


def _paint(canvas: Canvas, *, layout: Layout, line: EventLine, n: int, top: float) -> None:
    """Draw an event, and the line that leads on from it."""
    event, theme, body = line.events[n], layout.theme, line.head.body
    to_the_left = event.title.right_to_left
    thick = max(2, layout.px(4))

    def across(x: float, width: float = 0.0) -> float:
        """Return a place in the body; mirrored in text written to the left."""
        return body.right - x - width if to_the_left else body.left + x

    x, y = event.dot
    dot = (across(x), top + y)
    if line.across:
        end = line.events[n + 1].dot[0] - line.radius if n + 1 < len(line.events) else event.when_at[0] + event.when_width
        ends = sorted((across(x + line.radius * 1.6), across(end - line.radius * 0.6)))
        canvas.rectangle((ends[0], dot[1] - thick / 2, ends[1], dot[1] + thick / 2), theme.edge)
    elif n + 1 < len(line.events):
        below = top + line.events[n + 1].dot[1] - line.radius * 1.6
        canvas.rectangle((dot[0] - thick / 2, dot[1] + line.radius * 1.6, dot[0] + thick / 2, below), theme.edge)
    canvas.circle(dot, line.radius, theme.accent)
    if line.cards:
        card = across(event.when_at[0], event.when_width)
        paint_card(canvas, layout, Area(card, top + line.cards[0], event.when_width, event.bottom - line.cards[0]))
    if event.when:
        event.when.draw(canvas, across(event.when_at[0], event.when_width), top + event.when_at[1], event.when_width)
    left = across(event.title_at[0], event.width)
    event.title.draw(canvas, left, top + event.title_at[1], event.width)
    if event.text:
        event.text.draw(canvas, left, top + event.title_at[1] + event.title.height + event.gap, event.width)
