"""Figures of the gallery: how much of a picture is empty, the least size of text, and the least contrast, all computed.

`make gallery ARGS=--figures` prints them for each theme and shape.

- Empty is what `tests.support.picture_use` says of the last picture of a scene.
- The size of a text is that of its font, in pixels of a picture whose shorter side is 1080.
- Contrast is that of WCAG 2.2 between the colour of a text and each pixel that it is drawn over, as that was before; a tenth of them may
  be worse, which are corners and edges. Words on a photo are drawn on white to be measured, the worst that a photo can be; those of a
  chart, which are laid over it, on the theme's background.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from tests.support.picture_use import share_used
from videogen.scenes import RenderSettings, SceneTiming, draw_scene, paginate, themes
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.text.glyphs import GlyphRun
from videogen.scenes.theme import Colour, contrast, luminance
from videogen.script.models import Scene

CARDS = frozenset({"title", "section", "outro"})
"""Kinds whose pictures are empty on purpose."""

CODE = frozenset({"code", "code_comparison", "command", "diagram", "table"})
"""Kinds whose text may be smaller than that of a body."""

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
"""What is laid over a picture is drawn on both, to find out what of the picture it covers."""

UNEVEN = 10
"""Percent of the pixels behind a text that may have less contrast."""


@dataclass(frozen=True)
class DrawnText:
    """A text of a picture: its words, its size in pixels of a short side of 1080, and its contrast."""

    text: str
    size: float
    contrast: float


@dataclass
class PictureFigures:
    """Figures of one picture."""

    empty: float
    texts: list[DrawnText] = field(default_factory=list)

    @property
    def least_size(self) -> float:
        return min((text.size for text in self.texts), default=math.inf)

    @property
    def least_contrast(self) -> float:
        return min((text.contrast for text in self.texts), default=math.inf)


@contextmanager
def recorded_texts(settings: RenderSettings) -> Iterator[list[DrawnText]]:
    """Record every text that is drawn, with its contrast to what it is drawn over."""
    texts: list[DrawnText] = []
    draw = Canvas.text
    ground = themes()[settings.theme].background

    def text(canvas: Canvas, at: tuple[float, float], run: GlyphRun, colour: Colour) -> None:
        mask = run.mask(at[0] - math.floor(at[0]))
        if mask is not None and mask.picture.mode == "L" and run.text.strip():
            left, top = math.floor(at[0]) + mask.left, round(at[1]) + mask.top
            below = np.asarray(canvas.picture.crop((left, top, left + mask.picture.width, top + mask.picture.height)))
            inked = np.asarray(mask.picture) > 96
            if inked.any():
                if (below == below[0, 0]).all() and tuple(below[0, 0]) in (BLACK, WHITE):
                    below = np.broadcast_to(np.array(ground, np.uint8), below.shape)
                size = run.font.size * 1080 / min(settings.width, settings.height)
                texts.append(DrawnText(run.text, size, _contrast(colour, below[inked])))
        draw(canvas, at, run, colour)

    with patch.object(Canvas, "text", text):
        yield texts


def _contrast(colour: Colour, below: NDArray[np.uint8]) -> float:
    """Return the contrast of a colour with pixels of shape (n, 3), that of the worst but for UNEVEN percent of them."""
    shades, counts = np.unique(below, axis=0, return_counts=True)
    ratios = np.array([contrast(luminance(colour), luminance(Colour(*map(int, shade)))) for shade in shades])
    order = np.argsort(ratios)
    reached = np.cumsum(counts[order]) * 100 > UNEVEN * counts.sum()
    return float(ratios[order][reached][0])


def figures_of(scene: Scene, settings: RenderSettings) -> PictureFigures:
    """Return the figures of the last picture of a scene's first part."""
    with recorded_texts(settings) as texts:
        picture: Any = draw_scene(paginate(scene, settings)[0], settings, SceneTiming(4.0)).get_frame(3.9)
    return PictureFigures(1 - share_used(picture, settings), texts)


def table(rows: Iterable[tuple[str, str, str, PictureFigures]]) -> str:
    """Return a table of (theme, shape, kind, figures): a line for each theme and shape."""
    groups: dict[tuple[str, str], list[tuple[str, PictureFigures]]] = defaultdict(list)
    for theme, shape, kind, figures in rows:
        groups[theme, shape].append((kind, figures))
    lines = [
        "| theme | shape | empty, median | emptiest | least text | least body | least contrast |",
        "|---|---|---|---|---|---|---|",
    ]
    for (theme, shape), kinds in groups.items():
        content = {kind: figures.empty for kind, figures in kinds if kind not in CARDS}
        emptiest = max(content, key=content.__getitem__)
        least = min(figures.least_size for _, figures in kinds)
        body = min(figures.least_size for kind, figures in kinds if kind not in CODE)
        faint = min(figures.least_contrast for _, figures in kinds)
        lines.append(
            f"| {theme} | {shape} | {median(content.values()):.0%} | {emptiest} {content[emptiest]:.0%} "
            f"| {least:.0f} px | {body:.0f} px | {faint:.1f} : 1 |"
        )
    return "\n".join(lines)
