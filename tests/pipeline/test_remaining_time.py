from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen.pipeline.remaining_time import FINISHING_PER_VIDEO_S, FINISHING_S, RemainingTime


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def finishing(video_s: float) -> float:
    return FINISHING_S + FINISHING_PER_VIDEO_S * video_s


def test_nothing_is_promised_before_anything_is_made() -> None:
    pace = RemainingTime(100.0, Clock())
    assert pace.remaining_s is None
    pace.reused(50.0)
    assert pace.remaining_s is None
    assert pace.fraction == 0.5


def test_nothing_is_promised_from_the_first_frames_which_wait_for_a_process_to_start() -> None:
    clock = Clock()
    pace = RemainingTime(40.0, clock)
    clock.now = 3.0
    pace.made(0.1)  # at this pace it would be twenty minutes
    assert pace.remaining_s is None
    clock.now = 4.0
    pace.made(2.0)
    assert pace.remaining_s is None
    clock.now = 6.0
    pace.made(3.9)
    left = pace.remaining_s
    assert left is not None and left == pytest.approx((40.0 - 6.0) * 3.0 / 5.9 + finishing(40.0), rel=0.01)


def test_what_is_left_takes_as_long_as_what_was_made() -> None:
    clock = Clock()
    pace = RemainingTime(100.0, clock)
    clock.now = 2.0
    pace.made(20.0)
    assert pace.remaining_s == pytest.approx(8.0 + finishing(100.0))


def test_what_was_found_ready_does_not_make_the_rest_seem_quick() -> None:
    clock = Clock()
    pace = RemainingTime(100.0, clock)
    clock.now = 2.0
    pace.made(10.0)
    pace.reused(80.0)
    assert pace.remaining_s == pytest.approx(2.0 + finishing(100.0))
    assert pace.fraction == pytest.approx(0.9)


def test_estimates_give_way_to_what_is_known() -> None:
    pace = RemainingTime(10.0, Clock())
    pace.known(10.0, 20.0)
    pace.made(5.0)
    assert pace.fraction == 0.25
    pace.made(15.0)
    assert pace.fraction == 1.0


def test_videos_made_before_say_something_from_the_first_frame_on() -> None:
    clock = Clock()
    pace = RemainingTime(100.0, clock, history_s=50.0)
    assert pace.remaining_s is None
    clock.now = 3.0
    pace.made(0.1)
    assert pace.remaining_s == pytest.approx(50.0 + finishing(100.0), rel=0.05)


@pytest.mark.parametrize("history_s", [None, 10.0, 26.0, 60.0])
@pytest.mark.parametrize("rate", [lambda _: 0.5, lambda at: 0.44 if at < 0.5 else 0.56, lambda at: 0.7 if int(at * 10) % 2 else 0.3])
def test_job_of_half_a_minute_is_told_within_half_as_much_again_mostly(history_s: float | None, rate: Callable[[float], float]) -> None:
    """It starts slowly, and its scenes are not all alike."""
    clock, video_s = Clock(), 50.0
    pace = RemainingTime(video_s, clock, history_s=history_s)
    clock.now, made = 2.0, 0.0
    estimates: list[tuple[float, float]] = []
    while made < video_s - 1e-9:
        clock.now += 0.1 * rate(made / video_s)
        pace.made(0.1)
        made += 0.1
        if (left := pace.remaining_s) is not None:
            estimates.append((clock.now, left))
    end = clock.now + finishing(video_s)
    right = [1 / 1.5 <= left / (end - at) <= 1.5 for at, left in estimates if end - at > 4.0]  # then it is "a few seconds"
    assert len(estimates) > 300
    assert sum(right) / len(right) >= (0.9 if history_s in (None, 26.0) else 0.6)
    assert max(left for _, left in estimates) < 80.0


@given(st.lists(st.tuples(st.floats(0.01, 2.0), st.floats(0.0, 5.0)), min_size=1, max_size=60), st.none() | st.floats(1.0, 500.0))
def test_what_is_said_never_jumps(steps: list[tuple[float, float]], history_s: float | None) -> None:
    """Whatever the pace does, what is said a moment later is close to what was said a moment before, less the moment."""
    clock = Clock()
    pace = RemainingTime(100.0, clock, history_s=history_s)
    before: tuple[float, float] | None = None
    for took_s, video_s in steps:
        clock.now += took_s
        pace.made(video_s)
        left = pace.remaining_s
        if left is None:
            continue
        if before is not None:
            passed = clock.now - before[0]
            expected = max(0.0, before[1] - passed)
            assert left >= expected * 0.36, "two thirds gone in two seconds"
        before = clock.now, left
