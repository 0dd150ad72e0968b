"""A picture: whole on a card, or over the whole screen; still, or with a camera that moves over it and comes to rest."""

from __future__ import annotations

import math
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageFilter, ImageOps

from videogen.media import images, sniff
from videogen.media.animation import Animation, animation
from videogen.media.playback import PLAYS_FROM_S
from videogen.scenes.drawing.camera import Camera, camera
from videogen.scenes.drawing.resampling import resample
from videogen.scenes.drawing.surface import Surface, surface
from videogen.scenes.framing import framing
from videogen.scenes.layout import AnimatedLayer, Layer, Layout
from videogen.scenes.media_frame import LEAST_SEEN_OF_PHOTO, MediaFrame
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.shared_picture import SharedPicture
from videogen.scenes.theme import Colour, Theme, contrast, luminance
from videogen.scenes.theme import theme as theme_called
from videogen.script.models import ImageScene, Scene

REST_S = 0.6
"""A camera rests at least so long before the scene ends."""
MOST_S = 14.0
PAD = 0.06
"""Around a picture that one can see through, in its longer side."""
LEAST_CONTRAST = 2.2

STILL_PX = 128
"""Least size of the copy of a picture that is blurred."""

LEAST_SEEN = 0.8
"""Share of a drawing that is seen at least where it is cut off to fill its side of the screen."""
INK_PX = 256
"""Longest side of the small copy of a picture that its ink is measured in."""
STROKE_PX = 9
"""Width in that copy, an odd number, up to which something is thin."""
THIN_SHARE = 0.0005
"""Share of a picture that thin things cover at least, to be what has to be seen of it."""


def split(scene: ImageScene, layout: Layout) -> tuple[Scene, ...]:
    return (scene,)


def layers(scene: ImageScene, layout: Layout, timing: SceneTiming) -> tuple[Layer | AnimatedLayer, ...]:
    path = Path(scene.file)
    whole = images.size(path)
    is_transparent = images.is_transparent(path)
    if is_transparent:
        whole = padded(whole)
    still = None if is_transparent else partial(images.load, path, (STILL_PX, STILL_PX))
    frame = framing(scene, layout, whole, timing, least_seen(path), still)
    moving = animation(path) if scene.move == "none" else None
    if moving is not None:
        playing = Playing(moving, path, frame, scene, layout)
        return (*frame.layers, AnimatedLayer(frame.box, playing.spans(timing.duration), playing.draw, medium="footage"))
    seconds = min(MOST_S, max(0.0, timing.duration - REST_S))
    fill = share_seen(whole, frame.size) if frame.fills else (1.0, 1.0)
    way = camera(scene.move, fill, scene.focus, seconds, layout.settings.fps)
    shown = Projection(path, frame, way, layout.theme)
    return (*frame.layers, shown.layer())


def least_seen(path: Path) -> float:
    if images.is_transparent(path):
        return math.inf
    return LEAST_SEEN_OF_PHOTO if sniff.media_type(path) == "image/jpeg" else LEAST_SEEN


class Playing:
    """An animated picture in a frame, over and over for as long as the scene lasts."""

    def __init__(self, moving: Animation, path: Path, frame: MediaFrame, scene: ImageScene, layout: Layout) -> None:
        self.moving, self.frame, self.scene, self.layout = moving, frame, scene, layout
        self.transparent = images.is_transparent(path)
        self.whole = images.size(path)
        self._drawn: tuple[int, Image.Image] | None = None

    def spans(self, seconds: float) -> tuple[tuple[int, int], ...]:
        """Return the numbers of the frames of the video, from and up to, in which another frame of the picture is shown."""
        fps = self.layout.settings.fps
        numbers = sorted({math.ceil(round((PLAYS_FROM_S + time) * fps, 3)) for time in self.moving.changes(seconds)})
        return ((0, 1), *((number, number + 1) for number in numbers))

    def draw(self, part: Surface, number: int, opacity: int) -> None:
        at = self.moving.number_at(max(0.0, number / self.layout.settings.fps - PLAYS_FROM_S))
        if self._drawn is None or self._drawn[0] != at:
            self._drawn = at, self._picture(at)
        seen = np.asarray(self._drawn[1])
        self.frame.lay(part, lambda on: on.show(surface(seen, yuv=on.yuv)), opacity)

    def _picture(self, at: int) -> Image.Image:
        size = self.frame.size
        whole = padded(self.whole) if self.transparent else self.whole
        scale = max(wanted / there for wanted, there in zip(size, whole, strict=True))
        wide, high = (max(1, round(side * scale)) for side in self.whole)
        picture = self.moving.frame(at, (wide, high))
        picture = _on_panel(picture, self.layout.theme) if self.transparent else picture.convert("RGB")
        x = round(max(0, picture.width - size[0]) * self.scene.focus[0])
        y = round(max(0, picture.height - size[1]) * self.scene.focus[1])
        cut = picture.crop((x, y, x + size[0], y + size[1]))
        return cut if picture.width >= size[0] and picture.height >= size[1] else picture.resize(size, Image.Resampling.LANCZOS)


