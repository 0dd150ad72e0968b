"""The layout of scenes: margins, the type scale, and the heading above a body.

Sizes are given for a picture 1080 pixels high and scaled with the height; in narrow pictures large type is made smaller.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from videogen.scenes import theme as themes
from videogen.scenes.drawing.canvas import Box, Canvas
from videogen.scenes.drawing.surface import Patch, Surface
from videogen.scenes.scene_clip import Medium, RenderSettings
from videogen.scenes.shared_picture import SharedPicture
from videogen.scenes.text.splitting import MOST_CHARACTERS
from videogen.scenes.text.text_block import CODE_SCALE, Align, TextBlock, TextStyle, block, plain_block
from videogen.scenes.theme import Colour, Theme
from videogen.script.models import Footnote

LEAST_TYPE = 24.0
"""No text is smaller than this in a picture 1080 pixels high."""

LEAST_PROSE = LEAST_TYPE / CODE_SCALE
"""So that the code inside of prose, which is set a little smaller, is not under it either."""

LEAST_BODY = 36.0
"""No body is smaller than this in a picture whose short side is 1080, unless it is code, or a table that has no room otherwise."""

ONE_LINE_SIZES = (98, 92, 86, 80, 74, 68, 62)
"""Of headings in wide pictures: one that would be smaller in a single line stands in two."""

HEADING_SIZES = (76, 70, 64, 58, 52, 48, 45)
BODY_SHARE, BESIDE_SHARE = 0.92, 0.66
"""Size that a body may have at most, as a share of its heading's; and where it stands beside a picture, which fills the eye."""

POSTER_SIZES = (152, 141, 132, 120, 108)
"""Of headings over so little that both stand large."""

POSTER_CHARACTERS = 100
"""Characters below a heading, up to which that is so little."""

LARGE_LEAD_SIZES = (86, 80, 75, 69)
"""Of leads in one line over few points."""

LEAD_SIZES = (64, 58, 52, 48, 44, 40, 36)
LEAD_IN_TWO_LINES = 48
"""Size of a lead for 1080 lines from which down it may take two lines."""

OPTICAL_MIDDLE = 0.42
CAPTION_LINES = 2
CAPTION_LEADING = 1.3
ENTRANCE_FRAMES = 18
FOOT_SIZE = 26
FOOT_GAP, FOOT_PAD = 22, 14
FOOT_SHARE = 0.22
"""Share of the area that footnotes may take."""

CARD_RADIUS = 18
"""Of cards of code for 1080 lines, where a theme does not say otherwise."""

BAND_SHARE = 0.9
"""Share of the width that a heading in a band may take; the page's number stands in the rest."""

FOOT_MOST = 1500
REVEAL_FRAMES = 9


@dataclass(frozen=True)
class SharedText:
    """A text that may stand in the next scene too, and then glides to its place there.

    `lines` and `colour` tell whether it is the same. `box` is around its lines, `paint` draws it alone, `rest` what else is in its layer.
    """

    lines: tuple[str, ...]
    colour: Colour
    box: Box
    paint: Callable[[Canvas], None]
    rest: Callable[[Canvas], None]

    @property
    def key(self) -> tuple[tuple[str, ...], Colour]:
        return self.lines, self.colour

    @classmethod
    def of(cls, block: TextBlock, left: float, top: float, width: float, align: Align, rest: Callable[[Canvas], None]) -> SharedText:
        """Return a block that is drawn at a place, aligned in a width."""
        free = width - block.width
        is_right = block.right_to_left and align == "left"
        x = left + (free / 2 if align == "center" else free if is_right else 0.0)
        lines = tuple("".join(run.text for _, run in line.text_runs) for line in block.lines)

        def paint(canvas: Canvas) -> None:
            block.draw(canvas, left, top, width, align)

        return cls(lines, block.text_style.colour, (x, top, x + block.width, top + block.height), paint, rest)


@dataclass(frozen=True)
class Layer:
    """A part of a picture that comes in by itself: `frames` long from frame `start`, rising by `rise` pixels.

    With an `end` it goes again from that frame on, as long as it came. `base` draws what it changes, when that is not the bare background:
    what fades in then is the difference to it. A `cover` lies behind all that is shown. What is `under` a picture goes with that; it is
    the picture's box.
    """

    paint: Callable[[Canvas], None]
    start: int = 0
    frames: int = ENTRANCE_FRAMES
    rise: int = 0
    end: int | None = None
    base: Callable[[Canvas], None] | None = None
    shared: SharedText | None = None
    cover: bool = False
    under: Patch | None = None


