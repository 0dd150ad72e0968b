"""Captions drawn into the picture: a plate at its lower edge, in the room that `Sheet.area` leaves for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil

import numpy as np
from PIL import Image

from videogen.scenes.clip import Caption, Frame, Look, Patch, SceneClip, Span, drawing
from videogen.scenes.layout import CAPTION_LINES, Sheet
from videogen.scenes.pen import Pen
from videogen.scenes.picture import united
from videogen.scenes.text import Block, plain_block
from videogen.scenes.theme import Colour

COLUMN_EM = 0.53
"""Width of a column in ems: that of a letter in running text, a little more than less."""


def columns(look: Look) -> int:
    """How many columns a caption's line may have in a picture of this look, at most 42."""
    sheet = Sheet(look)
    return max(12, min(42, int(sheet.caption_width / (COLUMN_EM * sheet.caption_size))))


class Captioned:
    """A clip with captions over it, each from its first frame to its last."""

    def __init__(self, clip: SceneClip, captions: Sequence[Caption], look: Look) -> None:
        self.inner, self.look = clip, look
        self._captions = [(ceil(start * look.fps - 1e-3), ceil(end * look.fps - 1e-3), text) for start, end, text in captions]
        self._draw = drawing(clip)
        self._under = np.empty((look.height, look.width, 3), np.uint8)
        self._onto: Frame | None = None
        self._on_it = ""

    def clip(self) -> SceneClip:
        fps, length = self.look.fps, self.inner.duration
        changes = sorted({at for start, end, _ in self._captions for at in (start, end) if at < length * fps})
        moves = (*self.inner.moves, *(Span(at / fps, min((at + 1) / fps, length)) for at in changes))
        return SceneClip(self.frame, length, moves, self.draw, self.inner.size)

    def frame(self, t: float) -> Frame:
        """The picture at t seconds."""
        frame: Frame = np.array(self.inner.get_frame(t), np.uint8)
        if text := self._text(t):
            _lay(plate(text, self.look), frame, (0, 0, self.look.width, self.look.height))
        return frame

    def draw(self, t: float, frame: Frame) -> Patch | None:
        """The same on an array that holds the picture drawn last; see `Draw`."""
        patch, text = self._draw(t, self._under), self._text(t)
        if self._onto is not frame:
            patch = (0, 0, self.look.width, self.look.height)
        elif text != self._on_it:
            for one in (self._on_it, text):
                patch = united(patch, plate(one, self.look)[0] if one else None)
        self._onto, self._on_it = frame, text
        if patch is not None:
            left, top, right, bottom = patch
            frame[top:bottom, left:right] = self._under[top:bottom, left:right]
            if text:
                _lay(plate(text, self.look), frame, patch)
        return patch

    def _text(self, t: float) -> str:
        number = int(t * self.look.fps + 1e-3)
        return next((text for start, end, text in self._captions if start <= number < end), "")


Plate = tuple[Patch, Frame, Frame]
"""Where it lies, its colours, and its coverage: both (height, width, 3)."""


@lru_cache(maxsize=4)
def plate(text: str, look: Look) -> Plate:
    """A caption as it is laid over a picture. One that is still too wide for its line is made smaller."""
    sheet = Sheet(look)
    block = _block(sheet, text)
    across, down = sheet.px(26), sheet.px(12)
    width, height = ceil(block.width) + 2 * across, ceil(block.height) + 2 * down
    left, bottom = (look.width - width) // 2, sheet.caption_bottom
    box = (left, bottom - height, left + width, bottom)
    pictures = []
    for colour, ground in ((sheet.theme.panel, sheet.theme.panel), (Colour(255, 255, 255), Colour(0, 0, 0))):
        picture = Image.new("RGB", (width, height), ground)
        pen = Pen(picture)
        pen.rounded((0, 0, width, height), sheet.px(12), colour)
        pictures.append(picture)
    block.draw(Pen(pictures[0]), across, down, ceil(block.width), "center")
    return box, np.asarray(pictures[0]), np.asarray(pictures[1])


def _block(sheet: Sheet, text: str) -> Block:
    size = sheet.caption_size
    while True:
        block = plain_block(text, sheet.type(size, weight=500, leading=1.3), sheet.caption_width)
        if len(block.lines) <= CAPTION_LINES or size < sheet.caption_size / 2:
            return block
        size *= 0.92


def _lay(plate: Plate, frame: Frame, patch: Patch) -> None:
    """Lays a plate over a frame, as much of it as lies in the patch."""
    (at_left, at_top, at_right, at_bottom), colours, coverage = plate
    left, top = max(at_left, patch[0], 0), max(at_top, patch[1], 0)
    right, bottom = min(at_right, patch[2]), min(at_bottom, patch[3])
    if left >= right or top >= bottom:
        return
    rows, columns = slice(top - at_top, bottom - at_top), slice(left - at_left, right - at_left)
    part = frame[top:bottom, left:right]
    share = coverage[rows, columns].astype(np.int32)
    part[:] = (part * (255 - share) + colours[rows, columns] * share + 127) // 255
