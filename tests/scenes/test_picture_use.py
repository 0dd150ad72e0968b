"""Pictures are used: type grows with the room, and a heading is never smaller than what it stands above."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest

from tests.docs.gallery import sample_scene
from tests.support.picture_use import last_picture, share_used
from videogen.scenes import KINDS, RenderSettings, SceneTiming, paginate
from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.compositor import Compositor
from videogen.scenes.layout import LEAST_BODY, Layout
from videogen.script.models import ListItem, ListScene, Scene, TextScene
from videogen.script.samples import SAMPLES

pytestmark = pytest.mark.slow

CARDS = {"title", "section", "outro"}
CONTENT = sorted(SAMPLES.keys() - CARDS)
MOST_EMPTY = 0.35


@pytest.mark.parametrize("size", [(960, 540), (540, 960)])
def test_the_median_of_the_samples_leaves_at_most_a_third_of_the_picture_empty(size: tuple[int, int]) -> None:
    settings = RenderSettings(*size)
    assert median(1 - share_used(last_picture(sample_scene(kind), settings), settings) for kind in CONTENT) <= MOST_EMPTY


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
@pytest.mark.parametrize("settings", [RenderSettings(), RenderSettings(1080, 1920), RenderSettings(1080, 1080)])
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
    for scene in scenes:
        first, *body = sizes(scene, settings, monkeypatch)
        assert all(size <= first + 0.01 for size in body), scene
        assert all(size >= least - 0.01 or size == pytest.approx(Layout(settings).size(26)) for size in body), scene


def test_a_long_lead_over_few_points_is_set_large_that_they_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    lead = "Hot water softens the leaf and sets its taste free. After four minutes there is more bitterness in it than anybody likes."
    items = tuple(ListItem(text=text) for text in ("Water just off the boil", "Three minutes", "No lid"))
    scene = ListScene(kind="list", heading="Tea", lead=lead, items=items)
    assert min(sizes(scene, RenderSettings(), monkeypatch)) >= 52
    scene = scene.model_copy(update={"items": items * 2})
    assert 36 <= min(sizes(scene, RenderSettings(), monkeypatch)) <= 48
