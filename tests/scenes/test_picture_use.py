"""Pictures are used: type grows with the room, and a heading is never smaller than what it stands above."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest

from tests.docs.gallery import sample_scene
from tests.docs.gallery_figures import CARDS, CODE, figures_of
from tests.support.picture_use import share_used
from tests.support.short_contents import SHORT, short_scene
from videogen.scenes import KINDS, RenderSettings, SceneTiming, paginate
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.compositor import Compositor
from videogen.scenes.layout import LEAST_BODY, Layout
from videogen.script.models import ListItem, ListScene, Scene, TextScene
from videogen.script.samples import SAMPLES

pytestmark = pytest.mark.slow

CONTENT = sorted(SAMPLES.keys() - CARDS)
MOST_EMPTY = 0.35


LEAST_SHORT_SIDE = 36
"""Pixels of a short side of 1080 that a body has at least, less what its code is set smaller by."""


@pytest.mark.parametrize(("size", "theme"), [((480, 270), "slate"), ((270, 480), "slate"), ((480, 270), "harbour")])
def test_samples_fill_the_picture_and_can_be_read(size: tuple[int, int], theme: str) -> None:
    settings = RenderSettings(*size, theme=theme)
    figures = {kind: figures_of(sample_scene(kind), settings) for kind in SAMPLES}
    assert median(figures[kind].empty for kind in CONTENT) <= MOST_EMPTY
    assert {kind: shown.least_contrast for kind, shown in figures.items() if shown.least_contrast < 4.5} == {}
    assert {kind: shown.least_size for kind, shown in figures.items() if kind not in CODE and shown.least_size < LEAST_SHORT_SIDE - 1} == {}


@pytest.mark.parametrize("size", [(480, 270), (270, 480)])
def test_the_median_of_scenes_that_say_little_leaves_at_most_a_third_of_the_picture_empty(size: tuple[int, int]) -> None:
    settings = RenderSettings(*size)
    assert median(figures_of(short_scene(name), settings).empty for name in SHORT) <= MOST_EMPTY


def test_space_between_things_is_used_and_space_around_them_is_not() -> None:
    settings = RenderSettings(480, 270)
    picture = np.full((270, 480, 3), (0x15, 0x1A, 0x21), np.uint8)
    assert share_used(picture, settings) == 0.0
    picture[100:104, 60:64] = picture[100:104, 420:424] = 255
    row = share_used(picture, settings)
    picture[60:64, 60:64] = picture[200:204, 60:64] = 255
    assert 0.0 < row < share_used(picture, settings) < 0.2


def sizes(scene: Scene, settings: RenderSettings, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The sizes of all type in the first part of a scene, in the order in which it is drawn: the heading first."""
    seen: list[float] = []
    with monkeypatch.context() as patch:
        patch.setattr(Canvas, "text", lambda canvas, at, run, colour: seen.append(run.font.size))
        (part, *_) = paginate(scene, settings)
        layout = Layout(settings)
        Compositor(layout, KINDS[part.kind].layers(part, layout, SceneTiming(5.0))).ink()
    return seen


LONG = "A heading that is as long as headings are when nobody shortens them, with a second half after the comma "


@pytest.mark.parametrize("heading", ["Tea", "A heading of several words", LONG, LONG * 2])
@pytest.mark.parametrize("settings", [RenderSettings(), *(RenderSettings(1080, height) for height in (1080, 1350, 1920))])
def test_no_body_is_larger_than_its_heading_or_smaller_than_36(
    heading: str, settings: RenderSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "Hot water softens the leaf. "
    scenes: list[Scene] = [
        TextScene(kind="text", heading=heading, paragraphs=(words,)),
        TextScene(kind="text", heading=heading, paragraphs=(words * 14,)),
        ListScene(kind="list", heading=heading, items=tuple(ListItem(text=words, level=n % 2) for n in range(3))),
        ListScene(kind="list", heading=heading, items=tuple(ListItem(text=words * 2) for _ in range(8))),
    ]
    least = Layout(settings).size(LEAST_BODY)
    assert least >= 36
    for scene in scenes:
        first, *body = sizes(scene, settings, monkeypatch)
        assert all(size <= first + 0.01 for size in body), scene
        assert all(size >= least - 0.01 or size == pytest.approx(Layout(settings).size(26)) for size in body), scene


def test_a_long_lead_over_few_points_is_set_large_that_they_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    lead = "Hot water softens the leaf and sets its taste free. After four minutes there is more bitterness in it than anybody likes."
    items = tuple(ListItem(text=text) for text in ("Water just off the boil", "Three minutes", "No lid"))
    scene = ListScene(kind="list", heading="Tea", lead=lead, items=items)
    assert min(sizes(scene, RenderSettings(), monkeypatch)) >= 52
    scene = scene.model_copy(update={"items": items * 2})  # which stand in two columns then
    assert min(sizes(scene, RenderSettings(), monkeypatch)) >= 52
