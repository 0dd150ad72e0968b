"""What two scenes, one after the other, share, and what each of them shows without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from videogen.scenes.glide import Glide, glides
from videogen.scenes.layout import AnimatedLayer, Layer, Layout, SharedText
from videogen.scenes.picture_glide import PictureGlide, picture_glides
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.shared_picture import SharedPicture
from videogen.scenes.transition import TRANSITION_S

Layers = Sequence[Layer | AnimatedLayer]


@dataclass(frozen=True)
class SharedElements:
    """The ways of the texts and pictures of two scenes, texts over pictures, and the layers of both scenes without them."""

    ways: tuple[PictureGlide | Glide, ...]
    before: Layers
    now: Layers


def shared_elements(before: Layers, now: Layers, layout: Layout, timing: SceneTiming) -> SharedElements:
    """Find what the layers of two scenes share; `timing` is that of the first one."""
    settings = layout.settings
    last, arrives = int(timing.duration * settings.fps) - 1, round(TRANSITION_S * settings.fps)
    ways: tuple[PictureGlide | Glide, ...] = (
        *picture_glides(before, now, layout, last, arrives),
        *glides(before, now, (0, 0, settings.width, settings.height)),
    )
    return SharedElements(ways, _without(before, [way.before for way in ways]), _without(now, [way.now for way in ways]))


def _without(layers: Layers, shared: Sequence[SharedText | SharedPicture]) -> Layers:
    """Return the layers without some texts and pictures, and without what is under those pictures."""
    texts = {(one.key, one.box) for one in shared if isinstance(one, SharedText)}
    boxes = {one.box for one in shared if isinstance(one, SharedPicture)}
    left: list[Layer | AnimatedLayer] = []
    for layer in layers:
        if isinstance(layer, AnimatedLayer):
            if layer.shared is None or layer.shared.box not in boxes:
                left.append(layer)
        elif layer.under not in boxes:
            text = layer.shared
            left.append(replace(layer, paint=text.rest, shared=None) if text and (text.key, text.box) in texts else layer)
    return left
