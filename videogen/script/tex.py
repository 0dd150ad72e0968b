"""TeX formulas: their rows, and whether they can be set. matplotlib's mathtext knows the language; the rest of TeX is not there."""

from __future__ import annotations

import re
from functools import lru_cache

CHARACTERS_MAX = 2000
ROWS_MAX = 20
FONTS = "stix"
"""The family that mathtext sets formulas in."""

_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{(?:equation|aligned|align|gathered|gather|split|multline)\*?\}")
_COMMENT = re.compile(r"(?<!\\)%.*")
_NOTHING = re.compile(
    r"\\(?:displaystyle|textstyle|limits|nolimits|nonumber|notag|(?:label|tag)\{[^{}]*\}|[bB]igg?[lrm]?(?![A-Za-z]))|\\middle\b"
)
_MEANT = {
    r"\tfrac": r"\frac",
    r"\cfrac": r"\dfrac",
    r"\implies": r"\Longrightarrow",
    r"\impliedby": r"\Longleftarrow",
    r"\iff": r"\Longleftrightarrow",
    r"\lvert": "|",
    r"\rvert": "|",
    r"\lVert": r"\|",
    r"\rVert": r"\|",
}
_SHORT = re.compile(r"(\\[dct]?frac)\s*(\d)\s*([\da-z])")
_NAMED = re.compile(r"\\[A-Za-z]+")

Row = tuple[str, ...]


def rows(tex: str) -> tuple[Row, ...]:
    """A formula's rows, each cut where it is aligned: `a &= b \\\\ &= c` has two rows of two cells."""
    tex = _NOTHING.sub("", _ENVIRONMENT.sub("", _COMMENT.sub("", tex)))
    tex = _SHORT.sub(r"\1{\2}{\3}", tex)
    tex = _NAMED.sub(lambda name: _MEANT.get(name[0], name[0]), tex)
    found: list[list[str]] = [[""]]
    depth = 0
    for piece in re.findall(r"\\\\(?:\[[^\]\n]*\])?|\\[A-Za-z]+|\\.|.", tex, re.DOTALL):
        if depth <= 0 and piece.startswith("\\\\"):
            found.append([""])
        elif depth <= 0 and piece == "&":
            found[-1].append("")
        else:
            depth += {"{": 1, "}": -1}.get(piece, 0)
            # A fraction that stands by itself is set large, as in any displayed formula.
            found[-1][-1] += r"\dfrac" if piece == r"\frac" and depth == 0 else piece
    cells = (tuple(" ".join(cell.split()) for cell in row) for row in found)
    return tuple(row for row in cells if any(row))


@lru_cache(maxsize=256)
def wrong(tex: str) -> str | None:
    """Why a formula cannot be set; None when it can be."""
    if len(tex) > CHARACTERS_MAX:
        return f"a formula may have {CHARACTERS_MAX} characters, this one has {len(tex)}"
    found = rows(tex)
    if not found:
        return "the formula is empty"
    if len(found) > ROWS_MAX:
        return f"a formula may have {ROWS_MAX} rows, this one has {len(found)}"
    return next((why for row in found for cell in row if cell and (why := _wrong(cell))), None)


def _wrong(cell: str) -> str | None:
    # Slow to import, and few scripts have formulas.
    from matplotlib.font_manager import FontProperties, findfont, get_font
    from matplotlib.mathtext import MathTextParser

    known = get_font(findfont("STIXGeneral")).get_charmap()
    strange = next((character for character in cell if not character.isascii() and ord(character) not in known), None)
    if strange:
        return f"no font for formulas has {strange!r}"
    try:
        MathTextParser("path").parse(f"${cell}$", 72, FontProperties(size=10, math_fontfamily=FONTS))
    except RecursionError:
        return "the formula nests too deep"
    except ValueError as error:
        said = str(error).strip().rsplit("\n", 1)[-1]
        told = re.sub(r"^\w+: |, found .*|\s*\(at char.*", "", said)
        if r"\begin" in told:
            told = "no environment is known but aligned, gathered and the like"
        return f"the formula cannot be read: {told}" if "end of text" not in told else f"the formula cannot be read: {cell[:60]}"
    return None
