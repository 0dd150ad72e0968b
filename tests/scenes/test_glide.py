"""A heading or a picture that stands in two scenes glides from one place to the other, and words of cards go before others come."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.paths import ROOT
from videogen.scenes import PrecedingScene, RenderSettings, SceneTiming, draw_scene, paginate
from videogen.scenes.drawing.surface import blank, surface
from videogen.scenes.theme import theme
from videogen.script.models import CalloutScene, ImageScene, Picture, PicturesScene, Scene, TableScene

PHOTO = str(ROOT / "examples" / "tea.jpg")
BESIDE = ImageScene(kind="image", heading="A cup", file=PHOTO, layout="third-right", paragraphs=("Hot.",))
WHOLE = ImageScene(kind="image", file=PHOTO, layout="cover")
SETTINGS = RenderSettings(640, 360)
TIMING = SceneTiming(4.0)
TABLE = TableScene(kind="table", heading="Where it goes", header=("a", "b"), rows=(("c", "d"),) * 5)
CARD = CalloutScene(kind="callout", heading="Where it goes", tone="warning", title="Back up", paragraphs=("Now.",))


def coming_in(scene: Scene, before: Scene, settings: RenderSettings) -> list[NDArray[np.int16]]:
    """The pictures of a transition, and the last picture of the scene."""
    clip = draw_scene(paginate(scene, settings)[0], settings, TIMING, PrecedingScene(paginate(before, settings)[0], TIMING))
    return [np.asarray(clip.get_frame(number / 30)).astype(np.int16) for number in (*range(12), 100)]


def heading_height(picture: NDArray[np.int16]) -> int:
    """The height of the lowest to the highest row of bright pixels in the upper quarter."""
    bright = np.flatnonzero((picture[:90].min(axis=2) > 150).any(axis=1))
    return int(bright[-1] - bright[0]) if len(bright) else 0


def test_a_heading_grows_from_its_size_in_one_scene_to_that_in_the_next() -> None:
    *way, last = coming_in(CARD, TABLE, SETTINGS)
    heights = [heading_height(picture) for picture in way]
    assert min(heights) > 0, "it never fades"
    assert all(b >= a - 1 for a, b in pairwise(heights)) and heights[0] < heights[5] <= heights[-1]
    assert abs(heights[-1] - heading_height(last)) <= 2


@pytest.mark.parametrize("settings", [replace(SETTINGS, transition="slide"), replace(SETTINGS, motion=False)])
def test_it_glides_in_fades_alone(settings: RenderSettings) -> None:
    *way, last = coming_in(CARD, TABLE, settings)
    assert settings.transition == "slide" or all(np.array_equal(picture, last) for picture in way)
    other = coming_in(CARD, TABLE.model_copy(update={"heading": "Elsewhere"}), settings)
    assert np.array_equal(other[-1], last)


def test_it_is_drawn_alike_from_picture_to_picture_and_by_itself() -> None:
    def clip() -> object:
        return draw_scene(CARD, SETTINGS, TIMING, PrecedingScene(TABLE, TIMING))

    made, on = clip(), blank(640, 360, theme("slate").background, yuv=True)
    for number in range(20):
        made.draw(number / 30, on)  # type: ignore[attr-defined]
        if number in (3, 8, 11, 12, 19):
            alone = surface(np.ascontiguousarray(clip().get_frame(number / 30)), yuv=True)  # type: ignore[attr-defined]
            assert np.abs(on.planes[0].astype(int) - alone.planes[0]).max() <= 8, number


def test_words_on_a_card_go_before_those_of_the_next_card_come() -> None:
    one, other = (CARD.model_copy(update={"paragraphs": (text,)}) for text in ("M" * 30, "W" * 30))
    *way, last = coming_in(other, one, SETTINGS)
    first = coming_in(one, one, SETTINGS)[-1]
    panel = np.median(last[200:340], axis=(0, 1))
    strongest = [
        max(np.abs(picture[180:] - panel).max(axis=2)[np.abs(whole[180:] - panel).max(axis=2) > 90].mean() for whole in (first, last))
        for picture in way
    ]
    assert min(strongest) < 60, "at some time neither is read"


def left_of_picture(picture: NDArray[np.int16]) -> int:
    """The first column of the lowest row that shows the photo's table, which is redder than it is blue."""
    table = np.flatnonzero(picture[-3, :, 0] - picture[-3, :, 2] > 20)
    return int(table[0]) if len(table) else picture.shape[1]


def test_a_picture_glides_from_its_side_over_the_screen() -> None:
    *way, last = coming_in(WHOLE, BESIDE, SETTINGS)
    lefts = [left_of_picture(picture) for picture in way]
    assert lefts[0] > 360 and left_of_picture(last) == 0, "it stands at the right, and then fills the screen"
    assert all(b <= a for a, b in pairwise(lefts)) and len(set(lefts)) > 6 and lefts[-1] < 20
    assert all((picture[-3, left + 4 :, 0] - picture[-3, left + 4 :, 2] > 10).all() for picture, left in zip(way, lefts, strict=True))


def test_a_picture_stays_where_it_is_without_motion() -> None:
    *way, last = coming_in(WHOLE.model_copy(update={"motion": "none"}), BESIDE, SETTINGS)
    assert all(np.array_equal(picture, last) for picture in way)


def test_each_of_two_pictures_of_one_file_glides_once_and_nothing_is_left_where_it_was() -> None:
    pair = PicturesScene(kind="pictures", pictures=(Picture(file=PHOTO), Picture(file=PHOTO)))
    *way, last = coming_in(pair, WHOLE, SETTINGS)
    assert left_of_picture(way[0]) < 40
    assert np.abs(way[-1] - last).mean() < 6
    *_, alone = coming_in(pair, TABLE, SETTINGS)
    assert np.array_equal(last, alone)


def test_a_gliding_picture_is_drawn_alike_from_picture_to_picture_and_by_itself() -> None:
    def clip() -> object:
        return draw_scene(BESIDE, SETTINGS, TIMING, PrecedingScene(WHOLE, TIMING))

    made, on = clip(), blank(640, 360, theme("slate").background, yuv=True)
    for number in range(20):
        made.draw(number / 30, on)  # type: ignore[attr-defined]
        if number in (3, 8, 11, 12, 19):
            alone = surface(np.ascontiguousarray(clip().get_frame(number / 30)), yuv=True)  # type: ignore[attr-defined]
            assert np.abs(on.planes[0].astype(int) - alone.planes[0]).max() <= 12, number
