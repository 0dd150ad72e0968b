"""A scene as a moviepy clip that also says when it moves, and what a scene is drawn with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from moviepy import VideoClip
from numpy.typing import NDArray

Frame = NDArray[np.uint8]


@dataclass(frozen=True)
class Span:
    """A stretch of a clip's time in which its picture changes: start <= t < end, in seconds."""

    start: float
    end: float


@dataclass(frozen=True)
class Timing:
    """When a scene's words are spoken, in seconds from the scene's start. `sentences` are (start, end), in order."""

    duration: float
    sentences: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Look:
    """What a scene is drawn with: the size in pixels, frames a second, the theme's name, and whether pictures move."""

    width: int = 1920
    height: int = 1080
    fps: int = 30
    theme: str = "slate"
    motion: bool = True


class SceneClip(VideoClip):  # type: ignore[misc]
    """A moviepy clip whose `moves` are the spans in which its picture changes; outside them it is held.

    `frame_function(t)` gives the picture at t seconds: uint8 of shape (height, width, 3), RGB. Any other moviepy clip is a scene too:
    without `moves` the whole length is taken as moving.
    """

    def __init__(self, frame_function: Callable[[float], Frame], duration: float, moves: Sequence[Span] = ()) -> None:
        super().__init__(frame_function=frame_function, duration=duration)
        self.moves = tuple(moves)
