from fractions import Fraction

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


@pytest.mark.parametrize("fps", [Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001), 29])
def test_scenes_of_rates_whose_sound_is_not_joined_have_any_length_and_do_not_drift(fps: int | Fraction) -> None:
    grid = FrameGrid(fps)
    assert (grid.joins, grid.step) == (False, 1)
    lengths = [37, 101, 1, 64] * 50
    assert sum(grid.samples_of(lengths)) == grid.samples(sum(lengths))
    assert abs(grid.samples(sum(lengths)) / RATE_HZ - sum(lengths) / fps) < 1 / RATE_HZ
    assert grid.seconds(grid.frames(10.0)) - 10.0 < 1 / fps
