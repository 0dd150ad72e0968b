"""Transitions: how a scene replaces the one before it. Each is part of the later scene, so scenes stay independent and are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from videogen.scenes import backdrop
from videogen.scenes.drawing.compositor import FULL
from videogen.scenes.drawing.surface import Frame, Patch, Surface, even, rows, scaled, slices, tones, united
from videogen.scenes.scene_clip import MotionSpan, SceneClip, drawing, words
from videogen.scenes.theme import Theme

TRANSITION_S = 0.4
"""As long as the lead-in is by default: what is said begins when the scene is there."""
STRIP, BESIDE, REACH = 64, 3, 24
"""What is the same in both pictures stays as it is, if it is so in as many strips of pixels on both sides, and in rows above and below."""
MOSTLY = 0.3
"""So much of what fades is drawn on in both pictures where these are images."""
FLAT = 0.5
"""A card has one colour in so much of it."""
GONE_AT, COMES_AT = 0.5, 0.34
"""Of a fade: when the old words are gone, and when the new ones begin to be seen."""


class Way(Protocol):
    """The way of something that stands in both scenes."""

    def patch(self, done: float) -> Patch:
        """Return the even rectangle that it touches."""

    def lay(self, on: Surface, done: float) -> None:
        """Draw it on its way, `done` from 0 to 1."""


class Mix(Protocol):
    """What is seen in between of two pictures."""

    def settings(self, now: Surface) -> Patch | None:
        """Prepare for the next picture, again if it has changed.

        Return the patch that `paint` will touch, or None.
        """

    def paint(self, on: Surface, done: float) -> None:
        """Paint the outgoing picture at 0, and the incoming one at 1."""


class TransitionClip:
    """A clip that comes in, in its first frames, over the last picture of the one `before` it; both are in the same `theme`.

    Texts and pictures that both have are on their `ways` meanwhile; `before`, and the clip's `bare` form, are without them.
    """

    def __init__(
        self,
        clip: SceneClip,
        before: SceneClip,
        mix: type[FadeMix] | type[SlideMix],
        fps: float,
        theme: Theme,
        ways: Sequence[Way] = (),
        bare: SceneClip | None = None,
    ) -> None:
        self.inner, self.before, self.fps = clip, before, fps
        self.ways, self.bare = ways, bare or clip
        self._draw_bare = drawing(self.bare)
        self._on_way: Patch | None = None
        self.frames = min(round(TRANSITION_S * fps), int(clip.duration * fps) // 2)
        self._mix: Callable[[Surface], Mix] = lambda seen: mix(seen, _background(theme, seen))
        self._draw = drawing(clip)
        self._mixing: Mix | None = None
        self._before: Surface | None = None
        self._now: Surface | None = None
        self._onto: Surface | None = None
        self._patch: Patch | None = None

    def clip(self) -> SceneClip:
        moves = (MotionSpan(0.0, self.frames / self.fps), *self.inner.moves)
        return SceneClip(self.frame, self.inner.duration, moves, self.draw, self.inner.size, medium=self.inner.medium)

    def frame(self, t: float) -> Frame:
        """Return the picture at t seconds."""
        now: Frame = self.inner.get_frame(t)
        done = self._done(t)
        if done is None:
            return now
        frame = np.array(self.before.get_frame(self._last_s), np.uint8)
        mixing = self._mix(Surface((frame.copy(),)))
        mixing.settings(Surface((self.bare.get_frame(t),)))
        mixing.paint(Surface((frame,)), done)
        for way in self.ways:
            way.lay(Surface((frame,)), done)
        return frame

    def draw(self, t: float, on: Surface) -> Patch | None:
        """Return the same on a surface that holds the picture drawn last; see `Draw`."""
        done = self._done(t)
        if done is None:
            self._onto = None  # if it goes back, there is more to be undone than the transition knows of
            return self._draw(t, on)
        if self._mixing is None or self._before is None or self._now is None or self._now.yuv != on.yuv:
            self._before, self._now = on.like(), on.like()
            drawing(self.before)(self._last_s, self._before)
            self._mixing = self._mix(self._before)
        if self._draw_now(t, self._now) is not None:
            self._patch = self._mixing.settings(self._now)
        patch = self._patch
        if self._onto is not on:
            self._onto, patch = on, on.whole
            on.show(self._before)
        elif self._on_way:
            on.show(self._before, self._on_way)
        self._mixing.paint(on, done)
        if self.ways:
            for way in self.ways:
                way.lay(on, done)
            here = _around_ways(self.ways, done)
            patch, self._on_way = united(united(patch, self._on_way), here), here
        return patch

    def _draw_now(self, t: float, on: Surface) -> Patch | None:
        """Draw the scene that comes in, without the texts that are on their way."""
        return (self._draw_bare if self.ways else self._draw)(t, on)

    @property
    def _last_s(self) -> float:
        last: float = self.before.duration - 1 / self.fps
        return last

    def _done(self, t: float) -> float | None:
        """Return how far the transition has come; None after it."""
        number = int(t * self.fps + 1e-3)
        return (number + 1) / (self.frames + 1) if number < self.frames else None


def _around_ways(ways: Sequence[Way], done: float) -> Patch | None:
    """Return the rectangle around all that is on its way."""
    patch: Patch | None = None
    for way in ways:
        patch = united(patch, way.patch(done))
    return patch


@dataclass(frozen=True, eq=False)
class FadeBlock:
    """Some rows and columns of a plane: the old picture there, what it takes to the background and from there to the new one, and what is
    left when the old one is gone.
    """

    where: tuple[slice, slice]
    before: NDArray[np.uint8]
    goes: NDArray[np.int16]
    comes: NDArray[np.int16]
    gone: NDArray[np.uint8]

    def paint(self, plane: NDArray[np.uint8], going: int, coming: int) -> None:
        """Paint so many 128ths of both ways."""
        if going == FULL and not coming:
            plane[self.where] = self.gone
            return
        if not going or not coming or going == FULL:  # most of the time only one of them is on its way
            added = (self.comes if coming else self.goes) * np.int16(coming or going)
        else:
            added = self.goes * np.int16(going)
            added += self.comes * np.int16(coming)
        added += 64
        added >>= 7
        # Between three colours it fits into 8 bits again, and a sum of those wraps round to the right one.
        np.add(self.gone if going == FULL else self.before, added.astype(np.uint8), out=plane[self.where])


class FadeMix:
    """Where two pictures differ, the one fades away and the other fades in: words not before the others are all but gone.

    Two lines of text over one another cannot be read; images turn into one another.
    """

    def __init__(self, before: Surface, ground: tuple[NDArray[np.uint8], ...]) -> None:
        self._before, self._ground = before, ground
        self._differed: NDArray[np.bool_] | None = None
        self._patch: Patch | None = None
        self._images: bool | None = None
        self._panel: tuple[NDArray[np.uint8], ...] | None = None
        self._blocks: list[list[FadeBlock]] = []

    def settings(self, now: Surface) -> Patch | None:
        differs = _differing(self._before, now)
        # Where they differed before, there is still something to be undone.
        self._differed = differs if self._differed is None else self._differed | differs
        self._patch = _around(self._differed, now.whole)
        if self._patch is not None:
            grounds = [_with_bands(*planes) for planes in zip(self._ground, self._before.planes, now.planes, strict=True)]
            if self._images is None:
                self._images = self._are_images(now, grounds[0])
            if self._panel is not None:
                grounds = self._with_panel(now, grounds)
            planes = enumerate(zip(self._before.planes, now.planes, grounds, strict=True))
            self._blocks = [list(self._in_blocks(n, old, new, tone)) for n, (old, new, tone) in planes]
        return self._patch

    def _in_blocks(self, n: int, old: NDArray[np.uint8], new: NDArray[np.uint8], tone: NDArray[np.uint8]) -> Iterator[FadeBlock]:
        """Yield what fades in plane number `n`, in blocks of rows as wide as it is."""
        assert self._differed is not None
        pixels = _in_pixels(self._differed, self._before.whole, n)
        for some in rows(len(old)):
            across = np.flatnonzero(pixels[some].any(axis=0))
            if not len(across):
                continue
            columns = slice(int(across[0]), int(across[-1]) + 1)
            where = pixels[some, columns] if old.ndim == 2 else pixels[some, columns, None]
            before, ground = old[some, columns], _at(tone, some, columns)
            goes = np.subtract(ground, before, dtype=np.int16) * where
            comes = np.subtract(new[some, columns], ground, dtype=np.int16) * where
            yield FadeBlock((some, columns), before, goes, comes, before + goes.astype(np.uint8))

    def paint(self, on: Surface, done: float) -> None:
        if self._patch is None:
            return
        opacity_before, come = (
            (_smooth(done),) * 2 if self._images else (_smooth(done / GONE_AT), _smooth((done - COMES_AT) / (1 - COMES_AT)))
        )
        going, coming = int(FULL * opacity_before), int(FULL * come)
        for plane, blocks in zip(on.planes, self._blocks, strict=True):
            for block in blocks:
                block.paint(plane, going, coming)

    def _are_images(self, now: Surface, ground: NDArray[np.uint8]) -> bool:
        """Return whether most of the patch is drawn on in both pictures, and not as cards of one colour, whose words go before others come.

        Of a card that comes over another one the colour is noted.
        """
        assert self._patch is not None
        rows_, columns = slices(self._patch, 0)
        tone = ground[rows_, columns][::8, ::8] if ground.ndim > 1 else ground
        old, new = (one.planes[0][rows_, columns][::8, ::8] for one in (self._before, now))
        if not now.yuv:
            old, new, tone = old[..., 1], new[..., 1], tone[..., 1]
        both = (old != tone) & (new != tone)
        if both.mean() <= MOSTLY:
            return False
        counts = [np.bincount(seen[both]) for seen in (old, new)]
        if min(count.max() for count in counts) < FLAT * both.sum():
            return True
        row, column = np.argwhere(both & (new == counts[1].argmax()))[0] * 8 + (self._patch[1], self._patch[0])
        self._panel = tuple(plane[row // (2 if n else 1), column // (2 if n else 1)] for n, plane in enumerate(now.planes))
        return False

    def _with_panel(self, now: Surface, grounds: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
        """Return the background with the colour of the new card where both pictures are drawn on: only words go and come there."""
        assert self._panel is not None
        drawn = [one.planes[0] != grounds[0] for one in (self._before, now)]
        both = drawn[0] & drawn[1]
        both = both if now.yuv else both.any(axis=2)
        filled = []
        for n, (ground, plane, colour) in enumerate(zip(grounds, now.planes, self._panel, strict=True)):
            full = np.array(np.broadcast_to(ground, plane.shape))
            full[both[::2, ::2] if n else both] = colour
            filled.append(full)
        return filled


class SlideMix:
    """The one pushes the other out to the left. The background, with what a theme draws on it, stays where it is."""

    def __init__(self, before: Surface, ground: tuple[NDArray[np.uint8], ...]) -> None:
        self._before = self._now = before
        self._ground = ground
        self._rows = _marked(before)
        self._drawn: list[tuple[NDArray[np.bool_], NDArray[np.bool_]]] = []

    def settings(self, now: Surface) -> Patch | None:
        self._now = now
        _, _, width, height = now.whole
        for n, (old, new) in enumerate(zip(self._before.planes, now.planes, strict=True)):
            other = (new[:, 0] != old[:, 0]).reshape(len(new), -1).any(axis=1)
            self._rows |= np.repeat(other, 2)[:height] if n else other
        self._rows |= _marked(now)
        planes = zip(self._before.planes, now.planes, self._ground, strict=True)
        self._drawn = [(_other(old, ground), _other(new, ground)) for old, new, ground in planes if ground.ndim > 1]
        marked = np.flatnonzero(self._rows)
        return even((0, int(marked[0]), width, int(marked[-1]) + 1), now.whole) if len(marked) else None

    def paint(self, on: Surface, done: float) -> None:
        width = on.whole[2]
        moved = round(width * _smooth(done)) // 2 * 2
        for n, (plane, old, new) in enumerate(zip(on.planes, self._before.planes, self._now.planes, strict=True)):
            left, _, right, _ = scaled((moved, 0, width, 0), n)
            if not self._drawn:
                plane[:, : right - left] = old[:, left:]
                plane[:, right - left :] = new[:, :left]
                continue
            gone, come = self._drawn[n]
            plane[...] = self._ground[n]
            np.copyto(plane[:, : right - left], old[:, left:], where=gone[:, left:])
            np.copyto(plane[:, right - left :], new[:, :left], where=come[:, :left])


def _background(theme: Theme, seen: Surface) -> tuple[NDArray[np.uint8], ...]:
    """Return the background in each plane: one pixel if it is of one colour, else all of it."""
    if backdrop.is_plain(theme):
        return tones(theme.background, yuv=seen.yuv)
    _, _, width, height = seen.whole
    return backdrop.ground(theme, width, height, yuv=seen.yuv).planes


def _other(picture: NDArray[np.uint8], ground: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where a plane is other than the background, in a shape that selects pixels of it."""
    differs: NDArray[np.bool_] = picture != ground
    return differs if picture.ndim == 2 else np.any(differs, axis=2, keepdims=True)


