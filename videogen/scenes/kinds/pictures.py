"""Two to four pictures with their captions: beside one another, one below the other in tall pictures, or two in a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from videogen.media import images
from videogen.scenes.drawing.camera import camera
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.surface import Patch
from videogen.scenes.kinds import text
from videogen.scenes.kinds.image import Projection, least_seen, padded, share_seen
from videogen.scenes.layout import ENTRANCE_FRAMES, OPTICAL_MIDDLE, AnimatedLayer, Area, Layer, Layout, build_head
from videogen.scenes.media_frame import RADIUS, MediaFrame, caption_below, fits_screen
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.text_block import TextBlock
from videogen.script.models import ImageScene, Picture, PicturesScene, Scene, TextScene

WIDE = 1.6
"""Width by height of a body from which pictures always stand beside one another."""
GAP = 36
CAPTION_GAP = 20
CAPTION_SHARE = 0.4
"""Share of a picture's place that its caption may take."""

CUT_PHOTO = 0.62
"""Share of a photo that is seen at least when all pictures of a row are cut to one shape."""


def _rows_of(scene: PicturesScene, body: Area) -> tuple[int, ...]:
    """Return how many pictures may stand in a row. Where the body is not much wider than high, two or three also stand in fewer columns."""
    count = len(scene.pictures)
    if named := {"row": count, "column": 1, "grid": 2}.get(scene.layout or ""):
        return (named,)
    if count > 3:
        return (2,)
    return (count,) if body.width > body.height * WIDE else (1, 2, count)