@dataclass(frozen=True)
class AnimatedLayer:
    """A part of a picture that is drawn anew for each frame, over all layers: in `box`, (left, top, right, bottom) in even pixels.

    `draw` gets what lies there to draw on, the frame's number, and its opacity in 128ths, which grows for the first `appears` frames.
    `moves` are the frames, from and up to, in which it changes; after the last of them it is at rest. Footage is content, and moves also
    where nothing else does; so does what `cuts` from one content to another. `same` gives for a frame's number the first one that shows
    the same picture.
    """

    box: tuple[int, int, int, int]
    moves: tuple[tuple[int, int], ...]
    draw: Callable[[Surface, int, int], None]
    appears: int = ENTRANCE_FRAMES - 3
    medium: Medium = "type"
    cuts: bool = False
    same: Callable[[int], int] | None = None
    shared: SharedPicture | None = None

    @property
    def is_content(self) -> bool:
        """Whether it changes also where nothing moves."""
        return self.cuts or self.medium == "footage"

    def number(self, now: int, *, motion: bool) -> int:
        """Return the number of the frame whose picture it shows now."""
        number = min(now, self.rest) if motion or self.is_content else self.rest
        return number if self.same is None else self.same(number)

    @property
    def rest(self) -> int:
        """The number of the frame in which it comes to rest."""
        return max((end for _, end in self.moves), default=0)


@dataclass(frozen=True)
class Area:
    """A rectangle in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def box(self) -> Box:
        return (self.left, self.top, self.right, self.bottom)


@dataclass(frozen=True)
class Layout:
    """What a scene is drawn on, for one set of render settings: all of the picture, or the `region` of it that is given."""

    settings: RenderSettings
    region: Area | None = None

    @cached_property
    def theme(self) -> Theme:
        return themes.theme(self.settings.theme)

    @property
    def unit(self) -> float:
        """One pixel of a picture 1080 high."""
        return self.settings.height / 1080

    @property
    def narrow(self) -> float:
        """By how much large type is made smaller in a picture narrower than 16:9."""
        return math.pow(min(1.0, self.settings.width / self.settings.height / (16 / 9)), 0.4)

    def lines(self, of: int) -> int:
        """Return a number of lines for a picture of 16:9: in taller ones, whose lines are shorter, up to twice as many."""
        width, height = (self.region.width, self.region.height) if self.region else (self.settings.width, self.settings.height)
        return round(of * min(2.0, max(1.0, 16 / 9 * height / width)))

    def px(self, length: float) -> int:
        """Return a length for 1080 lines in whole pixels, at least one."""
        return max(1, round(length * self.unit))

    def corner(self, radius: float) -> int:
        """Return the radius of a corner for 1080 lines, in pixels: more or less of it as the theme's cards are rounder or sharper."""
        share = self.theme.shapes.radius / CARD_RADIUS
        return self.px(radius * share) if share else 0

    def size(self, of: float) -> float:
        """Return a size of prose for 1080 lines at 16:9, in pixels. What is a body there is one in every shape, by its short side."""
        size = max(LEAST_PROSE, of * self.narrow) * self.unit
        return max(size, LEAST_BODY * min(self.settings.width, self.settings.height) / 1080) if of >= LEAST_BODY else size

    def grid_size(self, of: float) -> float:
        """Return a size of type on a grid for 1080 lines at 16:9, in pixels."""
        return max(LEAST_TYPE, of * self.narrow) * self.unit

    def sizes(self, of: Iterable[float]) -> list[float]:
        """Return type sizes in pixels, largest first, each once."""
        return sorted({self.size(one) for one in of}, reverse=True)

    def body_sizes(self, of: Sequence[float], head: Head) -> tuple[float, ...]:
        """Return the body sizes that the heading and lead above allow, largest first, at least the last one. Sizes are for 1080 lines."""
        most = math.inf
        if head.block is not None:
            size = head.block.text_style.size
            most = max(size * (BODY_SHARE if self.region is None else BESIDE_SHARE), min(size, self.size(LEAST_BODY)))
        if head.lead is not None:
            most = min(most, head.lead.text_style.size)
        return tuple(one for one in of if self.size(one) <= most) or tuple(of[-1:])

    def text_style(self, size: float, colour: Colour | None = None, weight: int = 400, leading: float = 1.42) -> TextStyle:
        """Return a text style of this layout's theme; `size` is in pixels."""
        return TextStyle(size, self.theme, colour or self.theme.text, weight, leading)

    @property
    def align(self) -> Align:
        """How headings and cards stand in their width."""
        return "center" if self.theme.heading.position == "centre" else "left"

    @property
    def area(self) -> Area:
        """All that may be drawn on: the region, or the picture without its margins."""
        if self.region is not None:
            return self.region
        across = max(self.settings.width * 0.0625, self.settings.height * 0.04)
        down = self.settings.height * 0.078
        top, bottom = down, self.settings.height - down
        if self.settings.captions != "none":
            if self.captions_at_top:
                top = self.caption_edge + self.caption_height
            else:
                bottom = self.caption_edge - self.caption_height
        return Area(round(across), round(top), round(self.settings.width - 2 * across), round(bottom - top))

    @property
    def captions_at_top(self) -> bool:
        """Whether captions stand at the top of the picture: as the settings say, else the theme."""
        position = self.settings.caption_position
        return (self.theme.captions.position if position == "auto" else position) == "top"

    @property
    def _has_app_buttons(self) -> bool:
        """Whether an app that shows the picture lays its own buttons over it: that of a short video on a phone."""
        return self.settings.captions == "karaoke" and self.settings.height > self.settings.width * 1.5

    @property
    def caption_size(self) -> float:
        """The type of captions drawn into the picture, in pixels."""
        return self.size(84 if self.settings.captions == "karaoke" else 44)

    @property
    def caption_width(self) -> float:
        """How wide a caption's line may be. Apps have a column of buttons at the right of tall pictures."""
        return self.settings.width * (0.72 if self._has_app_buttons else 0.86)

    @property
    def caption_edge(self) -> int:
        """Lower edge of captions, or their upper edge at the top. A screen may cut off, or a player's buttons cover, what is beyond it.

        Apps for short videos cover about a fifth of a tall picture at its bottom, and an eighth at its top.
        """
        if self.captions_at_top:
            return round(self.settings.height * (0.13 if self._has_app_buttons else 0.05))
        return round(self.settings.height * (0.78 if self._has_app_buttons else 0.95))

    @property
    def caption_height(self) -> float:
        """The height that a caption may take, with the space between it and the scene."""
        return CAPTION_LINES * CAPTION_LEADING * self.caption_size + self.px(24 + 20)


