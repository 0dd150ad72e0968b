"""Where a picture or a video goes: whole on a card with its caption below, over the whole screen with the words on it, or beside words.

Beside words it fills its side of the screen to the edges, if little of it is cut off for that; else it stands whole on a card there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from videogen.scenes.drawing.canvas import Canvas, rounded_mask
from videogen.scenes.drawing.compositor import FULL
from videogen.scenes.drawing.overlay import Overlay, painted
from videogen.scenes.drawing.surface import Patch, Surface, in_plane, mix, slices
from videogen.scenes.kinds import list as points
from videogen.scenes.kinds import text
from videogen.scenes.layout import (
    ENTRANCE_FRAMES,
    HEADING_SIZES,
    OPTICAL_MIDDLE,
    Area,
    Head,
    Layer,
    Layout,
    build_head,
    foot_blocks,
    heading_block,
    largest,
    lead_block,
)
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.text_block import TextBlock
from videogen.scenes.theme import Colour, hexadecimal
from videogen.script import spoken_text
from videogen.script.models import ClipScene, ImageScene, ListScene, Scene, TextScene
from videogen.script.sentences import sentences

CAPTION_SIZES = (42, 39, 36)
SHORT_CAPTION_SIZES = (56, 52, 48, 45)
"""Of captions in one line."""
CAPTION_MARGIN = 44
CAPTION_SHARE = 0.35
"""Share of a picture's side of the screen, from top to bottom, that its caption may take."""
COVER_CAPTION_SIZES = (54, 48, *CAPTION_SIZES)
COVER_HEADING_SIZES = (112, 102, 92, 84, *HEADING_SIZES)
LEAST_SEEN_OF_PHOTO = 0.5
LEAST_SEEN_AS_NAMED = 0.33
"""Share of a photo or a video that is seen at least where it fills its side of the screen to the edges, and where its side was named."""
MOST_ENLARGED = 2.0
"""A picture is shown at most so many times as large as it is, on a screen of 1080 lines: more would only show that it is small."""
RADIUS = 16
ON_A_PICTURE = hexadecimal("#eef1f5")
"""Of words on the shade over a picture, in every theme."""
DARK = hexadecimal("#0b0e12")
SHADE = 0.7


MediaScene = ImageScene | ClipScene
Side = Literal["left", "right", "top"]

SIDES: dict[str, tuple[Side, float]] = {
    "picture-left": ("left", 0.5),
    "picture-right": ("right", 0.5),
    "third-left": ("left", 0.36),
    "third-right": ("right", 0.36),
    "picture-top": ("top", 0.44),
}
"""Where a picture stands beside words, and the share of the screen that it has."""


BESIDE_GAP = 64
"""Between a picture and the words beside it, for 1080 lines."""


