"""A picture that stands in two scenes, one after the other, and glides from its place in the first to that in the second."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import ceil

import numpy as np
from PIL import Image

from videogen.scenes.drawing.camera import smooth
from videogen.scenes.drawing.canvas import Box
from videogen.scenes.drawing.compositor import FULL
from videogen.scenes.drawing.resampling import resample
from videogen.scenes.drawing.surface import Patch, Surface, inside, surface
from videogen.scenes.layout import AnimatedLayer, Layout
from videogen.scenes.media_frame import MediaFrame
from videogen.scenes.shared_picture import SharedPicture


class PictureGlide:
    """The way of one picture: from its `last` frame in the first scene to the frame of the second one in which it `arrives`.

    Its box, its corners and what is seen of it change alike.
    """

    def __init__(self, before: SharedPicture, now: SharedPicture, layout: Layout, last: int, arrives: int) -> None:
        self.before, self.now, self.layout, self.last, self.arrives = before, now, layout, last, arrives
        self._sources: dict[bool, Surface] = {}

    def patch(self, done: float) -> Patch:
        """Return the even rectangle that the picture takes."""
        pairs = zip(self.before.box, self.now.box, strict=True)
        left, top, right, bottom = (2 * round((a + (b - a) * smooth(done)) / 2) for a, b in pairs)
        settings = self.layout.settings
        return inside((left, top, max(left + 2, right), max(top + 2, bottom)), (0, 0, settings.width, settings.height))

    def lay(self, on: Surface, done: float) -> None:
        """Draw the picture on its way, `done` from 0 to 1."""
        share, patch = smooth(done), self.patch(done)
        if on.yuv not in self._sources:
            self._sources[on.yuv] = surface(np.asarray(self._source), yuv=on.yuv)
        source = self._sources[on.yuv]
        left, top, right, bottom = self._seen(share)

        def paint(part: Surface) -> None:
            for plane, seen in zip(source.planes, part.planes, strict=True):
                height, width = plane.shape[:2]
                resample(plane, (left * width, top * height, right * width, bottom * height), seen)

        radius = self.before.radius + (self.now.radius - self.before.radius) * share
        MediaFrame(self.layout, patch, (), radius=radius).lay(on.part(patch), paint, FULL)

    def _seen(self, share: float) -> Box:
        """Return what is seen of the picture, as shares of it, so that it keeps its proportions while its box changes its own."""
        edges: list[tuple[float, float]] = []
        for low, high in ((0, 2), (1, 3)):
            ends = [
                (one.box[high] - one.box[low], seen[high] - seen[low], (seen[high] + seen[low]) / 2)
                for one, seen in ((self.before, self.before.seen(self.last)), (self.now, self.now.seen(self.arrives)))
            ]
            box, whole, middle = (
                a + (b - a) * share for a, b in zip(*((length, length / part, centre) for length, part, centre in ends), strict=True)
            )
            half = min(0.5, box / whole / 2)
            middle = min(max(half, middle), 1 - half)
            edges.append((middle - half, middle + half))
        (left, right), (top, bottom) = edges
        return left, top, right, bottom

    @cached_property
    def _source(self) -> Image.Image:
        """All of the picture, as large as the larger of its places asks for, in even pixels."""
        wide, high = max(self.before.whole, self.now.whole)
        picture = self.now.load((ceil(wide), ceil(high)))
        size = max(2, round(wide / 2) * 2), max(2, round(high / 2) * 2)
        return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def picture_glides(before: Sequence[object], now: Sequence[object], layout: Layout, last: int, arrives: int) -> list[PictureGlide]:
    """Return the ways of the pictures that the layers of two scenes share, at different places or with other parts of them seen."""
    waiting = [layer.shared for layer in before if isinstance(layer, AnimatedLayer) and layer.shared is not None]
    ways = []
    for layer in now:
        if not isinstance(layer, AnimatedLayer) or layer.shared is None:
            continue
        other = next((one for one in waiting if one.file == layer.shared.file), None)
        if other is None:
            continue
        waiting.remove(other)
        if other.box != layer.shared.box or not np.allclose(other.seen(last), layer.shared.seen(arrives), atol=1e-3):
            ways.append(PictureGlide(other, layer.shared, layout, last, arrives))
    return ways
