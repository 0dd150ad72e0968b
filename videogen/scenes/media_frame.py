"""Where a picture or a video goes: whole on a card with its caption below, or over the whole screen with the words on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from videogen.scenes.drawing.canvas import Canvas, rounded_mask
from videogen.scenes.drawing.compositor import FULL
from videogen.scenes.drawing.overlay import Overlay, painted
from videogen.scenes.drawing.surface import Patch, Surface, in_plane, mix, slices
from videogen.scenes.layout import ENTRANCE_FRAMES, HEADING_SIZES, Area, Layer, Layout, build_head, largest, placed
from videogen.scenes.text.text_block import TextBlock
from videogen.scenes.theme import hexadecimal

CAPTION_SIZES = (42, 39, 36)
MOST_ENLARGED = 2.0
"""A picture is shown at most so many times as large as it is, on a screen of 1080 lines: more would only show that it is small."""
RADIUS = 16
ON_A_PICTURE = hexadecimal("#eef1f5")
"""Of words on the shade over a picture, in every theme."""
DARK = hexadecimal("#0b0e12")
SHADE = 0.7


class MediaScene(Protocol):
    """A scene with a picture in it."""

    @property
    def heading(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def fit(self) -> Literal["fit", "fill"]: ...
    @property
    def page(self) -> int: ...
    @property
    def pages(self) -> int: ...


@dataclass(frozen=True)
class MediaFrame:
    """The picture's place, in even pixels, and what stands around it or on it.

    `words` are drawn on a picture that fills the screen; `layers` beside one that does not.
    """

    layout: Layout
    box: tuple[int, int, int, int]
    layers: tuple[Layer, ...]
    words: Callable[[Canvas], None] | None = None

    @property
    def size(self) -> tuple[int, int]:
        left, top, right, bottom = self.box
        return right - left, bottom - top

    def lay(self, part: Surface, paint: Callable[[Surface], None], opacity: int) -> None:
        """Paint a picture of the frame's size over a part of the frame."""
        bare = opacity == FULL and not self._corners
        picture = part if bare else part.like()
        paint(picture)
        if self._lettering:
            self._lettering.lay(picture)
        if bare:
            return
        corners = [[plane[slices(patch, n)].copy() for n, plane in enumerate(part.planes)] for patch, _ in self._corners]
        for plane, seen in zip(part.planes, picture.planes, strict=True):
            mix(plane, seen, np.int16(opacity))
        for (patch, mask), below in zip(self._corners, corners, strict=True):
            for n, plane in enumerate(part.planes):
                where, share = slices(patch, n), in_plane(mask, n).astype(np.int16) * 128 // 255
                mix(below[n], plane[where], share if part.yuv else share[..., None])
                plane[where] = below[n]

    @cached_property
    def _lettering(self) -> Overlay | None:
        """The words on the picture with the shade behind them."""
        return painted(self.size, self.words) if self.words is not None else None

    @cached_property
    def _corners(self) -> list[tuple[Patch, NDArray[np.uint8]]]:
        """The four squares in which a card is round, and how much of the picture is seen there; none when it fills the screen."""
        width, height = self.size
        if self.words is not None or self.size == (self.layout.settings.width, self.layout.settings.height):
            return []
        mask = np.asarray(rounded_mask(self.size, min(self.layout.corner(RADIUS), *(side / 2 for side in self.size)), 0.0))
        reach = (self.layout.corner(RADIUS) + 2) // 2 * 2
        across, down = min(reach, width // 4 * 2), min(reach, height // 4 * 2)
        patches = [(left, top, left + across, top + down) for top in (0, height - down) for left in (0, width - across) if across and down]
        return [(patch, mask[slices(patch, 0)]) for patch in patches]


def framing(scene: MediaScene, layout: Layout, size: tuple[int, int]) -> MediaFrame:
    """Return the frame of a scene for a picture of that size."""
    return _on_screen(scene, layout) if scene.fit == "fill" else _on_card(scene, layout, size)


def has_room(scene: MediaScene, layout: Layout) -> bool:
    """Return whether the caption can stand with the picture."""
    return not scene.caption.strip() or _caption(scene, layout) is not None


def _caption(scene: MediaScene, layout: Layout) -> TextBlock | None:
    colour = ON_A_PICTURE if scene.fit == "fill" else layout.theme.soft
    most = 3 if layout.settings.width > layout.settings.height else 5
    return largest(
        layout, scene.caption, CAPTION_SIZES, layout.area.width * 0.86, lines=most, leading=1.36, colour=colour, whole_words=False
    )


def _on_card(scene: MediaScene, layout: Layout, size: tuple[int, int]) -> MediaFrame:
    """Return the picture as large as it fits in the body, with its caption below it."""
    head = build_head(layout, scene, compact=True)
    body = head.body
    caption = _caption(scene, layout) if scene.caption.strip() else None
    below = layout.px(26) + caption.height if caption else 0.0
    available = body.height - below
    scale = min(body.width / size[0], available / size[1], MOST_ENLARGED * layout.unit)
    width, height = (max(2, round(side * scale / 2) * 2) for side in size)
    top = round(placed(body, height + below) / 2) * 2
    left = round((body.left + (body.width - width) / 2) / 2) * 2
    box = (left, top, left + width, top + height)

    def edge(canvas: Canvas) -> None:
        line = max(1, round(1.5 * layout.unit))
        canvas.rounded((left - line, top - line, box[2] + line, box[3] + line), layout.corner(RADIUS) + line, layout.theme.edge)

    def words(canvas: Canvas) -> None:
        if caption:
            caption.draw(canvas, body.left, box[3] + layout.px(26), body.width, "center")

    return MediaFrame(layout, box, (head.layer(), Layer(edge, 0, ENTRANCE_FRAMES - 3), Layer(words, 3, ENTRANCE_FRAMES - 3, layout.px(12))))


def _on_screen(scene: MediaScene, layout: Layout) -> MediaFrame:
    """Return the picture over all of the screen; the words at the bottom, on a shade that grows darker downwards."""
    settings = layout.settings
    box = (0, 0, settings.width, settings.height)
    blocks = []
    if scene.heading.strip():
        heading = largest(layout, scene.heading, HEADING_SIZES, layout.area.width, lines=3, weight=700, leading=1.18, colour=ON_A_PICTURE)
        heading = heading or largest(
            layout,
            scene.heading,
            HEADING_SIZES[-1:],
            layout.area.width,
            lines=3,
            weight=700,
            leading=1.18,
            colour=ON_A_PICTURE,
            whole_words=False,
        )
        blocks += [heading] if heading else []
    if scene.caption.strip() and (caption := _caption(scene, layout)):
        blocks.append(caption)
    if not blocks:
        return MediaFrame(layout, box, ())
    gap = layout.px(14)
    height = sum(block.height for block in blocks) + gap * (len(blocks) - 1)
    area: Area = layout.area

    def words(canvas: Canvas) -> None:
        top = area.bottom - height
        above = layout.px(260)  # where the shade begins; on the words' first line it is nearly all there, so that they can be read on white
        shade = min(settings.height, round(settings.height - top + above))
        reached = np.clip(np.arange(shade) / (above + layout.px(20)), 0, 1)
        rows = (reached**2 * (3 - 2 * reached) * SHADE * 255).astype(np.uint8)
        canvas.mask((0, settings.height - shade), Image.fromarray(np.repeat(rows[:, None], settings.width, axis=1)), DARK)
        for block in blocks:
            block.draw(canvas, area.left, top, area.width)
            top += block.height + gap

    return MediaFrame(layout, box, (), words)