@dataclass(frozen=True)
class MediaFrame:
    """The picture's place, in even pixels, and what stands around it or on it.

    `words` are drawn on a picture that fills the screen; `layers` beside one that does not. One that `fills` its box is cut off at it.
    """

    layout: Layout
    box: tuple[int, int, int, int]
    layers: tuple[Layer, ...]
    words: Callable[[Canvas], None] | None = None
    fills: bool = False
    radius: float | None = None
    """Of its corners, in pixels; None for that of cards."""

    @property
    def size(self) -> tuple[int, int]:
        left, top, right, bottom = self.box
        return right - left, bottom - top

    @property
    def corner_radius(self) -> float:
        """Radius of its corners in pixels: none where it fills the screen."""
        if self.size == (self.layout.settings.width, self.layout.settings.height):
            return 0.0
        return self.layout.corner(RADIUS) if self.radius is None else self.radius

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
        radius = self.corner_radius
        if radius == 0 or self.words is not None:
            return []
        mask = np.asarray(rounded_mask(self.size, min(radius, *(side / 2 for side in self.size)), 0.0))
        reach = (round(radius) + 2) // 2 * 2
        across, down = min(reach, width // 4 * 2), min(reach, height // 4 * 2)
        patches = [(left, top, left + across, top + down) for top in (0, height - down) for left in (0, width - across) if across and down]
        return [(patch, mask[slices(patch, 0)]) for patch in patches]


def fills_screen(scene: MediaScene) -> bool:
    """Return whether the picture lies behind everything else."""
    return scene.layout == "cover" or (scene.fit == "fill" and scene.layout is None)


def has_words(scene: MediaScene) -> bool:
    """Return whether a scene has more to show than its picture, heading and caption."""
    return any(paragraph.strip() for paragraph in scene.paragraphs) or bool(scene.items)


def side_of(scene: MediaScene, layout: Layout) -> tuple[Side, float] | None:
    """Return where the picture stands beside the words of its scene, and its share of the screen; None when it has no words beside it.

    In pictures that are not wide it stands above them.
    """
    is_named = scene.layout in SIDES
    if not is_named and (not has_words(scene) or scene.layout is not None or scene.fit == "fill"):
        return None
    if layout.area.width < layout.area.height * 1.1:
        return SIDES["picture-top"]
    return SIDES[scene.layout if is_named and scene.layout else "picture-right"]


def fits_screen(scene: MediaScene, layout: Layout) -> bool:
    """Return whether the caption can stand with the picture."""
    return not scene.caption.strip() or caption_block(scene, layout) is not None


def words_fit(scene: MediaScene, layout: Layout) -> bool:
    """Return whether the words of a scene can stand beside its picture."""
    side = side_of(scene, layout)
    if side is None:
        return not has_words(scene)
    inner, heading = words_layout(scene, layout, *side), words_scene(scene, layout)
    if scene.footnotes and foot_blocks(inner, scene.footnotes) is None:
        return False
    if has_words(scene) and scene.caption.strip():
        own = _picture_area(scene, layout, *side)
        caption = caption_block(scene, layout, _caption_width(layout, own))
        if caption is None or caption.height > own.height * CAPTION_SHARE:
            return False
    if heading.heading and heading_block(inner, heading.heading) is None:
        return False
    return len(split_words(heading, inner)) == 1


def words_scenes(scene: MediaScene) -> tuple[TextScene | ListScene, ...]:
    """Return the words beside a picture as scenes of their own."""
    common: dict[str, Any] = {"heading": scene.heading, "footnotes": scene.footnotes, "line": scene.line}
    if scene.paragraphs and len(scene.paragraphs) == 1 and scene.items:
        return (ListScene(kind="list", lead=scene.paragraphs[0], items=scene.items, **common),)
    prose = (TextScene(kind="text", paragraphs=scene.paragraphs, **common),) if scene.paragraphs else ()
    return (*prose, *((ListScene(kind="list", items=scene.items, **common),) if scene.items else ()))


def words_scene(scene: MediaScene, layout: Layout) -> TextScene | ListScene:
    """Return what stands beside the picture: its heading, unless that is in a band over both, and its words, or else its caption."""
    heading = "" if _is_in_band(scene, layout) else scene.heading
    common: dict[str, Any] = {"heading": heading, "footnotes": scene.footnotes, "line": scene.line, "say": scene.say}
    if not scene.items:
        paragraphs = scene.paragraphs if has_words(scene) else (scene.caption,) if scene.caption.strip() else ()
        return TextScene(kind="text", paragraphs=paragraphs, layout=None if has_words(scene) else "plain", **common)
    lead = "\n\n".join(scene.paragraphs)
    return ListScene(kind="list", lead=lead, items=scene.items, layout="plain", **common)


def split_words(scene: TextScene | ListScene, layout: Layout) -> tuple[Scene, ...]:
    if isinstance(scene, TextScene):
        return text.split(scene, layout)
    if scene.lead.strip() and lead_block(layout, scene.lead, heading_block(layout, scene.heading)) is None:
        return ()
    return points.split(scene, layout)


def _is_in_band(scene: MediaScene, layout: Layout) -> bool:
    return bool(scene.heading.strip()) and layout.theme.heading.position == "band"


def below_band(scene: MediaScene, layout: Layout) -> tuple[Head | None, float]:
    """Return the heading in a band over picture and words, and where the band ends; None and 0 if it stands beside the picture."""
    if not _is_in_band(scene, layout):
        return None, 0.0
    head = build_head(layout, scene.model_copy(update={"footnotes": ()}))
    return head, head.band_bottom


def _picture_area(scene: MediaScene, layout: Layout, side: Side, share: float) -> Area:
    """Return the side of the screen that a picture has, to the edges."""
    width, height = layout.settings.width, layout.settings.height
    top = below_band(scene, layout)[1]
    if side == "top":
        return Area(0, top, width, (height - top) * share)
    return Area(0 if side == "left" else width * (1 - share), top, width * share, height - top)


def words_layout(scene: MediaScene, layout: Layout, side: Side, share: float) -> Layout:
    """Return the layout of the words beside the picture, within the margins."""
    area, picture, gap = layout.area, _picture_area(scene, layout, side, share), layout.px(BESIDE_GAP)
    head, _ = below_band(scene, layout)
    top = area.top if head is None else area.top + head.height
    if side == "top":
        top = picture.bottom + layout.px(BESIDE_GAP * 0.75)
        return replace(layout, region=Area(area.left, round(top), area.width, round(area.bottom - top)))
    left = picture.right + gap if side == "left" else area.left
    right = area.right if side == "left" else picture.left - gap
    return replace(layout, region=Area(round(left), round(top), round(right - left), round(area.bottom - top)))


def _caption_width(layout: Layout, place: Area) -> float:
    """Return how wide the caption of a picture beside words may be, on a card or on the picture."""
    return min(place.width * 0.8, place.width - 2 * layout.px(CAPTION_MARGIN))


def _timing_of_words(scene: MediaScene, words: TextScene | ListScene, timing: SceneTiming) -> SceneTiming:
    """Return when the words are spoken, without what is said of the picture after them, and without a heading in a band."""
    if scene.say is not None or not timing.sentences:
        return timing
    own = [words.lead, *(spoken_text.point(item) for item in words.items)] if isinstance(words, ListScene) else list(words.paragraphs)
    number = len(sentences(" ".join(filter(None, map(spoken_text.phrase, own)))))
    before, after = (len(sentences(text)) if text else 0 for text in (spoken_text.heading(scene.heading), spoken_text.shown(scene)))
    spoken = timing.sentences
    if len(spoken) in (number + after, before + number + after):
        spoken = spoken[len(spoken) - number - after if scene.heading and not words.heading else 0 : len(spoken) - after]
    return replace(timing, sentences=spoken)


def beside_words(
    scene: MediaScene, layout: Layout, size: tuple[int, int], timing: SceneTiming, side: tuple[Side, float], least_seen: float
) -> MediaFrame:
    inner, words = words_layout(scene, layout, *side), words_scene(scene, layout)
    layers = (text if isinstance(words, TextScene) else points).layers(words, inner, _timing_of_words(scene, words, timing))
    head, _ = below_band(scene, layout)
    if head is not None:
        layers = (head.layer(), *layers)
    own = _picture_area(scene, layout, *side)
    caption = caption_block(scene, layout, _caption_width(layout, own)) if scene.caption.strip() and has_words(scene) else None
    seen = min(own.width / own.height, size[0] / size[1]) / max(own.width / own.height, size[0] / size[1])
    if scene.layout is not None and least_seen <= LEAST_SEEN_OF_PHOTO:
        least_seen = LEAST_SEEN_AS_NAMED
    if scene.fit == "fill" or seen >= least_seen:
        left, top, right, bottom = (round(edge / 2) * 2 for edge in own.box)
        box, margin = (left, top, right, bottom), layout.px(CAPTION_MARGIN)
        words_on_it = None
        if caption := caption_block(scene, layout, _caption_width(layout, own), on_picture=True) if caption else None:
            words_on_it = partial(
                paint_on_shade, layout=layout, blocks=(caption,), area=Area(margin, 0, right - left - 2 * margin, bottom - top - margin)
            )
        return MediaFrame(layout, box, layers, words_on_it, fills=True, radius=0)
    area = layout.area
    above, edge = max(area.top, own.top + layout.px(30)), max(own.left, area.left)
    below = own.bottom if side[0] == "top" else area.bottom
    words_area = Area(edge, above, min(own.right, area.right) - edge, below - above)
    return _carded(layout, size, words_area, caption, layers, 0.5)


def caption_block(scene: MediaScene, layout: Layout, width: float | None = None, *, on_picture: bool = False) -> TextBlock | None:
    is_cover = fills_screen(scene)
    colour = ON_A_PICTURE if is_cover or on_picture else layout.theme.soft
    most = 3 if layout.settings.width > layout.settings.height else 5
    width = layout.area.width * 0.86 if width is None else width
    sizes = COVER_CAPTION_SIZES if is_cover else CAPTION_SIZES
    return _short_or_long(layout, scene.caption, sizes, width, most, colour)


def caption_below(layout: Layout, caption: str, width: float) -> TextBlock | None:
    """Return a caption as set in a width, below a picture beside others."""
    return _short_or_long(layout, caption, CAPTION_SIZES, width, 3, layout.theme.soft)


def _short_or_long(layout: Layout, caption: str, sizes: tuple[int, ...], width: float, lines: int, colour: Colour) -> TextBlock | None:
    """Return a caption larger where it fits in one line, else in so many lines; None where it takes more."""
    short = largest(layout, caption, SHORT_CAPTION_SIZES, width, lines=1, leading=1.36, colour=colour)
    return short or largest(layout, caption, sizes, width, lines=lines, leading=1.36, colour=colour, whole_words=False)


def on_card(scene: MediaScene, layout: Layout, size: tuple[int, int]) -> MediaFrame:
    """Return the picture as large as it fits in the body, with its caption below it."""
    head = build_head(layout, scene, compact=True)
    caption = caption_block(scene, layout) if scene.caption.strip() else None
    return _carded(layout, size, head.body, caption, (head.layer(),), OPTICAL_MIDDLE)


def _carded(
    layout: Layout, size: tuple[int, int], body: Area, caption: TextBlock | None, others: tuple[Layer, ...], middle: float
) -> MediaFrame:
    """Return the picture on a card in a body, with its caption, and the layers beside it. `middle` is the share of free space above."""
    below = layout.px(26) + caption.height if caption else 0.0
    available = body.height - below
    scale = min(body.width / size[0], available / size[1], MOST_ENLARGED * layout.unit)
    width, height = (max(2, round(side * scale / 2) * 2) for side in size)
    top = round((body.top + max(0.0, body.height - height - below) * middle) / 2) * 2
    left = round((body.left + (body.width - width) / 2) / 2) * 2
    box = (left, top, left + width, top + height)

    def edge(canvas: Canvas) -> None:
        line = max(1, round(1.5 * layout.unit))
        canvas.rounded((left - line, top - line, box[2] + line, box[3] + line), layout.corner(RADIUS) + line, layout.theme.edge)

    def words(canvas: Canvas) -> None:
        if caption:
            caption.draw(canvas, body.left, box[3] + layout.px(26), body.width, "center")

    own = (Layer(edge, 0, ENTRANCE_FRAMES - 3, under=box), Layer(words, 3, ENTRANCE_FRAMES - 3, layout.px(12)))
    return MediaFrame(layout, box, (*others, *own))


def on_screen(scene: MediaScene, layout: Layout) -> MediaFrame:
    """Return the picture over all of the screen; the words at the bottom, on a shade that grows darker downwards."""
    settings = layout.settings
    box = (0, 0, settings.width, settings.height)
    blocks = []
    if scene.heading.strip():
        heading = largest(
            layout, scene.heading, COVER_HEADING_SIZES, layout.area.width, lines=2, weight=700, leading=1.18, colour=ON_A_PICTURE
        )
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
    if scene.caption.strip() and (caption := caption_block(scene, layout)):
        blocks.append(caption)
    if not blocks and not has_captions_below(layout):
        return MediaFrame(layout, box, (), fills=True)
    return MediaFrame(layout, box, (), partial(paint_on_shade, layout=layout, blocks=tuple(blocks), area=layout.area), fills=True)


def has_captions_below(layout: Layout) -> bool:
    """Return whether captions are drawn over the lower part of the picture, where they need a shade behind them."""
    return layout.settings.captions != "none" and not layout.captions_at_top


def paint_on_shade(canvas: Canvas, *, layout: Layout, blocks: tuple[TextBlock, ...], area: Area) -> None:
    """Draw words at the bottom of an area of a picture, on a shade that grows darker downwards and is behind captions below it too."""
    gap = layout.px(14)
    width, bottom = canvas.picture.size
    top = area.bottom - sum(block.height for block in blocks) - gap * max(0, len(blocks) - 1)
    above = layout.px(260)  # where the shade begins; on the words' first line it is nearly all there, so that they can be read on white
    shade = min(bottom, round(bottom - top + above))
    reached = np.clip(np.arange(shade) / (above + layout.px(20)), 0, 1)
    if has_captions_below(layout):  # behind them too, and then lighter again
        beyond = np.arange(bottom - shade, bottom) - (area.bottom + layout.caption_height)
        reached = np.minimum(reached, np.clip(1 - beyond / above, 0, 1))
    rows = (reached**2 * (3 - 2 * reached) * SHADE * 255).astype(np.uint8)
    canvas.mask((0, bottom - shade), Image.fromarray(np.repeat(rows[:, None], width, axis=1)), DARK)
    for block in blocks:
        block.draw(canvas, area.left, top, area.width, layout.align)
        top += block.height + gap
