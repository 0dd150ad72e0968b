"""Where a picture or a video goes: whole on a card with its caption below, or over the whole screen with the words on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from videogen.scenes.clip import Frame
from videogen.scenes.layout import ENTRANCE_FRAMES, HEADING_SIZES, Area, Layer, Sheet, head, largest, placed
from videogen.scenes.pen import Pen, rounded_mask
from videogen.scenes.picture import FULL
from videogen.scenes.text import Block
from videogen.scenes.theme import SLATE, hexadecimal

CAPTION_SIZES = (34, 32, 30, 28)
MOST_ENLARGED = 2.0
"""A picture is shown at most so many times as large as it is, on a screen of 1080 lines: more would only show that it is small."""
RADIUS = 16
DARK = hexadecimal("#0b0e12")
SHADE = 0.82


class Shown(Protocol):
    """A scene with a picture in it."""

    @property
    def heading(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def fit(self) -> Literal["fit", "fill"]: ...
    @property
    def page(self) -> int: ...
    @property
    def pages(self) -> int: ...


@dataclass(frozen=True)
class Framing:
    """The picture's place, in whole pixels, and what stands around it or on it.

    `words` are drawn on a picture that fills the screen; `layers` beside one that does not.
    """

    sheet: Sheet
    box: tuple[int, int, int, int]
    layers: tuple[Layer, ...]
    words: Callable[[Pen], None] | None = None

    @property
    def size(self) -> tuple[int, int]:
        left, top, right, bottom = self.box
        return right - left, bottom - top

    def lay(self, part: Frame, picture: Image.Image, opacity: int) -> None:
        """Draws a picture of the frame's size over a frame's part."""
        if self.words is not None:
            area, words, mask = self._lettering
            picture.paste(words, area, mask)
        new = np.asarray(picture)
        corners = [(rows, columns, part[rows, columns].copy()) for rows, columns in self._corners]
        if opacity < FULL:
            part += (((new.astype(np.int16) - part) * np.int16(opacity)) >> 7).astype(np.uint8)  # modulo 256, as differences go
        else:
            part[:] = new
        for (rows, columns, below), mask_part in zip(corners, self._corner_masks, strict=True):
            above = part[rows, columns].astype(np.int16)
            part[rows, columns] = below + ((above - below) * mask_part + 127) // 255

    @cached_property
    def _lettering(self) -> tuple[tuple[int, int], Image.Image, Image.Image]:
        """The words on the picture with the shade behind them: where they begin, their colours, and how much they cover.

        Drawn on black and on white: where both come out alike nothing shines through.
        """
        assert self.words is not None
        black, white = (Image.new("RGB", self.size, ground) for ground in ("black", "white"))
        for ground in (black, white):
            self.words(Pen(ground))
        on_black, on_white = np.asarray(black, np.int16), np.asarray(white, np.int16)
        cover = 255 - (on_white - on_black).max(axis=2)
        first = int(np.flatnonzero(cover.any(axis=1))[0]) if cover.any() else 0
        colours = (on_black.astype(np.int32) * 255 // np.maximum(cover, 1)[..., None]).clip(0, 255).astype(np.uint8)
        return (0, first), Image.fromarray(colours[first:]), Image.fromarray(cover[first:].astype(np.uint8))

    @cached_property
    def _corners(self) -> list[tuple[slice, slice]]:
        """The four squares in which a card is round; none when it fills the screen."""
        if self.words is not None or self.size == (self.sheet.look.width, self.sheet.look.height):
            return []
        width, height = self.size
        reach = min(self.sheet.px(RADIUS) + 1, width // 2, height // 2)
        return [
            (rows, columns)
            for rows in (slice(0, reach), slice(height - reach, height))
            for columns in (slice(0, reach), slice(width - reach, width))
        ]

    @cached_property
    def _corner_masks(self) -> list[NDArray[np.int16]]:
        mask = np.asarray(rounded_mask(self.size, min(self.sheet.px(RADIUS), *(side / 2 for side in self.size)), 0.0), np.int16)
        return [mask[rows, columns][..., None] for rows, columns in self._corners]


def framing(scene: Shown, sheet: Sheet, size: tuple[int, int]) -> Framing:
    """The frame of a scene for a picture of that size."""
    return _on_screen(scene, sheet) if scene.fit == "fill" else _on_card(scene, sheet, size)


def has_room(scene: Shown, sheet: Sheet) -> bool:
    """Whether the caption can stand with the picture."""
    return not scene.caption.strip() or _caption(scene, sheet) is not None


def _caption(scene: Shown, sheet: Sheet) -> Block | None:
    colour = SLATE.soft if scene.fit == "fill" else sheet.theme.soft
    most = 3 if sheet.look.width > sheet.look.height else 5
    return largest(sheet, scene.caption, CAPTION_SIZES, sheet.area.width * 0.86, lines=most, leading=1.36, colour=colour, whole_words=False)


def _on_card(scene: Shown, sheet: Sheet, size: tuple[int, int]) -> Framing:
    """The picture as large as it can be in the body, and the caption under it."""
    over = head(sheet, scene)
    body = over.body
    caption = _caption(scene, sheet) if scene.caption.strip() else None
    below = sheet.px(26) + caption.height if caption else 0.0
    room = body.height - below
    scale = min(body.width / size[0], room / size[1], MOST_ENLARGED * sheet.unit)
    width, height = max(2, round(size[0] * scale)), max(2, round(size[1] * scale))
    top = round(placed(body, height + below))
    left = round(body.left + (body.width - width) / 2)
    box = (left, top, left + width, top + height)

    def edge(pen: Pen) -> None:
        line = max(1, round(1.5 * sheet.unit))
        pen.rounded((left - line, top - line, box[2] + line, box[3] + line), sheet.px(RADIUS) + line, sheet.theme.edge)

    def words(pen: Pen) -> None:
        if caption:
            caption.draw(pen, body.left, box[3] + sheet.px(26), body.width, "center")

    return Framing(sheet, box, (over.layer(), Layer(edge, 0, ENTRANCE_FRAMES - 3), Layer(words, 3, ENTRANCE_FRAMES - 3, sheet.px(12))))


def _on_screen(scene: Shown, sheet: Sheet) -> Framing:
    """The picture over all of the screen; the words at the bottom, on a shade that grows darker downwards."""
    look = sheet.look
    box = (0, 0, look.width, look.height)
    blocks = []
    if scene.heading.strip():
        heading = largest(sheet, scene.heading, HEADING_SIZES, sheet.area.width, lines=3, weight=700, leading=1.18, colour=SLATE.text)
        heading = heading or largest(
            sheet,
            scene.heading,
            HEADING_SIZES[-1:],
            sheet.area.width,
            lines=3,
            weight=700,
            leading=1.18,
            colour=SLATE.text,
            whole_words=False,
        )
        blocks += [heading] if heading else []
    if scene.caption.strip() and (caption := _caption(scene, sheet)):
        blocks.append(caption)
    if not blocks:
        return Framing(sheet, box, ())
    gap = sheet.px(14)
    height = sum(block.height for block in blocks) + gap * (len(blocks) - 1)
    area: Area = sheet.area

    def words(pen: Pen) -> None:
        top = area.bottom - height
        shade = min(look.height, round(look.height - top + sheet.px(150)))
        rows = (np.linspace(0, 1, shade) ** 0.8 * SHADE * 255).astype(np.uint8)
        pen.mask((0, look.height - shade), Image.fromarray(np.repeat(rows[:, None], look.width, axis=1)), DARK)
        for block in blocks:
            block.draw(pen, area.left, top, area.width)
            top += block.height + gap

    return Framing(sheet, box, (), words)
