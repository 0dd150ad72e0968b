"""A camera over a drawing: where it goes, and what is seen of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.scenes.test_drawn_text import CHAIN, rows
from videogen.scenes import RenderSettings, SceneTiming, draw_scene
from videogen.scenes.drawing.surface import blank, surface
from videogen.scenes.layout import Layout
from videogen.scenes.monospace.cell_grid import CellGrid
from videogen.scenes.monospace.drawing_camera import MOVE_S, CameraPath, camera_path
from videogen.scenes.monospace.drawing_order import drawn_parts
from videogen.scenes.theme import theme
from videogen.script.models import DiagramScene

SETTINGS = RenderSettings(640, 360)
SPOKEN = (("I ask.", 0.5, 3.0), ("The web answers.", 3.5, 6.0), ("A row, and work.", 6.5, 9.0))
GRID = CellGrid(8, 18)
CARD = (20, 60, 620, 340)


def path(duration: float = 12.0, *, grid: CellGrid = GRID, spoken: tuple[tuple[str, float, float], ...] = SPOKEN) -> CameraPath | None:
    parts = drawn_parts(rows(CHAIN))
    return camera_path(parts, spoken, grid, (120, 100), CARD, Layout(SETTINGS), duration)


def test_camera_goes_to_each_part_as_it_is_named_and_out_before_the_end() -> None:
    way = path()
    assert way is not None and [round(stop.start / 30, 1) for stop in way.stops[:2]] == [0.9, 3.7]
    last = way.stops[-1]
    assert last.zoom == 1.0 and last.start / 30 + MOVE_S < 12.0
    assert way.at(0) is None and way.at(last.start + way.frames) is None and way.at(360) is None
    for number in range(360):
        left, top, right, bottom = way.at(number) or (0, 0, *way.size)
        assert 0 <= left < right <= way.size[0] and 0 <= top < bottom <= way.size[1]


def test_what_is_named_at_the_very_end_is_seen_as_the_camera_goes_out() -> None:
    late = (*SPOKEN[:2], ("And that is work.", 8.0, 10.0))
    way = path(11.0, spoken=late)
    assert way is not None
    assert way.stops[-1].zoom == 1.0 and way.stops[-1].start / 30 < 9.6


def test_camera_moves_smoothly() -> None:
    way = path()
    assert way is not None
    seen = [way.at(number) or (0, 0, *way.size) for number in range(360)]
    steps = np.abs(np.diff(np.array(seen, float), axis=0)).max(axis=1)
    assert steps.max() < SETTINGS.width * 0.03  # of the picture, in a frame


def test_camera_stays_where_type_is_large_or_nobody_names_two_parts() -> None:
    assert path(grid=CellGrid(26, 60)) is None
    assert path(spoken=(("I ask.", 0.5, 3.0), ("It answers.", 3.5, 6.0))) is None


def test_drawing_is_whole_at_last_larger_in_between_and_still_without_motion() -> None:
    scene = DiagramScene(kind="diagram", heading="A drawing", text=CHAIN, say=" ".join(text for text, _, _ in SPOKEN))
    timing = SceneTiming(12.0, tuple((start, end) for _, start, end in SPOKEN))
    settings = replace(SETTINGS, width=960, height=540)
    clip = draw_scene(scene, settings, timing)
    still = np.asarray(draw_scene(scene, replace(settings, motion=False), timing).get_frame(6.0))
    assert np.array_equal(clip.get_frame(11.9), still)
    near = np.asarray(clip.get_frame(5.5)).astype(int)
    assert np.abs(near - still).max() > 60
    # The renderer draws in the planes of the video, from picture to picture: the same picture as by itself.
    on = blank(960, 540, theme("slate").background, yuv=True)
    for span in clip.moves:
        for number in range(round(span.start * 30), round(span.end * 30)):
            if number / 30 <= 5.5:
                clip.draw(number / 30, on)  # type: ignore[misc]
    alone = surface(np.asarray(draw_scene(scene, settings, timing).get_frame(5.5)), yuv=True)
    assert np.abs(on.planes[0].astype(int) - alone.planes[0]).max() <= 6