class Projection:
    """A picture under a camera, loaded when its first frame is asked for."""

    def __init__(self, path: Path, frame: MediaFrame, way: Camera, theme: Theme) -> None:
        self.path, self.frame, self.way, self.theme = path, frame, way, theme
        self._sources: dict[bool, Surface] = {}

    def layer(self) -> AnimatedLayer:
        """Return the layer of the picture; it glides where the next scene has it too, unless words stand on it."""
        shared = None
        if self.frame.words is None:
            shared = SharedPicture(self.path, self.frame.box, self.frame.corner_radius, self.way.at, self._whole, self._load)
        return AnimatedLayer(self.frame.box, ((0, self.way.frames),), self.draw, medium="camera", shared=shared)

    def draw(self, part: Surface, number: int, opacity: int) -> None:
        """Draw what the camera sees in a frame."""
        if part.yuv not in self._sources:
            self._sources[part.yuv] = surface(np.asarray(self._source), yuv=part.yuv)
        left, top, right, bottom = self.way.at(number)
        (x, y, _, _), (wide, high) = self.way.seen, self._whole

        def paint(on: Surface) -> None:
            for n, (source, seen) in enumerate(zip(self._sources[part.yuv].planes, on.planes, strict=True)):
                across, down = (wide / 2, high / 2) if n else (wide, high)
                resample(source, ((left - x) * across, (top - y) * down, (right - x) * across, (bottom - y) * down), seen)

        self.frame.lay(part, paint, opacity)

    @property
    def _whole(self) -> tuple[float, float]:
        """How large all of the picture would be, just large enough to be sharp where the camera comes nearest.

        Not in whole pixels, so that where it only pans each pixel is one of the frame.
        """
        across, down = self.way.closest
        return self.frame.size[0] / across, self.frame.size[1] / down

    def _load(self, least: tuple[int, int]) -> Image.Image:
        """Return the picture at such a size at least; one that can be seen through on a panel."""
        picture = images.load(self.path, least=least)
        return _on_panel(picture, self.theme) if picture.mode == "RGBA" else picture

    @cached_property
    def _source(self) -> Image.Image:
        """What the camera ever sees of the picture, at that size."""
        wide, high = self._whole
        picture = self._load((round(wide), round(high)))
        left, top, right, bottom = self.way.seen
        width, height = max(2, int((right - left) * wide + 1e-6) // 2 * 2), max(2, int((bottom - top) * high + 1e-6) // 2 * 2)
        right, bottom = min(1.0, left + width / wide), min(1.0, top + height / high)
        box = (left * picture.width, top * picture.height, right * picture.width, bottom * picture.height)
        return picture.resize((width, height), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def share_seen(picture: tuple[int, int], frame: tuple[int, int]) -> tuple[float, float]:
    """Return how much of a picture fills the frame: width and height, as shares of it."""
    wide, wanted = picture[0] / picture[1], frame[0] / frame[1]
    return (wanted / wide, 1.0) if wide > wanted else (1.0, wide / wanted)


def padded(size: tuple[int, int]) -> tuple[int, int]:
    pad = round(PAD * max(size))
    return size[0] + 2 * pad, size[1] + 2 * pad


def _on_panel(picture: Image.Image, theme: Theme) -> Image.Image:
    """Return a picture that one can see through, on the theme's panel; on a light or dark one instead when it could not be seen there."""
    ink = _ink(picture)

    def seen(panel: Colour) -> tuple[float, bool]:
        return min(LEAST_CONTRAST, contrast(luminance(panel), ink)), panel == theme.panel

    panel = max((theme.panel, theme_called("paper").panel, theme_called("slate").panel), key=seen)
    pad = round(PAD * max(picture.size))
    ground = Image.new("RGB", padded(picture.size), panel)
    ground.paste(picture, (pad, pad), picture)
    return ground


def _ink(picture: Image.Image) -> float:
    """Return the luminance of what has to be seen of a picture that one can see through.

    Of a chart that is the words around it, not its white ground: what is thin, if there is any, such as letters and lines.
    """
    small = picture.copy()
    small.thumbnail((INK_PX, INK_PX), Image.Resampling.BOX)
    opacity = ImageOps.expand(small.getchannel("A"), STROKE_PX, 0)
    solid = opacity.filter(ImageFilter.MinFilter(STROKE_PX)).filter(ImageFilter.MaxFilter(STROKE_PX))
    thin = np.asarray(ImageOps.crop(ImageChops.subtract(opacity, solid), STROKE_PX), np.float64) / 255
    pixels = np.asarray(small, np.float64)
    weights = (thin if thin.mean() > THIN_SHARE else pixels[:, :, 3]).reshape(-1) + 1e-6
    return luminance(Colour(*(round(part) for part in np.average(pixels[:, :, :3].reshape(-1, 3), axis=0, weights=weights))))
