"""The process that draws one SVG: `python -m videogen.media.svg_process WIDTH HEIGHT NATURAL_WIDTH NATURAL_HEIGHT`, SVG in, PNG out.

A hostile drawing can overflow resvg's stack, ask for any amount of memory, or take minutes: none of that may happen in a renderer. Exits
with 2 and a reason in plain words on standard error for what is not well-formed.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import xml.etree.ElementTree as ET
from importlib.util import find_spec
from pathlib import Path

from videogen.processes.process_group import die_with_parent

MEMORY_BYTES = 2_000_000_000
CPU_S = 10
MAX_DEPTH = 150
"""resvg overflows its stack between 200 and 500 nested groups."""
MAX_ELEMENTS = 200_000
SVG = "http://www.w3.org/2000/svg"
LEFT_OUT = frozenset({"script", "foreignObject", "iframe", "audio", "video", "canvas", "handler", "listener"})
LATIN = (
    ("fontpkg_inter", "files/Inter[opsz,wght].ttf"),
    ("fontpkg_inter", "files/Inter-Italic[opsz,wght].ttf"),
    ("fontpkg_jetbrains_mono", "files/JetBrainsMono[wght].ttf"),
    ("matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf"),
)
LATIN_END, HAN_START = "\u0250", "\u2e80"


def main() -> None:
    parent = os.getppid()
    die_with_parent(parent)
    _limit(resource.RLIMIT_CPU, CPU_S)
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    width, height = int(sys.argv[1]), int(sys.argv[2])
    try:
        text = sanitize(sys.stdin.buffer.read(), width, height, (float(sys.argv[3]), float(sys.argv[4])))
        import resvg_py

        png = resvg_py.svg_to_bytes(
            svg_string=text,
            skip_system_fonts=True,
            font_files=fonts(text),
            font_family="Inter",
            serif_family="Inter",  # what resvg takes for a family that nobody has
            sans_serif_family="Inter",
            cursive_family="Inter",
            fantasy_family="Inter",
            monospace_family="JetBrains Mono",
        )
    except ET.ParseError as error:
        _refuse(f"it is not well-formed XML in line {error.position[0]}")
    except TooComplex:
        _refuse("it is too complex")
    except (ValueError, LookupError):  # the library's reason is in its own words
        _refuse("it is no drawing that can be understood")
    sys.stdout.buffer.write(png)


class TooComplex(Exception):
    """More elements, or deeper ones, than are drawn."""


def sanitize(svg: bytes, width: int, height: int, natural: tuple[float, float]) -> str:
    """Return the SVG at a size in pixels without scripts and without references to anything outside of it.

    Parsing expands entities within expat's limits, and drops comments, processing instructions and the document type.
    """
    root = ET.fromstring(svg)  # noqa: S314 - expat refuses entity bombs, and external entities are never loaded
    if not root.tag.startswith("{"):  # as HTML pages have it: without its namespace
        for element in root.iter():
            element.tag = f"{{{SVG}}}{element.tag}"
    waiting, count = [(root, 1)], 0
    while waiting:
        element, depth = waiting.pop()
        count += 1
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise TooComplex
        for name, value in list(element.attrib.items()):
            local = name.rpartition("}")[2].lower()
            if (local in ("href", "src", "base") and not is_inside(value)) or local.startswith("on"):
                del element.attrib[name]
        for child in list(element):
            if child.tag.rpartition("}")[2] in LEFT_OUT:
                element.remove(child)
            else:
                waiting.append((child, depth + 1))
    root.attrib.setdefault("viewBox", f"0 0 {natural[0]:g} {natural[1]:g}")
    root.attrib.update(width=str(width), height=str(height))
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


def is_inside(reference: str) -> bool:
    """Return whether a reference leads to a part of the same drawing, or to a picture that it carries."""
    return reference.strip().lower().startswith(("#", "data:image/"))


def fonts(text: str) -> list[str]:
    """Return the font files of our packages that a drawing may need; those of other scripts only where it has some."""
    beyond = max(text, default=" ")
    files = [directory / file for package, file in LATIN for directory in _directories_of(package)]
    if beyond >= LATIN_END:
        files += [file for directory in _directories_of("manimgx_fonts") for file in sorted(directory.glob("*.ttf"))]
    if any(HAN_START <= character < "\U0001f000" or character >= "\U00020000" for character in text) if beyond >= HAN_START else False:
        files += [file for directory in _directories_of("manimgx_fonts_cjk") for file in sorted(directory.glob("*.ttc"))]
    return [str(file) for file in files if file.is_file()]


def _directories_of(package: str) -> list[Path]:
    spec = find_spec(package)
    return [Path(location) for location in (spec.submodule_search_locations or () if spec else ())]


def _limit(what: int, most: int) -> None:
    with contextlib.suppress(OSError, ValueError):  # macOS knows no limit of memory; the size in pixels is bounded there
        resource.setrlimit(what, (most, most))


def _refuse(why: str) -> None:
    print(why, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
