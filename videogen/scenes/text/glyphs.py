"""Glyphs: text of one face and one direction shaped and rasterised by HarfBuzz, which its wheel carries whole.

Positions are in pixels from the left end of the baseline, with fractions: glyphs stand where the font puts them, not on whole pixels. No
system library is used, and neither the locale nor the environment changes a shape.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import uharfbuzz as hb
from PIL import Image

from videogen.errors.rendering import FontMissing

SUBPIXELS = 64
"""Units a pixel in which HarfBuzz measures."""

EMBOLDENED, SLANT = 0.022, 0.2
"""Of a font of one's own that has neither weights nor italics: in ems, and to the right for each pixel upwards."""

BOLD = 600

STEPS = 4
"""Positions within a pixel at which a run is rasterised: a quarter of a pixel is less than an eye sees."""


def harfbuzz_version() -> str:
    """Return the version of the HarfBuzz that draws."""
    return str(hb.version_string())


class Glyph(NamedTuple):
    """A glyph of a font by its number, with its origin in units of 1/64 pixel; y points up."""

    number: int
    x: int
    y: int


class Mask(NamedTuple):
    """Coverage of a run, an "L" picture, and where its left upper corner lies, in whole pixels from the run's origin; y points down.

    Of a font in colours, as of emoji, it is an "RGBA" picture.
    """

    picture: Image.Image
    left: int
    top: int


@dataclass(frozen=True, eq=False)
class GlyphRun:
    """Text as shaped: its glyphs from left to right, and its advance in pixels."""

    text: str
    font: Font
    glyphs: tuple[Glyph, ...]
    advance: float

    def mask(self, fraction: float) -> Mask | None:
        """Rasterise the run with its origin that fraction of a pixel from the pixel's left edge; None when there is nothing to see."""
        return _mask(self, round(fraction * STEPS))


class Font:
    """A face of a font file at a size in pixels, with the axes that it varies along. Axes the face has not are ignored."""

    def __init__(self, face: hb.Face, size: float, axes: dict[str, float], *, bolder: bool = False, slanted: bool = False) -> None:
        self.size = size
        self.coloured: bool = face.has_color_paint
        self._font = hb.Font(face)
        self._font.scale = (round(size * SUBPIXELS), round(size * SUBPIXELS))
        if axes:
            self._font.set_variations(axes)
        if bolder:
            self._font.synthetic_bold = (EMBOLDENED, EMBOLDENED, False)
        if slanted:
            self._font.synthetic_slant = SLANT

    def advance(self, text: str, right_to_left: bool = False, features: Sequence[str] = ()) -> float:
        """Return how wide a text is, in pixels."""
        total = 0
        for buffer in self._shaped(text, right_to_left, features):
            for position in buffer.glyph_positions or ():
                total += position.x_advance
        return total / SUBPIXELS

    def run(self, text: str, right_to_left: bool = False, features: Sequence[str] = ()) -> GlyphRun:
        """Shape a text. A feature is switched on by its tag and off by its tag after a minus."""
        return _run(self, text, right_to_left, tuple(features))

    def _shaped(self, text: str, right_to_left: bool, features: Sequence[str]) -> Iterator[hb.Buffer]:
        """Yield the shaped buffer of each stretch of one script, from left to right."""
        switches = {feature.lstrip("-"): not feature.startswith("-") for feature in features}
        stretches = list(_stretches(text))
        for script, stretch in reversed(stretches) if right_to_left else stretches:
            buffer = hb.Buffer()
            buffer.add_str(stretch)
            buffer.direction = "rtl" if right_to_left else "ltr"
            buffer.script = script
            buffer.language = "und"  # or HarfBuzz takes the locale's
            hb.shape(self._font, buffer, switches)
            yield buffer

    def draw(self, glyphs: Sequence[Glyph], onto: hb.RasterDraw, shift: float) -> None:
        """Add the outlines of glyphs to a rasteriser, moved to the right by `shift` pixels."""
        unit = 1 / SUBPIXELS
        for number, x, y in glyphs:
            onto.transform = (unit, 0, 0, unit, x * unit + shift, y * unit)
            onto.draw_glyph(self._font, number)

    def paint(self, glyph: Glyph, shift: float) -> Mask | None:
        """Paint one glyph in its own colours (COLRv1), moved to the right by `shift` pixels."""
        unit = 1 / SUBPIXELS
        extents = self._font.get_glyph_extents(glyph.number)
        if extents is None or not extents.width or not extents.height:
            return None
        paint = hb.RasterPaint()
        paint.transform = (unit, 0, 0, unit, glyph.x * unit + shift, glyph.y * unit)
        paint.set_glyph_extents(extents)
        image = paint.render() if paint.paint_glyph_or_fail(self._font, glyph.number) else None
        if image is None:
            return None
        left, bottom, width, height, stride = image.extents
        picture = Image.frombytes("RGBa", (width, height), bytes(image.buffer), "raw", "BGRa", stride, -1)
        return Mask(picture.convert("RGBA"), left, -bottom - height)


