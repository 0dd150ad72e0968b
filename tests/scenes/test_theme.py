from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest

from videogen.scenes.theme import THEMES, Colour, Syntax, mixed
from videogen.script.models import Theme


def luminance(colour: Colour) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", sorted(THEMES))
def test_every_colour_can_be_read_on_its_ground(name: str) -> None:
    theme = THEMES[name]
    assert contrast(theme.text, theme.background) >= 12
    for colour in (theme.soft, theme.accent, theme.code):
        assert contrast(colour, theme.background) >= 7
    assert contrast(theme.muted, theme.background) >= 4.5
    for colour in (theme.text, theme.soft, theme.muted, theme.accent):
        assert contrast(colour, theme.panel) >= 4.5
    for part in fields(Syntax):
        assert contrast(getattr(theme.syntax, part.name), theme.panel) >= 4.5, part.name


def test_mixed_is_between() -> None:
    assert mixed(Colour(0, 0, 0), Colour(10, 20, 30), 0.5) == Colour(5, 10, 15)


def test_scripts_know_the_themes_that_there_are() -> None:
    assert set(get_args(Theme)) == set(THEMES)
