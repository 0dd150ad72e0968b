"""Chooses the frame of a picture or a video: beside its words, over the screen, on a card, and alone in the way that shows most of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from videogen.scenes.blurred_cover import BlurredCover, Still
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, OPTICAL_MIDDLE, Area, Layer, Layout, build_head, largest
from videogen.scenes.media_frame import (
    CAPTION_MARGIN,
    LEAST_SEEN_OF_PHOTO,
    MOST_ENLARGED,
    ON_A_PICTURE,
    MediaFrame,
    MediaScene,
    below_band,
    beside_words,
    caption_block,
    fills_screen,
    has_captions_below,
    on_card,
    on_screen,
    paint_on_shade,
    side_of,
    split_words,
    words_layout,
    words_scene,
)
from videogen.scenes.scene_clip import SceneTiming
from videogen.script.models import ImageScene, ListScene, TextScene

BESIDE_SHARES = (0.42, 0.6)
"""The least and the most of a wide screen that a lone photo has beside its heading."""
LEAST_SEEN_BESIDE = 0.58
"""Share of such a photo that is seen at least."""
BESIDE_CHARACTERS = 60
"""Of a heading that stands beside a lone photo, at most."""
LARGE_CAPTION_SIZES = (80, 74, 68, 62, 56)
WIDE_CARD = 0.7
"""Share of the words' width from which a picture on a blurred copy stands in line with them, and not in the middle."""
LEAST_HEIGHT_SEEN = 0.7
FILLED_UP = 1.25
"""A photo across the screen is made higher by so much at most where it then reaches the lower edge."""


def framing(
    scene: MediaScene, layout: Layout, size: tuple[int, int], timing: SceneTiming, least_seen: float, still: Still | None = None
) -> MediaFrame:
    """Return the frame of a scene for a picture of that size, of which at least that share has to be seen where it fills its side.

    With a `still` of it, a blurred copy may fill the screen behind it.
    """
    if side := side_of(scene, layout):
        return beside_words(scene, layout, size, timing, side, least_seen)
    if fills_screen(scene):
        return on_screen(scene, layout)
    is_photo = isinstance(scene, ImageScene) and least_seen <= LEAST_SEEN_OF_PHOTO
    if is_photo and scene.layout is None and (beside := _beside_heading(scene, layout, size, timing)):
        return beside
    across = _across(scene, layout, size, least_seen) if is_photo and scene.layout is None else None
    if across is None and still is not None and scene.layout is None and _is_lone_on_tall(scene, layout):
        return _on_cover(scene, layout, size, still)
    return across or on_card(scene, layout, size)


def _is_lone_on_tall(scene: MediaScene, layout: Layout) -> bool:
    """Return whether a picture stands alone, on a screen that is not wide."""
    return layout.settings.width <= layout.settings.height * 1.1 and not scene.footnotes and layout.region is None


def _beside_heading(scene: MediaScene, layout: Layout, size: tuple[int, int], timing: SceneTiming) -> MediaFrame | None:
    """Return a lone photo over more than half of a wide screen, to the edges, with its heading and caption beside it.

    None where there is no heading or too long a one, where the photo is small, or where too much of it would be cut off.
    """
    settings = layout.settings
    if settings.width <= settings.height * 1.1 or not scene.heading.strip() or scene.footnotes:
        return None
    if size[1] * MOST_ENLARGED * layout.unit < settings.height or len(scene.heading) > BESIDE_CHARACTERS:
        return None
    head, top = below_band(scene, layout)
    natural = size[0] / size[1] * (settings.height - top) / settings.width
    if head is not None and not scene.caption.strip() and LEAST_SEEN_BESIDE <= natural <= 1 / LEAST_SEEN_BESIDE:
        box = (0, round(top / 2) * 2, settings.width, settings.height)
        shaded = partial(paint_on_shade, layout=layout, blocks=(), area=Area(0, 0, settings.width, layout.area.bottom - box[1]))
        return MediaFrame(layout, box, (head.layer(),), shaded if has_captions_below(layout) else None, fills=True, radius=0)
    share = min(max(natural, BESIDE_SHARES[0]), BESIDE_SHARES[1])
    inner, words = words_layout(scene, layout, "right", share), words_scene(scene, layout)
    if min(share, natural) / max(share, natural) < LEAST_SEEN_BESIDE or len(split_words(words, inner)) != 1:
        return None
    frame = beside_words(scene, layout, size, timing, ("right", share), LEAST_SEEN_BESIDE)
    return frame if scene.caption.strip() or head is not None else replace(frame, layers=(_poster_layer(words, inner),))


