"""Themes: the colours, the backdrop, the heading and the shapes that scenes are drawn with.

A theme is a YAML file in `themes/`; theme_file.py reads it. Sizes and margins are the layout's (layout.py), the same for all themes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

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


BackdropKind = Literal["plain", "gradient", "glow", "dots", "grid", "stripes", "waves"]
HeadingPosition = Literal["left", "centre", "band"]
Mark = Literal["bar", "square", "dot", "rule", "none"]


@dataclass(frozen=True)
class Backdrop:
    """What lies behind a scene: the background colour, alone or with a second one, `to`, in a pattern.

    `angle` is where a gradient runs to, in degrees from the right, clockwise. `stripe` is the colour of a bar along the left edge, `frame`
    that of a line around the picture.
    """

    kind: BackdropKind = "plain"
    to: Colour | None = None
    angle: float = 90.0
    stripe: Colour | None = None
    frame: Colour | None = None


@dataclass(frozen=True)
class Heading:
    """Where headings stand. A `band` across the top has a colour of its own, and `ink` for the text on it."""

    position: HeadingPosition = "left"
    band: Colour | None = None
    ink: Colour | None = None


@dataclass(frozen=True)
class Shapes:
    """The radius of a card's corners in pixels of a picture 1080 high, and the accent shape that marks a heading."""

    radius: float = 18.0
    mark: Mark = "bar"


@dataclass(frozen=True, eq=False)
class Theme:
    """The look of a video, one object per name. `accent` is the only strong colour: it marks what is first to be seen."""

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
    dark: bool = True
    backdrop: Backdrop = Backdrop()
    heading: Heading = Heading()
    shapes: Shapes = Shapes()

    @cached_property
    def of_heading(self) -> Theme:
        """The colours of a heading: those of its band, if it has one."""
        band, ink = self.heading.band, self.heading.ink
        if self.heading.position != "band" or band is None or ink is None:
            return self
        panel = mixed(band, Colour(0, 0, 0), 0.25) if luminance(ink) > luminance(band) else mixed(band, Colour(255, 255, 255), 0.25)
        edge = mixed(band, ink, 0.25)
        return replace(self, background=band, panel=panel, edge=edge, text=ink, soft=ink, muted=ink, accent=ink, code=ink)


DIRECTORY = Path(__file__).parent / "themes"


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The names of all themes, the two plain ones first."""
    found = sorted(path.stem for path in DIRECTORY.glob("*.yaml"))
    return tuple(sorted(found, key=lambda name: (name not in ("slate", "paper"), name == "paper", name)))


def theme(name: str) -> Theme:
    """The theme of this name. Raises BadOption when there is none."""
    if name not in names():
        raise BadOption(f"There is no theme called {name!r}.", hint=f"Use one of: {', '.join(names())}.")
    return _bundled(name)


@lru_cache(maxsize=64)
def _bundled(name: str) -> Theme:
    from videogen.scenes.theme_file import read_theme  # here, because it reads into the classes of this module

    return read_theme(name, (DIRECTORY / f"{name}.yaml").read_text(encoding="utf-8"))
