"""What the cards (title, section, outro) are made of: a large title and a quiet line below it, in the middle of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from videogen.scenes.canvas import Pen
from videogen.scenes.layout import ENTRANCE_FRAMES, Layer, Sheet, largest, tick
from videogen.scenes.text_block import Block, plain_block

TICK_ROOM = 56
LINE_SIZES = (46, 42, 38, 34, 30)


@dataclass(frozen=True)
class Card:
    """Blocks with the gap before each, in pixels, under a bar of accent."""

    sheet: Sheet
    blocks: Sequence[tuple[float, Block]]

    @property
    def height(self) -> float:
        return self.sheet.px(TICK_ROOM) + sum(gap + block.height for gap, block in self.blocks)

    def layers(self) -> tuple[Layer, ...]:
        """The bar and the first text, then one text after the other."""
        area, sheet = self.sheet.area, self.sheet
        top = area.top + (area.height - self.height) * 0.46
        y = top + sheet.px(TICK_ROOM)
        found: list[Layer] = []
        for n, (gap, block) in enumerate(self.blocks):
            y += gap

            def paint(pen: Pen, block: Block = block, y: float = y, first: bool = n == 0) -> None:
                if first:
                    tick(sheet, pen, area.left, top, 96, block.right_to_left)
                block.draw(pen, area.left, y, area.width)

            start = min(2 * n, 4)
            found.append(Layer(paint, start, ENTRANCE_FRAMES - start, sheet.px(18)))
            y += block.height
        return tuple(found)


def card(sheet: Sheet, title: str, line: str, sizes: Sequence[float], number: int | None = None) -> Card | None:
    """The card with its title as large as it can be of the sizes (for 1080 lines); None when the texts are too long for a card."""
    width = sheet.area.width * 0.92
    blocks: list[tuple[float, Block]] = []
    if number is not None:
        blocks.append((0.0, plain_block(f"{number:02d}", sheet.type(sheet.size(44), sheet.theme.accent, 600, 1.2), width)))
    found = largest(sheet, title, sizes, width, lines=3, weight=720, leading=1.12)
    found = found or largest(sheet, title, sizes[-2:], width, lines=6, weight=720, leading=1.14, whole_words=False)
    if found is None:
        return None
    blocks.append((sheet.px(12) if blocks else 0.0, found))
    if line.strip():
        found = largest(sheet, line, LINE_SIZES, width * 0.9, lines=5, colour=sheet.theme.soft, whole_words=False)
        if found is None:
            return None
        blocks.append((sheet.px(32), found))
    made = Card(sheet, blocks)
    return made if made.height <= sheet.area.height else None