@dataclass(frozen=True)
class FontFile:
    """One face of a font file, read from the disk as it is needed."""

    path: str
    index: int

    @cached_property
    def face(self) -> hb.Face:
        """Raises FontMissing when the file is not a font."""
        try:
            face = hb.Face(hb.Blob.from_file_path(self.path), self.index)
        except (OSError, hb.HarfBuzzError) as error:
            raise FontMissing(f"The font {self.path} cannot be read.") from error
        if not face.glyph_count:
            raise FontMissing(f"The font {self.path} has no glyphs.")
        return face

    @property
    def code_points(self) -> Collection[int]:
        """The code points that the face has."""
        points: Collection[int] = self.face.unicodes
        return points

    def font(self, size: float, weight: int, *, slanted: bool = False, is_own: bool = False) -> Font:
        """Return the face at a size and weight. An optical size follows the size; a font of one's own without weights is made bolder."""
        has_axes = self.face.has_var_data
        axes = {"wght": weight, "opsz": size * 0.6} if has_axes else {}
        return Font(self.face, size, axes, bolder=is_own and not has_axes and weight >= BOLD, slanted=slanted)


@lru_cache(maxsize=8192)
def _run(font: Font, text: str, right_to_left: bool, features: tuple[str, ...]) -> GlyphRun:
    glyphs: list[Glyph] = []
    x = y = 0
    for buffer in font._shaped(text, right_to_left, features):
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
            glyphs.append(Glyph(info.codepoint, x + position.x_offset, y + position.y_offset))
            x, y = x + position.x_advance, y + position.y_advance
    return GlyphRun(text, font, tuple(glyphs), x / SUBPIXELS)


@lru_cache(maxsize=256)
def _mask(run: GlyphRun, step: int) -> Mask | None:
    """Rasterise all outlines at once, so that glyphs that overlap, as joined letters do, show no seam."""
    if run.font.coloured:
        return _painted(run, step)
    raster = hb.RasterDraw()
    run.font.draw(run.glyphs, raster, step / STEPS)
    image = raster.render()
    if image is None or not image.extents.width or not image.extents.height:
        return None
    left, bottom, width, height, stride = image.extents
    picture = Image.frombytes("L", (width, height), bytes(image.buffer), "raw", "L", stride, -1)  # rows come from the bottom up
    return Mask(picture, left, -bottom - height)


def _painted(run: GlyphRun, step: int) -> Mask | None:
    """Paint a run in the colours of its font."""
    painted = [mask for glyph in run.glyphs if (mask := run.font.paint(glyph, step / STEPS)) is not None]
    if not painted:
        return None
    left, top = min(mask.left for mask in painted), min(mask.top for mask in painted)
    right = max(mask.left + mask.picture.width for mask in painted)
    bottom = max(mask.top + mask.picture.height for mask in painted)
    whole = Image.new("RGBA", (right - left, bottom - top))
    for mask in painted:
        whole.alpha_composite(mask.picture, (mask.left - left, mask.top - top))
    return Mask(whole, left, top)


def _stretches(text: str) -> Iterator[tuple[str, str]]:
    """Yield the scripts (ISO 15924) of a text and what is in each: what belongs to any script goes with what is before it."""
    if text.isascii():
        yield "Latn", text
        return
    current, start = "", 0
    for at, character in enumerate(text):
        script = _script(character)
        if script and script != current:
            if current:
                yield current, text[start:at]
                start = at
            current = script
    yield current or "Zyyy", text[start:]


@lru_cache(maxsize=16384)
def _script(character: str) -> str:
    """Return the script of a character; an empty text when it belongs to more than one, as digits and marks do."""
    if character.isascii():
        return "Latn" if character.isalpha() else ""
    buffer = hb.Buffer()
    buffer.add_str(character)
    buffer.guess_segment_properties()
    return "" if buffer.script in (None, "Zyyy", "Zinh", "Zzzz") else str(buffer.script)
