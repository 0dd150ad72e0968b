"""The ornament of a card: the mark of the theme, grown over a corner of the picture and hardly darker or lighter than its background.

It is as strong as every text of the card can still be read on it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PIL import Image

from videogen.scenes.backdrop import FRAME, FRAME_INSET, STRIPE
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import Layout
from videogen.scenes.theme import Colour, Mark, Theme, contrast, luminance, mixed

TINTS = (0.14, 0.12, 0.1, 0.08, 0.06, 0.04, 0.0)
"""Shares of the accent in the colour of an ornament, the strongest first."""
LEAST_CONTRAST = 4.6
REACH = 0.66
"""How far an ornament reaches from its corner at most, in short sides of the picture."""

Ranges = tuple[tuple[float, float], ...]

_SHAPES: dict[Mark, tuple[tuple[Ranges, float], ...]] = {
    "dot": ((((0.0, 0.48),), 0.5), (((0.0, 0.29),), 1.0)),
    "rule": ((((0.2, 0.205), (0.32, 0.325), (0.44, 0.445), (0.56, 0.565)), 1.0),),
    "square": ((((0.0, 0.4),), 0.5), (((0.0, 0.24),), 1.0)),
    "bar": ((((0.26, 0.42),), 0.5), (((0.0, 0.18),), 1.0)),
}
"""Of each mark its shapes, one over the other: from and up to which distances from the corner, in short sides, and how strong."""


def ornament(layout: Layout, *, right_to_left: bool = False) -> Callable[[Canvas], None] | None:
    """Return what paints the ornament of a card, opposite of where its text begins; None for a theme that has none.

    A heading's band, and a logo or a footer in the margins, stand alone.
    """
    theme, settings = layout.theme, layout.settings
    if theme.shapes.mark not in _SHAPES or theme.heading.position == "band" or theme.logo is not None or theme.footer:
        return None
    size = settings.width, settings.height
    left, top, right, bottom = _inside(theme, layout)
    colours = _tones(theme)

    def paint(canvas: Canvas) -> None:
        for n, (_, strength) in enumerate(_SHAPES[theme.shapes.mark]):
            mask = _mask(theme.shapes.mark, n, round(min(size) * REACH), min(size))
            corners = [(size[0], size[1], right_to_left)] if layout.align == "left" else [(size[0], size[1], False), (0, 0, False)]
            for x, y, mirrored in corners:
                turned = mask.transpose(Image.Transpose.ROTATE_180) if not x else mask
                if mirrored:
                    turned = turned.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
                at = (x - mask.width if x and not mirrored else 0, y - mask.height if y else 0)
                box = (max(left, at[0]), max(top, at[1]), min(right, at[0] + mask.width), min(bottom, at[1] + mask.height))
                seen = turned.crop((box[0] - at[0], box[1] - at[1], box[2] - at[0], box[3] - at[1]))
                canvas.mask((box[0], box[1]), seen, colours[strength])

    return paint


def _inside(theme: Theme, layout: Layout) -> tuple[int, int, int, int]:
    """Return the part of the picture within the stripe or the frame of the backdrop."""
    width, height, unit = layout.settings.width, layout.settings.height, min(layout.settings.width, layout.settings.height) / 1080
    if theme.backdrop.frame is not None:
        inset = max(2, round(FRAME_INSET * unit)) + max(1, round(FRAME * unit))
        return inset, inset, width - inset, height - inset
    return (max(2, round(STRIPE * unit)) if theme.backdrop.stripe is not None else 0), 0, width, height


@lru_cache(maxsize=16)
def _tones(theme: Theme) -> dict[float, Colour]:
    """Return the colours of the strengths of shapes."""
    ground = theme.background if theme.backdrop.to is None else mixed(theme.background, theme.backdrop.to, 0.5)
    inks = [luminance(ink) for ink in (theme.text, theme.soft, theme.accent)]

    def is_read(colour: Colour) -> bool:
        return all(contrast(ink, luminance(colour)) >= LEAST_CONTRAST for ink in inks)

    tints = (mixed(theme.panel, theme.accent, share) for share in TINTS)
    tone = next((one for one in tints if is_read(one)), theme.panel)
    return {1.0: tone, 0.5: mixed(ground, tone, 0.5)}


@lru_cache(maxsize=8)
def _mask(mark: Mark, n: int, side: int, short: int) -> Image.Image:
    """Return a shape of a mark, in a square whose right lower corner is that of the picture."""
    away = np.arange(side, dtype=np.float32)[::-1] + np.float32(0.5)
    x, y = away[None, :], away[:, None]
    if mark in ("dot", "rule"):  # round a point near the corner
        distance = np.hypot(x - 0.08 * short, y - 0.04 * short)
    elif mark == "square":
        distance = np.maximum(x, y)
    else:
        distance = (x + y) / np.float32(2**0.5)
    covered = np.zeros((side, side), np.float32)
    for start, end in _SHAPES[mark][n][0]:
        inner = np.clip(distance - start * short + 0.5, 0, 1) if start else 1.0
        covered = np.maximum(covered, np.minimum(inner, np.clip(max(end, start + 2 / short) * short - distance + 0.5, 0, 1)))
    return Image.fromarray((covered * 255).astype(np.uint8))
