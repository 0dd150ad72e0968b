"""Code that becomes other code before one's eyes: tokens that stay glide to their new places, others fade out and in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.loose_ink import FULL, LooseInk, loose_ink
from videogen.scenes.drawing.surface import Patch, Surface, even
from videogen.scenes.layout import AnimatedLayer, Area, Layout
from videogen.scenes.monospace import listing, token_motion
from videogen.scenes.monospace.code_stage import CodeStage
from videogen.scenes.monospace.revealed_text import painted_surface
from videogen.scenes.monospace.token_motion import Token, TokenTrack

CHANGE_S = 0.8
"""How long a change takes: long enough to follow what moves."""

GONE_AT, COMES_AT = 0.4, 0.55
"""Of a change: when what goes is gone, and when what comes begins to be seen."""

BLEED = 4
"""Pixels around a token for what of its letters stands out of their cells."""


def _stays(done: float) -> float:
    return 1.0


def _goes(done: float) -> float:
    return 1 - _eased(done / GONE_AT)


def _comes(done: float) -> float:
    return _eased((done - COMES_AT) / (1 - COMES_AT))


def _turns_from(done: float) -> float:
    return 1 - _eased(done)


def _turns_to(done: float) -> float:
    return _eased(done)


@dataclass(frozen=True)
class GlidingInk:
    """Ink on its way from one pixel to another, and how much of it is seen when a share of the change is done."""

    ink: LooseInk
    start: tuple[int, int]
    end: tuple[int, int]
    opacity: Callable[[float], float]

    @property
    def rests(self) -> bool:
        return self.opacity is _stays and self.start == self.end

    def lay(self, on: Surface, done: float) -> None:
        """Lay the ink where it is when a share of the change is done."""
        far = _eased(done)
        x, y = (round(a + (b - a) * far) for a, b in zip(self.start, self.end, strict=True))
        self.ink.lay(on, x, y, round(FULL * self.opacity(done)))


class ChangingCode:
    """A card of code through its stages, each from a frame on. Before the first of them it is as `whole` shows it."""

    def __init__(self, layout: Layout, card: Area, whole: CodeStage, changes: Sequence[tuple[CodeStage, int]]) -> None:
        self.layout, self.card = layout, card
        self.stages = (whole, *(stage for stage, _ in changes))
        self.starts = [start for _, start in changes]
        most = max(1, round(CHANGE_S * layout.settings.fps)) if layout.settings.motion else 1
        self.frames = [
            max(1, min(most, following - start)) for start, following in zip(self.starts, [*self.starts[1:], 10**9], strict=True)
        ]
        self._at_rest = lru_cache(maxsize=4)(self._painted)
        self._changing = lru_cache(maxsize=2)(self._change)

    @cached_property
    def box(self) -> Patch:
        left, top, right, bottom = (round(edge) for edge in self.card.box)
        return even((left - 2, top - 2, right + 2, bottom + 2), (0, 0, self.layout.settings.width, self.layout.settings.height))

    def layer(self) -> AnimatedLayer:
        moves = tuple((start, start + frames) for start, frames in zip(self.starts, self.frames, strict=True))
        return AnimatedLayer(self.box, moves, self.draw, appears=0, cuts=True, same=self.same)

    def same(self, number: int) -> int:
        """Return the first frame with the same picture as a frame."""
        n = bisect_right(self.starts, number) - 1
        return -1 if n < 0 else min(number, self.starts[n] + self.frames[n] - 1)

    def draw(self, part: Surface, number: int, opacity: int) -> None:
        """Draw the card as it is in a frame, once it has begun to change."""
        n = bisect_right(self.starts, number) - 1
        if n < 0:
            return
        done = (number - self.starts[n] + 1) / self.frames[n]
        if done >= 1:
            part.show(self._at_rest(n + 1, part.yuv))
            return
        resting, gliding = self._changing(n, part.yuv)
        part.show(resting)
        for one in gliding:
            one.lay(part, done)

    def _painted(self, n: int, yuv: bool) -> Surface:
        return self._surface(self.stages[n].paint, yuv)

    def _surface(self, paint: Callable[[Canvas], None], yuv: bool) -> Surface:
        return painted_surface(self.layout, self.box, paint, yuv=yuv)

    def _change(self, n: int, yuv: bool) -> tuple[Surface, list[GlidingInk]]:
        """Return what rests in a change, drawn, and the rest of it."""
        before, after = self.stages[n], self.stages[n + 1]
        resting = self._surface(lambda canvas: listing.paint_card(canvas, self.layout, self.card), yuv)
        gliding: list[GlidingInk] = []
        for one in (*self._bands(before, after), *self._inks(before, after)):
            if one.rests:
                one.lay(resting, 1.0)
            else:
                gliding.append(one)
        return resting, gliding

    def _bands(self, before: CodeStage, after: CodeStage) -> list[GlidingInk]:
        """Return the bands behind the rows that are stressed before or after."""
        height = before.code.grid.height
        left, top = round(self.card.left) - self.box[0], before.origin[1] - self.box[1]
        stressed = [{n for n, row in enumerate(stage.rows) if row.stressed} for stage in (before, after)]
        bands = []
        for n in sorted(stressed[0] | stressed[1]):
            y = top + n * height
            ink = _band(self.layout, self.card.width, height, (left & 1, y & 1))
            at = (left - (left & 1), y - (y & 1))
            opacity = _stays if n in stressed[0] & stressed[1] else _turns_to if n in stressed[1] else _turns_from
            bands.append(GlidingInk(ink, at, at, opacity))
        return bands

    def _inks(self, before: CodeStage, after: CodeStage) -> list[GlidingInk]:
        """Return all numbers and tokens of two stages on their ways."""
        margins = [[next(token_motion.tokens(row.margin, n, 0), None) for n, row in enumerate(stage.rows)] for stage in (before, after)]
        texts = [[list(token_motion.tokens(row.cells, n, row.column)) for n, row in enumerate(stage.rows)] for stage in (before, after)]
        all_tracks = [
            *token_motion.margin_tracks(*([one for one in margin if one is not None] for margin in margins)),
            *token_motion.tracks(*texts),
        ]
        return [ink for track in all_tracks for ink in self._gliding(track, before, after)]

    def _gliding(self, track: TokenTrack, before: CodeStage, after: CodeStage) -> list[GlidingInk]:
        """Return the ink of a track: of both ends, where a token changes its colour on the way."""
        one, other = track.before or track.after, track.after or track.before
        assert one is not None and other is not None
        start, end = self._pixel(before, one), self._pixel(after, other)
        odd = (end[0] & 1, end[1] & 1)
        start, end = (start[0] - odd[0], start[1] - odd[1]), (end[0] - odd[0], end[1] - odd[1])
        if track.before is None or track.after is None or one.cells == other.cells:
            opacity = _comes if track.before is None else _goes if track.after is None else _stays
            return [GlidingInk(self._ink(other, after, odd), start, end, opacity)]
        changes = ((one, before, _turns_from), (other, after, _turns_to))
        return [GlidingInk(self._ink(token, stage, odd), start, end, opacity) for token, stage, opacity in changes]

    def _pixel(self, stage: CodeStage, token: Token) -> tuple[int, int]:
        """Return the upper left pixel of a token's ink in the box."""
        grid, (left, top) = stage.code.grid, stage.origin
        return left + token.column * grid.width - BLEED - self.box[0], top + token.row * grid.height - self.box[1]

    def _ink(self, token: Token, stage: CodeStage, odd: tuple[int, int]) -> LooseInk:
        """Return the ink of a token; it begins at an even pixel where the token comes to rest, so that its colours are exact there."""
        grid = stage.code.grid
        width = sum(cell.columns for cell in token.cells) * grid.width + 2 * BLEED + odd[0]
        ground = self.layout.theme.panel

        def paint(canvas: Canvas) -> None:
            grid.draw(canvas, BLEED + odd[0], odd[1], token.cells, stage.han)

        return loose_ink((width, grid.height + odd[1]), ground, paint)


def _band(layout: Layout, width: float, height: int, odd: tuple[int, int]) -> LooseInk:
    def paint(canvas: Canvas) -> None:
        listing.paint_band(canvas, layout, Area(odd[0], 0, width, height), odd[1], height, layout.theme.accent)

    return loose_ink((round(width) + odd[0], height + odd[1]), layout.theme.panel, paint)


def _eased(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)
