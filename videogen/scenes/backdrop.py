"""Draws what lies behind a scene: the background colour, or a gradient, a glow or a quiet pattern, computed once per size."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from videogen.scenes.drawing.surface import Surface, blank, surface
from videogen.scenes.theme import Backdrop, Colour, Theme

STRIPE, FRAME, FRAME_INSET = 16, 3, 28
"""Widths of the stripe and the frame, and how far the frame is from the border, in pixels of a picture whose short side is 1080."""

_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 - 15 / 32
"""An ordered dither, less than half a step of a colour either way: without it a gradient shows its steps."""


def is_plain(theme: Theme) -> bool:
    """Return whether the backdrop is one colour from edge to edge."""
    return theme.backdrop.kind == "plain" and theme.backdrop.stripe is None and theme.backdrop.frame is None


def picture(theme: Theme, width: int, height: int) -> Image.Image:
    """Return the backdrop as a picture in RGB, which the caller must not change."""
    if is_plain(theme):
        return Image.new("RGB", (width, height), theme.background)
    return Image.fromarray(_drawn(theme.backdrop, theme.background, width, height))


def ground(theme: Theme, width: int, height: int, *, yuv: bool) -> Surface:
    """Return the backdrop as a surface of its own, to draw on."""
    if is_plain(theme):
        return blank(width, height, theme.background, yuv=yuv)
    return Surface(tuple(plane.copy() for plane in _planes(theme.backdrop, theme.background, width, height, yuv)))


@lru_cache(maxsize=2)
def _planes(backdrop: Backdrop, background: Colour, width: int, height: int, yuv: bool) -> tuple[NDArray[np.uint8], ...]:
    return surface(_drawn(backdrop, background, width, height), yuv=yuv).planes


@lru_cache(maxsize=2)
def _drawn(backdrop: Backdrop, background: Colour, width: int, height: int) -> NDArray[np.uint8]:
    """Return the backdrop as pixels of (height, width, 3)."""
    unit = min(width, height) / 1080
    frame = np.empty((height, width, 3), np.uint8)
    share = _share(backdrop, width, height, unit)
    if share is None:
        frame[:] = background
    else:
        dither = np.tile(_BAYER, (height // 4 + 1, width // 4 + 1))[:height, :width]
        for n, (one, other) in enumerate(zip(background, backdrop.to or background, strict=True)):
            frame[..., n] = np.clip(np.rint(one + share * (other - one) + dither), min(one, other), max(one, other))
    if backdrop.stripe is not None:
        frame[:, : max(2, round(STRIPE * unit))] = backdrop.stripe
    if backdrop.frame is not None:
        _draw_frame(frame, backdrop.frame, max(2, round(FRAME_INSET * unit)), max(1, round(FRAME * unit)))
    frame.flags.writeable = False
    return frame


def _share(backdrop: Backdrop, width: int, height: int, unit: float) -> NDArray[np.float32] | None:
    """Return how much of the second colour each pixel has, 0 to 1; None for a plain backdrop."""
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    if backdrop.kind == "plain":
        return None
    if backdrop.kind == "gradient":
        across, down = math.cos(math.radians(backdrop.angle)), math.sin(math.radians(backdrop.angle))
        along = x * across + y * down
        return np.asarray((along - along.min()) / max(1.0, float(along.max() - along.min())), np.float32)
    if backdrop.kind == "glow":  # from above the middle, gone at the corners
        away = np.hypot((x - width / 2) / (width * 0.75), (y - height * 0.3) / (height * 0.95))
        return np.asarray(np.clip(1 - away, 0, 1) ** 1.2, np.float32)
    if backdrop.kind == "dots":
        return _dots(x, y, 44 * unit, 3.2 * unit)
    if backdrop.kind == "grid":
        fine = np.maximum(_lines(x, 36 * unit, 1.2 * unit), _lines(y, 36 * unit, 1.2 * unit)) * np.float32(0.55)
        return np.maximum(fine, np.maximum(_lines(x, 180 * unit, 1.6 * unit), _lines(y, 180 * unit, 1.6 * unit)))
    if backdrop.kind == "stripes":
        return _lines(x * 0.7071 + y * 0.7071, 48 * unit, 24 * unit)
    wave = y - height * 0.74 + height * 0.07 * np.sin(2 * math.pi * x / width * 0.9 + 0.6)
    second = y - height * 0.87 + height * 0.05 * np.sin(2 * math.pi * x / width * 1.3 + 2.8)
    return np.asarray(0.5 * np.clip(wave, 0, 1) + 0.5 * np.clip(second, 0, 1), np.float32)


def _lines(along: NDArray[np.float32], every: float, width: float) -> NDArray[np.float32]:
    """Return lines of a width across `along`, one in each `every` pixels, with smooth edges."""
    away = np.abs((along + every / 2) % every - every / 2)
    return np.asarray(np.clip(width / 2 + 0.5 - away, 0, min(1.0, max(0.35, width))), np.float32)


def _dots(x: NDArray[np.float32], y: NDArray[np.float32], every: float, radius: float) -> NDArray[np.float32]:
    """Return dots in rows, with smooth edges."""
    away = np.hypot((x + every / 2) % every - every / 2, (y + every / 2) % every - every / 2)
    return np.asarray(np.clip(radius + 0.5 - away, 0, 1), np.float32)


def _draw_frame(frame: NDArray[np.uint8], colour: Colour, inset: int, width: int) -> None:
    """Draw a line around the picture, `inset` pixels from its border."""
    height, across = frame.shape[:2]
    frame[inset : inset + width, inset : across - inset] = colour
    frame[height - inset - width : height - inset, inset : across - inset] = colour
    frame[inset : height - inset, inset : inset + width] = colour
    frame[inset : height - inset, across - inset - width : across - inset] = colour
