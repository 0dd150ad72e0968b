"""A picture that may stand in the next scene too, and then glides to its place there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from videogen.scenes.drawing.canvas import Box
from videogen.scenes.drawing.surface import Patch


@dataclass(frozen=True, eq=False)
class SharedPicture:
    """Where a picture's file stands in a scene: its box with corners of a `radius`, in pixels.

    `seen` gives what is seen of it in a frame, as shares of it, `whole` the size in pixels that all of it would have, and `load` the whole
    picture at such a size at least.
    """

    file: Path
    box: Patch
    radius: float
    seen: Callable[[int], Box]
    whole: tuple[float, float]
    load: Callable[[tuple[int, int]], Image.Image]
