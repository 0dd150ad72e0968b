"""What a scene comes in over: the ground of the theme, and the bands of colour that both pictures have."""

from __future__ import annotations

import numpy as np
import pytest

from videogen import script
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
