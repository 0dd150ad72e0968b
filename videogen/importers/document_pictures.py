"""Writes the pictures of a document into a directory, each content once, under names that a script can use."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from videogen.errors.script import BadAsset
from videogen.media import images, sniff
from videogen.media.inspection import inspect

MAX_PICTURE_BYTES = 64 * 1024 * 1024
MAX_PICTURES = 400
SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
}
Crop = tuple[float, float, float, float]
"""What is cut off at the left, top, right and bottom, as shares of the picture."""
WHOLE: Crop = (0.0, 0.0, 0.0, 0.0)


@dataclass
class DocumentPictures:
    """The pictures of a document that are written to `directory`. In the script they are called `prefix` and a name."""

    directory: Path
    prefix: str = ""
    paths: dict[str, Path] = field(default_factory=dict)
    _names: dict[tuple[str, Crop], str] = field(default_factory=dict)

    def add(self, content: bytes, stem: str, crop: Crop = WHOLE) -> str:
        """Write a picture, unless it is there, and return its name in the script. Raises BadAsset if no scene can show it."""
        key = hashlib.sha256(content).hexdigest(), crop
        if key in self._names:
            return self._names[key]
        if len(content) > MAX_PICTURE_BYTES:
            raise BadAsset(f"The picture is {len(content):,} bytes; the limit is {MAX_PICTURE_BYTES:,}.")
        if len(self.paths) >= MAX_PICTURES:
            raise BadAsset(f"The document has more than {MAX_PICTURES} pictures.")
        path = self.directory / stem
        path.write_bytes(content)
        try:
            kind = sniff.media_type(path)
            if kind not in sniff.PICTURES:
                raise BadAsset("Its format cannot be shown here, such as EMF or WMF: save it as PNG.")
            inspect(path)
            name = f"{stem}.{SUFFIXES.get(kind, kind.rpartition('/')[2])}"
            if crop == WHOLE:
                path.rename(self.directory / name)
            else:
                name = f"{stem}.png"
                _crop(path, self.directory / name, crop)
        finally:
            path.unlink(missing_ok=True)
        self.paths[self.prefix + name] = self.directory / name
        self._names[key] = self.prefix + name
        return self.prefix + name


def _crop(source: Path, target: Path, crop: Crop) -> None:
    picture = images.load(source)
    left, top, right, bottom = crop
    box = (
        round(picture.width * left),
        round(picture.height * top),
        round(picture.width * (1 - right)),
        round(picture.height * (1 - bottom)),
    )
    if box[2] <= box[0] or box[3] <= box[1]:
        raise BadAsset("The picture is cropped to nothing.")
    picture.crop(box).save(target, "PNG")
