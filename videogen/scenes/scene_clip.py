"""A scene as a clip that also says when and where it changes, and what a scene is drawn with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from videogen.scenes.drawing.surface import Frame, Patch, Surface, even, surface

Draw = Callable[[float, Surface], Patch | None]
"""`draw(t, on)` makes a surface show the picture at t seconds. It may take for granted that the surface holds what it last drew there
itself, and tells the even patch outside of which it left all as it was; None when all of it is as it was."""


@dataclass(frozen=True)
class MotionSpan:
    """A stretch of a clip's time in which its picture changes: start <= t < end, in seconds."""

    start: float
    end: float


Medium = Literal["type", "camera", "footage"]
"""What moves in a scene: type and bars, by whole pixels; a picture under a camera, by fractions of them; a video, each of whose pictures is
another one, and gone before it is looked at. What is further to the right asks for more."""
MEDIA: tuple[Medium, ...] = get_args(Medium)


class Caption(NamedTuple):
    """A line of text or two, shown from `start` to `end`, in seconds from the scene's start.

    `spoken` are the characters of the word that is being spoken, from and up to; equal: no word is marked.
    """

    start: float
    end: float
    text: str
    spoken: tuple[int, int] = (0, 0)


CaptionStyle = Literal["none", "subtitles", "karaoke"]
"""Captions drawn into the picture: none; one or two quiet lines; or large, with the word that is being spoken marked."""


@dataclass(frozen=True)
class SceneTiming:
    """When a scene's words are spoken, in seconds from the scene's start. `sentences` are (start, end), in order.

    `captions` are to be drawn into the picture.
    """

    duration: float
    sentences: tuple[tuple[float, float], ...] = ()
    captions: tuple[Caption, ...] = ()


@dataclass(frozen=True)
class RenderSettings:
    """What a scene is drawn with: the size in pixels, frames a second, the theme as `theme.refer` names it, whether pictures move, and how
    scenes come in.

    Room is left for `captions`, at the `caption_position`: bottom, top, or where the theme has them (auto). `numbers` is the language whose
    marks the numbers of charts have between their digits.
    """

    width: int = 1920
    height: int = 1080
    fps: float = 30
    theme: str = "slate"
    motion: bool = True
    transition: str = "fade"
    captions: CaptionStyle = "none"
    caption_position: Literal["auto", "bottom", "top"] = "auto"
    numbers: str = "en"


class SceneClip:
    """A clip whose `moves` are the spans in which its picture changes, in seconds; outside them it is held. It lasts `duration` seconds.

    `get_frame(t)` gives the picture at t seconds: uint8 of shape (height, width, 3), RGB. `draw` makes the same picture of the one
    before it, where that is less work. Without a `size` (width, height) the first picture is drawn to find it out. `medium` is for the
    encoder, which makes the best of it.

    It has what a moviepy clip has, and a moviepy clip is a scene too: without `moves` the whole length is taken as moving.
    """

    def __init__(
        self,
        get_frame: Callable[[float], Frame],
        duration: float,
        moves: Sequence[MotionSpan] = (),
        draw: Draw | None = None,
        size: tuple[int, int] | None = None,
        *,
        medium: Medium = "camera",
    ) -> None:
        self.get_frame = get_frame
        self.duration = duration
        self.size = size or get_frame(0.0).shape[1::-1]
        self.moves = tuple(moves)
        self.draw = draw
        self.medium = medium


def drawing(clip: Any) -> Draw:
    """Return how a clip is drawn: its own function, or a comparison of each frame with the one before."""
    own: Draw | None = getattr(clip, "draw", None)
    return own or _Compared(clip.get_frame).draw


class _Compared:
    """Draws what gives whole frames."""

    def __init__(self, get_frame: Callable[[float], NDArray[np.generic]]) -> None:
        self._get_frame = get_frame
        self._onto: Surface | None = None
        self._last: Frame | None = None

    def draw(self, t: float, on: Surface) -> Patch | None:
        new = np.ascontiguousarray(self._get_frame(t), np.uint8)
        _, _, width, height = on.whole
        if new.shape != (height, width, 3):
            raise ValueError(f"a frame of shape {new.shape} in a video of {(height, width, 3)}")
        top, bottom = 0, height
        if self._onto is on and self._last is not None:
            changed = np.flatnonzero((words(new) != words(self._last)).any(axis=1))
            if not len(changed):
                return None
            top, bottom = int(changed[0]), int(changed[-1]) + 1
        self._onto, self._last = on, new.copy()
        patch = even((0, top, width, bottom), on.whole)
        on.part(patch).show(surface(new[patch[1] : patch[3]], yuv=on.yuv))
        return patch


def words(frame: Frame) -> NDArray[np.unsignedinteger[Any]]:
    """Return the same bytes, a row a row, in the widest words that divide it: comparing is several times faster so."""
    rows = frame.reshape(frame.shape[0], -1)
    size = next(size for size in (8, 4, 2, 1) if rows.shape[1] % size == 0)
    return rows.view(f"u{size}")
