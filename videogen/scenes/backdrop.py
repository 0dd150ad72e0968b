"""Draws what lies behind a scene: the background colour, or a gradient, a glow or a quiet pattern, computed once per size."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.surface import Surface, blank, surface
from videogen.scenes.text.segmentation import graphemes
from videogen.scenes.text.text_block import TextBlock, TextStyle, plain_block
from videogen.scenes.theme import Backdrop, Colour, Logo, Theme, luminance

STRIPE, FRAME, FRAME_INSET = 16, 3, 28
"""Widths of the stripe and the frame, and how far the frame is from the border, in pixels of a picture whose short side is 1080."""

MARK_MIDDLE = 0.039
"""Distance of the middle of a logo or footer from the border: half of the margin."""

LOGO_HEIGHT, LOGO_WIDTH, FOOTER_SIZE = 0.05, 0.22, 0.0235
"""The most that a logo takes, and the size of a footer, as shares of the picture's height, and of its width for a logo's width."""

LEAST_FOOTER = 0.7
"""A long footer is set as small as this share of its size; one that is longer yet ends in an ellipsis."""

LEAST_LOGO_CONTRAST, HIDDEN_SHARE = 1.6, 0.2
"""A logo of which such a share, or more, differs less from the background stands on a plate."""

LOGO_PLATES = (Colour(255, 255, 255), Colour(17, 17, 17))

_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 - 15 / 32
"""An ordered dither, less than half a step of a colour either way: without it a gradient shows its steps."""


def is_plain(theme: Theme) -> bool:
    """Return whether the backdrop is one colour from edge to edge."""
    has_marks = theme.logo is not None or bool(theme.footer)
    return theme.backdrop.kind == "plain" and theme.backdrop.stripe is None and theme.backdrop.frame is None and not has_marks


def picture(theme: Theme, width: int, height: int) -> Image.Image:
    """Return the backdrop as a picture in RGB, which the caller must not change."""
    if is_plain(theme):
        return Image.new("RGB", (width, height), theme.background)
    return Image.fromarray(_drawn(theme, width, height))


def ground(theme: Theme, width: int, height: int, *, yuv: bool) -> Surface:
    """Return the backdrop as a surface of its own, to draw on."""
    if is_plain(theme):
        return blank(width, height, theme.background, yuv=yuv)
    return Surface(tuple(plane.copy() for plane in _planes(theme, width, height, yuv)))


@lru_cache(maxsize=2)
def _planes(theme: Theme, width: int, height: int, yuv: bool) -> tuple[NDArray[np.uint8], ...]:
    return surface(_drawn(theme, width, height), yuv=yuv).planes


@lru_cache(maxsize=2)
def _drawn(theme: Theme, width: int, height: int) -> NDArray[np.uint8]:
    """Return the backdrop as pixels of (height, width, 3), with the logo and the footer in its margins."""
    frame = _pattern(theme.backdrop, theme.background, width, height)
    if theme.logo is not None or theme.footer:
        picture = Image.fromarray(frame)
        _draw_footer(picture, theme)
        if theme.logo is not None:
            _draw_logo(picture, theme, theme.logo)
        frame = np.array(picture)
    frame.flags.writeable = False
    return frame


def _draw_footer(picture: Image.Image, theme: Theme) -> None:
    """Write the footer into the lower margin, opposite of the logo."""
    width, height = picture.size
    size = min(FOOTER_SIZE * height, 1.4 * FOOTER_SIZE * width)
    across = max(width * 0.0625, height * 0.04)
    room = width - 2 * across - LOGO_WIDTH * width

    def set_in(size: float, text: str) -> TextBlock:
        return plain_block(text, TextStyle(size, theme, theme.muted, 500, 1.2), 100 * width)

    block = set_in(size, theme.footer)
    if block.width > room:
        size *= max(LEAST_FOOTER, room / block.width)
        block = set_in(size, theme.footer)
    clusters = list(graphemes(theme.footer))
    while block.width > room and clusters:
        clusters = clusters[: int(len(clusters) * min(0.98, room / block.width))]
        block = set_in(size, "".join(clusters).rstrip() + "…")
    is_right = theme.logo is not None and theme.logo.position == "bottom-left"
    left = width - across - block.width if is_right else across
    block.draw(Canvas(picture), left, height * (1 - MARK_MIDDLE) - block.height / 2)


def _draw_logo(picture: Image.Image, theme: Theme, logo: Logo) -> None:
    """Put the logo into the margin of its corner, on a plate where it could hardly be seen."""
    from videogen.media import images  # few themes have a logo

    width, height = picture.size
    most_wide, most_high = LOGO_WIDTH * width, min(LOGO_HEIGHT * height, 0.09 * width)
    image = images.load(Path(logo.file), (round(most_wide), round(most_high))).convert("RGBA")
    share = min(most_wide / image.width, most_high / image.height)
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    image = image.resize(size, Image.Resampling.LANCZOS)
    across, middle = max(width * 0.0625, height * 0.04), MARK_MIDDLE * height
    left = round(across) if "left" in logo.position else round(width - across - image.width)
    top = round((middle if "top" in logo.position else height - middle) - image.height / 2)
    if plate := _plate_for(image, theme.background):
        pad = max(2, round(0.12 * image.height))
        Canvas(picture).rounded((left - pad, top - pad, left + image.width + pad, top + image.height + pad), pad, plate)
    picture.paste(image, (left, top), image)


def _plate_for(image: Image.Image, background: Colour) -> Colour | None:
    """Return the colour of a plate on which a logo can be seen better than on the background; None if it needs none."""
    pixels = np.asarray(image)
    seen = pixels[pixels[..., 3] > 127][:, :3].astype(np.float64) / 255
    if not len(seen):
        return None
    levels = np.where(seen <= 0.04, seen / 12.92, ((seen + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722) + 0.05

    def hidden(ground: Colour) -> float:
        level = luminance(ground) + 0.05
        return float((np.maximum(levels, level) / np.minimum(levels, level) < LEAST_LOGO_CONTRAST).mean())

    if hidden(background) < HIDDEN_SHARE:
        return None
    return min(LOGO_PLATES, key=hidden)


def _pattern(backdrop: Backdrop, background: Colour, width: int, height: int) -> NDArray[np.uint8]:
    """Return what lies behind a scene as pixels of (height, width, 3), which may be drawn on."""
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


def dithered(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return colours of (height, width, 3) rounded so that a gradient shows no steps."""
    height, width = pixels.shape[:2]
    dither = np.tile(_BAYER, (height // 4 + 1, width // 4 + 1))[:height, :width, None]
    return np.clip(np.rint(pixels + dither), 0, 255).astype(np.uint8)


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
