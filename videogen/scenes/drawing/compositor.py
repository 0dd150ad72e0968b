"""Layers of a scene as a clip: each fades in while it rises, reels are drawn over them, and the picture is held in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from videogen.scenes import backdrop
from videogen.scenes.drawing.canvas import Box, Canvas
from videogen.scenes.drawing.surface import Frame, Patch, Surface, even, inside, rows, scaled, slices, surface, united
from videogen.scenes.layout import AnimatedLayer, Layer, Layout
from videogen.scenes.scene_clip import MEDIA, MotionSpan, SceneClip

FULL = 128
"""Opacity is counted in 128ths: 255 times it still fits into int16."""

UNSEEN = 0.016
"""So little of an opacity is one step of most colours, or two."""

AT_ONCE_FRAMES = 6
"""What begins within these frames comes in with the scene itself; what begins later waits for its words."""


@dataclass(frozen=True, eq=False)
class Sprite:
    """What a layer adds to the background: the difference of two pictures of an even rectangle around it. `ink` is the smallest one."""

    left: int
    top: int
    drawn: Frame
    below: Frame
    layer: Layer
    ink: Patch | None

    @cached_property
    def rgb(self) -> tuple[NDArray[np.int16], ...]:
        return (np.subtract(self.drawn, self.below, dtype=np.int16),)

    @cached_property
    def yuv(self) -> tuple[NDArray[np.int16], ...]:
        drawn, below = (surface(picture, yuv=True).planes for picture in (self.drawn, self.below))
        return tuple(np.subtract(one, other, dtype=np.int16) for one, other in zip(drawn, below, strict=True))

    def at(self, opacity: int) -> Patch | None:
        """Return the patch of a layer at an opacity, lower by what is left of its rise.

        None if nothing of it is visible.
        """
        height, width = self.drawn.shape[:2]
        if not opacity or self.ink is None:
            return None
        top = self.top + self.layer.rise * (FULL - opacity) // FULL
        return (self.left, top, self.left + width, top + height)


class Compositor:
    """A scene that is drawn when its first frame is asked for. `entered`: what comes in with it is there from the start."""

    def __init__(self, layout: Layout, parts: Sequence[Layer | AnimatedLayer], *, entered: bool = False) -> None:
        self.layout = layout
        layers = [part for part in parts if isinstance(part, Layer)]
        self.layers = tuple(replace(layer, start=-layer.frames) if entered and layer.start < AT_ONCE_FRAMES else layer for layer in layers)
        animated_layers = [part for part in parts if isinstance(part, AnimatedLayer)]
        self.animated_layers = tuple(replace(animated, appears=0) if entered else animated for animated in animated_layers)
        self._settled: dict[bool, tuple[tuple[int, ...], Surface]] = {}
        self._onto: Surface | None = None
        self._on_it: tuple[int, ...] = ()

    def clip(self, duration: float) -> SceneClip:
        """Return the clip; without motion its first frame is its last."""
        fps = self.layout.settings.fps
        motion = self.layout.settings.motion
        changes = {(at, at + layer.frames) for layer in self.layers for at in (layer.start, layer.end) if at is not None and motion}
        changes |= {(0, animated.appears) for animated in self.animated_layers if motion}
        changes |= {move for animated in self.animated_layers for move in animated.moves if motion or animated.is_content}
        spans = sorted(span for span in changes if span[1] > 0)
        moves = [MotionSpan(start / fps, min(end / fps, duration)) for start, end in _merged(spans) if start / fps < duration]
        medium = max((animated.medium for animated in self.animated_layers), key=MEDIA.index, default=MEDIA[0])
        return SceneClip(self.frame, duration, moves, self.draw, self._whole[2:], medium=medium)

    def frame(self, t: float) -> Frame:
        """Return the picture at t seconds."""
        frame = np.empty((self.layout.settings.height, self.layout.settings.width, 3), np.uint8)
        self._compose(Surface((frame,)), self._shown(t), self._whole)
        return frame

    def draw(self, t: float, on: Surface) -> Patch | None:
        """Return the same on a surface that holds the picture drawn last; see `Draw`."""
        shown = self._shown(t)
        patch: Patch | None = self._whole
        if self._onto is on:
            patch = None
            for sprite, before, now in zip(self._sprites, self._on_it, shown, strict=False):
                if before != now:
                    patch = united(patch, united(sprite.at(before), sprite.at(now)))
            patch = even(patch, self._whole) if patch else None
            for n, animated in enumerate(self.animated_layers):
                if self._animated_state(self._on_it, n) != self._animated_state(shown, n) or (
                    patch is not None and _meet(patch, animated.box)
                ):
                    patch = united(patch, animated.box)
        self._onto, self._on_it = on, shown
        if patch is not None:
            patch = inside(patch, self._whole)
            self._compose(on, shown, patch)
        return patch

    def _shown(self, t: float) -> tuple[int, ...]:
        """Return the opacity of each layer, then picture number and opacity of each animated layer.

        Equal pictures have equal values.
        """
        now = int(t * self.layout.settings.fps + 1e-3)
        shown = [self._opacity(layer, now) for layer in self.layers]
        for animated in self.animated_layers:
            motion = self.layout.settings.motion
            shown.append(animated.number(now, motion=motion))
            shown.append(_eased((now + 1) / animated.appears) if motion and animated.appears else FULL)
        return tuple(shown)

    def _animated_state(self, shown: tuple[int, ...], n: int) -> tuple[int, int]:
        at = len(self.layers) + 2 * n
        return shown[at], shown[at + 1]

    def _compose(self, on: Surface, shown: tuple[int, ...], patch: Patch) -> None:
        """Paint the patch anew: the layers at rest, those that move, and those above them."""
        opacities = shown[: len(self.layers)]
        count = next((n for n, opacity in enumerate(opacities) if 0 < opacity < FULL), len(opacities))
        on.show(self._at_rest(opacities[:count], yuv=on.yuv), patch)
        for sprite, opacity in zip(self._sprites[count:], opacities[count:], strict=True):
            if opacity:
                _blend(on, sprite, opacity, patch)
        for n, animated in enumerate(self.animated_layers):
            if _meet(patch, animated.box):  # and then all of it is in the patch
                animated.draw(on.part(animated.box), *self._animated_state(shown, n))

    @property
    def _whole(self) -> Patch:
        return (0, 0, self.layout.settings.width, self.layout.settings.height)

    @cached_property
    def _background(self) -> Image.Image:
        return backdrop.picture(self.layout.theme, self.layout.settings.width, self.layout.settings.height)

    @cached_property
    def _canvas(self) -> Image.Image:
        """What layers are painted on, one after the other: as the background but for the one that is being painted."""
        return self._background.copy()

    @cached_property
    def _sprites(self) -> tuple[Sprite, ...]:
        return tuple(self._sprite(layer) for layer in self.layers)

    def ink(self) -> Box | None:
        """Return the smallest box around all that is drawn at last, pictures and videos aside; None when nothing is."""
        box: Patch | None = None
        for sprite in self._sprites:
            if not sprite.layer.cover:
                box = united(box, sprite.ink)
        for animated in self.animated_layers:
            if animated.medium == "type":
                box = united(box, self._ink_at_rest(animated))
        return box

    def _ink_at_rest(self, animated: AnimatedLayer) -> Patch | None:
        """Return the smallest box around what an animated layer draws at last."""
        below = self._background.crop(animated.box)
        drawn = np.array(below)
        animated.draw(Surface((drawn,)), animated.rest, FULL)
        changed = ImageChops.difference(Image.fromarray(drawn), below).getbbox()
        left, top = animated.box[:2]
        return (left + changed[0], top + changed[1], left + changed[2], top + changed[3]) if changed else None

    def _sprite(self, layer: Layer) -> Sprite:
        canvases = [Canvas(self._background.copy() if layer.base else self._canvas)]
        layer.paint(canvases[0])
        if layer.base:
            canvases.append(Canvas(self._background.copy()))
            layer.base(canvases[1])
        touched: Patch | None = None
        for canvas in canvases:
            touched = united(touched, canvas.touched)
        left, top, right, bottom = inside(touched or (0, 0, 0, 0), self._whole)
        # With a margin: the colour of a pixel is also seen in that of its neighbours.
        box = even((left - 2, top - 2, max(left, right) + 2, max(top, bottom) + 2), self._whole)
        drawn, below = canvases[0].picture.crop(box), (canvases[1].picture if layer.base else self._background).crop(box)
        if not layer.base:
            self._canvas.paste(below, box)  # clean again for the next layer
        changed = ImageChops.difference(drawn, below).getbbox()
        if changed is None:
            return Sprite(0, 0, np.asarray(drawn), np.asarray(below), layer, None)
        ink = changed[0] + box[0], changed[1] + box[1], changed[2] + box[0], changed[3] + box[1]
        tight = even((ink[0] - 2, ink[1] - 2, ink[2] + 2, ink[3] + 2), box)
        own = (tight[0] - box[0], tight[1] - box[1], tight[2] - box[0], tight[3] - box[1])
        return Sprite(tight[0], tight[1], np.asarray(drawn.crop(own)), np.asarray(below.crop(own)), layer, ink)

    def _opacity(self, layer: Layer, now: int) -> int:
        """Return the opacity in 128ths, eased.

        It is full in the last frame of the entrance, so that the repeated frame is the finished picture.

        What goes is as much less as what comes in its place is more.
        """
        if not self.layout.settings.motion:
            return FULL if layer.end is None else 0
        faded = 0 if layer.end is None else _eased((now - layer.end + 1) / layer.frames)
        return _eased((now - layer.start + 1) / layer.frames) - faded

    def _at_rest(self, opacities: tuple[int, ...], *, yuv: bool) -> Surface:
        """Return the picture with the first layers either there or not."""
        while opacities and not opacities[-1]:
            opacities = opacities[:-1]
        before, on = self._settled.get(yuv, ((-1,), None))
        if on is None or before != opacities[: len(before)]:
            settings = self.layout.settings
            before, on = (), backdrop.ground(self.layout.theme, settings.width, settings.height, yuv=yuv)
        for sprite, opacity in zip(self._sprites[len(before) :], opacities[len(before) :], strict=False):
            if opacity:
                _blend(on, sprite, FULL, self._whole)
        self._settled[yuv] = (opacities, on)
        return on


def _eased(share: float) -> int:
    """Return how much of an entrance is done, in 128ths.

    What nobody could tell from all of it is all of it, and no more pictures are made.
    """
    left = (1 - min(1.0, max(0.0, share))) ** 3
    return FULL if left < UNSEEN else round(FULL * (1 - left))


def _blend(on: Surface, sprite: Sprite, opacity: int, patch: Patch) -> None:
    """Blend a sprite into a surface, as far as it lies in the patch."""
    at = sprite.at(opacity)
    if at is None:
        return
    for n, (plane, difference) in enumerate(zip(on.planes, sprite.yuv if on.yuv else sprite.rgb, strict=True)):
        left, top, _, _ = scaled(at, n)
        height, width = difference.shape[:2]
        seen = inside((left, top, left + width, top + height), scaled(patch, n))
        if seen[0] >= seen[2] or seen[1] >= seen[3]:
            continue
        part, own = plane[slices(seen, 0)], difference[slices((seen[0] - left, seen[1] - top, seen[2] - left, seen[3] - top), 0)]
        for some in rows(len(part)):
            added = own[some] if opacity == FULL else (own[some] * np.int16(opacity) + np.int16(FULL // 2)) >> 7
            part[some] = np.clip(part[some] + added, 0, 255)


def _meet(one: Patch, other: Patch) -> bool:
    """Return whether two patches share a pixel."""
    left, top, right, bottom = inside(one, other)
    return left < right and top < bottom


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Merge spans that touch, in order of their start."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
