"""Someone's words, with a portrait or without."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from videogen.media import images
from videogen.scenes.drawing.camera import camera
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.kinds.image import Projection, padded, share_seen
from videogen.scenes.layout import ENTRANCE_FRAMES, AnimatedLayer, Area, Head, Layer, Layout, build_head, largest_that_may_fit, placed
from videogen.scenes.media_frame import MediaFrame
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.bidi import is_right_to_left
from videogen.scenes.text.splitting import MOST_CHARACTERS, divided
from videogen.scenes.text.text_block import TextBlock, block, plain_block
from videogen.script.inline import Run, markup, plain
from videogen.script.models import QuoteScene, Scene

SIZES_BY_LINES = (
    (210, 2),
    (190, 2),
    (172, 2),
    (156, 3),
    (136, 3),
    (124, 4),
    (112, 5),
    (102, 5),
    (92, 6),
    (84, 6),
    (76, 7),
    (68, 8),
    (62, 9),
    (56, 10),
    (50, 11),
    (44, 99),
)
LINES_AT: dict[float, int] = dict(SIZES_BY_LINES)
CARRIED_SIZE = 44
MEASURE = 30
BY_SIZE = 40
BY_SHARE, BY_MOST = 0.5, 72
MARK_SHARE, MARK_LEAST = 2.2, 130
"""Size of the quotation mark over words in the middle, in sizes of them, and at least for 1080 lines."""
PORTRAIT_GAP = 64
PORTRAIT_FOCUS = (0.5, 0.35)
"""What of a portrait is not cut off: faces are above the middle."""


@dataclass(frozen=True)
class QuoteLayout:
    """The words and who said them, as set beside a bar of accent, or in the middle under a quotation mark."""

    head: Head
    words: TextBlock
    by: TextBlock | None
    mark: TextBlock | None = None

    @property
    def gap(self) -> float:
        return round(self.words.text_style.size * 0.7) if self.by else 0.0

    @property
    def height(self) -> float:
        above = self.mark.height if self.mark else 0.0
        return above + self.words.height + self.gap + (self.by.height if self.by else 0.0)


def _lay_out(scene: QuoteScene, layout: Layout, head: Head, of: float) -> QuoteLayout:
    size = layout.size(of)
    inset = _inset(scene, layout)
    width = min(head.body.width - inset, size * MEASURE)
    words = block(scene.text, layout.text_style(size, weight=450, leading=1.36), width, balance=0.7)
    by = None
    if scene.by.strip():
        quiet = layout.text_style(max(layout.size(BY_SIZE), min(layout.size(BY_MOST), size * BY_SHARE)), layout.theme.soft, 500)
        by = plain_block(f"— {scene.by}", quiet, head.body.width - inset, balance=0.7)
    mark = None
    if _is_centred(scene, layout):
        mark = plain_block("“", layout.text_style(max(size * MARK_SHARE, layout.px(MARK_LEAST)), layout.theme.accent, 760, 0.62), width)
    return QuoteLayout(head, words, by, mark)


def _is_centred(scene: QuoteScene, layout: Layout) -> bool:
    """Return whether the words stand in the middle, as headings do in the theme."""
    return layout.align == "center" and scene.portrait is None and scene.pages == 1


def _inset(scene: QuoteScene, layout: Layout) -> int:
    """Return how far the words stand from the left, where the bar of accent is."""
    return 0 if scene.portrait or _is_centred(scene, layout) else layout.px(56 * layout.narrow)


def _fit(scene: QuoteScene, layout: Layout, head: Head) -> QuoteLayout | None:
    """Return the quote at the largest size at which it fits, or None. Carried-on pages have one size.

    Carried-on pages have one size.
    """
    words = _beside_portrait(scene, layout, head)[1] if scene.portrait else None
    body = replace(head, layout=words, block=None, counter=None, foot=()) if words else head
    largest = math.inf
    for of in (CARRIED_SIZE,) if scene.pages > 1 else layout.body_sizes(tuple(LINES_AT), head):
        if layout.size(of) > largest:
            continue
        quote = _lay_out(scene, words or layout, body, of)
        largest = largest_that_may_fit(layout.size(of), quote.height, body.body.height)
        fits = quote.height <= body.body.height and not (quote.words.broken and of > CARRIED_SIZE)
        most = (words or layout).lines(LINES_AT.get(of, 99))
        if fits and len(quote.words.lines) <= most and (not quote.by or len(quote.by.lines) <= 3):
            return quote
    return None


def split(scene: QuoteScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut at sentence ends; each part says whose words they are. A very long name is set with the words."""
    if len(scene.text) <= MOST_CHARACTERS and _fit(scene, layout, build_head(layout, scene)):
        return (scene,)
    if scene.portrait:  # it would take the room of a text so long
        return split(scene.model_copy(update={"portrait": None}), layout)
    head = build_head(layout, scene, carried=True)
    by = _lay_out(scene, layout, head, CARRIED_SIZE).by
    if by and len(by.lines) > 3:
        return split(scene.model_copy(update={"text": f"{scene.text} — {markup([Run(scene.by)])}", "by": ""}), layout)

    def fits(part: str) -> bool:
        return _fit(scene.model_copy(update={"text": part, "pages": 2}), layout, head) is not None

    return tuple(scene.model_copy(update={"text": stretch.text}) for stretch in divided(scene.text, fits))