def _with_bands(tone: NDArray[np.uint8], old: NDArray[np.uint8], new: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a background with the bands of colour across both pictures: they stay, and only the words on them fade."""
    same, other = old[:, 0] == new[:, 0], old[:, 0] != (tone[:, 0] if tone.ndim > 1 else tone)
    bands = (same & other) if old.ndim == 2 else same.all(axis=-1) & other.any(axis=-1)
    if not bands.any():
        return tone
    ground = np.array(np.broadcast_to(tone, old.shape))
    ground[bands] = old[bands, :1]
    return ground


def _at(tone: NDArray[np.uint8], rows_: slice, columns: slice) -> NDArray[np.uint8]:
    """Return the part of a background, or its one pixel."""
    return tone[rows_, columns] if tone.ndim > 1 else tone


MIXES: dict[str, type[FadeMix] | type[SlideMix]] = {"fade": FadeMix, "slide": SlideMix}


def _differing(one: Surface, other: Surface) -> NDArray[np.bool_]:
    """Return by row, and by strip of `STRIP` pixels, whether two pictures differ there or nearby."""
    _, _, width, height = one.whole
    differing = np.zeros((height, -(-width // STRIP)), np.bool_)
    for n, (a, b) in enumerate(zip(one.planes, other.planes, strict=True)):
        differs = words(a) != words(b)
        rows = np.flatnonzero(differs.any(axis=1))
        if len(rows):
            times = 2 if n else 1
            strip = STRIP // times * differs.shape[1] // a.shape[1]  # in words, of which the widest hold eight bytes
            strips = np.logical_or.reduceat(differs[rows], np.arange(0, differs.shape[1], strip), axis=1)
            for row in range(times):
                differing[times * rows + row] |= strips
    return _widened(_widened(differing, REACH, 0), BESIDE, 1)


def _widened(strips: NDArray[np.bool_], reach: int, axis: int) -> NDArray[np.bool_]:
    """Widen marked strips by `reach` along an axis."""
    lines = np.moveaxis(strips, axis, 0)
    count = np.cumsum(np.pad(lines, ((reach + 1, reach), (0, 0))), axis=0, dtype=np.int32)
    return np.moveaxis(count[2 * reach + 1 :] != count[: -2 * reach - 1], 0, axis)


def _around(strips: NDArray[np.bool_], whole: Patch) -> Patch | None:
    """Return the smallest even patch around the true values, or None."""
    marked = np.flatnonzero(strips.any(axis=1))
    if not len(marked):
        return None
    across = np.flatnonzero(strips.any(axis=0))
    box = (int(across[0]) * STRIP, int(marked[0]), min(whole[2], (int(across[-1]) + 1) * STRIP), int(marked[-1]) + 1)
    return even(box, whole)


def _in_pixels(strips: NDArray[np.bool_], whole: Patch, n: int) -> NDArray[np.bool_]:
    """Return the same for each pixel of the surface's plane number `n`."""
    if not n:
        return np.repeat(strips, STRIP, axis=1)[:, : whole[2]]
    return np.repeat(strips[0::2] | strips[1::2], STRIP // 2, axis=1)[:, : whole[2] // 2]


def _marked(picture: Surface) -> NDArray[np.bool_]:
    """Return which rows are not of one colour from end to end. Others look the same wherever they slide."""
    height = picture.whole[3]
    rows = np.zeros(height, np.bool_)
    for n, plane in enumerate(picture.planes):
        marked = (plane[:, 1:] != plane[:, :-1]).reshape(len(plane), -1).any(axis=1)
        rows |= np.repeat(marked, 2)[:height] if n else marked
    return rows


def _smooth(share: float) -> float:
    """Ease in and out."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)