def placed(body: Area, height: float, *, carried: bool = False) -> float:
    """Return where content of a height begins in a body: with its middle a little above the body's, on carried-on pages at the top."""
    return body.top if carried else body.top + max(0.0, body.height - height) * OPTICAL_MIDDLE


def largest_that_may_fit(size: float, height: float, available: float) -> float:
    """Return the size above which content cannot fit, if it is so high at a size: its height grows with the square of that at most."""
    return size if height <= available else size * min(1.0, 1.2 * math.sqrt(max(0.0, available) / height))


def spread(heights: Sequence[float], gap: float, height: float, most: float) -> list[float]:
    """Return where things of these heights begin, one below the other: a `gap` apart, or as far as they fill `height`, `most` at most."""
    gaps = len(heights) - 1
    if gaps:
        gap = max(gap, min(most, (height - sum(heights)) / gaps))
    places, y = [], 0.0
    for one in heights:
        places.append(y)
        y += one + gap
    return places


class Headed(Protocol):
    """A scene with a heading."""

    @property
    def heading(self) -> str: ...
    @property
    def page(self) -> int: ...
    @property
    def pages(self) -> int: ...


@dataclass(frozen=True)
class Head:
    """A heading as set, with its accent above it, the page's number beside that, and a lead below it."""

    layout: Layout
    block: TextBlock | None
    lead: TextBlock | None
    counter: TextBlock | None
    foot: tuple[TextBlock, ...] = ()

    @property
    def _foot_height(self) -> float:
        """Height of the footnotes at the bottom of the area, with the space above them."""
        if not self.foot:
            return 0.0
        return sum(block.height for block in self.foot) + self.layout.px(FOOT_GAP + FOOT_PAD)

    @property
    def _tick(self) -> float:
        if self._in_band:
            return 0
        if self.block and not self.counter and self.layout.theme.shapes.mark == "none":
            return 0
        return self.layout.px(30) if self.block or self.counter else 0

    @property
    def _in_band(self) -> bool:
        return self.block is not None and self.layout.theme.heading.position == "band"

    @property
    def band_bottom(self) -> float:
        """Where the band of a heading in a band ends."""
        assert self.block is not None
        return self.layout.area.top + self.block.height - self.layout.px(12)

    @property
    def _band_top(self) -> float:
        """Where the text of a band may begin: at the top of the picture, or below captions that stand there."""
        at_top = self.layout.settings.captions != "none" and self.layout.captions_at_top and self.layout.region is None
        return self.layout.area.top - self.layout.px(24) if at_top else 0.0

    @property
    def height(self) -> float:
        """From the top of the area to the top of the body."""
        height = float(self._tick)
        if self.block is not None:
            height += self.block.height + self.layout.px(30 if self._in_band else 36)
        elif self.counter is not None:
            height += self.layout.px(16)
        if self.lead is not None:
            height += self.lead.height + self.layout.px(28)
        return height

    @property
    def body(self) -> Area:
        area = self.layout.area
        return replace(area, top=area.top + self.height, height=area.height - self.height - self._foot_height)

    def layer(self) -> Layer:
        return Layer(self._paint, 0, ENTRANCE_FRAMES - 4, self.layout.px(14), shared=self._shared())

    def _shared(self) -> SharedText | None:
        """Return the heading alone."""
        area = self.layout.area
        if self.block is None:
            return None
        top, align = area.top + self._tick, self.layout.align
        if self._in_band:
            top, align = (self._band_top + self.band_bottom - self.block.height) / 2, "left"
        return SharedText.of(self.block, area.left, top, area.width, align, self._paint_rest)

    def _paint(self, canvas: Canvas) -> None:
        self._paint_rest(canvas)
        if shared := self._shared():
            shared.paint(canvas)

    def _paint_rest(self, canvas: Canvas) -> None:
        """Draw all but the heading's words."""
        layout, area = self.layout, self.layout.area
        align = layout.align
        if self._in_band and self.block is not None and layout.theme.heading.band is not None:
            canvas.rectangle((0, 0, layout.settings.width, self.band_bottom), layout.theme.heading.band)
        elif self.block is not None:
            tick(layout, canvas, area.left, area.top, 56, self.block.right_to_left)
        if self.lead is not None:
            self.lead.draw(canvas, area.left, area.top + self.height - self.lead.height - layout.px(28), area.width, align)
        if self.foot:
            y = area.bottom - self._foot_height + layout.px(FOOT_GAP)
            canvas.rectangle((area.left, y, area.left + area.width * 0.2, y + max(1, layout.px(2))), layout.theme.edge)
            y += layout.px(FOOT_PAD)
            for block in self.foot:
                block.draw(canvas, area.left, y, area.width)
                y += block.height
        if self.counter is not None:
            top = (self._band_top + self.band_bottom - self.counter.height) / 2 if self._in_band else area.top - layout.px(12)
            self.counter.draw(canvas, area.left, top, area.width, "right")


