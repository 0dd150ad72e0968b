"""A blurred copy of a picture behind it, over all of the screen, where the picture alone would stand in an empty one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from videogen.scenes.backdrop import dithered
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import Layer
from videogen.scenes.theme import Colour, Theme, contrast, luminance

Still = Callable[[], Image.Image]
"""Returns a small picture, in RGB, of what is shown."""

SMALL = 72
"""Shorter side of the copy that is blurred, in pixels: what is finer is gone anyway."""
BLUR = 5.0
"""Radius of the blur in that copy."""
LEAST_CONTRAST = 6.0
"""Of the theme's text with every pixel of the cover."""
GROUND_SHARES = (0.5, 0.58, 0.66, 0.74, 0.82, 0.9, 1.0)
"""How much of a cover is the theme's background: the first of them at which its text can be read everywhere."""


@dataclass(frozen=True)
class BlurredCover:
    """A picture cut to the screen, blurred, and mixed with the background of a theme."""

    still: Still
    theme: Theme
    size: tuple[int, int]

    def paint(self, canvas: Canvas) -> None:
        canvas.paste(self._picture)

    def below(self, layer: Layer) -> Layer:
        """Return a layer that stands on the cover."""

        def paint(canvas: Canvas) -> None:
            self.paint(canvas)
            layer.paint(canvas)

        def rest(canvas: Canvas) -> None:
            self.paint(canvas)
            if layer.shared is not None:
                layer.shared.rest(canvas)

        shared = None if layer.shared is None else replace(layer.shared, rest=rest)
        return replace(layer, paint=paint, base=self.paint, shared=shared)

    @cached_property
    def _picture(self) -> Image.Image:
        across, down = self.size
        scale = SMALL / min(self.size)
        small = ImageOps.fit(self.still().convert("RGB"), (round(across * scale), round(down * scale)), Image.Resampling.BOX)
        blurred = np.asarray(small.filter(ImageFilter.GaussianBlur(BLUR)), np.float32)
        ground = np.asarray(self.theme.background, np.float32)
        for share in GROUND_SHARES:
            mixed = blurred + share * (ground - blurred)
            if _is_read_on(mixed, self.theme.text):
                break
        planes = [Image.fromarray(mixed[..., n]).resize(self.size, Image.Resampling.BICUBIC) for n in range(3)]
        return Image.fromarray(dithered(np.stack([np.asarray(plane) for plane in planes], axis=2)))


def _is_read_on(pixels: np.ndarray[tuple[int, ...], np.dtype[np.float32]], text: Colour) -> bool:
    """Return whether a text has enough contrast with the lightest and the darkest of the pixels."""
    brightness = pixels.reshape(-1, 3) @ np.array((0.2126, 0.7152, 0.0722), np.float32)
    extremes = pixels.reshape(-1, 3)[[int(brightness.argmin()), int(brightness.argmax())]]
    return all(contrast(luminance(text), luminance(Colour(*map(round, one)))) >= LEAST_CONTRAST for one in extremes.tolist())
