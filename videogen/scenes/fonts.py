"""Fonts: which face of the installed font packages draws which characters, and the face at a size and a weight.

Text is drawn in Inter, code in JetBrains Mono; what they lack comes from Noto, Noto Emoji, Noto CJK and DejaVu, asked in that order
for each grapheme cluster. Nothing is taken from the system, so that a film looks the same on every machine.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import ImageFont

from videogen.errors import FontMissing

Family = Literal["text", "mono"]

REPLACEMENT = "?"
JOINER = "\u200d"
EMOJI_PRESENTATION = "\ufe0f"


@dataclass(frozen=True)
class Face:
    """One face of a font file. `leading` is the least line height it needs, in its size; `italic` and `bold` are files of its own."""

    package: str
    file: str
    index: int = 0
    leading: float = 0.0
    italic: str | None = None
    bold: str | None = None

    def path(self, weight: int, slanted: bool) -> Path:
        """The font file. Raises FontMissing when its package is not installed."""
        file = self.italic if slanted and self.italic else self.bold if self.bold and weight >= 600 else self.file
        spec = find_spec(self.package)
        for place in spec.submodule_search_locations or () if spec else ():
            path = Path(place) / file
            if path.is_file():
                return path
        raise FontMissing(f"The font {file} of the package {self.package} is not installed.")


def _noto(script: str, leading: float = 0.0, italic: str | None = None) -> Face:
    return Face("manimgx_fonts", f"Noto{script}[wght].ttf", leading=leading, italic=italic)


_DEJAVU = "mpl-data/fonts/ttf/DejaVu"
INTER = Face("fontpkg_inter", "files/Inter[opsz,wght].ttf", italic="files/Inter-Italic[opsz,wght].ttf")
JETBRAINS = Face("fontpkg_jetbrains_mono", "files/JetBrainsMono[wght].ttf", italic="files/JetBrainsMono-Italic[wght].ttf")
NOTO = _noto("Sans", italic="NotoSans-Italic[wght].ttf")
EMOJI = _noto("Emoji")
SCRIPTS = tuple(
    _noto(f"Sans{script}", leading=leading)
    for script, leading in {
        "Arabic": 1.6,
        "Hebrew": 1.4,
        "Devanagari": 1.55,
        "Thai": 1.6,
        "Bengali": 1.55,
        "Gujarati": 1.55,
        "Gurmukhi": 1.55,
        "Tamil": 1.55,
        "Telugu": 1.65,
        "Kannada": 1.65,
        "Malayalam": 1.55,
        "Oriya": 1.65,
        "Sinhala": 1.6,
        "Armenian": 1.4,
        "Georgian": 1.4,
        "Ethiopic": 1.5,
        "Khmer": 1.8,
        "Lao": 1.6,
        "Myanmar": 1.9,
    }.items()
)
JAPANESE, KOREAN, CHINESE = (Face("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", index=index, leading=1.5) for index in (0, 1, 2))
DEJAVU = Face("matplotlib", f"{_DEJAVU}Sans.ttf", bold=f"{_DEJAVU}Sans-Bold.ttf", italic=f"{_DEJAVU}Sans-Oblique.ttf")
DEJAVU_MONO = Face("matplotlib", f"{_DEJAVU}SansMono.ttf", bold=f"{_DEJAVU}SansMono-Bold.ttf", italic=f"{_DEJAVU}SansMono-Oblique.ttf")
SYMBOLS = _noto("SansSymbols")


def han_face(text: str) -> Face:
    """The face for Han characters in a text: Japanese beside kana, Korean beside hangul, else Chinese."""
    for character in text:
        if "\u3040" <= character <= "\u30ff":
            return JAPANESE
        if "\u1100" <= character <= "\u11ff" or "\uac00" <= character <= "\ud7a3":
            return KOREAN
    return CHINESE


@cache
def characters(face: Face) -> frozenset[int]:
    """The code points that the face has."""
    with TTFont(face.path(400, False), fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def _chain(family: Family, han: Face) -> tuple[Face, ...]:
    mono = (JETBRAINS, DEJAVU_MONO) if family == "mono" else ()
    return (*mono, INTER, NOTO, *SCRIPTS, han, EMOJI, SYMBOLS, DEJAVU)


def _ignorable(character: str) -> bool:
    """Whether a shaper draws nothing for it by itself: joiners, variation selectors, other format characters."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _wants_emoji(cluster: str) -> bool:
    """Whether it is shown as a pictogram by default (Unicode's Emoji_Presentation, told from its width) or asks for it."""
    first = cluster[0]
    return EMOJI_PRESENTATION in cluster or (unicodedata.east_asian_width(first) == "W" and unicodedata.category(first) == "So")


@lru_cache(maxsize=65536)
def face_for(cluster: str, family: Family, han: Face) -> Face | None:
    """The first face that has every visible character of a grapheme cluster; None when there is none."""
    needed = [ord(character) for character in cluster if not _ignorable(character)]
    if not needed:
        return INTER
    chain = _chain(family, han)
    if _wants_emoji(cluster):
        chain = (EMOJI, *chain)
    for face in chain:
        if characters(face).issuperset(needed):
            return face
    return None


@lru_cache(maxsize=1024)
def font(face: Face, size: float, weight: int = 400, slanted: bool = False) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels, at a weight from 100 to 900 as near as the file has it."""
    path = face.path(weight, slanted)
    loaded = ImageFont.truetype(str(path), size, index=face.index, layout_engine=ImageFont.Layout.RAQM)
    if "wght" in path.name or "-VF" in path.name:
        values = []
        for axis in loaded.get_variation_axes():
            wanted = weight if axis["name"] == b"Weight" else size * 0.6
            values.append(min(max(wanted, axis["minimum"] or 0), axis["maximum"] or 0))
        loaded.set_variation_by_axes(values)
    return loaded


def clusters(text: str) -> list[str]:
    """Grapheme clusters of a text, near enough to UAX 29: marks, joiner sequences, flags and skin tones stay with their base."""
    found: list[str] = []
    for character in text:
        if found and _extends(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def _extends(cluster: str, character: str) -> bool:
    if ("\x20" <= character < "\u0300") or cluster == " ":
        return False
    if cluster[-1] == JOINER and unicodedata.category(character) == "So":
        return True
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return len(cluster) == 1 and "\U0001f1e6" <= cluster <= "\U0001f1ff"
    if "\U0001f3fb" <= character <= "\U0001f3ff":
        return unicodedata.category(cluster[0]) == "So"
    if character == JOINER or "\ufe00" <= character <= "\ufe0f":
        return True
    return unicodedata.category(character).startswith("M")