def _places(scene: PicturesScene, body: Area, layout: Layout, in_row: int) -> list[Area]:
    """Return the places of the pictures with their captions, in the order of the scene. A row that is not full stands in the middle."""
    count, gap = len(scene.pictures), layout.px(GAP)
    rows = -(-count // in_row)
    width, height = (body.width - gap * (in_row - 1)) / in_row, (body.height - gap * (rows - 1)) / rows
    last = count - in_row * (rows - 1)
    inset = (body.width - last * width - (last - 1) * gap) / 2
    return [
        Area(
            body.left + (inset if n // in_row == rows - 1 else 0.0) + n % in_row * (width + gap),
            body.top + n // in_row * (height + gap),
            width,
            height,
        )
        for n in range(count)
    ]


def _captions(scene: PicturesScene, layout: Layout, areas: list[Area]) -> list[TextBlock | None] | None:
    """Return the captions as set; None when one is too long to stand with its picture."""
    blocks: list[TextBlock | None] = []
    for one, area in zip(scene.pictures, areas, strict=True):
        block = None
        if one.caption.strip():
            block = caption_below(layout, one.caption, area.width)
            if block is None or block.height > area.height * CAPTION_SHARE:
                return None
        blocks.append(block)
    return blocks


def split(scene: PicturesScene, layout: Layout) -> tuple[Scene, ...]:
    """Return all on one page, or each on its own where a caption is too long to stand below its picture."""
    body = build_head(layout, scene, compact=True).body
    if any(_captions(scene, layout, _places(scene, body, layout, in_row)) is not None for in_row in _rows_of(scene, body)):
        return (scene,)
    parts: list[Scene] = []
    shared: dict[str, Any] = {"heading": scene.heading, "footnotes": scene.footnotes, "line": scene.line}
    for one in scene.pictures:
        alone = ImageScene(kind="image", file=one.file, alt=one.alt, caption=one.caption, focus=one.focus, **shared)
        if fits_screen(alone, layout):
            parts.append(alone)
        else:
            parts.append(alone.model_copy(update={"caption": ""}))
            parts += text.split(TextScene(kind="text", paragraphs=(one.caption,), pages=2, **shared), layout)
    return tuple(parts)


@dataclass(frozen=True)
class PlacedPicture:
    """Where a picture stands, and its caption."""

    box: Patch
    caption: TextBlock | None
    caption_place: Area
    seen: float
    """Share of the picture that is seen."""

    @property
    def worth(self) -> float:
        """Pixels that the picture takes, which count less where much of it is cut off."""
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top) * self.seen**2


def _arranged(scene: PicturesScene, layout: Layout, body: Area, in_row: int) -> list[PlacedPicture]:
    """Return the pictures with so many in a row, all equally high; none where a caption is too long."""
    areas = _places(scene, body, layout, in_row)
    captions = _captions(scene, layout, areas)
    if captions is None:
        return []
    below = max((layout.px(CAPTION_GAP) + caption.height for caption in captions if caption), default=0.0)
    shapes = [_shape(one) for one in scene.pictures]
    width, available = areas[0].width, areas[0].height - below
    height = min(available, min(width / (shape * seen) for shape, seen in shapes))
    placed = []
    for area, caption, (shape, seen) in zip(areas, captions, shapes, strict=True):
        top = area.top + (area.height - height - below) * OPTICAL_MIDDLE
        words = Area(area.left, top + height + layout.px(CAPTION_GAP), width, below)
        box = _box(Area(area.left, top, width, height), shape, seen)
        own = (box[2] - box[0]) / (box[3] - box[1])
        placed.append(PlacedPicture(box, caption, words, min(own, shape) / max(own, shape)))
    return placed


def layers(scene: PicturesScene, layout: Layout, timing: SceneTiming) -> tuple[Layer | AnimatedLayer, ...]:
    head = build_head(layout, scene, compact=True)
    ways = (_arranged(scene, layout, head.body, in_row) for in_row in _rows_of(scene, head.body))
    largest = max(ways, key=lambda pictures: sum(picture.worth for picture in pictures))
    layers_drawn: list[Layer | AnimatedLayer] = [head.layer()]
    for one, placed in zip(scene.pictures, largest, strict=bool(largest)):
        frame = MediaFrame(layout, placed.box, (), fills=True)
        way = camera("none", share_seen(_size(one), frame.size), one.focus, 0.0, layout.settings.fps)
        shown = Projection(Path(one.file), frame, way, layout.theme)
        edge = partial(_paint_edge, layout=layout, frame=frame)
        layers_drawn.append(Layer(edge, 0, ENTRANCE_FRAMES - 3, under=frame.box))
        layers_drawn.append(Layer(partial(_paint_caption, placed=placed), 3, ENTRANCE_FRAMES - 3, layout.px(12)))
        layers_drawn.append(shown.layer())
    return tuple(layers_drawn)


def _size(of: Picture) -> tuple[int, int]:
    whole = images.size(Path(of.file))
    return padded(whole) if images.is_transparent(Path(of.file)) else whole


def _shape(of: Picture) -> tuple[float, float]:
    """Return a picture's width by its height, and the share of it that has to be seen."""
    width, height = _size(of)
    return width / height, min(1.0, max(CUT_PHOTO, least_seen(Path(of.file))))


def _box(area: Area, shape: float, seen: float) -> tuple[int, int, int, int]:
    """Return the box of a picture in even pixels: as much of the place as it fills where no more of it is cut off than may be."""
    width, height = area.width, area.height
    wanted = min(max(width / height, shape * seen), shape / seen)
    width, height = min(width, height * wanted), min(height, width / wanted)
    left, top = area.left + (area.width - width) / 2, area.top + (area.height - height) / 2
    left, top = round(left / 2) * 2, round(top / 2) * 2
    return left, top, left + max(2, int(width / 2) * 2), top + max(2, int(height / 2) * 2)


def _paint_edge(canvas: Canvas, *, layout: Layout, frame: MediaFrame) -> None:
    line = max(1, round(1.5 * layout.unit))
    left, top, right, bottom = frame.box
    canvas.rounded((left - line, top - line, right + line, bottom + line), layout.corner(RADIUS) + line, layout.theme.edge)


def _paint_caption(canvas: Canvas, *, placed: PlacedPicture) -> None:
    if placed.caption:
        placed.caption.draw(canvas, placed.caption_place.left, placed.caption_place.top, placed.caption_place.width, "center")
