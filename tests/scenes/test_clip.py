from __future__ import annotations

import numpy as np
import pytest
from moviepy import VideoClip

from tests.support.scene_contents import EXAMPLES
from videogen.scenes import PrecedingScene, RenderSettings, SceneTiming, draw_scene
from videogen.scenes.drawing.surface import Surface, blank, slices, surface
from videogen.scenes.scene_clip import SceneClip, drawing
from videogen.scenes.theme import Colour

SETTINGS = RenderSettings(480, 270)
TIMING = SceneTiming(4.0, ((0.4, 1.0), (1.2, 2.0), (2.2, 3.0)))


@pytest.mark.slow
@pytest.mark.parametrize("how", ["cut", "fade", "slide"])
@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_is_drawn_step_by_step_is_what_each_frame_is_by_itself(kind: str, how: str) -> None:
    scene = EXAMPLES[kind].model_copy(update={"transition": how})
    made, alone = (draw_scene(scene, SETTINGS, TIMING, PrecedingScene(EXAMPLES["title"], TIMING)) for _ in range(2))
    draw, frame = drawing(made), np.zeros((SETTINGS.height, SETTINGS.width, 3), np.uint8)
    on = Surface((frame,))
    for number in [*range(0, 110, 1), 20, 5, 119]:  # forwards, and then back
        before = frame.copy()
        patch = draw(number / SETTINGS.fps, on)
        assert np.array_equal(frame, alone.get_frame(number / SETTINGS.fps)), number
        if patch is not None:
            before[patch[1] : patch[3], patch[0] : patch[2]] = frame[patch[1] : patch[3], patch[0] : patch[2]]
        assert np.array_equal(frame, before), number  # nothing changed outside of the patch


@pytest.mark.parametrize(("kind", "how"), [*((kind, "fade") for kind in EXAMPLES), ("list", "cut"), ("list", "slide")])
def test_video_is_drawn_in_yuv_as_each_frame_is_in_rgb(kind: str, how: str) -> None:
    scene = EXAMPLES[kind].model_copy(update={"transition": how})
    made, alone = (draw_scene(scene, SETTINGS, TIMING, PrecedingScene(EXAMPLES["list"], TIMING)) for _ in range(2))
    draw, on = drawing(made), blank(SETTINGS.width, SETTINGS.height, Colour(0, 0, 0), yuv=True)
    for number in (0, 3, 6, 7, 12, 25, 41, 119):
        before = [plane.copy() for plane in on.planes]
        patch = draw(number / SETTINGS.fps, on)
        for n, (seen, wanted) in enumerate(zip(on.planes, surface(alone.get_frame(number / SETTINGS.fps), yuv=True).planes, strict=True)):
            off = np.abs(seen.astype(int) - wanted)
            # What rises by an odd number of lines has its colour half a line lower; a card that fades in is rounded twice.
            assert off.mean() < 0.75 and np.quantile(off, 0.999) <= (20 if n else 4), (number, n)
            if patch is not None:
                before[n][slices(patch, n)] = seen[slices(patch, n)]
            assert np.array_equal(seen, before[n]), (number, n)  # nothing changed outside of the patch


def pixel(t: float) -> np.ndarray:
    """Black, and from 1 s on with one bit of one pixel."""
    frame = np.zeros((6, 10, 3), np.uint8)
    frame[4, 9, 2] = t >= 1
    return frame


@pytest.mark.parametrize("made", [SceneClip(pixel, 2.0), VideoClip(pixel, duration=2.0)])
def test_frames_are_compared_to_the_last_bit(made: VideoClip) -> None:
    draw, frame = drawing(made), np.full((6, 10, 3), 7, np.uint8)
    on = Surface((frame,))
    assert draw(0.0, on) == (0, 0, 10, 6)
    assert draw(0.5, on) is None
    assert draw(1.0, on) == (0, 4, 10, 6)
    assert frame[4, 9, 2] == 1


def test_frame_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        drawing(VideoClip(pixel, duration=2.0))(0.0, Surface((np.zeros((6, 12, 3), np.uint8),)))