def _poster_layer(scene: TextScene | ListScene, layout: Layout) -> Layer:
    """Return the heading of a scene alone, large, in the middle of its region."""
    head, area = build_head(layout, scene, poster=True), layout.area
    down = max(0.0, area.height - head.height) * OPTICAL_MIDDLE
    return replace(head, layout=replace(layout, region=replace(area, top=area.top + down, height=area.height - down))).layer()


def _across(scene: MediaScene, layout: Layout, size: tuple[int, int], least_seen: float) -> MediaFrame | None:
    """Return a lone photo from edge to edge below its heading, as high as no more of it is cut off than may be; its caption stands on it.

    None where a card shows more of it: in wide pictures, of a tall photo in a square, and of one that is small.
    """
    settings = layout.settings
    if settings.width > settings.height * 1.1:
        return None
    band, top = below_band(scene, layout)
    head = band or build_head(layout, scene, poster=bool(scene.heading.strip()))
    top = top or (head.body.top if head.height else 0.0)
    natural = settings.width * size[1] / size[0]
    below = settings.height - top
    height = below if below <= natural / least_seen * FILLED_UP else natural / least_seen
    if height < natural * LEAST_HEIGHT_SEEN or size[0] * MOST_ENLARGED * layout.unit < settings.width:
        return None
    top += (below - height) * OPTICAL_MIDDLE
    box = (0, round(top / 2) * 2, settings.width, round((top + height) / 2) * 2)
    words, margin = None, layout.px(CAPTION_MARGIN)
    if scene.caption.strip():
        width = layout.area.width
        caption = largest(layout, scene.caption, LARGE_CAPTION_SIZES, width, lines=2, leading=1.3, colour=ON_A_PICTURE)
        caption = caption or caption_block(scene, layout, width, on_picture=True)
        if caption is None:
            return None
        bottom = min(box[3] - margin, layout.area.bottom) - box[1]
        area = Area(layout.area.left, 0, layout.area.width, bottom)
        words = partial(paint_on_shade, layout=layout, blocks=(caption,), area=area)
    elif has_captions_below(layout) and box[3] > layout.area.bottom:
        words = partial(paint_on_shade, layout=layout, blocks=(), area=Area(0, 0, settings.width, layout.area.bottom - box[1]))
    return MediaFrame(layout, box, (head.layer(),), words, fills=True, radius=0)


def _on_cover(scene: MediaScene, layout: Layout, size: tuple[int, int], still: Still) -> MediaFrame:
    """Return the whole picture, from edge to edge where it is wide, over a blurred copy of itself that fills the screen.

    Its heading above and its caption below are large.
    """
    settings, cover = layout.settings, BlurredCover(still, layout.theme, (layout.settings.width, layout.settings.height))
    band, _ = below_band(scene, layout)
    head = band or build_head(layout, scene, poster=bool(scene.heading.strip()))
    caption = None
    if scene.caption.strip():
        width = layout.area.width
        caption = largest(layout, scene.caption, LARGE_CAPTION_SIZES, width, lines=4, leading=1.3, colour=layout.theme.text)
        caption = caption or caption_block(scene, layout)
    below = layout.px(34) + caption.height if caption else 0.0
    body = head.body if head.height else layout.area
    scale = min(settings.width / size[0], (body.height - below) / size[1], MOST_ENLARGED * layout.unit)
    width, height = (max(2, round(side * scale / 2) * 2) for side in size)
    top = round((body.top + max(0.0, body.height - height - below) * OPTICAL_MIDDLE) / 2) * 2
    is_in_line = layout.align == "left" and WIDE_CARD * layout.area.width < width <= layout.area.width
    left = round((layout.area.left if is_in_line else (settings.width - width) / 2) / 2) * 2

    def words(canvas: Canvas) -> None:
        if caption:
            caption.draw(canvas, layout.area.left, top + height + layout.px(34), layout.area.width, layout.align)

    layers = [Layer(cover.paint, 0, ENTRANCE_FRAMES - 3, cover=True), cover.below(head.layer())]
    layers.append(cover.below(Layer(words, 3, ENTRANCE_FRAMES - 3, layout.px(12))))
    reaches_edges = width > settings.width - 2 * layout.area.left
    return MediaFrame(layout, (left, top, left + width, top + height), tuple(layers), radius=0 if reaches_edges else None)
