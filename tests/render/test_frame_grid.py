import pytest

from videogen.render.frame_grid import AAC_FRAME, RATE_HZ, FrameGrid


@pytest.mark.parametrize(("fps", "step"), [(24, 64), (25, 8), (30, 16), (60, 32)])
def test_picture_and_sound_frames_end_together_at_every_step(fps: int, step: int) -> None:
    grid = FrameGrid(fps)
    assert grid.step == step
    assert grid.samples(grid.step) % AAC_FRAME == 0
    assert grid.samples(fps) == RATE_HZ


def test_lengths_are_rounded_up_and_never_to_nothing() -> None:
    grid = FrameGrid(30)
    assert grid.frames(0.0) == 16
    assert grid.frames(16 / 30) == 16
    assert grid.frames(16 / 30 + 0.001) == 32
    assert grid.frames(0.1 + 0.2 + 0.2333333333) == 16  # a sum of floats that is a hair too long is not a step longer
