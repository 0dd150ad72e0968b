"""Pictures from strangers: only the decoders that are meant, no more pixels than memory is meant for, the right side up."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from videogen.errors import BadAsset

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
HINT = "Open it in a program for pictures and save it again as PNG or JPEG."
SIDEWAYS = frozenset({5, 6, 7, 8})
MOST_PIXELS = 64_000_000
"""About what the largest phone cameras write; four bytes each while a picture is opened."""


def check(path: Path) -> None:
    """Raises BadAsset for a picture that is too large or that cannot be read to its end."""
    with _opened(path) as picture:
        # Of a PNG the checksums tell it without unpacking; a JPEG is unpacked at an eighth of its size.
        if picture.format == "PNG":
            picture.verify()
        else:
            picture.draft("RGB", (1, 1))
            picture.load()


def load(path: Path, least: tuple[int, int] | None = None) -> Image.Image:
    """The picture in memory, RGB, or RGBA when one can see through it, turned as its camera held it.

    Of a large JPEG no more is unpacked than for a picture of at least the size `least`.

    Of an animated one the first picture is given. Raises BadAsset.
    """
    with _opened(path) as picture:
        if least:
            picture.draft("RGB", (max(least), max(least)))
        turned = ImageOps.exif_transpose(picture)
        if turned.has_transparency_data and _is_transparent(through := turned.convert("RGBA")):
            return through
        return turned.convert("RGB")


def size(path: Path) -> tuple[int, int]:
    """Width and height as it is to be seen, in pixels. Raises BadAsset."""
    with _opened(path) as picture:
        turned = picture.getexif().get(ExifTags.Base.Orientation) in SIDEWAYS
        return (picture.height, picture.width) if turned else (picture.width, picture.height)


def is_transparent(path: Path) -> bool:
    """Whether one can see through it anywhere: many a screenshot could be, and is not. Raises BadAsset."""
    with _opened(path) as picture:
        return picture.has_transparency_data and _is_transparent(picture.convert("RGBA"))


def _is_transparent(picture: Image.Image) -> bool:
    least, _ = picture.getchannel("A").getextrema()
    return isinstance(least, int) and least < 255


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
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
