"""Reads a brand kit from its YAML file: logo, colours, fonts, footer, intro and outro, all of which may be missing.

The format is videogen's own: docs/brands.md describes it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from models.errors import Diagnostic, VideogenError
from videogen.errors.rendering import FontMissing
from videogen.errors.script import BadAsset, BadOption, BadScript
from videogen.errors.validation import in_words
from videogen.media import images, sniff
from videogen.media.inspection import inspect
from videogen.scenes.text.glyphs import FontFile
from videogen.scenes.theme import Colour, LogoPosition, hexadecimal
from videogen.script import brand_names, theme_names
from videogen.script.value_tree import Node, plain
from videogen.script.yaml_tree import from_yaml

MAX_BYTES = 64 * 1024
FONT_MAX_BYTES = 16 * 1024 * 1024
FONT_MAGIC = {b"\x00\x01\x00\x00": "font/ttf", b"true": "font/ttf", b"OTTO": "font/otf"}
CARD_S = 3.0
HINT = "docs/brands.md shows a whole brand kit."

Find = Callable[[str], Path | None]


_HALVES = re.compile(r"(?<!\\)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)


def _colour(value: Any) -> Any:
    if value is None:
        return None
    if not (isinstance(value, str) and len(value) == 7 and value[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in value[1:])):
        raise ValueError('has to be a colour in quotes, such as "#0a7cff"')
    return hexadecimal(value)


def _file(value: Any) -> Any:
    """Return the name of a file without its directories."""
    if not isinstance(value, str) or not (name := value.replace("\\", "/").rpartition("/")[2].strip()) or len(name) > 100:
        raise ValueError("has to be the name of a file")
    return name


def _bundled(value: str) -> str:
    if value not in theme_names.bundled():
        raise ValueError(f"has to be one of {', '.join(theme_names.bundled())}")
    return value


def _logo(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else value


Hex = Annotated[Colour | None, BeforeValidator(_colour)]
FileName = Annotated[str, BeforeValidator(_file)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BrandColours(_Part):
    """Colours that take the place of the theme's. What is not given follows from those that are."""

    background: Hex = None
    panel: Hex = None
    edge: Hex = None
    text: Hex = None
    soft: Hex = None
    muted: Hex = None
    accent: Hex = None
    code: Hex = None
    band: Hex = None


class BrandFonts(_Part):
    """Files of fonts for prose and for headings. Code stays in its own."""

    text: FileName | None = None
    heading: FileName | None = None


class BrandLogo(_Part):
    file: FileName
    position: LogoPosition | None = None


class BrandCard(_Part):
    """What comes before or after the scenes: a picture, a video, or a card with a title."""

    title: str = Field("", max_length=200)
    text: str = Field("", max_length=400)
    file: FileName | None = None
    seconds: float = Field(CARD_S, gt=0, le=60)

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if not self.title.strip() and self.file is None:
            raise ValueError("needs a title or a file")
        return self


class Brand(_Part):
    """A brand kit, as its file says."""

    description: str = Field("", max_length=200)
    theme: Annotated[str, AfterValidator(_bundled)] | None = None
    colours: BrandColours = BrandColours()
    fonts: BrandFonts = BrandFonts()
    logo: Annotated[BrandLogo, BeforeValidator(_logo)] | None = None
    footer: str = Field("", max_length=120)
    intro: BrandCard | None = None
    outro: BrandCard | None = None

    @property
    def files(self) -> Iterator[tuple[str, str, Literal["picture", "font", "card"]]]:
        """Yield (key, name of the file, what it is) for each file that the brand names."""
        if self.logo is not None:
            yield "logo", self.logo.file, "picture"
        for name in ("text", "heading"):
            if file := getattr(self.fonts, name):
                yield f"fonts.{name}", file, "font"
        for name in ("intro", "outro"):
            if (card := getattr(self, name)) is not None and card.file:
                yield name, card.file, "card"


@dataclass(frozen=True)
class BrandKit:
    """A brand with its files; `path` is its own one.

    By file, `names` are those under which they come with the script, and `media_types` what they are.
    """

    name: str
    brand: Brand
    text: str
    digest: str
    path: Path | None = None
    paths: dict[str, Path] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    media_types: dict[str, str] = field(default_factory=dict)


def find_brand(name: str, find: Find) -> BrandKit | None:
    """Return the brand of a name among the files that `find` finds; None if there is none. Raises BadOption for one that is unusable."""
    if not brand_names.is_name(name):
        return None
    try:
        path = find(name + brand_names.FILE_SUFFIX)
    except ValueError:
        return None
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise _bad(name, [Diagnostic(f"Its file cannot be read ({error.strerror})")]) from error
    except UnicodeDecodeError as error:
        raise _bad(name, [Diagnostic("The file is not text in UTF-8")]) from error
    return replace(read_brand(name, text, find), path=path)


