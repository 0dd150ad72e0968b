"""A heading and prose."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Layout, build_head, largest_that_may_fit, placed
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, Excerpt, checked, divided, joined, pages
from videogen.scenes.text.text_block import TextBlock, block
from videogen.script.models import Scene, TextScene

SIZES_BY_LINES = (
    *(
        (141, 3),
        (132, 3),
        (120, 4),
        (108, 4),
        (98, 4),
        (90, 4),
        (84, 5),
        (78, 5),
        (72, 6),
        (66, 7),
        (60, 8),
        (56, 9),
        (52, 10),
        (48, 11),
        (44, 13),
    ),
    *((41, 14), (38, 15), (36, 99)),
)
"""Type sizes for 1080 lines, each with the most lines that may be set in it: little text stands large."""

CARRIED_SIZE = 44
LINES_AT: dict[float, int] = dict(SIZES_BY_LINES)
MEASURE = 34
"""Width of a line of prose in its size, about 70 characters."""

POSTER_LINES, POSTER_PARAGRAPHS = 4, 3
"""So few paragraphs of no more lines in all may be set larger than usual, under a larger heading."""

STATEMENT_SIZES = (200, 180, 164, 150, 136, 124, 112, 98, 92, 86, 80, 74, 68)
STATEMENT_LINES = 5
"""Lines that a lone sentence without a heading may have, to stand as a statement in bold."""

PARAGRAPH_GAP = 0.75
EVEN, NEARLY_FULL = 0.7, 0.88
"""How far down its lines are made alike: those of a lone paragraph to any shape, of several so that they keep to one width."""


@dataclass(frozen=True)
class ProseLayout:
    """Paragraphs as set under a head."""

    head: Head
    blocks: tuple[TextBlock, ...]

    @property
    def gap(self) -> float:
        return round(self.blocks[0].text_style.size * PARAGRAPH_GAP) if self.blocks else 0.0

    @property
    def height(self) -> float:
        return sum(block.height for block in self.blocks) + self.gap * max(0, len(self.blocks) - 1)


def _on_page(scene: TextScene, layout: Layout) -> ProseLayout | None:
    """Return the prose under its heading, both larger than usual if there is little of it, or None."""
    if statement := _statement(scene, layout):
        return statement
    usual = _fit(scene, layout, build_head(layout, scene))
    if usual is None or scene.pages > 1 or not _is_poster(usual, layout):
        return usual
    larger = _fit(scene, layout, build_head(layout, scene, poster=True))
    is_larger = larger is not None and larger.blocks[0].text_style.size > usual.blocks[0].text_style.size
    return larger if larger and is_larger and _is_poster(larger, layout) else usual


def _is_poster(prose: ProseLayout, layout: Layout) -> bool:
    lines = sum(len(block.lines) for block in prose.blocks)
    return 1 <= len(prose.blocks) <= POSTER_PARAGRAPHS and lines <= layout.lines(POSTER_LINES)


def _statement(scene: TextScene, layout: Layout) -> ProseLayout | None:
    """Return the one sentence of a scene, as large as the picture allows; None where it is none, or should not stand so."""
    words = [paragraph for paragraph in scene.paragraphs if paragraph.strip()]
    is_asked = scene.layout == "statement"
    if len(words) != 1 or scene.pages > 1 or scene.layout == "plain" or (scene.heading.strip() and not is_asked):
        return None
    head = build_head(layout, scene, poster=True)
    for of in STATEMENT_SIZES:
        made = block(words[0], layout.text_style(layout.size(of), weight=700, leading=1.18), head.body.width, balance=EVEN)
        is_larger = head.block is not None and made.text_style.size > head.block.text_style.size
        if (
            not made.broken
            and not is_larger
            and made.height <= head.body.height * 0.94
            and len(made.lines) <= layout.lines(STATEMENT_LINES)
        ):
            return ProseLayout(head, (made,))
    return None


def _fit(scene: TextScene, layout: Layout, head: Head) -> ProseLayout | None:
    """Return the prose at the largest size at which it fits; None when it fits at none.

    A carried-on page has one size for all pages.
    """
    paragraphs = [paragraph for paragraph in scene.paragraphs if paragraph.strip()]
    most = math.inf
    for of in (CARRIED_SIZE,) if scene.pages > 1 else layout.body_sizes(tuple(LINES_AT), head):
        size = layout.size(of)
        if size > most:
            continue
        balance = EVEN if len(paragraphs) == 1 else NEARLY_FULL
        blocks = tuple(_block(paragraph, layout, size, head, balance) for paragraph in paragraphs)
        prose = ProseLayout(head, blocks)
        most = largest_that_may_fit(size, prose.height, head.body.height)
        if of > CARRIED_SIZE and any(block.broken for block in blocks):
            continue
        if prose.height <= head.body.height and sum(len(block.lines) for block in blocks) <= layout.lines(LINES_AT.get(of, 99)):
            return prose
    return None


def _block(paragraph: str, layout: Layout, size: float, head: Head, balance: float = NEARLY_FULL) -> TextBlock:
    return block(paragraph, layout.text_style(size, layout.theme.text, leading=1.34), min(head.body.width, size * MEASURE), balance=balance)


def split(scene: TextScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut between paragraphs, long paragraphs at sentence ends. Parts have no page numbers yet."""
    head = build_head(layout, scene, carried=True)
    if sum(map(len, scene.paragraphs)) <= MOST_CHARACTERS and _on_page(scene, layout):
        return (scene,)
    size = layout.size(CARRIED_SIZE)
    height = head.body.height
    parts: list[Excerpt] = []
    for paragraph in scene.paragraphs:
        if paragraph.strip():
            parts.extend(divided(paragraph, lambda one: _block(one, layout, size, head).height <= height * 0.5))
    heights = [_block(part.text, layout, size, head).height for part in parts]
    gaps = [round(size * PARAGRAPH_GAP) if part.start == 0 else 0.0 for part in parts]

    def make(of: Sequence[Excerpt]) -> TextScene:
        return scene.model_copy(update={"paragraphs": tuple(joined(of)), "pages": 2})

    slices = pages(heights, gaps, height)
    return tuple(part for page in slices for part in checked(parts[page], make, lambda part: _fit(part, layout, head) is not None))


def layers(scene: TextScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    prose = _on_page(scene, layout)
    if prose is None:
        return ()
    head = prose.head

    def paint(canvas: Canvas) -> None:
        body = head.body
        y = placed(body, prose.height, carried=scene.pages > 1)
        left, width = body.left, body.width
        if layout.align == "center" and prose.blocks:  # a column of its own under the heading
            width = max(one.width for one in prose.blocks)
            left += (body.width - width) / 2
        align = layout.align if len(prose.blocks) == 1 and _is_poster(prose, layout) else "left"
        for one in prose.blocks:
            one.draw(canvas, left, y, width, align)
            y += one.height + prose.gap

    return (head.layer(), Layer(paint, 3, ENTRANCE_FRAMES - 3, layout.px(18)))
