"""How a scene comes in over the one before it. That is part of the scene that comes, so a film is still joined of what is independent."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from videogen.scenes.clip import Frame, Patch, SceneClip, Span, drawing, words
from videogen.scenes.picture import FULL, ROWS_AT_ONCE, united

TRANSITION_S = 0.4
"""As long as the lead-in is by default: what is said begins when the scene is there."""


class Mix(Protocol):
    """What is seen in between of two pictures."""

    def look(self, now: Frame) -> Patch | None:
        """Takes in the picture that comes, and again when that has changed. The patch is all that `paint` will touch; None: nothing."""

    def paint(self, frame: Frame, share: float) -> None:
        """Makes the patch show the picture that goes at share 0, and the one that comes at share 1."""


class Entering:
    """A clip that comes in over `before`, the last picture of the one before it, in its first frames."""

    def __init__(self, clip: SceneClip, before: Frame, mix: type[Fade] | type[Slide], fps: int) -> None:
        self.inner, self.before, self.fps = clip, before, fps
        self.frames = min(round(TRANSITION_S * fps), int(clip.duration * fps) // 2)
        self._mix = mix
        self._draw = drawing(clip)
        self._mixing: Mix | None = None
        self._now = np.empty_like(before)
        self._onto: Frame | None = None
        self._patch: Patch | None = None

    def clip(self) -> SceneClip:
        moves = (Span(0.0, self.frames / self.fps), *self.inner.moves)
        return SceneClip(self.frame, self.inner.duration, moves, self.draw, self.inner.size)

    def frame(self, t: float) -> Frame:
        """The picture at t seconds."""
        now: Frame = self.inner.get_frame(t)
        share = self._share(t)
        if share is None:
            return now
        frame, mixing = self.before.copy(), self._mix(self.before)
        mixing.look(now)
        mixing.paint(frame, share)
        return frame

    def draw(self, t: float, frame: Frame) -> Patch | None:
        """The same on an array that holds the picture drawn last; see `Draw`."""
        share = self._share(t)
        if share is None:
            self._onto = None  # if it goes back, there is more to be undone than the transition knows of
            return self._draw(t, frame)
        changed = self._draw(t, self._now)
        self._mixing = self._mixing or self._mix(self.before)
        if changed is not None:
            self._patch = self._mixing.look(self._now)
        patch = self._patch
        if self._onto is not frame:
            self._onto, patch = frame, (0, 0, frame.shape[1], frame.shape[0])
            frame[:] = self.before
        self._mixing.paint(frame, share)
        return patch

    def _share(self, t: float) -> float | None:
        """How far the transition has come, gently begun and ended; None after it."""
        number = int(t * self.fps + 1e-3)
        if number >= self.frames:
            return None
        share = (number + 1) / (self.frames + 1)
        return share * share * (3 - 2 * share)


class Fade:
    """The one turns into the other, where they differ."""

    def __init__(self, before: Frame) -> None:
        self._before = before
        self._patch: Patch | None = None
        self._difference: NDArray[np.int16] | None = None

    def look(self, now: Frame) -> Patch | None:
        # Where they differed before, there is still something to be undone.
        self._patch = united(self._patch, _differing(self._before, now))
        if self._patch is not None:
            left, top, right, bottom = self._patch
            self._difference = np.subtract(now[top:bottom, left:right], self._before[top:bottom, left:right], dtype=np.int16)
        return self._patch

    def paint(self, frame: Frame, share: float) -> None:
        if self._patch is None or self._difference is None:
            return
        left, top, right, bottom = self._patch
        for start in range(0, bottom - top, ROWS_AT_ONCE):
            rows = slice(top + start, min(bottom, top + start + ROWS_AT_ONCE))
            added = (self._difference[start : start + ROWS_AT_ONCE] * np.int16(FULL * share)) >> 7
            # Between the one and the other it fits into 8 bits again, and a sum of those wraps round to the right one.
            np.add(self._before[rows, left:right], added.astype(np.uint8), out=frame[rows, left:right])


class Slide:
    """The one pushes the other out to the left."""

    def __init__(self, before: Frame) -> None:
        self._before = self._now = before
        self._rows = _marked(before)

    def look(self, now: Frame) -> Patch | None:
        self._now = now
        self._rows |= _marked(now) | (now[:, 0] != self._before[:, 0]).any(axis=1)
        marked = np.flatnonzero(self._rows)
        return (0, int(marked[0]), now.shape[1], int(marked[-1]) + 1) if len(marked) else None

    def paint(self, frame: Frame, share: float) -> None:
        edge = frame.shape[1] - round(frame.shape[1] * share)
        frame[:, :edge] = self._before[:, frame.shape[1] - edge :]
        frame[:, edge:] = self._now[:, : frame.shape[1] - edge]


MIXES: dict[str, type[Fade] | type[Slide]] = {"fade": Fade, "slide": Slide}


def _differing(one: Frame, other: Frame) -> Patch | None:
    """The smallest patch outside of which two pictures are the same."""
    rows = np.flatnonzero((words(one) != words(other)).any(axis=1))
    if not len(rows):
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    differs = (one[top:bottom] != other[top:bottom]).reshape(bottom - top, -1)
    columns = np.flatnonzero(differs.any(axis=0)) // 3
    return int(columns[0]), top, int(columns[-1]) + 1, bottom


def _marked(frame: Frame) -> NDArray[np.bool_]:
    """Which rows are not of one colour from end to end: the others look the same wherever they are slid."""
    rows = frame.reshape(frame.shape[0], -1)
    marked: NDArray[np.bool_] = (rows[:, 3:] != rows[:, :-3]).any(axis=1)
    return marked
