"""The ornament of titles: a mark in a corner, on which everything can still be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from videogen.scenes import RenderSettings, themes
from videogen.scenes.card_ornament import ornament
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import Layout
from videogen.scenes.theme import Colour, contrast, luminance

WITH_ORNAMENT = sorted(name for name, theme in themes().items() if theme.shapes.mark != "none")


def painted(name: str, *, right_to_left: bool = False) -> np.ndarray:
    """The ornament of a theme over its background, in a wide picture."""
    layout = Layout(RenderSettings(480, 270, theme=name))
    picture = Image.new("RGB", (480, 270), layout.theme.background)
    paint = ornament(layout, right_to_left=right_to_left)
    assert paint is not None
    paint(Canvas(picture))
    return np.asarray(picture)


@pytest.mark.parametrize("name", WITH_ORNAMENT)
def test_every_text_of_a_title_can_be_read_on_its_ornament(name: str) -> None:
    theme = themes()[name]
    grounds = {Colour(*map(int, pixel)) for pixel in np.unique(painted(name).reshape(-1, 3), axis=0)}
    assert len(grounds) > 1
    least = min(contrast(luminance(ink), luminance(ground)) for ink in (theme.text, theme.soft, theme.accent) for ground in grounds)
    assert least >= 4.5


def test_it_stands_opposite_of_where_the_title_begins() -> None:
    left, right = painted("slate", right_to_left=True), painted("slate")
    assert (left == right[:, ::-1]).all()
    assert (right[:, :200] == right[0, 0]).all()


def test_a_title_in_a_band_has_none() -> None:
    assert ornament(Layout(RenderSettings(480, 270, theme="harbour"))) is None


def test_a_footer_is_not_painted_over(monkeypatch: pytest.MonkeyPatch) -> None:
    branded = replace(themes()["slate"], footer="Made in a small room")
    monkeypatch.setattr(Layout, "theme", branded)
    assert ornament(Layout(RenderSettings(480, 270))) is None
