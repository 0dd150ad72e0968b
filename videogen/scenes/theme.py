"""Themes: the colours that scenes are drawn in. Sizes and margins are the sheet's (layout.py), the same for all themes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from videogen.errors.script import BadOption


class Colour(NamedTuple):
    """sRGB, 0..255."""

    red: int
    green: int
    blue: int


def hexadecimal(text: str) -> Colour:
    """The colour written as `#rrggbb`."""
    return Colour(int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """The colour between two: `one` at share 0, `other` at share 1."""
    return Colour(*(round(a + (b - a) * share) for a, b in zip(one, other, strict=True)))


def luminance(colour: Colour) -> float:
    """Relative luminance, 0..1, as WCAG 2.2 has it."""
    red, green, blue = (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    """The contrast ratio of two luminances, 1..21, as WCAG 2.2 has it."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@dataclass(frozen=True)
class Syntax:
    """Colours of source code."""

    keyword: Colour
    name: Colour
    string: Colour
    number: Colour
    comment: Colour
    punctuation: Colour
    error: Colour


@dataclass(frozen=True)
class Theme:
    """The colours of one look. `accent` is the only strong one: it marks what is first to be seen."""

    name: str
    description: str
    background: Colour
    panel: Colour
    edge: Colour
    text: Colour
    soft: Colour
    muted: Colour
    accent: Colour
    code: Colour
    syntax: Syntax = field(repr=False)


SLATE = Theme(
    name="slate",
    description="Light text on dark slate with a warm amber accent.",
    background=hexadecimal("#151a21"),
    panel=hexadecimal("#1d242d"),
    edge=hexadecimal("#323c4a"),
    text=hexadecimal("#eef1f5"),
    soft=hexadecimal("#b9c3d0"),
    muted=hexadecimal("#8594a7"),
    accent=hexadecimal("#ffb454"),
    code=hexadecimal("#ffd8a3"),
    syntax=Syntax(
        keyword=hexadecimal("#ffb454"),
        name=hexadecimal("#8cc4ff"),
        string=hexadecimal("#a8d8a0"),
        number=hexadecimal("#f29e8e"),
        comment=hexadecimal("#8594a7"),
        punctuation=hexadecimal("#b9c3d0"),
        error=hexadecimal("#ff8a80"),
    ),
)

PAPER = Theme(
    name="paper",
    description="Dark ink on warm paper with a brick-red accent.",
    background=hexadecimal("#faf7f1"),
    panel=hexadecimal("#f1ece2"),
    edge=hexadecimal("#d9d1c2"),
    text=hexadecimal("#1f2328"),
    soft=hexadecimal("#464c54"),
    muted=hexadecimal("#676a6d"),
    accent=hexadecimal("#8f3416"),
    code=hexadecimal("#7a2f14"),
    syntax=Syntax(
        keyword=hexadecimal("#9c3412"),
        name=hexadecimal("#1d4f91"),
        string=hexadecimal("#2f6533"),
        number=hexadecimal("#8a2a5b"),
        comment=hexadecimal("#66686a"),
        punctuation=hexadecimal("#4c535b"),
        error=hexadecimal("#b3261e"),
    ),
)

THEMES: dict[str, Theme] = {theme.name: theme for theme in (SLATE, PAPER)}


def theme(name: str) -> Theme:
    """The theme of this name. Raises BadOption when there is none."""
    try:
        return THEMES[name]
    except KeyError:
        raise BadOption(f"There is no theme called {name!r}.", hint=f"Use one of: {', '.join(sorted(THEMES))}.") from None
