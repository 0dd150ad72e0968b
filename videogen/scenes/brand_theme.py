"""A theme in the colours, fonts and with the logo of a brand. Colours that could not be read on their ground are adjusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from videogen.scenes import theme as themes
from videogen.scenes.brand_file import BrandKit
from videogen.scenes.theme import (
    Backdrop,
    CaptionColours,
    Colour,
    HeadingStyle,
    Logo,
    Syntax,
    Theme,
    ThemeFonts,
    contrast,
    luminance,
    mixed,
)
from videogen.scenes.theme_file import LEAST_CONTRAST

BLACK, WHITE = Colour(0, 0, 0), Colour(255, 255, 255)
STEPS = 40
MARGIN = 0.05
"""By how much an adjusted colour is over the least contrast: colours are rounded."""


@dataclass(frozen=True)
class ColourAdjustment:
    """A colour of a brand that could not be read, and the one in its place."""

    name: str
    wanted: Colour
    used: Colour

    @property
    def text(self) -> str:
        return f"{self.name} {_hex(self.wanted)} is drawn as {_hex(self.used)}, so that texts have a contrast of {LEAST_CONTRAST} to 1"


def apply_brand(base: str, kit: BrandKit) -> tuple[str, tuple[ColourAdjustment, ...]]:
    """Return a reference to a theme in the look of a brand, for render settings, and the colours that were adjusted for it.

    The reference has the brand's digest in it; this process and those forked from it know what it refers to.
    """
    theme, adjusted = branded(themes.theme(base), kit)
    reference = f"{base}+{kit.name}@{kit.digest}"
    themes.remember(reference, theme, kit.text)
    return reference, adjusted


def branded(base: Theme, kit: BrandKit) -> tuple[Theme, tuple[ColourAdjustment, ...]]:
    """Return the base theme in the look of a brand."""
    given, brand = kit.brand.colours, kit.brand
    background = given.background or base.background
    is_other = given.background is not None
    text = given.text or (_readable(base.text, [background]) if is_other else base.text)
    panel = given.panel or (mixed(background, text, 0.07) if is_other else base.panel)
    accent = given.accent or base.accent
    backdrop = _backdrop(base.backdrop, background, accent, is_other=is_other, has_accent=given.accent is not None)
    wanted_panel = panel
    panel = _fit_ground(panel, background)
    if backdrop.to is not None:
        backdrop = replace(backdrop, to=_fit_ground(backdrop.to, background))
    grounds = [background, panel, *([backdrop.to] if backdrop.to else [])]
    colours: dict[str, Any] = {
        "background": background,
        "panel": panel,
        "edge": given.edge or (mixed(background, text, 0.2) if is_other else base.edge),
        "text": text,
        "soft": given.soft or (mixed(text, background, 0.18) if is_other or given.text else base.soft),
        "muted": given.muted or (mixed(text, background, 0.36) if is_other or given.text else base.muted),
        "accent": accent,
        "code": given.code or (accent if given.accent else base.code),
    }
    adjusted: list[ColourAdjustment] = []
    if given.panel and panel != wanted_panel:
        adjusted.append(ColourAdjustment("panel", wanted_panel, panel))
    for name in ("text", "soft", "muted", "accent", "code"):
        wanted = colours[name]
        colours[name] = used = _readable(wanted, grounds)
        if used != wanted and getattr(given, name) is not None:
            adjusted.append(ColourAdjustment(name, wanted, used))
    band = given.band or (given.accent or (colours["accent"] if is_other else None))
    heading = base.heading
    if heading.position == "band" and band is not None:
        heading = HeadingStyle("band", band, max((WHITE, BLACK), key=lambda ink: contrast(luminance(ink), luminance(band))))
    syntax = base.syntax if not is_other else Syntax(**{ink: _readable(colour, [panel]) for ink, colour in vars(base.syntax).items()})
    is_recoloured = is_other or given.accent is not None or given.text is not None
    captions = CaptionColours(base.captions.shape, base.captions.position) if is_recoloured else base.captions
    fonts = ThemeFonts(*(str(kit.paths[file]) if file else "" for file in (brand.fonts.text, brand.fonts.heading)))
    theme = replace(
        base,
        **colours,
        name=kit.name,
        dark=luminance(background) < 0.18,
        backdrop=backdrop,
        heading=heading,
        syntax=syntax,
        captions=captions,
        fonts=fonts if fonts != ThemeFonts() else base.fonts,
        footer=brand.footer.strip(),
        logo=Logo(str(kit.paths[brand.logo.file]), brand.logo.position or _corner(heading)) if brand.logo else None,
    )
    return theme, tuple(adjusted)


def _corner(heading: HeadingStyle) -> themes.LogoPosition:
    """Return where a logo stands by default: not in the band of a heading."""
    return "bottom-right" if heading.position == "band" else "top-right"


def _backdrop(of: Backdrop, background: Colour, accent: Colour, *, is_other: bool, has_accent: bool) -> Backdrop:
    """Return a theme's backdrop in the colours of a brand: the same pattern, as quiet as it was."""
    if not is_other and not has_accent:
        return of
    return replace(
        of,
        to=mixed(background, accent, 0.05) if is_other and of.to is not None else of.to,
        stripe=accent if of.stripe is not None else None,
        frame=mixed(background, accent, 0.3) if of.frame is not None else None,
    )


def _fit_ground(ground: Colour, background: Colour) -> Colour:
    """Return a second ground as it is, or mixed with so much of the background that a text can be read on both."""
    ink = max((WHITE, BLACK), key=lambda ink: contrast(luminance(ink), luminance(background)))
    for step in range(STEPS):
        if contrast(luminance(ink), luminance(candidate := mixed(ground, background, step / STEPS))) >= LEAST_CONTRAST + MARGIN:
            return candidate
    return background


def _readable(colour: Colour, grounds: Iterable[Colour]) -> Colour:
    """Return a colour as it is, or mixed with so much white or black that it can be read on all grounds."""
    levels = [luminance(ground) for ground in grounds]

    def least(of: Colour) -> float:
        return min(contrast(luminance(of), level) for level in levels)

    if least(colour) >= LEAST_CONTRAST:
        return colour
    towards = max((WHITE, BLACK), key=least)
    for step in range(1, STEPS + 1):
        if least(candidate := mixed(colour, towards, step / STEPS)) >= LEAST_CONTRAST + MARGIN:
            return candidate
    return towards


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
