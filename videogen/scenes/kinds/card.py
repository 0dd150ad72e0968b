"""What the cards (title, section, outro) are made of: a large title and a quiet line below it, in the middle of the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from videogen.scenes.card_ornament import ornament
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, Layer, Layout, SharedText, largest, tick
from videogen.scenes.text.text_block import TextBlock, TextStyle, plain_block

TICK_SPACE = 56
BAND_PAD = 56
"""From a title to the end of its band, for 1080 lines."""
LINE_SIZES = (72, 66, 60, 54, 50, 46, 42, 38, 36)


@dataclass(frozen=True)
class TitleCard:
    """Blocks with the gap before each, in pixels, under a bar of accent; up to the title on a band, where headings stand in one."""

    layout: Layout
    blocks: Sequence[tuple[float, TextBlock]]
    title: TextBlock

    @property
    def height(self) -> float:
        return self.layout.px(TICK_SPACE) + sum(gap + block.height for gap, block in self.blocks)

    def layers(self) -> tuple[Layer, ...]:
        """Return the bar and the first text, then one text after the other; before them the band or the ornament."""
        area, layout = self.layout.area, self.layout
        top = area.top + (area.height - self.height) * 0.46
        y = top + layout.px(TICK_SPACE)
        layers: list[Layer] = []
        base = None
        behind = ornament(layout, right_to_left=self.title.right_to_left)
        if behind is not None:
            layers.append(Layer(behind, 0, ENTRANCE_FRAMES, cover=True))
        if layout.theme.of_heading is not layout.theme:
            before = self.blocks[: [block for _, block in self.blocks].index(self.title) + 1]
            base = partial(self._paint_band, bottom=y + sum(gap + block.height for gap, block in before) + layout.px(BAND_PAD))
            layers.append(Layer(base, 0, ENTRANCE_FRAMES))
        for n, (gap, block) in enumerate(self.blocks):
            y += gap

            ground = base if block.text_style.theme is not layout.theme else behind

            def rest(
                canvas: Canvas, block: TextBlock = block, first: bool = n == 0, ground: Callable[[Canvas], None] | None = ground
            ) -> None:
                if ground is not None:
                    ground(canvas)
                if first and ground is not base:
                    tick(layout, canvas, area.left, top, 96, block.right_to_left)

            shared = SharedText.of(block, area.left, y, area.width, layout.align, rest)

            def paint(canvas: Canvas, shared: SharedText = shared) -> None:
                shared.rest(canvas)
                shared.paint(canvas)

            start = min(2 * n, 4)
            layers.append(Layer(paint, start, ENTRANCE_FRAMES - start, layout.px(18), base=ground, shared=shared))
            y += block.height
        return tuple(layers)

    def _paint_band(self, canvas: Canvas, *, bottom: float) -> None:
        canvas.rectangle((0, 0, self.layout.settings.width, bottom), self.layout.theme.of_heading.background)


def card(layout: Layout, title: str, line: str, sizes: Sequence[float], number: int | None = None) -> TitleCard | None:
    """Return the card with the largest title that fits (sizes for 1080 lines), or None if its texts are too long."""
    width = layout.area.width * 0.92
    blocks: list[tuple[float, TextBlock]] = []
    theme = layout.theme.of_heading
    if number is not None:
        style = TextStyle(layout.size(44), theme, theme.accent, 600, 1.2)
        blocks.append((0.0, plain_block(f"{number:02d}", style, width)))
    heading = largest(layout, title, sizes, width, lines=3, weight=720, leading=1.12, theme=theme)
    heading = heading or largest(layout, title, sizes[-2:], width, lines=6, weight=720, leading=1.14, whole_words=False, theme=theme)
    if heading is None:
        return None
    blocks.append((layout.px(12) if blocks else 0.0, heading))
    if line.strip():
        block = largest(layout, line, LINE_SIZES, width * 0.9, lines=5, colour=layout.theme.soft, whole_words=False)
        if block is None:
            return None
        blocks.append((layout.px(32) + (layout.px(BAND_PAD) if theme is not layout.theme else 0), block))
    title_card = TitleCard(layout, blocks, heading)
    return title_card if title_card.height <= layout.area.height else None
