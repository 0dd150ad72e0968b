"""A brand kit of one's own: a logo, a font and what names them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import matplotlib
import uharfbuzz as hb
from PIL import Image, ImageDraw

WHOLE_FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSerif.ttf"
KIT: dict[str, Any] = {
    "description": "Harbour tea",
    "colours": {"background": "#fff7e6", "accent": "#ff7a00", "text": "#222233"},
    "logo": {"file": "logo.png", "position": "top-right"},
    "fonts": {"heading": "head.ttf"},
    "footer": "tea.example",
    "intro": {"title": "Harbour tea", "text": "since 1901", "seconds": 2},
    "outro": {"title": "tea.example"},
}


@lru_cache(maxsize=1)
def small_font() -> bytes:
    """Return a font that has the characters of ASCII alone."""
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(set(range(32, 127)))
    subset = hb.subset(hb.Face(hb.Blob.from_file_path(str(WHOLE_FONT))), wanted)
    return bytes(subset.blob.data)


def write_logo(path: Path, colour: str = "#0044cc") -> Path:
    """Write a logo: a disc on nothing."""
    image = Image.new("RGBA", (120, 120), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, 116, 116), fill=colour)
    image.save(path)
    return path


def write_kit(directory: Path, name: str = "tea", **changes: Any) -> Path:
    """Write a kit with its files, and return its file. A change of None leaves a part out."""
    directory.mkdir(parents=True, exist_ok=True)
    write_logo(directory / "logo.png")
    (directory / "head.ttf").write_bytes(small_font())
    kit = {part: value for part, value in (KIT | changes).items() if value is not None}
    path = directory / f"{name}.brand.yaml"
    path.write_text(json.dumps(kit), encoding="utf-8")
    return path
