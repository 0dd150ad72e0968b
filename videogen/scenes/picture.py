"""Layers of a scene as a clip: each fades in while it rises, and the picture is held in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from videogen.scenes.clip import Frame, SceneClip, Span
from videogen.scenes.layout import Layer, Sheet
from videogen.scenes.pen import Box, Pen

FULL = 128
"""Opacity is counted in 128ths: 255 times it still fits into int16."""


@dataclass(frozen=True)
class Sprite:
    """What a layer adds to the background: the difference in its smallest rectangle. int16, (height, width, 3)."""

    left: int
    top: int
    difference: NDArray[np.int16]
    layer: Layer


class Picture:
    """A scene that is drawn when its first frame is asked for."""

    def __init__(self, sheet: Sheet, layers: Sequence[Layer]) -> None:
        self.sheet = sheet
        self.layers = tuple(layers)
        self._settled: tuple[tuple[int, ...], Frame] | None = None

    def clip(self, duration: float) -> SceneClip:
        """The clip; without motion its first frame is its last."""
        fps = self.sheet.look.fps
        changes = {(at, at + layer.frames) for layer in self.layers for at in (layer.start, layer.end) if at is not None}
        spans = sorted(changes) if self.sheet.look.motion else []
        moves = [Span(start / fps, min(end / fps, duration)) for start, end in _merged(spans) if start / fps < duration]
        return SceneClip(self.frame, duration, moves)

    def frame(self, t: float) -> Frame:
        """The picture at t seconds. Not to be written to: frames that are alike are the same array."""
        now = int(t * self.sheet.look.fps + 1e-3)
        shown = tuple(self._opacity(layer, now) for layer in self.layers)
        count = next((n for n, opacity in enumerate(shown) if 0 < opacity < FULL), len(shown))
        settled = self._at_rest(shown[:count])
        if not any(shown[count:]):
            return settled
        frame = settled.copy()
        for sprite, opacity in zip(self._sprites[count:], shown[count:], strict=True):
            if opacity:
                _blend(frame, sprite, opacity)
        return frame

    @cached_property
    def _background(self) -> Image.Image:
        return Image.new("RGB", (self.sheet.look.width, self.sheet.look.height), self.sheet.theme.background)

    @cached_property
    def _sprites(self) -> tuple[Sprite, ...]:
        return tuple(self._sprite(layer) for layer in self.layers)

    def ink(self) -> Box | None:
        """The smallest box around all that is drawn; None when nothing is."""
        boxes = [(s.left, s.top, s.left + s.difference.shape[1], s.top + s.difference.shape[0]) for s in self._sprites if s.difference.size]
        if not boxes:
            return None
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    def _sprite(self, layer: Layer) -> Sprite:
        below = self._background
        if layer.over is not None:
            below = below.copy()
            layer.over(Pen(below))
        drawn = self._background.copy()
        layer.paint(Pen(drawn))
        left, top, right, bottom = ImageChops.difference(drawn, below).getbbox() or (0, 0, 0, 0)
        box = (left, top, right, bottom)
        difference = np.asarray(drawn.crop(box), dtype=np.int16) - np.asarray(below.crop(box), dtype=np.int16)
        return Sprite(left, top, difference, layer)

    def _opacity(self, layer: Layer, now: int) -> int:
        """In 128ths, eased; full in the last frame of the layer's entrance, so that holding that frame holds the finished picture.

        What goes is as much less as what comes in its place is more.
        """
        if not self.sheet.look.motion:
            return FULL if layer.end is None else 0
        gone = 0 if layer.end is None else _eased((now - layer.end + 1) / layer.frames)
        return _eased((now - layer.start + 1) / layer.frames) - gone

    def _at_rest(self, opacities: tuple[int, ...]) -> Frame:
        """The picture with the first layers either there or not."""
        while opacities and not opacities[-1]:
            opacities = opacities[:-1]
        if self._settled is None or self._settled[0] != opacities:
            frame = np.array(self._background)
            for sprite, opacity in zip(self._sprites, opacities, strict=False):
                if opacity:
                    _blend(frame, sprite, FULL)
            frame.flags.writeable = False
            self._settled = (opacities, frame)
        return self._settled[1]


def _eased(share: float) -> int:
    """How much of an entrance is done, in 128ths."""
    return round(FULL * (1 - (1 - min(1.0, max(0.0, share))) ** 3))


def _blend(frame: Frame, sprite: Sprite, opacity: int) -> None:
    """Lays a sprite over a frame, lower by what is left of its rise."""
    height, width = sprite.difference.shape[:2]
    top = sprite.top + sprite.layer.rise * (FULL - opacity) // FULL
    height = min(height, frame.shape[0] - top)
    if height <= 0 or not width:
        return
    part = frame[top : top + height, sprite.left : sprite.left + width]
    part[:] = np.clip(part + ((sprite.difference[:height] * np.int16(opacity)) >> 7), 0, 255)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order of their start, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
