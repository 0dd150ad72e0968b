"""How much of a picture is used: a measure by rows and columns of cells.

The picture without its outer margins is cut into cells of a 36th of its short side. A cell is used if something is drawn in it, or both
left and right of it in its row, or both above and below it in its column: space inside of a text, a table or a card is used, space
around it is not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from videogen.scenes import RenderSettings, SceneTiming, backdrop, draw_scene, paginate, themes
from videogen.scenes.layout import Layout
from videogen.script.models import Scene

CELLS = 36
NOTICEABLE = 14
"""Difference to the backdrop, of 255, from which a pixel counts as drawn."""


def share_used(picture: NDArray[np.uint8], settings: RenderSettings) -> float:
    """Return the share of a picture that is used, 0 to 1."""
    bare = np.asarray(backdrop.picture(themes()[settings.theme], settings.width, settings.height), np.int16)
    drawn = np.abs(picture.astype(np.int16) - bare).max(axis=2) > NOTICEABLE
    area = Layout(settings).area
    drawn = drawn[round(area.top) : round(area.bottom), round(area.left) : round(area.right)]
    side = min(settings.width, settings.height) / CELLS
    size = (max(1, round(drawn.shape[1] / side)), max(1, round(drawn.shape[0] / side)))
    cells = np.asarray(Image.fromarray(drawn.astype(np.uint8) * 255).resize(size, Image.Resampling.BOX)) > 0
    return float((_between(cells) | _between(cells.T).T).mean())


def _between(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which cells have one that is set at or before them in their row, and one at or after them."""
    return np.logical_or.accumulate(cells, axis=1) & np.logical_or.accumulate(cells[:, ::-1], axis=1)[:, ::-1]


def last_picture(scene: Scene, settings: RenderSettings) -> NDArray[np.uint8]:
    """Return the last picture of the scene's first part."""
    picture: NDArray[np.uint8] = draw_scene(paginate(scene, settings)[0], settings, SceneTiming(4.0)).get_frame(3.9)
    return picture
