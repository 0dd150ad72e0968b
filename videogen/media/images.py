"""Open untrusted pictures: only with chosen decoders, within a limit of pixels, turned upright."""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from videogen.errors.script import BadAsset
from videogen.media import sniff, svg

if TYPE_CHECKING:
    from PIL import ImageCms

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "ICO", "JPEG2000", "PPM")
HINT = "Open it in a program for pictures and save it again as PNG or JPEG."
PLAIN_SRGB = re.compile(r"sRGB(?: ?IEC61966-2[-.]1.*| built-in|2014)?")
"""How the profiles of plain sRGB describe themselves; others, of linear light say, have the word in their names, too."""
SIDEWAYS = frozenset({5, 6, 7, 8})
MOST_PIXELS = 64_000_000
"""About what the largest phone cameras write; four bytes each while a picture is opened."""
LARGEST_DRAWING = 24_000_000
"""Pixels that a drawing is given at most: three times a frame of 4K."""


def check(path: Path) -> None:
    """Check that a picture can be decoded completely and is not too large. Raises BadAsset."""
    if is_drawing(path):
        svg.draw(path.read_bytes(), (64, 64))
        return
    with opened(path) as picture:
        # Of a PNG the checksums tell it without unpacking; a JPEG is unpacked at an eighth of its size.
        if picture.format == "PNG":
            picture.verify()
        else:
            picture.draft("RGB", (1, 1))
            picture.load()


def load(path: Path, least: tuple[int, int] | None = None) -> Image.Image:
    """Load a picture as RGB, or RGBA if it is transparent anywhere, turned upright. Raises BadAsset.

    A large JPEG is decoded only as far as a size of at least `least` needs. Of an animation the first frame is returned.
    """
    if is_drawing(path):
        drawn = _drawn(path, least)
        return drawn if _is_transparent(drawn) else drawn.convert("RGB")
    with opened(path) as picture:
        if least and picture.format == "JPEG":
            picture.draft("RGB", (max(least), max(least)))
        profile = picture.info.get("icc_profile")
        turned = _in_8_bits(ImageOps.exif_transpose(picture))
        through = turned.convert("RGBA") if turned.has_transparency_data else None
        if through is not None and not _is_transparent(through):
            through = None
        return _as_srgb(through or turned, profile)


def size(path: Path) -> tuple[int, int]:
    """Return the width and height of the upright picture, in pixels. Raises BadAsset."""
    if is_drawing(path):
        width, height = svg.natural_size(path.read_bytes())
        return max(1, round(width)), max(1, round(height))
    with opened(path) as picture:
        turned = picture.getexif().get(ExifTags.Base.Orientation) in SIDEWAYS
        return (picture.height, picture.width) if turned else (picture.width, picture.height)


def is_transparent(path: Path) -> bool:
    """Return whether any pixel is transparent: many pictures have an alpha channel without need. Raises BadAsset."""
    if is_drawing(path):
        return _is_transparent(_drawn(path, (256, 256)))
    with opened(path) as picture:
        return picture.has_transparency_data and _is_transparent(picture.convert("RGBA"))


def is_drawing(path: Path) -> bool:
    """Return whether the file is an SVG, which has no pixels of its own."""
    return sniff.media_type(path) == sniff.SVG


def _drawn(path: Path, least: tuple[int, int] | None) -> Image.Image:
    """Draw an SVG in its proportions, large enough to cover the size `least`."""
    content = path.read_bytes()
    width, height = svg.natural_size(content)
    scale = max(least[0] / width, least[1] / height) if least else 1.0
    scale = min(scale, math.sqrt(LARGEST_DRAWING / (width * height)))
    return svg.picture(content, (max(1, round(width * scale)), max(1, round(height * scale))))


def _in_8_bits(picture: Image.Image) -> Image.Image:
    """Convert a picture to 8 bits per value, scaling and not clipping those of more bits.

    Integers of 16 bits are a 257th as large; floats within 0..1 are taken as shares of white, others from their least to their greatest.
    """
    if not picture.mode.startswith(("I", "F")):
        return picture
    values = np.asarray(picture)
    if picture.mode == "F" or values.max(initial=0) > 65535 or values.min(initial=0) < 0:
        known = np.where(np.isfinite(values), values, 0.0).astype(np.float64)
        least, most = float(known.min()), float(known.max())
        low, high = (0.0, 1.0) if picture.mode == "F" and least >= 0.0 and most <= 1.0 else (least, most)
        shares = (known - low) / ((high - low) or 1.0)
    else:
        shares = values / 65535.0
    return Image.fromarray(np.rint(shares * 255.0).astype(np.uint8))


def _as_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture in the colours of sRGB: RGB, or RGBA for one of that mode.

    A profile that cannot be used is passed over.
    """
    target = "RGBA" if picture.mode == "RGBA" else "RGB"
    if not profile:
        return picture.convert(target)
    from PIL import ImageCms  # few pictures need it

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if picture.mode in ("P", "1", "LA", "PA", "La", "RGBX"):
            picture = picture.convert("RGB")
        space = source.profile.xcolor_space.strip()
        if {"L": "GRAY", "RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK", "LAB": "Lab"}.get(picture.mode) != space:
            return picture.convert(target)
        if target == "RGB" and PLAIN_SRGB.fullmatch(ImageCms.getProfileDescription(source).strip()):
            return picture.convert(target)
        to_yuv = ImageCms.profileToProfile(picture, source, _srgb(), outputMode=target)
        return picture.convert(target) if to_yuv is None else to_yuv
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture.convert(target)


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _is_transparent(picture: Image.Image) -> bool:
    least, _ = picture.getchannel("A").getextrema()
    return isinstance(least, int) and least < 255


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture of one of FORMATS, whose pixels are not decoded yet. Raises BadAsset."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd but harmless metadata, and Pillow's own limit: ours is checked below
            with Image.open(path, formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise BadAsset(
                        f"The picture has {picture.width} x {picture.height} pixels.",
                        hint=f"Make it smaller: {MOST_PIXELS // 1_000_000} megapixels are the most, and no screen shows as many.",
                    )
                yield picture
    except BadAsset:
        raise
    except Image.DecompressionBombError as error:
        raise BadAsset("The picture has far too many pixels.", hint="Make it smaller.") from error
    except UnidentifiedImageError as error:  # its own words name the path
        raise BadAsset("The picture cannot be read: it is damaged from its beginning on.", hint=HINT) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise BadAsset(f"The picture cannot be read: {error}.", hint=HINT) from error
