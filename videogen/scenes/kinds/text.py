"""A heading and prose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Layout, head, placed
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, Stretch, checked, divided, joined, pages
from videogen.scenes.text.text_block import Block, block
from videogen.script.models import Scene, TextScene

SIZES_BY_LINES = ((96, 1), (84, 2), (74, 4), (66, 5), (60, 7), (54, 9), (48, 11), (44, 12), (40, 99))
"""Type sizes for 1080 lines, each with the most lines that may be set in it: little text stands large."""

CARRIED_SIZE = 42
MEASURE = 34
"""Width of a line of prose in its size, about 70 characters."""

PARAGRAPH_GAP = 0.75
EVEN, NEARLY_FULL = 0.7, 0.88
"""How far down its lines are made alike: those of a lone paragraph to any shape, of several so that they keep to one width."""


@dataclass(frozen=True)
class Prose:
    """Paragraphs as set under a head."""

    head: Head
    blocks: tuple[Block, ...]

    @property
    def gap(self) -> float:
        return round(self.blocks[0].text_style.size * PARAGRAPH_GAP) if self.blocks else 0.0

    @property
    def height(self) -> float:
        return sum(block.height for block in self.blocks) + self.gap * max(0, len(self.blocks) - 1)


def _set(scene: TextScene, layout: Layout, over: Head) -> Prose | None:
    """The prose at the largest size at which it fits; None when it fits at none. A carried-on page has one size for all pages."""
    paragraphs = [paragraph for paragraph in scene.paragraphs if paragraph.strip()]
    for of, most in ((CARRIED_SIZE, 99),) if scene.pages > 1 else SIZES_BY_LINES:
        size = layout.size(of)
        balance = EVEN if len(paragraphs) == 1 else NEARLY_FULL
        blocks = tuple(_block(paragraph, layout, size, over, balance) for paragraph in paragraphs)
        prose = Prose(over, blocks)
        if prose.height <= over.body.height and sum(len(block.lines) for block in blocks) <= layout.lines(most):
            return prose
    return None


def _block(paragraph: str, layout: Layout, size: float, over: Head, balance: float = NEARLY_FULL) -> Block:
    return block(paragraph, layout.text_style(size, layout.theme.text, leading=1.34), min(over.body.width, size * MEASURE), balance=balance)


def split(scene: TextScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut between paragraphs, long paragraphs at sentence ends. Parts have no page numbers yet."""
    over = head(layout, scene, carried=True)
    if sum(map(len, scene.paragraphs)) <= MOST_CHARACTERS and _set(scene, layout, head(layout, scene)):
        return (scene,)
    size = layout.size(CARRIED_SIZE)
    room = over.body.height
    parts: list[Stretch] = []
    for paragraph in scene.paragraphs:
        if paragraph.strip():
            parts.extend(divided(paragraph, lambda one: _block(one, layout, size, over).height <= room * 0.5))
    heights = [_block(part.text, layout, size, over).height for part in parts]
    gaps = [round(size * PARAGRAPH_GAP) if part.start == 0 else 0.0 for part in parts]

    def make(of: Sequence[Stretch]) -> TextScene:
        return scene.model_copy(update={"paragraphs": tuple(joined(of)), "pages": 2})

    found = pages(heights, gaps, room)
    return tuple(part for page in found for part in checked(parts[page], make, lambda part: _set(part, layout, over) is not None))


def layers(scene: TextScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    over = head(layout, scene)
    prose = _set(scene, layout, over)
    if prose is None:
        return ()

    def paint(canvas: Canvas) -> None:
        body = over.body
        y = placed(body, prose.height, carried=scene.pages > 1)
        for one in prose.blocks:
            one.draw(canvas, body.left, y, body.width)
            y += one.height + prose.gap

    return (over.layer(), Layer(paint, 3, ENTRANCE_FRAMES - 3, layout.px(18)))
