"""A stretch of a video, on a card or over the whole screen; its last picture stays as long as the scene goes on."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

from PIL import Image

from videogen.media import footage
from videogen.media.playback import PLAYS_FROM_S
from videogen.scenes.drawing.surface import Surface, surface
from videogen.scenes.framing import framing
from videogen.scenes.layout import AnimatedLayer, Layer, Layout
from videogen.scenes.media_frame import LEAST_SEEN_OF_PHOTO, MediaFrame
from videogen.scenes.scene_clip import SceneTiming
from videogen.script.models import ClipScene, Scene

STILL_PX = 128
"""Shorter side of a picture of a video that is blurred."""


def split(scene: ClipScene, layout: Layout) -> tuple[Scene, ...]:
    return (scene,)


def layers(scene: ClipScene, layout: Layout, timing: SceneTiming) -> tuple[Layer | AnimatedLayer, ...]:
    info = footage.probe(Path(scene.file))
    end_s = min(info.seconds, scene.end_s or info.seconds)
    frame = framing(scene, layout, info.size, timing, LEAST_SEEN_OF_PHOTO, partial(_still, scene, info.size, end_s))
    last = math.ceil((PLAYS_FROM_S + end_s - scene.start_s) * layout.settings.fps)
    shown = FootageLayer(scene, frame, info.size, end_s, layout.settings.fps)
    return (*frame.layers, AnimatedLayer(frame.box, ((0, last),), shown.draw, medium="footage"))


def _still(scene: ClipScene, size: tuple[int, int], end_s: float) -> Image.Image:
    """Return the picture in the middle of the stretch, small."""
    scale = STILL_PX / min(size)
    projector = footage.Projector(Path(scene.file), (max(2, round(size[0] * scale)), max(2, round(size[1] * scale))))
    return Image.fromarray(projector.at((scene.start_s + end_s) / 2))


class FootageLayer:
    """A stretch of a video in a frame, decoded picture by picture as it is asked for."""

    def __init__(self, scene: ClipScene, frame: MediaFrame, size: tuple[int, int], end_s: float, fps: float) -> None:
        self.scene, self.frame, self.end_s, self.fps = scene, frame, end_s, fps
        scale = max(target / there for target, there in zip(frame.size, size, strict=True))
        width, height = (max(target, round(there * scale)) for target, there in zip(frame.size, size, strict=True))
        self.left, self.top = (width - frame.size[0]) // 2, (height - frame.size[1]) // 2
        self.projector = footage.Projector(Path(scene.file), (width, height))

    def draw(self, part: Surface, number: int, opacity: int) -> None:
        # Before the end, so that what comes after the stretch never shows.
        at = min(max(0.0, number / self.fps - PLAYS_FROM_S) + self.scene.start_s, self.end_s - 0.5 / self.fps)
        picture = self.projector.at(at)
        width, height = self.frame.size
        cut = picture[self.top : self.top + height, self.left : self.left + width]
        self.frame.lay(part, lambda on: on.show(surface(cut, yuv=on.yuv)), opacity)
