"""Themes: the colours, the backdrop, the heading and the shapes that scenes are drawn with.

A theme is a YAML file, in `themes/` or one's own (videogen.script.theme_names); theme_file.py reads it. Sizes and margins are the layout's
(layout.py), the same for all themes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from models.errors import Diagnostic
from videogen.errors.script import BadOption
from videogen.script import theme_names


class Colour(NamedTuple):
    """sRGB, 0..255."""

    red: int
    green: int
    blue: int


def hexadecimal(text: str) -> Colour:
    """Return the colour written as `#rrggbb`."""
    return Colour(int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour between two: `one` at share 0, `other` at share 1."""
    return Colour(*(round(a + (b - a) * share) for a, b in zip(one, other, strict=True)))


def luminance(colour: Colour) -> float:
    """Return the relative luminance, 0..1, as WCAG 2.2 defines it."""
    red, green, blue = (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    """Return the contrast ratio of two luminances, 1..21, as WCAG 2.2 has it."""
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
CaptionShape = Literal["plate", "outline"]
CaptionPosition = Literal["bottom", "top"]
LogoPosition = Literal["top-left", "top-right", "bottom-left", "bottom-right"]


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
class HeadingStyle:
    """Where headings stand. A `band` across the top has a colour of its own, and `ink` for the text on it."""

    position: HeadingPosition = "left"
    band: Colour | None = None
    ink: Colour | None = None


@dataclass(frozen=True)
class Shapes:
    """The radius of a card's corners in pixels of a picture 1080 high, and the accent shape that marks a heading."""

    radius: float = 18.0
    mark: Mark = "bar"


@dataclass(frozen=True)
class CaptionColours:
    """Captions drawn into the picture. `ground` is the colour of the plate, or of the outline of the letters of karaoke captions; `spoken`
    that of the word that is being spoken. None: the theme's panel, text and accent.
    """

    shape: CaptionShape = "plate"
    position: CaptionPosition = "bottom"
    ground: Colour | None = None
    ink: Colour | None = None
    spoken: Colour | None = None


@dataclass(frozen=True)
class ThemeFonts:
    """Fonts for prose and for headings: paths of files, or a name of `fonts.NAMED`; empty: videogen's."""

    text: str = ""
    heading: str = ""


@dataclass(frozen=True)
class Logo:
    """A picture in a corner of every scene, by its path."""

    file: str
    position: LogoPosition = "top-right"


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
    heading: HeadingStyle = HeadingStyle()
    shapes: Shapes = Shapes()
    captions: CaptionColours = CaptionColours()
    fonts: ThemeFonts = ThemeFonts()
    logo: Logo | None = None
    footer: str = ""

    @property
    def caption_ground(self) -> Colour:
        return self.captions.ground or self.panel

    @property
    def caption_ink(self) -> Colour:
        return self.captions.ink or self.text

    @property
    def caption_spoken(self) -> Colour:
        return self.captions.spoken or self.accent

    @cached_property
    def of_heading(self) -> Theme:
        """The colours of a heading: those of its band, if it has one."""
        band, ink = self.heading.band, self.heading.ink
        if self.heading.position != "band" or band is None or ink is None:
            return self
        panel = mixed(band, Colour(0, 0, 0), 0.25) if luminance(ink) > luminance(band) else mixed(band, Colour(255, 255, 255), 0.25)
        edge = mixed(band, ink, 0.25)
        return replace(self, background=band, panel=panel, edge=edge, text=ink, soft=ink, muted=ink, accent=ink, code=ink)


MAX_OWN = 64
"""Themes of one's own that a process remembers."""

_own: dict[str, tuple[Theme, str]] = {}
"""Themes and their texts by references. A process that draws is forked from the one that planned, and so has them."""


def names() -> tuple[str, ...]:
    """Return the names of the themes that come with videogen, the two plain ones first."""
    return theme_names.bundled()


def refer(name: str) -> str:
    """Return what render settings call a theme: its name, and of one's own also a digest of its content, as it is now.

    Cache keys hold it, so that a changed theme draws anew. Raises BadOption for a theme that does not exist or cannot be used.
    """
    if name in names():
        return name
    return _load(name)


def own_theme(name: str) -> tuple[str, str]:
    """Return the name and the text of a theme of one's own, checked; of one that comes with videogen two empty texts. Raises BadOption."""
    if name in names():
        return "", ""
    return name, _own[_load(name)][1]


def remember(reference: str, theme: Theme, text: str) -> None:
    """Let this process, and those forked from it, know the theme of a reference."""
    _own[reference] = theme, text
    while len(_own) > MAX_OWN:
        del _own[next(iter(_own))]


def theme(reference: str) -> Theme:
    """Return the theme of a reference or a name. Raises BadOption if there is none, or if it cannot be used."""
    if reference in names():
        return _bundled(reference)
    if reference not in _own:
        reference = _load(reference.partition("@")[0])
    return _own[reference][0]


def _load(name: str) -> str:
    """Read a theme of one's own, and return its reference."""
    from videogen.scenes import theme_file  # here, because it reads into the classes of this module

    path = theme_names.file_of(name)
    if path is None:
        hint = f"Use one of: {', '.join(names())}, or a theme of your own."
        raise BadOption(
            f"There is no theme called {name[:60]!r}.", hint=hint, diagnostics=[Diagnostic("is no theme", path="options.theme")]
        )
    try:
        text = theme_file.read_theme_text(name, path)
        reference = f"{name}@{theme_file.digest_of(text)}"
        if reference not in _own:
            remember(reference, theme_file.read_theme(name, text), text)
    except BadOption as error:
        # The lines are those of the theme's file, not of the script's.
        problems = [f"the theme {name}{f', line {one.line}' if one.line else ''}: {one.message}" for one in error.diagnostics]
        raise BadOption(error.detail, hint=error.hint, diagnostics=[Diagnostic(one, path="options.theme") for one in problems]) from error
    return reference


@lru_cache(maxsize=64)
def _bundled(name: str) -> Theme:
    from videogen.scenes.theme_file import read_theme, read_theme_text

    return read_theme(name, read_theme_text(name, theme_names.BUNDLED_DIRECTORY / f"{name}{theme_names.SUFFIX}"))
