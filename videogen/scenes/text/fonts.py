"""Fonts: which face of the installed font packages draws which characters, and the face at a size and a weight.

Text is drawn in Inter, code in JetBrains Mono; what they lack comes from Noto, Noto Emoji, Noto CJK and DejaVu, asked in that order
for each grapheme cluster. Emoji are drawn in colour, from Noto Color Emoji, which no package has: it lies in `emoji/`. Nothing is taken
from the system, so that a video looks the same on every machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from videogen.errors.rendering import FontMissing
from videogen.scenes.text.glyphs import Font, FontFile

Family = Literal["text", "mono"]

REPLACEMENT = "?"
EMOJI_PRESENTATION = "\ufe0f"
TEXT_PRESENTATION = "\ufe0e"


@dataclass(frozen=True)
class Face:
    """One face of a font file. `leading` is the least line height it needs, in its size.

    Without a package `file` is a path: a font of one's own, which is made `slanted` where a text is.
    """

    package: str
    file: str
    index: int = 0
    leading: float = 0.0
    slanted: bool = False

    def path(self) -> Path:
        """Return the font file. Raises FontMissing when its package is not installed."""
        if not self.package:
            return Path(self.file)
        spec = find_spec(self.package)
        for directory in spec.submodule_search_locations or () if spec else ():
            path = Path(directory) / self.file
            if path.is_file():
                return path
        raise FontMissing(f"The font {self.file} of the package {self.package} is not installed.")


def _noto(name: str, leading: float = 0.0) -> Face:
    return Face("manimgx_fonts", f"Noto{name}[wght].ttf", leading=leading)


def _dejavu(name: str) -> Face:
    return Face("matplotlib", f"mpl-data/fonts/ttf/DejaVu{name}.ttf")


INTER = Face("fontpkg_inter", "files/Inter[opsz,wght].ttf")
INTER_ITALIC = Face("fontpkg_inter", "files/Inter-Italic[opsz,wght].ttf")
JETBRAINS = Face("fontpkg_jetbrains_mono", "files/JetBrainsMono[wght].ttf")
JETBRAINS_ITALIC = Face("fontpkg_jetbrains_mono", "files/JetBrainsMono-Italic[wght].ttf")
EMOJI = _noto("Emoji")
COLOUR_EMOJI = Face("videogen", "scenes/emoji/NotoColorEmoji-2.057.ttf")
"""Google's font in its COLRv1 form, less the SVG table that repeats it; the version in its name is part of every cache key."""
LEADING = {
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
}
NAMED = {"serif": Face("matplotlib", "mpl-data/fonts/ttf/STIXGeneralBol.ttf"), "mono": JETBRAINS}
"""Faces for headings, by the names that themes have for them."""
SCRIPTS = tuple(_noto(f"Sans{script}", leading) for script, leading in LEADING.items())
JAPANESE, KOREAN, CHINESE = (Face("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", index, leading=1.5) for index in (0, 1, 2))


def han_face(text: str) -> Face:
    """Return the face for Han characters in a text: Japanese beside kana, Korean beside hangul, else Chinese."""
    for character in text:
        if "\u3040" <= character <= "\u30ff":
            return JAPANESE
        if "\u1100" <= character <= "\u11ff" or "\uac00" <= character <= "\ud7a3":
            return KOREAN
    return CHINESE


@cache
def characters(face: Face) -> Collection[int]:
    """Return the code points that the face has."""
    return _file(face).code_points


@cache
def _chain(family: Family, han: Face, bold: bool, slanted: bool) -> tuple[Face, ...]:
    """Return the faces in the order in which they are asked.

    An italic or bold file may have fewer characters than the upright one after it.
    """
    upright = (INTER, _noto("Sans"), *SCRIPTS, han, EMOJI, _noto("SansSymbols"))
    text = (INTER_ITALIC, _noto("Sans-Italic"), *upright) if slanted else upright
    mono = (JETBRAINS_ITALIC, JETBRAINS) if slanted else (JETBRAINS,)
    last = (*((_dejavu("Sans-Bold"),) if bold else ()), _dejavu("Sans"), COLOUR_EMOJI)
    return (*mono, _dejavu("SansMono"), *text, *last) if family == "mono" else (*text, *last)


def _ignorable(character: str) -> bool:
    """Return whether a shaper draws nothing for a character by itself: joiners, variation selectors, other format characters."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def wants_emoji(cluster: str) -> bool:
    """Return whether a cluster is shown as a pictogram by default (Emoji_Presentation) or asks for it."""
    first = cluster[0]
    if EMOJI_PRESENTATION in cluster or "\U0001f1e6" <= first <= "\U0001f1ff":
        return True
    if TEXT_PRESENTATION in cluster:
        return False
    category = unicodedata.category(first)
    newer = category == "Cn" and "\U0001f000" <= first <= "\U0001faff"  # than the Unicode that Python knows
    return newer or (unicodedata.east_asian_width(first) == "W" and category in ("So", "Sk"))


@lru_cache(maxsize=65536)
def face_for(cluster: str, family: Family, han: Face, bold: bool = False, slanted: bool = False, own: str = "") -> Face | None:
    """Return the first face that has every visible character of a grapheme cluster, or None.

    `own` is the font asked first: one of NAMED, or the path of its file.
    """
    needed = [ord(character) for character in cluster if not _ignorable(character)]
    if not needed:
        return INTER
    chain = _chain(family, han, bold, slanted)
    if own and family == "text":
        first = replace(NAMED[own], slanted=slanted) if own in NAMED else Face("", own, slanted=slanted)
        chain = (first, *chain)
    if wants_emoji(cluster):
        chain = (COLOUR_EMOJI, EMOJI, *chain)
    for face in chain:
        present = characters(face)
        if all(code in present for code in needed):
            return face
    return None


@lru_cache(maxsize=1024)
def font(face: Face, size: float, weight: int = 400) -> Font:
    """Return the face at a size in pixels, at a weight from 100 to 900 as near as the file has it."""
    return _file(face).font(size, weight, slanted=face.slanted, is_own=not face.package)


@cache
def _file(face: Face) -> FontFile:
    return FontFile(str(face.path()), face.index)
