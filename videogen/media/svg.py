"""Draw SVG: offline, without scripts, system fonts or anything outside of the file, in a process that may take so much and no more."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zlib
from pathlib import Path
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import videogen
from videogen.errors.script import BadAsset

PACKAGE = str(Path(videogen.__file__).resolve().parent)
START = """
import importlib.util, runpy, sys
place = sys.argv.pop(1)
spec = importlib.util.spec_from_file_location("videogen", f"{place}/__init__.py", submodule_search_locations=[place])
sys.modules["videogen"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
runpy.run_module("videogen.media.svg_process", run_name="__main__")
"""
"""Run the process's module with this package, wherever Python would look: a confined process may not list a checkout's directory."""
NAMESPACE = "http://www.w3.org/2000/svg"
HINT = "Open it in a program for drawings and export it as PNG."
DRAW_S = 8.0
MAX_BYTES = 16_000_000
MAX_SIDE = 16_384
MAX_PIXELS = 64_000_000
DEFAULT_SIZE = (300.0, 150.0)
"""What CSS gives a replaced element that says nothing of its size."""
_PX = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 16.0, "ex": 8.0}
_LENGTH = re.compile(r"\s*+\+?(\d++(?:\.\d*+)?(?:[eE][+-]?\d{1,2})?|\.\d++)\s*+([a-z]*+)\s*+", re.IGNORECASE)


def draw(svg: bytes, size: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Draw an SVG (or a gzipped one) as RGBA, uint8 of shape (height, width, 4), not premultiplied, at `size` (width, height) or its own.

    The drawing keeps its proportions inside of `size` unless it says `preserveAspectRatio="none"`. References to files and servers are
    taken out first, text is drawn in the fonts of our packages. Raises BadAsset when it cannot be drawn within DRAW_S seconds.
    """
    return np.asarray(picture(svg, size))


def picture(svg: bytes, size: tuple[int, int] | None = None) -> Image.Image:
    """Draw an SVG as `draw` does, as an RGBA picture of Pillow."""
    text = _unpacked(svg)
    natural = natural_size(text)
    width, height = size or (round(natural[0]), round(natural[1]))
    width, height = min(MAX_SIDE, max(1, width)), min(MAX_SIDE, max(1, height))
    if width * height > MAX_PIXELS:
        raise BadAsset(f"The drawing would have {width} x {height} pixels.", hint="Make it smaller.")
    arguments = [str(value) for value in (width, height, *natural)]
    try:
        child = subprocess.run(
            (sys.executable, "-P", "-c", START, PACKAGE, *arguments), input=text, capture_output=True, timeout=DRAW_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise BadAsset(f"The drawing takes longer than {DRAW_S:g} s to draw.", hint=HINT) from error
    if child.returncode:
        why = child.stderr.decode(errors="replace").strip() if child.returncode == 2 else ""
        raise BadAsset(f"The drawing cannot be drawn: {why or 'it is too complex'}.", hint=HINT)
    drawn: Image.Image = Image.open(io.BytesIO(child.stdout), formats=("PNG",))
    return drawn.convert("RGBA")


def natural_size(svg: bytes) -> tuple[float, float]:
    """Return the width and height in CSS pixels that an SVG asks for. Raises BadAsset for what is no SVG."""
    values = _root_attributes(_unpacked(svg))
    box = [float(part) for part in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?", values.get("viewBox", ""))]
    ratio = box[2] / box[3] if len(box) == 4 and box[2] > 0 and box[3] > 0 else None
    width, height = _pixels(values.get("width")), _pixels(values.get("height"))
    if ratio:
        if width is None and height is None:
            width, height = box[2], box[3]
        width, height = width or (height or 0.0) * ratio, height or (width or 0.0) / ratio
    width, height = width or DEFAULT_SIZE[0], height or DEFAULT_SIZE[1]
    scale = min(1.0, MAX_SIDE / width, MAX_SIDE / height)
    return max(1.0, width * scale), max(1.0, height * scale)


def _pixels(length: str | None) -> float | None:
    """Return a length in CSS pixels; None for a percentage, none at all, or what cannot be read."""
    match = _LENGTH.fullmatch(length or "")
    unit = _PX.get(match[2].lower()) if match else None
    return float(match[1]) * unit or None if match and unit else None


class _RootFound(Exception):
    pass


def _root_attributes(text: bytes) -> dict[str, str]:
    collected: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] != "svg":
            raise BadAsset("The file is no SVG drawing.", hint=HINT)
        collected.update(attributes)
        raise _RootFound

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(text, True)
    except _RootFound:
        return collected
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = f" in line {error.lineno}" if isinstance(error, expat.ExpatError) else ""
        raise BadAsset(f"The drawing cannot be read: it is not well-formed XML{line}.", hint=HINT) from error
    raise BadAsset("The file is no SVG drawing.", hint=HINT)


def _unpacked(svg: bytes) -> bytes:
    if svg.startswith(b"\x1f\x8b"):
        try:
            svg = zlib.decompressobj(31).decompress(svg, MAX_BYTES + 1)
        except zlib.error as error:
            raise BadAsset("The drawing cannot be read: it is damaged.", hint=HINT) from error
    if len(svg) > MAX_BYTES:
        raise BadAsset(f"The drawing is larger than {MAX_BYTES // 1_000_000} MB.", hint=HINT)
    return svg