def tick(layout: Layout, canvas: Canvas, left: float, top: float, width: float, right_to_left: bool = False) -> None:
    """Draw the short bar of accent that marks where to begin."""
    mark = layout.theme.shapes.mark
    if mark == "none":
        return
    across, down = layout.px(width), layout.px(7)
    if mark == "square":
        across = down = layout.px(width * 0.3)
        top -= layout.px(4)
    elif mark == "dot":
        across = down = layout.px(width * 0.32)
        top -= layout.px(4)
    elif mark == "rule":
        across, down = layout.px(width * 2.2), layout.px(3)
    x = layout.area.right - across if right_to_left else left
    if layout.align == "center":
        x = layout.area.left + (layout.area.width - across) / 2
    radius = 0 if mark == "square" else down / 2
    canvas.rounded((x, top, x + across, top + down), radius, layout.theme.accent)


def build_head(
    layout: Layout, scene: Headed, *, carried: bool = False, compact: bool = False, poster: bool = False, large_lead: bool = False
) -> Head:
    """Return the head of a scene, without a heading or lead that is too long.

    `carried`: as high as on the pages of a scene that is cut.

    A `compact` heading leaves more room to a picture; that of a `poster`, and a `large_lead`, are larger than others where they fit in
    one line, the lead up to LARGE_LEAD_SIZES[2] in two and LEAD_SIZES[0] in three.
    """
    counter = None
    if scene.pages > 1 or carried:
        in_band = bool(scene.heading.strip()) and layout.theme.heading.position == "band"
        quiet = layout.text_style(layout.size(26), layout.theme.of_heading.muted if in_band else layout.theme.muted, 500)
        counter = plain_block(f"{scene.page} / {scene.pages}", quiet, layout.area.width)
    foot = foot_blocks(layout, getattr(scene, "footnotes", ())) or ()
    heading = heading_block(layout, scene.heading, compact=compact, poster=poster, numbered=counter is not None)
    return Head(layout, heading, lead_block(layout, getattr(scene, "lead", ""), heading, large=large_lead), counter, foot)


