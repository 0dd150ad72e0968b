"""Pictures in their frames, and the camera over them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from tests.docs.gallery_figures import recorded_texts
from tests.scenes.test_theme import contrast
from tests.support.media_files import picture, video
from tests.support.scene_contents import PICTURE, TALL, THROUGH
from videogen.scenes import RenderSettings, SceneTiming, draw_scene
from videogen.scenes.drawing.camera import Move, camera
from videogen.scenes.drawing.compositor import Compositor
from videogen.scenes.framing import framing
from videogen.scenes.layout import Layout
from videogen.scenes.media_frame import ON_A_PICTURE
from videogen.scenes.theme import Colour
from videogen.script.models import ClipScene, ImageScene

MOVES = sorted(get_args(Move))
UNIT = st.floats(0, 1)


@given(st.sampled_from(MOVES), st.floats(0.05, 1), st.booleans(), st.tuples(UNIT, UNIT), st.floats(0, 20))
def test_camera_never_leaves_the_picture_keeps_its_shape_and_comes_to_rest(
    move: Move, share: float, wide: bool, focus: tuple[float, float], seconds: float
) -> None:
    whole = (share, 1.0) if wide else (1.0, share)
    way = camera(move, whole, focus, seconds, 30)
    for number in range(0, way.frames + 30, max(1, way.frames // 7)):
        left, top, right, bottom = way.at(number)
        assert -1e-9 <= left < right <= 1 + 1e-9
        assert -1e-9 <= top < bottom <= 1 + 1e-9
        assert (right - left) / (bottom - top) == pytest.approx(whole[0] / whole[1])
    assert way.at(way.frames + 1000) == way.at(way.frames) == way.end


def test_camera_moves_evenly_and_slowly() -> None:
    way = camera("pan right", (1.0, 1.0), (0.5, 0.5), 5.0, 30)
    steps = np.diff([way.at(number)[0] for number in range(way.frames + 1)])
    assert (steps > 0).all()
    assert steps.max() * 1920 < 4  # pixels a frame, at 1080 lines
    assert np.abs(np.diff(steps)).max() * 1920 < 0.1


def scene(file: str = PICTURE, **more: object) -> ImageScene:
    return ImageScene.model_validate({"kind": "image", "file": file, **more})


@pytest.mark.parametrize("theme", ["slate", "dusk"])
@pytest.mark.parametrize("settings", [RenderSettings(270, 480), RenderSettings(270, 338), RenderSettings(270, 270)])
@pytest.mark.parametrize("size", [(1600, 900), (1500, 1000), (1000, 1000)])
def test_a_lone_photo_fills_most_of_a_picture_that_is_not_wide(settings: RenderSettings, size: tuple[int, int], theme: str) -> None:
    layout = Layout(replace(settings, theme=theme))
    frame = framing(scene(heading="A heading", caption="A caption"), layout, size, SceneTiming(3.0), 0.5)
    left, top, right, bottom = frame.box
    assert (left, right) == (0, settings.width) and bottom <= settings.height
    assert bottom - top >= 0.6 * settings.height
    assert (size[1] / size[0]) / ((bottom - top) / (right - left)) >= 0.39  # so much of its width is seen
    drawing = framing(scene(heading="A heading"), layout, size, SceneTiming(3.0), 0.8).box
    assert drawing[0] >= layout.area.left - 1  # of a drawing nothing is cut off


@pytest.mark.parametrize("settings", [RenderSettings(480, 270), RenderSettings(270, 480)])
@pytest.mark.parametrize("size", [(64, 48), (30, 90), (4000, 300), (5000, 5000)])
def test_picture_on_a_card_keeps_its_shape_and_stays_within_the_margins(settings: RenderSettings, size: tuple[int, int]) -> None:
    layout = Layout(settings)
    card = scene(heading="A heading", caption="A caption", layout="card")
    left, top, right, bottom = framing(card, layout, size, SceneTiming(3.0), 0.5).box
    assert layout.area.left - 1 <= left < right <= layout.area.right + 1
    assert layout.area.top - 1 <= top < bottom <= layout.area.bottom + 1
    assert (right - left) / (bottom - top) == pytest.approx(size[0] / size[1], rel=0.1)


@pytest.mark.parametrize("theme", ["slate", "dusk"])
@pytest.mark.parametrize("caption", ["", "A caption"])
@pytest.mark.parametrize("size", [(1600, 900), (1500, 1000), (750, 1000)])
def test_a_lone_photo_fills_much_of_a_wide_picture_to_its_edges(size: tuple[int, int], caption: str, theme: str) -> None:
    layout = Layout(RenderSettings(480, 270, theme=theme))
    frame = framing(scene(heading="A heading", caption=caption), layout, size, SceneTiming(3.0), 0.5)
    left, top, right, bottom = frame.box
    assert (right, bottom) == (480, 270) and (top == 0 or theme == "dusk")
    assert right - left >= 0.4 * 480
    seen = (right - left) / (bottom - top) / (size[0] / size[1])
    assert min(seen, 1 / seen) >= 0.57  # so much of it
    ink = Compositor(layout, frame.layers).ink()
    assert ink is not None and (theme == "dusk" or ink[2] <= left)


@pytest.mark.parametrize("fields", [{"layout": "card"}, {"heading": ""}, {"heading": "A heading that goes on " * 4}])
def test_photo_on_a_wide_picture_stands_whole_where_it_was_asked_for_or_has_no_short_heading(fields: dict[str, str]) -> None:
    box = framing(scene(**{"heading": "A heading", **fields}), Layout(RenderSettings(480, 270)), (1500, 1000), SceneTiming(3.0), 0.5).box
    assert (box[2] - box[0]) / (box[3] - box[1]) == pytest.approx(1.5, rel=0.02)


@pytest.mark.parametrize("theme", ["slate", "swiss"])
@pytest.mark.parametrize("shade", ["navy", "gold"])
def test_lone_drawing_stands_whole_over_a_blurred_copy_on_which_words_can_be_read(tmp_path: Path, theme: str, shade: str) -> None:
    file, settings = tmp_path / "drawing.png", RenderSettings(270, 480, theme=theme)
    Image.new("RGB", (640, 360), shade).save(file)
    with recorded_texts(settings) as texts:
        picture = last(scene(str(file), heading="A heading", caption="A caption"), settings)
    background = np.array(Layout(settings).theme.background, int)
    assert (np.abs(picture[::20, ::27].astype(int) - background).max(axis=2) > 3).mean() > 0.8
    assert min(text.contrast for text in texts) >= 4.5
    assert np.abs(picture[:, 1].astype(int) - ImageColor.getrgb(shade)).max(axis=1).min() <= 3  # from edge to edge


def last(scene: ImageScene | ClipScene, settings: RenderSettings = RenderSettings(480, 270)) -> np.ndarray:  # noqa: B008 - frozen
    return draw_scene(scene, settings, SceneTiming(2.0)).get_frame(1.99)


def test_filling_picture_covers_the_screen_and_darkens_only_under_its_words() -> None:
    bare, worded = last(scene(fit="fill")), last(scene(fit="fill", heading="A heading", caption="A caption"))
    assert np.array_equal(bare[:60], worded[:60])
    assert worded[-10:].mean() < bare[-10:].mean() / 2
    assert np.abs(bare[135, 20].astype(int) - (200, 60, 30)).max() <= 2
    assert np.abs(bare[135, 460].astype(int) - (250, 110, 80)).max() <= 2


def test_transparent_picture_stands_on_a_panel_on_which_it_can_be_seen(tmp_path: Path) -> None:
    for ink, light in (((10, 10, 14), True), ((245, 245, 245), False)):
        file = tmp_path / "logo.png"
        image = Image.new("RGBA", (800, 400))
        image.paste((*ink, 255), (300, 100, 500, 300))
        image.save(file)
        panel = last(scene(str(file)))[120, 80]
        assert (panel.mean() > 128) == light
    assert last(scene(THROUGH)).shape == (270, 480, 3)


def test_chart_that_one_can_see_through_stands_on_what_the_words_around_it_can_be_read_on(tmp_path: Path) -> None:
    file = tmp_path / "chart.png"
    chart = Image.new("RGBA", (800, 600))
    chart.paste("white", (100, 60, 740, 520))
    chart.paste("black", (60, 100, 80, 480))
    chart.paste("black", (100, 540, 740, 556))
    chart.paste("black", (100, 60, 102, 520))
    chart.save(file)
    assert last(scene(str(file)))[120, 110].mean() > 128


def test_small_picture_is_not_blown_up(tmp_path: Path) -> None:
    left, _, right, _ = framing(scene(), Layout(RenderSettings()), (64, 48), SceneTiming(3.0), 0.5).box
    assert right - left == 128


def test_large_photo_is_drawn_without_unpacking_all_of_it(tmp_path: Path) -> None:
    file = tmp_path / "large.jpg"
    file.write_bytes(picture((4000, 3000), "JPEG"))
    assert np.abs(last(scene(str(file), fit="fill"))[135, 100].astype(int) - (200, 60, 30)).max() <= 4
    assert last(scene(TALL)).shape == (270, 480, 3)


def test_video_plays_also_without_motion_and_holds_its_last_picture(tmp_path: Path) -> None:
    file = str(video(tmp_path / "a.mp4", 1.0, tone_hz=None))
    for motion in (True, False):
        shown = draw_scene(
            ClipScene(kind="clip", file=file, fit="fill", end_s=0.65), RenderSettings(240, 180, motion=motion), SceneTiming(3.0)
        )
        assert shown.moves[-1].end == pytest.approx(0.75, abs=0.04)
        levels = [int(shown.get_frame(t)[90, 120, 0]) for t in (0.5, 0.7, 2.9)]
        assert levels == pytest.approx([113, 170, 170], abs=6), motion


def test_words_on_a_white_picture_can_be_read(tmp_path: Path) -> None:
    white = tmp_path / "white.png"
    Image.new("RGB", (160, 90), "white").save(white)
    scene = ImageScene(kind="image", heading="A heading", caption="A caption", file=str(white), fit="fill")
    frame = draw_scene(scene, RenderSettings(480, 270, motion=False), SceneTiming(3.0)).get_frame(2.0)
    rows = np.flatnonzero((frame[:, :240] != frame[:, -1:]).any(axis=(1, 2)))  # those with words on the left
    assert len(rows)
    for ground in frame[rows[0] : rows[-1], -1]:
        assert contrast(ON_A_PICTURE, Colour(*map(int, ground))) >= 4.5


@pytest.mark.parametrize("fit", ["fit", "fill"])
def test_drawn_captions_have_a_shade_behind_them_on_a_photo(fit: str) -> None:
    settings = RenderSettings(270, 480, captions="karaoke")
    shaded, plain = (
        framing(scene(fit=fit), Layout(look), (1500, 1000), SceneTiming(3.0), 0.5) for look in (settings, RenderSettings(270, 480))
    )
    assert shaded.box[3] > Layout(settings).area.bottom
    assert shaded.words is not None and plain.words is None
