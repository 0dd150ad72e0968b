"""Formulas as they are drawn: the outlines of TeX at a size, as coverage of pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil, floor

from PIL import Image, ImageChops, ImageDraw

from videogen.script import tex
from videogen.script.typeset import EM, CannotBeSet, Outline, outline

FINE = 5
"""Samples along each side of a pixel."""


@dataclass(frozen=True)
class RenderedFormula:
    """One line of TeX at a size: its coverage, and how far that goes above and below the baseline. Lengths are in pixels.

    `left` is how far the coverage begins beside the place where the formula begins.
    """

    outline: Outline
    scale: float
    left: int
    right: int
    rise: int
    depth: int
    width: float

    @cached_property
    def mask(self) -> Image.Image:
        """Coverage, "L"; drawn on first use, since a scene measures its formula at sizes that it does not use."""
        return _rasterised(self)


@lru_cache(maxsize=512)
def formula(written: str, size: float, display: bool = True) -> RenderedFormula | None:
    """Return one line of TeX set at a size in pixels; None when it cannot be set."""
    try:
        drawn = outline(written, display)
    except CannotBeSet:
        return None
    return _measured(drawn, size / EM)


@lru_cache(maxsize=512)
def inline_formula(written: str, size: float) -> RenderedFormula | None:
    """Return a formula within a text, on one line; None when it cannot be set so."""
    line = tex.one_line(written)
    return formula(line, size, False) if line else None


def _measured(drawn: Outline, scale: float) -> RenderedFormula:
    points = [point for shape in drawn.shapes for contour in shape for point in contour]
    if not points:
        return RenderedFormula(drawn, scale, 0, 1, 0, 0, drawn.width * scale)
    left = floor(min(x for x, _ in points) * scale) - 1
    right = ceil(max(x for x, _ in points) * scale) + 1
    return RenderedFormula(drawn, scale, left, right, 1 - floor(-drawn.rise * scale), ceil(drawn.depth * scale) + 1, drawn.width * scale)


def _rasterised(formula: RenderedFormula) -> Image.Image:
    scale, left, top = formula.scale, formula.left, -formula.rise
    if not formula.outline.shapes:
        return Image.new("L", (1, 1))
    mask = Image.new("L", (formula.right - left, formula.depth - top))
    for shape in formula.outline.shapes:
        across = [x * scale for contour in shape for x, _ in contour]
        down = [y * scale for contour in shape for _, y in contour]
        x, y = floor(min(across)), floor(min(down))
        size = (ceil(max(across)) - x + 1, ceil(max(down)) - y + 1)
        fine = Image.new("1", (size[0] * FINE, size[1] * FINE))
        for contour in shape:
            part = Image.new("1", fine.size) if len(shape) > 1 else fine
            ImageDraw.Draw(part).polygon([((cx * scale - x) * FINE - 0.5, (cy * scale - y) * FINE - 0.5) for cx, cy in contour], fill=1)
            fine = ImageChops.logical_xor(fine, part) if len(shape) > 1 else fine
        cover = fine.convert("L").resize(size, Image.Resampling.BOX)
        at = (x - left, y - top)
        under = mask.crop((*at, at[0] + size[0], at[1] + size[1]))
        mask.paste(ImageChops.lighter(under, cover), at)
    return mask