def read_brand(name: str, text: str, find: Find) -> BrandKit:
    """Read a brand and check its files. Raises BadOption with a diagnostic for each problem."""
    if len(text) > MAX_BYTES:
        raise _bad(name, [Diagnostic(f"The file is larger than {MAX_BYTES // 1024} KiB")])
    try:
        root = from_yaml(_without_halves(text) if text.lstrip().startswith("{") else text)
        brand = Brand.model_validate(plain(root) or {})
    except BadScript as error:
        raise _bad(name, error.diagnostics, text) from error
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[:20]
        raise _bad(name, [_diagnostic(root, one["loc"], in_words(one)) for one in wrong], text) from error
    digest = hashlib.sha256(text.encode())
    paths: dict[str, Path] = {}
    names: dict[str, str] = {}
    media_types: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for key, file, what in brand.files:
        where = tuple(key.split("."))
        found = next(((known, path) for known in brand_names.file_names(name, file) if (path := find(known)) is not None), None)
        if found is None:
            problems.append(_diagnostic(root, where, f"the file {file} is not there"))
            continue
        names[file], paths[file] = found
        try:
            media_types[file] = check_file(paths[file], what)
            with paths[file].open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        except VideogenError as error:
            problems.append(_diagnostic(root, where, f"{file}: {error.detail} {error.hint or ''}".rstrip()))
        except OSError as error:
            problems.append(_diagnostic(root, where, f"the file {file} cannot be read ({error.strerror})"))
    if problems:
        raise _bad(name, problems, text)
    return BrandKit(name, brand, text, digest.hexdigest()[:16], None, paths, names, media_types)


def _without_halves(text: str) -> str:
    """Return JSON with whole characters in place of escaped halves, which JSON has beyond U+FFFF and YAML does not know."""
    return _HALVES.sub(lambda pair: bytes.fromhex(pair[1] + pair[2]).decode("utf-16-be"), text)


def check_file(path: Path, what: Literal["picture", "font", "card"]) -> str:
    """Return the media type of a file of a brand. Raises BadAsset for one that cannot be used."""
    if what == "font":
        return _check_font(path)
    media_type = inspect(path)
    is_picture = media_type.startswith("image/")
    if what == "picture" and not is_picture:
        raise BadAsset("This is no picture.", hint="A logo is a PNG, JPEG, WebP or SVG.")
    if what == "card" and not is_picture and not media_type.startswith("video/"):
        raise BadAsset("This is neither a picture nor a video.", hint="An intro or outro is a picture or a video.")
    if is_picture and media_type != sniff.SVG:
        images.check(path)
    return media_type


def _check_font(path: Path) -> str:
    """Return the media type of a font. Raises BadAsset for what is no TTF or OTF, or has no letters."""
    hint = "Use a font in TTF or OTF; WOFF files have to be converted first."
    if path.stat().st_size > FONT_MAX_BYTES:
        raise BadAsset(f"The font is larger than {FONT_MAX_BYTES // 1024 // 1024} MiB.", hint=hint)
    with path.open("rb") as file:
        media_type = FONT_MAGIC.get(file.read(4))
    if media_type is None:
        raise BadAsset("This is no font in TTF or OTF.", hint=hint)
    try:
        font = FontFile(str(path), 0)
        has_letters = bool(font.code_points)
        font.font(24.0, 400).run("A").mask(0.0)
    except FontMissing as error:
        raise BadAsset("The font cannot be read.", hint=hint) from error
    if not has_letters:
        raise BadAsset("The font has no letters.", hint=hint)
    return media_type


def _diagnostic(root: Node, path: tuple[int | str, ...], message: str) -> Diagnostic:
    node = root.find(path)
    return Diagnostic(message, line=node.line, column=node.column, path=".".join(map(str, path)))


def _bad(name: str, diagnostics: list[Diagnostic] | tuple[Diagnostic, ...], text: str = "") -> BadOption:
    """Return the error. Of a kit of one line, such as a form's, the number of the line is left out."""
    if "\n" not in text.strip():
        diagnostics = [replace(one, line=None, column=None) for one in diagnostics]
    first = diagnostics[0]
    where = (f"line {first.line}, " if first.line else "") + (f"{first.path}: " if first.path else "")
    problems = [f"the brand {name}{f', line {one.line}' if one.line else ''}: {one.path or 'file'}: {one.message}" for one in diagnostics]
    message = f"The brand {name[:60]!r} cannot be used: {where}{first.message.rstrip('.')}."
    return BadOption(message, hint=HINT, diagnostics=[Diagnostic(one, path="options.brand") for one in problems])


def to_json(brand: Brand) -> dict[str, Any]:
    """Return a brand as JSON values, without what it does not say. `Brand.model_validate` reads it again."""

    def plain_value(value: Any) -> Any:
        if isinstance(value, Colour):
            return "#{:02x}{:02x}{:02x}".format(*value)
        if isinstance(value, BaseModel):
            return {name: plain_value(part) for name, part in value if part is not None and name in value.model_fields_set}
        return value

    values: dict[str, Any] = plain_value(brand)
    return values


def describe_brand(name: str, text: str, find: Find) -> dict[str, Any]:
    """Check a brand and return what a list of brands shows. Raises BadOption.

    {definition, media_types: {file: type}, adjusted: [text], colours: {name: [red, green, blue]}}.
    """
    from videogen.scenes.brand_theme import branded  # it reads into the classes of this module
    from videogen.scenes.theme import theme

    kit = read_brand(name, text, find)
    look, adjusted = branded(theme(kit.brand.theme or theme_names.bundled()[0]), kit)
    shown = {ink: list(getattr(look, ink)) for ink in ("background", "panel", "edge", "text", "soft", "accent")}
    if look.of_heading is not look:
        shown |= {"band": list(look.of_heading.background), "ink": list(look.of_heading.text)}
    if look.logo is not None:
        images.load(Path(look.logo.file), (64, 64))  # one that cannot be drawn is refused now
    return {
        "definition": to_json(kit.brand),
        "media_types": kit.media_types,
        "adjusted": [one.text for one in adjusted],
        "colours": shown,
    }
