"""What a scene comes in over: the ground of the theme, and the bands of colour that both pictures have."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.scene_contents import EXAMPLES
from videogen import script
from videogen.pipeline.video_stage import AFTER_ALL, ENDS_BY_TIMING
from videogen.scenes import PrecedingScene, RenderSettings, SceneTiming, draw_scene, paginate, themes
from videogen.scenes.layout import Layout

BANDS = [name for name in themes() if Layout(RenderSettings(640, 360, theme=name)).theme.heading.position == "band"]


@pytest.mark.parametrize("theme", BANDS)
def test_a_band_stays_while_its_heading_changes(theme: str) -> None:
    reading = script.read("# A\n\n## One\n\nSome words here.\n\n## Another heading\n\nOther words.\n", "markdown")
    settings = RenderSettings(640, 360, theme=theme)
    first, second = (paginate(scene, settings)[0] for scene in reading.script.scenes[1:3])
    clip = draw_scene(second, settings, SceneTiming(4.0), PrecedingScene(first, SceneTiming(4.0)))
    layout = Layout(settings)
    edge = int(layout.area.left) - 4  # beside the words, where what fades reaches
    assert layout.theme.heading.band is not None
    for number in range(20):
        column = np.asarray(clip.get_frame(number / settings.fps))[: int(layout.area.top), edge].astype(int)
        assert np.abs(column - np.array(layout.theme.heading.band)).max() <= 2, number


def test_last_picture_of_a_scene_does_not_depend_on_when_it_is_spoken() -> None:
    """So that what is said can change in one scene, and the one that comes in over it stays in the cache."""
    small = RenderSettings(160, 90)
    for kind, scene in EXAMPLES.items():
        if kind in ENDS_BY_TIMING:
            continue
        part = paginate(scene, small)[0]
        spoken = draw_scene(part, small, SceneTiming(7.0, ((0.3, 2.0), (2.3, 4.0), (4.2, 6.1)))).get_frame(7.0 - 1 / small.fps)
        last = draw_scene(part, small, AFTER_ALL).get_frame(AFTER_ALL.duration - 1 / small.fps)
        assert np.array_equal(spoken, last), kind


@pytest.mark.parametrize("theme", ["swiss", "blueprint"])
def test_a_slide_leaves_what_a_theme_draws_behind_scenes_where_it_is(theme: str) -> None:
    reading = script.read("# A\n\n## One\n\nSome words here.\n\n## Another heading\n\nOther words.\n", "markdown")
    settings = RenderSettings(640, 360, theme=theme, transition="slide")
    first, second = (paginate(scene, settings)[0] for scene in reading.script.scenes[1:3])
    clip = draw_scene(second, settings, SceneTiming(4.0), PrecedingScene(first, SceneTiming(4.0)))
    at_rest = np.asarray(clip.get_frame(3.9))
    for number in range(14):
        frame = np.asarray(clip.get_frame(number / settings.fps))
        for rows in (slice(0, 12), slice(-12, None)):  # no words slide there
            assert np.array_equal(frame[rows], at_rest[rows]), number
