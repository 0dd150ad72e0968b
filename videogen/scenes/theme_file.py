"""Reads a theme from its YAML file, and says what is wrong with one that cannot be used.

The format is videogen's own: docs/themes.md describes it. A theme in which a text could not be read is refused, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from models.errors import Diagnostic
from videogen.errors.script import BadOption, BadScript
from videogen.errors.validation import in_words
from videogen.scenes.theme import (
    Backdrop,
    BackdropKind,
    CaptionColours,
    CaptionPosition,
    CaptionShape,
    Colour,
    HeadingPosition,
    HeadingStyle,
    Mark,
    Shapes,
    Syntax,
    Theme,
    ThemeFonts,
    contrast,
    hexadecimal,
    luminance,
)
from videogen.script import theme_names
from videogen.script.value_tree import Node, plain
from videogen.script.yaml_tree import from_yaml

MAX_BYTES = 64 * 1024
LEAST_CONTRAST = 4.5
"""Between a text and what it stands on, as WCAG 2.2 asks for (AA)."""

HINT = "docs/themes.md shows a whole theme. Copy one of videogen's, and change it."


def _colour(value: Any) -> Any:
    """Validate a colour, `#rrggbb`."""
    if not (isinstance(value, str) and len(value) == 7 and value[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in value[1:])):
        raise ValueError('has to be a colour in quotes, such as "#ffb454"')
    return hexadecimal(value)


Hex = Annotated[Any, BeforeValidator(_colour)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Colours(_Part):
    background: Hex
    panel: Hex
    edge: Hex
    text: Hex
    soft: Hex
    muted: Hex
    accent: Hex
    code: Hex


class _Syntax(_Part):
    keyword: Hex
    name: Hex
    string: Hex
    number: Hex
    comment: Hex
    punctuation: Hex
    error: Hex


class _Backdrop(_Part):
    kind: BackdropKind = "plain"
    to: Hex = None
    angle: float = Field(90.0, ge=-360, le=360)
    stripe: Hex = None
    frame: Hex = None

    @model_validator(mode="after")
    def _has_both_colours(self) -> Self:
        if self.kind != "plain" and self.to is None:
            raise ValueError("needs a second colour, `to`, unless its kind is plain")
        return self


class _Heading(_Part):
    position: HeadingPosition = "left"
    band: Hex = None
    ink: Hex = None

    @model_validator(mode="after")
    def _has_the_colours_of_the_band(self) -> Self:
        if self.position == "band" and (self.band is None or self.ink is None):
            raise ValueError("needs the colours `band` and `ink` when its position is band")
        return self


class _Shapes(_Part):
    radius: float = Field(18.0, ge=0, le=60)
    mark: Mark = "bar"


class _Fonts(_Part):
    heading: Literal["sans", "serif", "mono"] = "sans"


class _Captions(_Part):
    shape: CaptionShape = "plate"
    position: CaptionPosition = "bottom"
    ground: Hex = None
    ink: Hex = None
    spoken: Hex = None


class _ThemeFile(_Part):
    description: str = Field("", max_length=200)
    mode: Literal["light", "dark"] = "dark"
    colours: _Colours
    syntax: _Syntax
    backdrop: _Backdrop = _Backdrop()
    heading: _Heading = _Heading()
    shapes: _Shapes = _Shapes()
    captions: _Captions = _Captions()
    fonts: _Fonts = _Fonts()


def digest_of(text: str) -> str:
    """Return the digest of a theme's text: 16 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_theme_text(name: str, path: Path) -> str:
    """Return the text of a theme's file, unchecked. Raises BadOption if it is too long, is not text, or cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _bad(name, [Diagnostic(f"Its file cannot be read ({error.strerror})")]) from error
    if len(content) > MAX_BYTES:
        raise _bad(name, [Diagnostic(f"The file is larger than {MAX_BYTES // 1024} KiB")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(name, [Diagnostic("The file is not text in UTF-8")]) from error


def read_theme(name: str, text: str) -> Theme:
    """Read a theme from YAML. Raises BadOption with a diagnostic for each problem."""
    if len(text) > MAX_BYTES:
        raise _bad(name, [Diagnostic(f"The file is larger than {MAX_BYTES // 1024} KiB")])
    try:
        root = from_yaml(text)
    except BadScript as error:
        raise _bad(name, error.diagnostics) from error
    try:
        values = _ThemeFile.model_validate(plain(root))
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[:20]
        raise _bad(name, [_diagnostic(root, one["loc"], _words(one)) for one in wrong]) from error
    theme = Theme(
        name,
        values.description,
        **dict(values.colours),
        syntax=Syntax(**dict(values.syntax)),
        dark=values.mode == "dark",
        backdrop=Backdrop(**dict(values.backdrop)),
        heading=HeadingStyle(**dict(values.heading)),
        shapes=Shapes(**dict(values.shapes)),
        captions=CaptionColours(**dict(values.captions)),
        fonts=ThemeFonts(heading="" if values.fonts.heading == "sans" else values.fonts.heading),
    )
    low = [
        _diagnostic(root, ("colours",), f"{ink} on {ground} has a contrast of {ratio:.1f} to 1, less than {LEAST_CONTRAST}")
        for ink, ground, ratio in contrasts(theme)
        if ratio < LEAST_CONTRAST
    ]
    if low:
        raise _bad(name, low)
    return theme


def contrasts(theme: Theme) -> Iterator[tuple[str, str, float]]:
    """Yield (ink, ground, ratio) for each text colour and its background."""
    grounds = {"background": theme.background, "panel": theme.panel}
    if theme.backdrop.to is not None:
        grounds["backdrop.to"] = theme.backdrop.to
    for ink in ("text", "soft", "muted", "accent", "code"):
        for ground, colour in grounds.items():
            yield ink, ground, _ratio(getattr(theme, ink), colour)
    for ink, colour in vars(theme.syntax).items():
        yield f"syntax.{ink}", "panel", _ratio(colour, theme.panel)
    yield "captions.ink", "captions.ground", _ratio(theme.caption_ink, theme.caption_ground)
    yield "captions.spoken", "captions.ground", _ratio(theme.caption_spoken, theme.caption_ground)
    if theme.heading.band is not None and theme.heading.ink is not None:
        yield "heading.ink", "heading.band", _ratio(theme.heading.ink, theme.heading.band)
        yield "heading.ink", "a code's ground in the band", _ratio(theme.heading.ink, theme.of_heading.panel)


def _words(wrong: Mapping[str, Any]) -> str:
    """Return what is wrong with a value.

    A `#` outside of quotes begins a comment in YAML, so that the colour is missing.
    """
    missing_colour = wrong["type"] == "missing" and len(wrong["loc"]) == 2
    return 'this key is missing, or its colour is not in quotes, as in "#ffb454"' if missing_colour else in_words(wrong)


def _ratio(one: Colour, other: Colour) -> float:
    return contrast(luminance(one), luminance(other))


def _diagnostic(root: Node, path: tuple[int | str, ...], message: str) -> Diagnostic:
    node = root.find(path)
    return Diagnostic(message, line=node.line, column=node.column, path=".".join(map(str, path)))


def _bad(name: str, diagnostics: Sequence[Diagnostic]) -> BadOption:
    first = diagnostics[0]
    where = (f"line {first.line}, " if first.line else "") + (f"{first.path}: " if first.path else "")
    return BadOption(f"The theme {name!r} cannot be used: {where}{first.message}.", hint=HINT, diagnostics=diagnostics)


def describe_theme(name: str, path: Path) -> dict[str, Any]:
    """Return what a list of themes shows: {name, description, mode, colours: {name: (red, green, blue)}, problem}.

    `problem` is None, or {message, line, hint}: why the theme in the file cannot be used. Then the rest is empty.
    """
    try:
        theme = read_theme(name, read_theme_text(name, path))
    except BadOption as error:
        problem = {"message": error.detail, "line": error.diagnostics[0].line, "hint": error.hint}
        return {"name": name, "description": "", "mode": None, "colours": {}, "problem": problem}
    shown = {ink: tuple(getattr(theme, ink)) for ink in ("background", "panel", "edge", "text", "soft", "accent")}
    band = {"band": tuple(theme.of_heading.background), "ink": tuple(theme.of_heading.text)} if theme.of_heading is not theme else {}
    mode = "dark" if theme.dark else "light"
    return {"name": name, "description": theme.description, "mode": mode, "colours": shown | band, "problem": None}


def why_no_name(name: str) -> str:
    """Return why a theme of one's own cannot be called so; empty if it can."""
    if name in theme_names.bundled():
        return f"{name} is the name of a theme that comes with videogen."
    return "" if theme_names.is_name(name) else f"A theme cannot be called {name[:60]!r}."


NAME_HINT = "Name the file with up to 40 letters, digits, hyphens and underscores, such as mine.yaml, unlike the themes of videogen."