def foot_blocks(layout: Layout, footnotes: Sequence[Footnote]) -> tuple[TextBlock, ...] | None:
    """Set the footnotes. Return None if they are too many or too long, and should be shown as prose."""
    if sum(len(note.text) for note in footnotes) > FOOT_MOST:
        return None
    quiet = layout.text_style(layout.size(FOOT_SIZE), layout.theme.soft, leading=1.32)
    blocks = tuple(block(f"[^{note.mark}] {note.text}", quiet, layout.area.width) for note in footnotes)
    return blocks if sum(one.height for one in blocks) <= layout.area.height * FOOT_SHARE else None


def heading_block(layout: Layout, heading: str, *, compact: bool = False, poster: bool = False, numbered: bool = True) -> TextBlock | None:
    """Return a heading as set; None when it is empty or too long to be one, and should be shown as prose.

    In a band it leaves room for the number of a page that is `numbered`.
    """
    if not heading.strip():
        return None
    width, theme = layout.area.width, layout.theme.of_heading
    if theme is not layout.theme and numbered:
        width *= BAND_SHARE
    wide = layout.area.width > layout.area.height * 1.1
    one_line = ONE_LINE_SIZES[-2:] if compact else POSTER_SIZES + ONE_LINE_SIZES if poster else ONE_LINE_SIZES
    if wide and (wide_block := largest(layout, heading, one_line, width, lines=1, weight=700, leading=1.18, theme=theme)):
        return wide_block
    if not wide and poster and (large := largest(layout, heading, POSTER_SIZES, width, lines=2, weight=700, leading=1.14, theme=theme)):
        return large
    sizes, lines = (HEADING_SIZES, 2) if wide else (ONE_LINE_SIZES + HEADING_SIZES, 3)
    block = largest(layout, heading, sizes, width, lines=lines, weight=700, leading=1.18, theme=theme)
    return block or largest(layout, heading, HEADING_SIZES[-1:], width, lines=3, weight=700, leading=1.18, whole_words=False, theme=theme)


def lead_block(layout: Layout, lead: str, heading: TextBlock | None = None, *, large: bool = False) -> TextBlock | None:
    """Return a lead as set, no larger than the heading; None when it is empty or too long to be one, and should be shown as prose."""
    if not lead.strip():
        return None
    all_sizes = LARGE_LEAD_SIZES + LEAD_SIZES if large else LEAD_SIZES
    sizes = [of for of in all_sizes if heading is None or layout.size(of) <= heading.text_style.size] or LEAD_SIZES[-1:]
    width, colour = layout.area.width * 0.9, layout.theme.soft
    if layout.area.width < layout.area.height * 1.1:  # its lines are short: rather large in three of them than small in one
        block = largest(layout, lead, sizes, layout.area.width, lines=3, colour=colour)
        if block is not None:
            return block
    one_line = [of for of in sizes if of > LEAD_IN_TWO_LINES]
    block = largest(layout, lead, one_line, width, lines=1, colour=colour)
    if block is None and large:
        block = largest(layout, lead, [of for of in one_line if of <= LARGE_LEAD_SIZES[2]], width, lines=2, colour=colour)
        block = block or largest(layout, lead, [of for of in one_line if of <= LEAD_SIZES[0]], width, lines=3, colour=colour)
    smaller = [of for of in sizes if of <= LEAD_IN_TWO_LINES]
    return block or largest(layout, lead, smaller, width, lines=2, colour=colour, whole_words=False)


def largest(
    layout: Layout,
    text: str,
    sizes: Iterable[float],
    width: float,
    *,
    lines: int,
    weight: int = 400,
    leading: float = 1.42,
    colour: Colour | None = None,
    whole_words: bool = True,
    theme: Theme | None = None,
) -> TextBlock | None:
    """Return a text, balanced, at the largest size (for 1080 lines) at which it takes no more lines and breaks no word, or None."""
    if len(text) > MOST_CHARACTERS:
        return None
    for size in layout.sizes(sizes):
        text_style = layout.text_style(size, colour, weight, leading)
        if theme is not None and theme is not layout.theme:
            text_style = replace(text_style, theme=theme, colour=colour or theme.text)
        fitted = block(text, text_style, width, balance=0.45)
        if len(fitted.lines) <= lines and not (fitted.broken and whole_words):
            return fitted
    return None