def layers(scene: QuoteScene, layout: Layout, timing: SceneTiming) -> tuple[Layer | AnimatedLayer, ...]:
    head = build_head(layout, scene)
    quote = _fit(scene, layout, head)
    if quote is None:
        return ()
    inset, align = _inset(scene, layout), layout.align if quote.mark else "left"

    def paint(canvas: Canvas) -> None:
        body = quote.head.body
        y = placed(body, quote.height)
        left, width = body.left, body.width - inset
        if inset:
            bar = layout.px(8)
            x = body.right - bar if quote.words.right_to_left else body.left
            canvas.rounded((x, y, x + bar, y + quote.height), bar / 2, layout.theme.accent)
        if not quote.words.right_to_left:
            left += inset
        if quote.mark:
            quote.mark.draw(canvas, left, y, width, align)
            y += quote.mark.height
        quote.words.draw(canvas, left, y, width, align)
        if quote.by:
            quote.by.draw(canvas, left, y + quote.words.height + quote.gap, width, align)

    words = Layer(paint, 3, ENTRANCE_FRAMES - 3, layout.px(18))
    portrait = _portrait(scene.portrait, layout, _beside_portrait(scene, layout, head)[0]) if scene.portrait else ()
    return (head.layer(), words, *portrait)


def _beside_portrait(scene: QuoteScene, layout: Layout, head: Head) -> tuple[Area, Layout]:
    """Return the square of the portrait, and the layout of the words beside it, or below it in narrow pictures."""
    body, gap = head.body, layout.px(PORTRAIT_GAP)
    if layout.area.width > layout.area.height * 1.1:
        side = round(min(body.width * 0.26, body.height * 0.7) / 2) * 2
        is_mirrored = is_right_to_left(plain(scene.text))
        left = body.right - side if is_mirrored else body.left
        region = replace(body, left=body.left if is_mirrored else body.left + side + gap, width=body.width - side - gap)
        return Area(left, body.top + (body.height - side) / 2, side, side), replace(layout, region=region)
    side = round(min(body.width * 0.45, body.height * 0.28) / 2) * 2
    region = replace(body, top=body.top + side + gap, height=body.height - side - gap)
    return Area(body.left + (body.width - side) / 2, body.top, side, side), replace(layout, region=region)


def _portrait(file: str, layout: Layout, area: Area) -> tuple[Layer | AnimatedLayer, ...]:
    """Return a picture in a circle with a ring of accent around it."""
    left, top, side = round(area.left / 2) * 2, round(area.top / 2) * 2, round(area.width / 2) * 2
    frame = MediaFrame(layout, (left, top, left + side, top + side), (), fills=True, radius=side / 2)
    path = Path(file)
    whole = images.size(path)
    seen = share_seen(padded(whole) if images.is_transparent(path) else whole, frame.size)
    way = camera("none", seen, PORTRAIT_FOCUS, 0.0, layout.settings.fps)
    shown = Projection(path, frame, way, layout.theme)

    def paint(canvas: Canvas) -> None:
        canvas.circle((left + side / 2, top + side / 2), side / 2 + layout.px(6), layout.theme.accent)

    return (Layer(paint, 0, ENTRANCE_FRAMES - 3, under=frame.box), shown.layer())
