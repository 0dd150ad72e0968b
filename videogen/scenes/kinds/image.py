"""A picture: whole on a card, or over the whole screen; still, or with a camera that moves over it and comes to rest."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from videogen.media import pictures
from videogen.scenes.camera import Camera, camera
from videogen.scenes.clip import Timing
from videogen.scenes.framing import Framing, framing
from videogen.scenes.layout import Layer, Reel, Sheet
from videogen.scenes.resampling import resample
from videogen.scenes.surface import Surface, surface
from videogen.scenes.theme import PAPER, SLATE, Colour, Theme, contrast, luminance
from videogen.script.models import ImageScene, Scene

REST_S = 0.6
"""A camera rests at least so long before the scene ends."""
MOST_S = 14.0
PAD = 0.06
"""Around a picture that one can see through, in its longer side."""
LEAST_CONTRAST = 2.2


def split(scene: ImageScene, sheet: Sheet) -> tuple[Scene, ...]:
    return (scene,)


def layers(scene: ImageScene, sheet: Sheet, timing: Timing) -> tuple[Layer | Reel, ...]:
    path = Path(scene.file)
    whole = pictures.size(path)
    if pictures.is_transparent(path):
        whole = _padded(whole)
    frame = framing(scene, sheet, whole)
    seconds = min(MOST_S, max(0.0, timing.duration - REST_S))
    fill = _seen(whole, frame.size) if scene.fit == "fill" else (1.0, 1.0)
    way = camera(scene.move, fill, scene.focus, seconds, sheet.look.fps)
    shown = Projection(path, frame, way, sheet.theme)
    return (*frame.layers, Reel(frame.box, ((0, way.frames),), shown.draw, glides=True))


class Projection:
    """A picture under a camera, loaded when its first frame is asked for."""

    def __init__(self, path: Path, frame: Framing, way: Camera, theme: Theme) -> None:
        self.path, self.frame, self.way, self.theme = path, frame, way, theme
        self._sources: dict[bool, Surface] = {}
        self._shown: Surface | None = None

    def draw(self, part: Surface, number: int, opacity: int) -> None:
        """Draws what the camera sees in a frame."""
        if part.yuv not in self._sources:
            self._sources[part.yuv] = surface(np.asarray(self._source), yuv=part.yuv)
        left, top, right, bottom = self.way.at(number)
        x, y, across, down = self._window
        self._shown = self._shown if self._shown and self._shown.yuv == part.yuv else part.like()
        for source, seen in zip(self._sources[part.yuv].planes, self._shown.planes, strict=True):
            wide, high = source.shape[1] / across, source.shape[0] / down  # of the whole picture
            box = ((left - x) * wide, (top - y) * high, (right - x) * wide, (bottom - y) * high)
            resample(source, box, seen)
        self.frame.lay(part, self._shown, opacity)

    @property
    def _window(self) -> tuple[float, float, float, float]:
        left, top, right, bottom = self.way.seen
        return left, top, right - left, bottom - top

    @cached_property
    def _source(self) -> Image.Image:
        """What the camera ever sees of the picture, just large enough to be sharp where it comes nearest."""
        enlarged = 1 / self.way.closest
        picture = pictures.load(self.path, least=(round(self.frame.size[0] * enlarged), round(self.frame.size[1] * enlarged)))
        if picture.mode == "RGBA":
            picture = _on_panel(picture, self.theme)
        x, y, across, down = self._window
        box = (x * picture.width, y * picture.height, (x + across) * picture.width, (y + down) * picture.height)
        width = self.frame.size[0] * enlarged * across
        size = (max(2, round(width / 2) * 2), max(2, round(width * _ratio(box) / 2) * 2))
        return picture.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _ratio(box: tuple[float, float, float, float]) -> float:
    return (box[3] - box[1]) / (box[2] - box[0])


def _seen(picture: tuple[int, int], frame: tuple[int, int]) -> tuple[float, float]:
    """How much of a picture fills the frame: width and height, as shares of it."""
    wide, wanted = picture[0] / picture[1], frame[0] / frame[1]
    return (wanted / wide, 1.0) if wide > wanted else (1.0, wide / wanted)


def _padded(size: tuple[int, int]) -> tuple[int, int]:
    pad = round(PAD * max(size))
    return size[0] + 2 * pad, size[1] + 2 * pad


def _on_panel(picture: Image.Image, theme: Theme) -> Image.Image:
    """A picture that one can see through, on the theme's panel; on a light or dark one instead when it could not be seen there."""
    small = picture.resize((32, 32), Image.Resampling.BOX)
    pixels = np.asarray(small, np.float64).reshape(-1, 4)
    ink = luminance(Colour(*(round(part) for part in np.average(pixels[:, :3], axis=0, weights=pixels[:, 3] + 1e-6))))

    def seen(panel: Colour) -> tuple[float, bool]:
        return min(LEAST_CONTRAST, contrast(luminance(panel), ink)), panel == theme.panel

    panel = max((theme.panel, PAPER.panel, SLATE.panel), key=seen)
    pad = round(PAD * max(picture.size))
    ground = Image.new("RGB", _padded(picture.size), panel)
    ground.paste(picture, (pad, pad), picture)
    return ground
