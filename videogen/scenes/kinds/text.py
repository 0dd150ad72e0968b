"""A heading and prose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Layout, build_head, placed
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, Excerpt, checked, divided, joined, pages
from videogen.scenes.text.text_block import TextBlock, block
from videogen.script.models import Scene, TextScene

SIZES_BY_LINES = (
    *((120, 2), (108, 3), (98, 4), (90, 4), (84, 5), (78, 5), (72, 6), (66, 7), (60, 8), (56, 9), (52, 10), (48, 11), (44, 13)),
    *((41, 14), (38, 15), (36, 99)),
)
"""Type sizes for 1080 lines, each with the most lines that may be set in it: little text stands large."""

CARRIED_SIZE = 44
LINES_AT: dict[float, int] = dict(SIZES_BY_LINES)
MEASURE = 34
"""Width of a line of prose in its size, about 70 characters."""

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


def _fit(scene: TextScene, layout: Layout, head: Head) -> ProseLayout | None:
    """Return the prose at the largest size at which it fits; None when it fits at none.

    A carried-on page has one size for all pages.
    """
    paragraphs = [paragraph for paragraph in scene.paragraphs if paragraph.strip()]
    for of in (CARRIED_SIZE,) if scene.pages > 1 else layout.body_sizes(tuple(LINES_AT), head):
        size = layout.size(of)
        balance = EVEN if len(paragraphs) == 1 else NEARLY_FULL
        blocks = tuple(_block(paragraph, layout, size, head, balance) for paragraph in paragraphs)
        prose = ProseLayout(head, blocks)
        if prose.height <= head.body.height and sum(len(block.lines) for block in blocks) <= layout.lines(LINES_AT.get(of, 99)):
            return prose
    return None


def _block(paragraph: str, layout: Layout, size: float, head: Head, balance: float = NEARLY_FULL) -> TextBlock:
    return block(paragraph, layout.text_style(size, layout.theme.text, leading=1.34), min(head.body.width, size * MEASURE), balance=balance)


def split(scene: TextScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut between paragraphs, long paragraphs at sentence ends. Parts have no page numbers yet."""
    head = build_head(layout, scene, carried=True)
    if sum(map(len, scene.paragraphs)) <= MOST_CHARACTERS and _fit(scene, layout, build_head(layout, scene)):
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
    head = build_head(layout, scene)
    prose = _fit(scene, layout, head)
    if prose is None:
        return ()

    def paint(canvas: Canvas) -> None:
        body = head.body
        y = placed(body, prose.height, carried=scene.pages > 1)
        left, width = body.left, body.width
        if layout.align == "center" and prose.blocks:  # a column of its own under the heading
            width = max(one.width for one in prose.blocks)
            left += (body.width - width) / 2
        for one in prose.blocks:
            one.draw(canvas, left, y, width)
            y += one.height + prose.gap

    return (head.layer(), Layer(paint, 3, ENTRANCE_FRAMES - 3, layout.px(18)))
