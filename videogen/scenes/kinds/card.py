"""What the cards (title, section, outro) are made of: a large title and a quiet line below it, in the middle of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, Layer, Layout, SharedText, largest, tick
from videogen.scenes.text.text_block import TextBlock, plain_block

TICK_SPACE = 56
LINE_SIZES = (72, 66, 60, 54, 50, 46, 42, 38, 36)


@dataclass(frozen=True)
class TitleCard:
    """Blocks with the gap before each, in pixels, under a bar of accent."""

    layout: Layout
    blocks: Sequence[tuple[float, TextBlock]]

    @property
    def height(self) -> float:
        return self.layout.px(TICK_SPACE) + sum(gap + block.height for gap, block in self.blocks)

    def layers(self) -> tuple[Layer, ...]:
        """Return the bar and the first text, then one text after the other."""
        area, layout = self.layout.area, self.layout
        top = area.top + (area.height - self.height) * 0.46
        y = top + layout.px(TICK_SPACE)
        layers: list[Layer] = []
        for n, (gap, block) in enumerate(self.blocks):
            y += gap

            def rest(canvas: Canvas, block: TextBlock = block, first: bool = n == 0) -> None:
                if first:
                    tick(layout, canvas, area.left, top, 96, block.right_to_left)

            shared = SharedText.of(block, area.left, y, area.width, layout.align, rest)

            def paint(canvas: Canvas, shared: SharedText = shared) -> None:
                shared.rest(canvas)
                shared.paint(canvas)

            start = min(2 * n, 4)
            layers.append(Layer(paint, start, ENTRANCE_FRAMES - start, layout.px(18), shared=shared))
            y += block.height
        return tuple(layers)


def card(layout: Layout, title: str, line: str, sizes: Sequence[float], number: int | None = None) -> TitleCard | None:
    """Return the card with the largest title that fits (sizes for 1080 lines), or None if its texts are too long."""
    width = layout.area.width * 0.92
    blocks: list[tuple[float, TextBlock]] = []
    if number is not None:
        blocks.append((0.0, plain_block(f"{number:02d}", layout.text_style(layout.size(44), layout.theme.accent, 600, 1.2), width)))
    block = largest(layout, title, sizes, width, lines=3, weight=720, leading=1.12)
    block = block or largest(layout, title, sizes[-2:], width, lines=6, weight=720, leading=1.14, whole_words=False)
    if block is None:
        return None
    blocks.append((layout.px(12) if blocks else 0.0, block))
    if line.strip():
        block = largest(layout, line, LINE_SIZES, width * 0.9, lines=5, colour=layout.theme.soft, whole_words=False)
        if block is None:
            return None
        blocks.append((layout.px(32), block))
    title_card = TitleCard(layout, blocks)
    return title_card if title_card.height <= layout.area.height else None
