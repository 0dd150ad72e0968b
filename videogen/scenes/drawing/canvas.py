"""Drawing on a picture: text, and shapes with smooth edges."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, floor

from PIL import Image, ImageDraw

from videogen.scenes.text.glyphs import GlyphRun
from videogen.scenes.theme import Colour

Box = tuple[float, float, float, float]

FINE = 8


MARGIN = 2


class Canvas:
    """Draws on an RGB picture. Boxes are (left, top, right, bottom) in pixels; the right and bottom edges are outside.

    `touched` is a box around all that it has drawn, None when that is nothing.
    """

    def __init__(self, picture: Image.Image) -> None:
        self.picture = picture
        self.touched: tuple[int, int, int, int] | None = None
        self._draw = ImageDraw.Draw(picture)

    def text(self, at: tuple[float, float], run: GlyphRun, colour: Colour) -> None:
        """Draw a text of one face and direction, its left end and baseline at `at`.

        The baseline is rounded to a whole pixel.

        Emoji have colours of their own.
        """
        x, y = floor(at[0]), round(at[1])
        mask = run.mask(at[0] - x)
        if mask is not None:
            position = (x + mask.left, y + mask.top)
            if mask.picture.mode == "RGBA":
                self._touch((*position, position[0] + mask.picture.width, position[1] + mask.picture.height))
                self.picture.paste(mask.picture, position, mask.picture)
            else:
                self.mask(position, mask.picture, colour)

    def rectangle(self, box: Box, colour: Colour) -> None:
        """Fill whole pixels."""
        left, top, right, bottom = (round(edge) for edge in box)
        if right > left and bottom > top:
            self._touch((left, top, right, bottom))
            self._draw.rectangle((left, top, right - 1, bottom - 1), fill=colour)

    def rounded(self, box: Box, radius: float, colour: Colour, edge: Colour | None = None, stroke: float = 1.5) -> None:
        """Fill a rectangle with round corners, with a line of `edge` inside its border."""
        left, top, right, bottom = (round(side) for side in box)
        if right <= left or bottom <= top:
            return
        size = (right - left, bottom - top)
        radius = min(radius, size[0] / 2, size[1] / 2)
        self._touch((left, top, right, bottom))
        if min(size) < 4:  # too narrow to have corners
            self.picture.paste(edge or colour, (left, top, right, bottom))
            return
        if edge is not None:
            self.picture.paste(edge, (left, top), rounded_mask(size, radius, 0.0))
        self.picture.paste(colour, (left, top), rounded_mask(size, radius, stroke if edge is not None else 0.0))

    def circle(self, centre: tuple[float, float], radius: float, colour: Colour, stroke: float | None = None) -> None:
        """Draw a disc, or a ring of a stroke's width inside that radius."""
        extent = int(radius) + 2
        x, y = round(centre[0]), round(centre[1])
        mask = _disc_mask(extent, radius, stroke, (centre[0] - x, centre[1] - y))
        self.mask((x - extent, y - extent), mask, colour)

    def line(self, points: Sequence[tuple[float, float]], width: float, colour: Colour) -> None:
        """Draw a smooth line through points, with round ends."""
        left = int(min(x for x, _ in points) - width) - 1
        top = int(min(y for _, y in points) - width) - 1
        right = int(max(x for x, _ in points) + width) + 2
        bottom = int(max(y for _, y in points) + width) + 2
        mask = Image.new("L", ((right - left) * FINE, (bottom - top) * FINE), 0)
        draw = ImageDraw.Draw(mask)
        fine = [((x - left) * FINE, (y - top) * FINE) for x, y in points]
        draw.line(fine, fill=255, width=round(width * FINE), joint="curve")
        half = width * FINE / 2
        for x, y in fine:
            draw.ellipse((x - half, y - half, x + half, y + half), fill=255)
        self.mask((left, top), mask.resize((right - left, bottom - top), Image.Resampling.BOX), colour)

    def mask(self, at: tuple[int, int], mask: Image.Image, colour: Colour) -> None:
        """Paint a colour through a mask of coverage."""
        self._touch((at[0], at[1], at[0] + mask.width, at[1] + mask.height))
        self.picture.paste(colour, at, mask)

    def paste(self, picture: Image.Image) -> None:
        """Cover all with a picture of the same size."""
        self._touch((0, 0, *picture.size))
        self.picture.paste(picture)

    def _touch(self, box: Box) -> None:
        left, top, right, bottom = floor(box[0]) - MARGIN, floor(box[1]) - MARGIN, ceil(box[2]) + MARGIN, ceil(box[3]) + MARGIN
        if self.touched is not None:
            left, top = min(left, self.touched[0]), min(top, self.touched[1])
            right, bottom = max(right, self.touched[2]), max(bottom, self.touched[3])
        self.touched = (left, top, right, bottom)


@lru_cache(maxsize=64)
def rounded_mask(size: tuple[int, int], radius: float, inset: float) -> Image.Image:
    width, height = size
    mask = Image.new("L", size, 255)
    reach = min(int(radius + inset) + 2, (width + 1) // 2, (height + 1) // 2)
    corner = Image.new("L", (reach * FINE, reach * FINE), 0)
    inner = max(0.0, radius - inset)
    far = 4 * (reach + radius + inset) * FINE
    ImageDraw.Draw(corner).rounded_rectangle((inset * FINE, inset * FINE, far, far), inner * FINE, fill=255)
    corner = corner.resize((reach, reach), Image.Resampling.BOX)
    if inset:
        soft = corner.getpixel((reach - 1, int(inset)))
        draw = ImageDraw.Draw(mask)
        for ring in range(int(inset) + 1):
            draw.rectangle((ring, ring, width - 1 - ring, height - 1 - ring), outline=0 if ring < int(inset) else soft)
    flipped = corner.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for picture, x in ((corner, 0), (flipped, width - reach)):
        mask.paste(picture, (x, 0))
        mask.paste(picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (x, height - reach))
    return mask


@lru_cache(maxsize=256)
def _disc_mask(extent: int, radius: float, stroke: float | None, offset: tuple[float, float]) -> Image.Image:
    side = 2 * extent + 1
    mask = Image.new("L", (side * FINE, side * FINE), 0)
    x, y = ((extent + part) * FINE for part in offset)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((x - radius * FINE, y - radius * FINE, x + radius * FINE, y + radius * FINE), fill=255)
    if stroke is not None:
        inner = max(0.0, radius - stroke) * FINE
        draw.ellipse((x - inner, y - inner, x + inner, y + inner), fill=0)
    return mask.resize((side, side), Image.Resampling.BOX)
