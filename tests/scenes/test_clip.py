from __future__ import annotations

import numpy as np
import pytest
from moviepy import VideoClip

from tests.scenes.contents import EXAMPLES
from videogen.scenes import Before, Look, Timing, clip
from videogen.scenes.clip import SceneClip, drawing

LOOK = Look(480, 270)
TIMING = Timing(4.0, ((0.4, 1.0), (1.2, 2.0), (2.2, 3.0)))


@pytest.mark.parametrize("how", ["cut", "fade", "slide"])
@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_is_drawn_step_by_step_is_what_each_frame_is_by_itself(kind: str, how: str) -> None:
    scene = EXAMPLES[kind].model_copy(update={"transition": how})
    made, alone = (clip(scene, LOOK, TIMING, Before(EXAMPLES["title"], TIMING)) for _ in range(2))
    draw, frame = drawing(made), np.zeros((LOOK.height, LOOK.width, 3), np.uint8)
    for number in [*range(0, 110, 1), 20, 5, 119]:  # forwards, and then back
        before = frame.copy()
        patch = draw(number / LOOK.fps, frame)
        assert np.array_equal(frame, alone.get_frame(number / LOOK.fps)), number
        if patch is not None:
            before[patch[1] : patch[3], patch[0] : patch[2]] = frame[patch[1] : patch[3], patch[0] : patch[2]]
        assert np.array_equal(frame, before), number  # nothing changed outside of the patch


def pixel(t: float) -> np.ndarray:
    """Black, and from 1 s on with one bit of one pixel."""
    frame = np.zeros((6, 10, 3), np.uint8)
    frame[4, 9, 2] = t >= 1
    return frame


@pytest.mark.parametrize("made", [SceneClip(pixel, 2.0), VideoClip(pixel, duration=2.0)])
def test_frames_are_compared_to_the_last_bit(made: VideoClip) -> None:
    draw, frame = drawing(made), np.full((6, 10, 3), 7, np.uint8)
    assert draw(0.0, frame) == (0, 0, 10, 6)
    assert draw(0.5, frame) is None
    assert draw(1.0, frame) == (0, 4, 10, 5)
    assert frame[4, 9, 2] == 1


def test_frame_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        drawing(VideoClip(pixel, duration=2.0))(0.0, np.zeros((6, 12, 3), np.uint8))
